/** Giving a site back. */
import { browser } from './browser.ts';
import { patternOf } from './match-pattern.ts';
import { statesOfTabs } from './tab-states.ts';
import type { ToPage } from '../src/messages.ts';

/** Why a site was not given back: keys of messages. */
export type Obstacle = 'popup_stop_failed' | 'popup_stop_files';

/**
 * Gives a site back, unless files wait in one of its pages, which would be lost with our permission; or where it is held by
 * a wider grant, of all sites, that only the browser's own settings can take back. Gives what was in the way, if anything.
 */
export async function giveBack(pattern: string): Promise<Obstacle | undefined> {
  if (await anyPageKeepsFiles(pattern)) return 'popup_stop_files';
  const site = { origins: [pattern] };
  await browser.permissions.remove(site);
  return (await browser.permissions.contains(site)) ? 'popup_stop_failed' : undefined;
}

async function anyPageKeepsFiles(pattern: string): Promise<boolean> {
  const here = (await statesOfTabs()).filter(({ state }) => patternOf(state.site) === pattern);
  const answers = await Promise.all(here.map(({ tabId }) => keepsFiles(tabId)));
  return answers.includes(true);
}

/** A page that does not answer at once sleeps, and one that keeps files doesn't. */
async function keepsFiles(tabId: number): Promise<boolean> {
  const question: ToPage = { kind: 'keeps-files' };
  const answer = browser.tabs.sendMessage<ToPage, boolean>(tabId, question).catch(() => false);
  const silence = new Promise<false>((done) => setTimeout(() => done(false), PATIENCE_MILLIS));
  return Promise.race([answer, silence]);
}

const PATIENCE_MILLIS = 500;
