/** The toolbar button of each tab: its badge, its colour, and its title with the whole sentence. */
import type { Action } from 'webextension-polyfill';
import { BADGE_COLOURS, buttonOf, ICONS, type Tone } from '../../src/verdict/presentation.ts';
import type { TabState } from '../../src/messages/protocol.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { createKeyedSerializer } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { message } from '../shared/i18n.ts';
import { tabSentence } from '../shared/tab-sentence.ts';
import { imagesOf } from './icon-images.ts';

/**
 * Shows a verdict and the files that wait in a tab on its button, because a page can hide our banner and its user can
 * dismiss it. Takes the time in epoch milliseconds.
 */
export function showVerdict(tabId: number, verdict: Verdict, state: TabState, now: number): Promise<void> {
  const { tone, badge } = buttonOf(verdict, now, state);
  return setButton(tabId, tone, badge, `Freshtoken: ${tabSentence(verdict, state)}`);
}

export function showNotWatched(tabId: number): Promise<void> {
  return setButton(tabId, 'none', '', `Freshtoken: ${message('not_watched')}`);
}

async function setButton(tabId: number, tone: Tone, text: string, title: string): Promise<void> {
  // A page's answer does not wait for the icon, which a background that has just started must read first.
  reportErrors(serializeIcon(tabId, () => ignoreClosedTab(setIcon(tabId, ICONS[tone]))));
  await ignoreClosedTab(
    Promise.all([
      browser.action.setBadgeText({ tabId, text }),
      browser.action.setBadgeBackgroundColor({ tabId, color: BADGE_COLOURS[tone] }),
      browser.action.setTitle({ tabId, title }),
    ]),
  );
}

/** The last icon of a tab must win, however long it takes to read one. */
const serializeIcon = createKeyedSerializer();

/** A tab can close between its report and its badge; that is not an error. */
async function ignoreClosedTab(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!/no tab with id|invalid tab id/i.test(String(error))) throw error;
  }
}

/** The polyfill's types lack the browsers' own class of pixels. */
type IconImages = NonNullable<Action.SetIconDetailsType['imageData']>;

/** Without pixels, leaves the icon as it is. */
async function setIcon(tabId: number, icon: string): Promise<void> {
  const images = await imagesOf(icon).catch(() => undefined);
  if (images) await browser.action.setIcon({ tabId, imageData: images as IconImages });
}
