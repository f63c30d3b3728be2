/** The tab that the popup is about: the current one, or the one named in the popup's address (`?tab=12`). */
import type { Tabs } from 'webextension-polyfill';
import type { AnswerTo, TabState, ToPage } from '../../src/messages/protocol.ts';
import { signInAddress } from '../../src/jira/page.ts';
import type { Action } from '../../src/verdict/presentation.ts';
import { MAX_RETRY_MILLIS, PROOF_LIMIT_MILLIS } from '../../src/session/proof-request.ts';
import { withTimeout } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { stateOfTab } from '../shared/storage/tabs.ts';

/** Its address is known if the site is granted, or if the click on the toolbar button lets us see the page. */
export type Tab = Tabs.Tab & { id: number };

export async function currentTab(): Promise<Tab | null> {
  const named = new URLSearchParams(location.search).get('tab');
  const under = { active: true, currentWindow: true };
  const tab = named === null ? (await browser.tabs.query(under))[0] : await tabOf(Number(named));
  return tab?.id === undefined ? null : { ...tab, id: tab.id };
}

/** Undefined for a tab that has closed, or a number that never was a tab's. */
async function tabOf(id: number): Promise<Tabs.Tab | undefined> {
  if (!Number.isInteger(id) || id < 0) return undefined;
  return browser.tabs.get(id).catch(() => undefined);
}

/** How to learn what is known of a tab; null if it is not watched or is not Jira. */
export type ReadState = (tab: Tab) => Promise<TabState | null>;

export const storedState: ReadState = ({ id }) => stateOfTab(id);

/** What is known of the tab after a refresh: opening the popup counts as the user coming to the page. */
export async function refreshedState(tab: Tab): Promise<TabState | null> {
  await sendToPage(tab.id, { kind: 'came' });
  return stateOfTab(tab.id);
}

/** Does what the user pressed. Rejects if no script is there to do it: then nothing was done. */
export async function actOn(tab: Tab, action: Action): Promise<void> {
  if (action === 'sign-in') return signIn(tab);
  // The browser also reloads a page whose script is orphaned, or whose answer would be lost with it.
  if (action === 'reload') return browser.tabs.reload(tab.id);
  await sendOrThrow(tab, { kind: 'act', action });
}

/** Makes the page do something. Rejects if no script is there to do it. */
export async function sendOrThrow({ id }: Tab, message: ToPage): Promise<void> {
  if (!(await sendToPage(id, message))) throw new Error(`The page did not answer: ${message.kind}`);
}

async function signIn({ id, index, cookieStoreId }: Tab): Promise<void> {
  const state = await stateOfTab(id);
  if (!state) throw new Error('The page to sign in for is gone');
  await browser.tabs.create({
    url: signInAddress(state.site, new URL(state.address), state.issue, state.shown === 'gateway'),
    index: index + 1,
    openerTabId: id,
    ...(cookieStoreId && { cookieStoreId }),
  });
}

/** Undefined if no script receives it, or if a sleeping page does not answer. */
export async function sendToPage<M extends ToPage>(tabId: number, message: M): Promise<AnswerTo<M> | undefined> {
  return withTimeout(ANSWER_LIMIT_MILLIS, browser.tabs.sendMessage(tabId, message) as Promise<AnswerTo<M>>);
}

/** To renew, a page asks Jira twice at most, once more if Jira is too busy; the rest is for reading and reporting. */
const ANSWER_LIMIT_MILLIS = 4 * PROOF_LIMIT_MILLIS + MAX_RETRY_MILLIS;
