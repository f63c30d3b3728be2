/** Keeps and forgets what is known of a tab, and speaks to its page. What is kept lives as long as the page does. */
import type { AnswerTo, TabState, ToPage } from '../../src/messages.ts';
import { browser } from '../browser.ts';
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
  const reported = await tellTab(tabId, { kind: 'report-again' });
  if (reported) return;
  if (reported === false || (await stateOfTab(tabId))) await clearButton(tabId);
  await forgetTab(tabId);
}

/** A site taken back is a state of its own: its tabs say "not watched", and not "signed out". */
export async function stopWatching(tabId: number): Promise<void> {
  await tellTab(tabId, { kind: 'stop' });
  await showNotWatched(tabId);
  await forgetTab(tabId);
}

/** Tells a tab's content script something; undefined where there is none to hear it. */
export async function tellTab<M extends ToPage>(tabId: number, message: M): Promise<AnswerTo<M> | undefined> {
  try {
    return await browser.tabs.sendMessage(tabId, message);
  } catch {
    // "Receiving end does not exist": the tab closed, or its page is asleep in the back/forward cache.
    return undefined;
  }
}
