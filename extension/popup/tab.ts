/** The tab that the popup speaks of: the one under it, or the one named in its address (`?tab=12`). */
import type { Tabs } from 'webextension-polyfill';
import type { TabState, ToBackground, ToPage } from '../../src/messages.ts';
import { signInAddress } from '../../src/page.ts';
import type { Action } from '../../src/presentation.ts';
import { browser } from '../browser.ts';

export interface Tab {
  readonly id: number;
  /** Known where the site is granted, or where the click on the toolbar button lets us see the page. */
  readonly url: string | undefined;
  readonly cookieStoreId: string | undefined;
  readonly index: number;
}

export async function currentTab(): Promise<Tab | null> {
  const named = new URLSearchParams(location.search).get('tab');
  const tab = named === null ? await tabUnder() : await tabOf(Number(named));
  if (tab?.id === undefined) return null;
  return { id: tab.id, url: tab.url, cookieStoreId: tab.cookieStoreId, index: tab.index };
}

async function tabUnder(): Promise<Tabs.Tab | undefined> {
  return (await browser.tabs.query({ active: true, currentWindow: true }))[0];
}

/** A tab that has closed, or a number that never was one's, is no tab. */
async function tabOf(id: number): Promise<Tabs.Tab | undefined> {
  if (!Number.isInteger(id) || id < 0) return undefined;
  return browser.tabs.get(id).catch(() => undefined);
}

/** What is known of the tab, after one more look: opening the popup is the user's own coming. */
export async function ask(tab: Tab): Promise<TabState | null> {
  await tell(tab, { kind: 'came' });
  return stateOf(tab);
}

/** What is known of the tab as it is. Null for a page that isn't watched or is no Jira. */
export async function stateOf(tab: Tab): Promise<TabState | null> {
  const message: ToBackground = { kind: 'tab-state', tabId: tab.id };
  return browser.runtime.sendMessage(message);
}

export async function actOn(tab: Tab, action: Action): Promise<void> {
  const state = action === 'sign-in' ? await ask(tab) : null;
  if (!state) return tell(tab, { kind: 'act', action });
  await browser.tabs.create({
    url: signInAddress(state.site, new URL(tab.url ?? state.site), undefined),
    index: tab.index + 1,
    openerTabId: tab.id,
    ...(tab.cookieStoreId && { cookieStoreId: tab.cookieStoreId }),
  });
}

async function tell(tab: Tab, message: ToPage): Promise<void> {
  // Nobody there to hear it: the page isn't watched, which the caller sees by the state.
  await browser.tabs.sendMessage(tab.id, message).catch(() => undefined);
}
