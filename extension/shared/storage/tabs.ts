/**
 * What is known of each tab, in `storage.session`: one key per tab, so that two reports never overwrite each other.
 * The background writes it; the popup reads it without waking the background, so that it opens at once.
 */
import type { TabState } from '../../../src/messages/protocol.ts';
import { readTabState } from '../../../src/messages/schemas.ts';
import { browser } from '../browser.ts';

export type StatesOfTabs = readonly { readonly tabId: number; readonly state: TabState }[];

/** What is known of a tab; null for a page that is not watched or is not Jira. */
export async function stateOfTab(tabId: number): Promise<TabState | null> {
  const key = keyOfTab(tabId);
  return readTabState((await browser.storage.session.get(key))[key]);
}

export async function statesOfTabs(): Promise<StatesOfTabs> {
  return Object.entries(await browser.storage.session.get()).flatMap(([key, value]) => {
    const state = key.startsWith(PREFIX) ? readTabState(value) : null;
    return state ? [{ tabId: Number(key.slice(PREFIX.length)), state }] : [];
  });
}

const PREFIX = 'tab:';

export function keyOfTab(tabId: number): string {
  return `${PREFIX}${tabId}`;
}
