/** Stores and forgets what is known of a tab, and messages its page. An entry lives as long as its document. */
import type { Tabs } from 'webextension-polyfill';
import type { TabState, ToPage } from '../../src/messages/protocol.ts';
import { AT_ONCE, coalesce, createKeyedSerializer, createLimiter, withTimeout } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { grantedPatterns } from '../shared/permissions/granted.ts';
import { inMemory } from '../shared/storage/stored-area.ts';
import { keyOfTab, stateOfTab } from '../shared/storage/tabs.ts';
import { showNotWatched } from './toolbar-button.ts';
import { storeOrRemove } from './store-quota.ts';
import { updateSoon } from './extension-update.ts';

/** Reads and writes a tab's entry in one step, so that no report in between is lost. */
export const serializeTab = createKeyedSerializer();

/** Replaces what is stored of a tab. While it has parked files, the browser must not discard it. */
export async function storeTabState(tabId: number, state: TabState, before: TabState | null): Promise<void> {
  const hasParkedFiles = state.files.length > 0;
  const isSpared = hasParkedFiles && (before?.files.length ? before.isSpared : await isDiscardable(tabId));
  if (!hasParkedFiles) await endFileProtection(tabId, before);
  await storeOrRemove(inMemory, { [keyOfTab(tabId)]: { ...state, isSpared } });
  // If the state could not be stored, this could not be undone later.
  if (isSpared && (await stateOfTab(tabId))) await setDiscardable(tabId, false);
}

/** Chrome gives a tab that it puts to sleep a new id. The tab's state moves there; the files that waited are lost. */
export function moveTab(to: number, from: number): Promise<void> {
  return serializeTab(to, async () => {
    const state = await stateOfTab(from);
    if (state && !hasLeft(state.document) && !(await stateOfTab(to))) await storeTabState(to, state, null);
    await forgetTab(from);
  });
}

export async function forgetTab(tabId: number): Promise<void> {
  await endFileProtection(tabId, await stateOfTab(tabId));
  await inMemory.remove([keyOfTab(tabId)]);
}

/** Undoes what was changed while a tab had parked files; what others have set is left alone. */
async function endFileProtection(tabId: number, before: TabState | null): Promise<void> {
  if (before?.isSpared) await setDiscardable(tabId, true);
  if (before?.files.length) reportErrors(updateSoon());
}

/** Also false if the browser has no such switch. */
async function isDiscardable(tabId: number): Promise<boolean> {
  return (await browser.tabs.get(tabId).catch(() => undefined))?.autoDiscardable === true;
}

async function setDiscardable(tabId: number, autoDiscardable: boolean): Promise<void> {
  await browser.tabs.update(tabId, { autoDiscardable }).catch(() => undefined);
}

/** The documents that left their tab last, during this worker's lifetime. Their reports may still be under way. */
const left = new Set<string>();
/** More than can leave in the seconds that a report takes. A worker with many tabs can live for days. */
const MAX_LEFT = 1_000;

export function hasLeft(document: string): boolean {
  return left.has(document);
}

/**
 * A document has left its tab. The browser itself clears the button. If files wait in the document it is forgotten at
 * once: if the worker died before, they would be reported as lost.
 */
export function noteLeft(tabId: number, document: string): Promise<void> {
  left.add(document);
  if (left.size > MAX_LEFT) left.delete(left.values().next().value!);
  return serializeTab(tabId, async () => {
    const state = await stateOfTab(tabId);
    if (state?.document === document && state.files.length > 0) await forgetTab(tabId);
  });
}

/** Forgets a document that has left its tab, unless the next one has reported already. */
export function forgetDocument(tabId: number, document: string): Promise<void> {
  return serializeTab(tabId, async () => {
    if ((await stateOfTab(tabId))?.document === document) await forgetTab(tabId);
  });
}

/** A tab shows a page of a watched host that is not Jira. Its last page may have ended without a message. */
export function forgetPageBefore(tabId: number): Promise<void> {
  return serializeTab(tabId, () => forgetTab(tabId));
}

/** A revoked site is a state of its own: its tabs show "not watched", not "signed out". */
export async function stopWatching(tabId: number): Promise<void> {
  sendToTab(tabId, { kind: 'stop' });
  await showNotWatched(tabId);
  await forgetTab(tabId);
}

export type LiveTab = Tabs.Tab & { id: number };

/** The tabs at these addresses that have, or may have, a content script. */
export async function tabsAt(patterns: string[]): Promise<LiveTab[]> {
  if (patterns.length === 0) return [];
  const tabs = await browser.tabs.query({ url: patterns, discarded: false });
  return tabs.filter((tab): tab is LiveTab => tab.id !== undefined);
}

/** Asks every watched page to refresh, including those that are only just reporting for the first time. */
export const refreshAllTabs = coalesce(async () => refreshTabs(await tabsAt(await grantedPatterns())));

/**
 * Asks pages to refresh, of the hidden ones a few at a time: if hundreds reported at once, answers would take longer
 * than pages wait. Those that somebody sees come first. A tab that waits for its turn gets no other one. A page that the
 * browser has frozen does not hold up the others for long. Resolves when those that did not wait yet have had their
 * turns.
 */
export async function refreshTabs(tabs: readonly LiveTab[]): Promise<void> {
  const [seen, hidden] = [tabs.filter(({ active }) => active), tabs.filter(({ active }) => !active)];
  await Promise.all(seen.map(({ id }) => refreshInTurn(id, (work) => serializeSeen(id, work))));
  await Promise.all(hidden.map(({ id }) => refreshInTurn(id, limitHidden)));
}

/** The tabs that wait for their turn. */
const waiting = new Set<number>();
const serializeSeen = createKeyedSerializer();
const limitHidden = createLimiter(AT_ONCE);

async function refreshInTurn(
  tabId: number,
  takeTurn: (work: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  if (waiting.has(tabId)) return;
  waiting.add(tabId);
  await takeTurn(() => {
    waiting.delete(tabId);
    return refreshTab(tabId);
  });
}

function refreshTab(tabId: number): Promise<unknown> {
  return withTimeout(REFRESH_MILLIS, browser.tabs.sendMessage(tabId, REFRESH));
}

/** Whether a tab waits for its turn to refresh. */
export function awaitsRefresh(tabId: number): boolean {
  return waiting.has(tabId);
}

/** Whether any tab waits. */
export function hasWaitingTabs(): boolean {
  return waiting.size > 0;
}

const REFRESH: ToPage = { kind: 'refresh' };
const REFRESH_MILLIS = 800;

/**
 * Sends a message to a tab's content script. Nobody waits for its answer: a page that the browser has frozen gives
 * none until it is thawed, and would hold up all the others.
 */
export function sendToTab(tabId: number, message: ToPage): void {
  // "Receiving end does not exist": the tab closed, or its page is asleep in the back/forward cache.
  browser.tabs.sendMessage(tabId, message).catch(() => undefined);
}
