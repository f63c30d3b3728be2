/**
 * What is known of each tab, in `storage.session`, a key a tab, so that two reports never overwrite each other.
 * It lives as long as the page: a navigation empties the badge, and this with it.
 */
import type { AnswerTo, TabState, ToPage } from '../../src/messages.ts';
import { readTabState } from '../../src/schemas.ts';
import { browser } from '../browser.ts';
import { clearButton } from './badge.ts';

export async function keepTab(tabId: number, state: TabState): Promise<void> {
  await browser.storage.session.set({ [keyOf(tabId)]: state });
}

export async function stateOfTab(tabId: number): Promise<TabState | null> {
  const key = keyOf(tabId);
  return readTabState((await browser.storage.session.get(key))[key]);
}

export type StatesOfTabs = readonly { readonly tabId: number; readonly state: TabState }[];

export async function statesOfTabs(): Promise<StatesOfTabs> {
  return Object.entries(await browser.storage.session.get()).flatMap(([key, value]) => {
    const state = key.startsWith(PREFIX) ? readTabState(value) : null;
    return state ? [{ tabId: Number(key.slice(PREFIX.length)), state }] : [];
  });
}

export async function forgetTab(tabId: number): Promise<void> {
  await browser.storage.session.remove(keyOf(tabId));
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

/** Tells a tab's content script something; undefined where there is none to hear it. */
export async function tellTab<M extends ToPage>(tabId: number, message: M): Promise<AnswerTo<M> | undefined> {
  try {
    return await browser.tabs.sendMessage(tabId, message);
  } catch {
    // "Receiving end does not exist": the tab closed, or its page is asleep in the back/forward cache.
    return undefined;
  }
}

const PREFIX = 'tab:';

function keyOf(tabId: number): string {
  return `${PREFIX}${tabId}`;
}
