/** Keeps and forgets what is known of a tab, and speaks to its page. What is kept lives as long as the page does. */
import type { AnswerTo, TabState, ToPage } from '../../src/messages.ts';
import { browser } from '../browser.ts';
import { grantedPatterns } from '../granted.ts';
import { keyOfTab, stateOfTab } from '../tab-states.ts';
import { clearButton, showNotWatched } from './badge.ts';

export async function keepTab(tabId: number, state: TabState): Promise<void> {
  await browser.storage.session.set({ [keyOfTab(tabId)]: state });
}

export async function forgetTab(tabId: number): Promise<void> {
  await browser.storage.session.remove(keyOfTab(tabId));
}

/**
 * A page's report can overtake the news that its tab is loading, or come late from a page that is gone: once the tab
 * is complete the page in it is asked to say it again, and what is kept of another is forgotten.
 */
export async function onTabComplete(tabId: number): Promise<void> {
  const reported = await reportOf(tabId);
  if (reported) return;
  if (reported === false || (await stateOfTab(tabId))) await clearButton(tabId);
  await forgetTab(tabId);
}

/** A site taken back is a state of its own: its tabs say "not watched", and not "signed out". */
export async function stopWatching(tabId: number): Promise<void> {
  tellTab(tabId, { kind: 'stop' });
  await showNotWatched(tabId);
  await forgetTab(tabId);
}

/** The tabs at these addresses that a content script is in, or may be. */
export async function tabsAt(patterns: string[]): Promise<number[]> {
  if (patterns.length === 0) return [];
  const tabs = await browser.tabs.query({ url: patterns, discarded: false });
  return tabs.flatMap(({ id }) => id ?? []);
}

/** Has every watched page look, those too that are only just reporting for the first time. */
export async function tellWatched(): Promise<void> {
  for (const id of await tabsAt(await grantedPatterns())) tellTab(id, { kind: 'look' });
}

/**
 * Tells a tab's content script something. Nobody waits for its answer: a page that the browser has frozen gives none before
 * it is thawed, and would hold up all the others.
 */
export function tellTab(tabId: number, message: ToPage): void {
  // "Receiving end does not exist": the tab closed, or its page is asleep in the back/forward cache.
  browser.tabs.sendMessage(tabId, message).catch(() => undefined);
}

/** Whether a tab's page is a Jira, and has reported again; undefined where there is none to say so. */
function reportOf(tabId: number): Promise<boolean | undefined> {
  return browser.tabs
    .sendMessage<ToPage, AnswerTo<{ kind: 'report-again' }>>(tabId, { kind: 'report-again' })
    .catch(() => undefined);
}
