/**
 * What is known of each tab, in `storage.session`: one key per tab, so that two reports never overwrite each other.
 * The background writes it; the popup reads it without waking the background, so that it opens at once.
 */
import type { TabState } from '../../../src/messages/protocol.ts';
import { readTabState } from '../../../src/messages/schemas.ts';
import { inMemory } from './stored-area.ts';

export type StatesOfTabs = readonly { readonly tabId: number; readonly state: TabState }[];

/** What is known of a tab; null for a page that is not watched or is not Jira. */
export async function stateOfTab(tabId: number): Promise<TabState | null> {
  return stateIn(await inMemory.value(keyOfTab(tabId)));
}

export async function statesOfTabs(): Promise<StatesOfTabs> {
  return Object.entries(await inMemory.read()).flatMap(([key, value]) => {
    const state = key.startsWith(PREFIX) ? stateIn(value) : null;
    return state ? [{ tabId: Number(key.slice(PREFIX.length)), state }] : [];
  });
}

/** A value is validated once: the background meets the same values at each report. */
function stateIn(value: unknown): TabState | null {
  if (typeof value !== 'object' || value === null) return null;
  const known = validated.get(value);
  if (known !== undefined) return known;
  const state = readTabState(value);
  validated.set(value, state);
  return state;
}

const validated = new WeakMap<object, TabState | null>();

const PREFIX = 'tab:';

export function keyOfTab(tabId: number): string {
  return `${PREFIX}${tabId}`;
}
