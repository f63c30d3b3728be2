/** Keeps and forgets what is known of a tab, and speaks to its page. What is kept lives as long as the document does. */
import type { Tabs } from 'webextension-polyfill';
import type { TabState, ToPage } from '../../src/messages/protocol.ts';
import { coalesce, createKeyedSerializer, pool, withTimeout } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { grantedPatterns } from '../shared/permissions/granted.ts';
import { keyOfTab, stateOfTab } from '../shared/storage/tabs.ts';
import { showNotWatched } from './badge.ts';
import { keep } from './store-quota.ts';
import { updateSoon } from './update.ts';

/** What is read of a tab and then written is read and written in one turn: no report in between is lost. */
export const serializeTab = createKeyedSerializer();

/** Keeps what is known of a tab, in place of what was known before. While it keeps files, the browser must not discard it. */
export async function keepTab(tabId: number, state: TabState, before: TabState | null): Promise<void> {
  const hasParkedFiles = state.files.length > 0;
  const isSpared = hasParkedFiles && (before?.files.length ? before.isSpared : await isDiscardable(tabId));
  if (!hasParkedFiles) await endKeeping(tabId, before);
  await keep(browser.storage.session, { [keyOfTab(tabId)]: { ...state, isSpared } });
  // What can't be remembered could not be given back.
  if (isSpared && (await stateOfTab(tabId))) await setDiscardable(tabId, false);
}

/** Chrome gives a tab that it puts to sleep another id. What is known of it goes along: the files that waited in it are lost. */
export function moveTab(to: number, from: number): Promise<void> {
  return serializeTab(to, async () => {
    const state = await stateOfTab(from);
    if (state && !(await stateOfTab(to))) await keepTab(to, state, null);
    await forgetTab(from);
  });
}

export async function forgetTab(tabId: number): Promise<void> {
  await endKeeping(tabId, await stateOfTab(tabId));
  await browser.storage.session.remove(keyOfTab(tabId));
}

/** What was changed for the files that a tab has kept is as it was: what others have set is not touched. */
async function endKeeping(tabId: number, before: TabState | null): Promise<void> {
  if (before?.isSpared) await setDiscardable(tabId, true);
  if (before?.files.length) reportErrors(updateSoon());
}

/** False also where the browser has no such switch. */
async function isDiscardable(tabId: number): Promise<boolean> {
  return (await browser.tabs.get(tabId).catch(() => undefined))?.autoDiscardable === true;
}

async function setDiscardable(tabId: number, autoDiscardable: boolean): Promise<void> {
  await browser.tabs.update(tabId, { autoDiscardable }).catch(() => undefined);
}

/** Documents that have left their tab. A report of theirs may still be under way, as far as this worker lives. */
const left = new Set<string>();

export function hasLeft(document: string): boolean {
  return left.has(document);
}

/** A document has left its tab. The next one's report may have come first. The browser itself clears the button. */
export function forgetDocument(tabId: number, document: string): Promise<void> {
  left.add(document);
  return serializeTab(tabId, async () => {
    if ((await stateOfTab(tabId))?.document === document) await forgetTab(tabId);
  });
}

/** A tab shows a page of a watched host that is no Jira. Its last page may have gone without a word. */
export function forgetPageBefore(tabId: number): Promise<void> {
  return serializeTab(tabId, () => forgetTab(tabId));
}

/** A site taken back is a state of its own: its tabs say "not watched", and not "signed out". */
export async function stopWatching(tabId: number): Promise<void> {
  tellTab(tabId, { kind: 'stop' });
  await showNotWatched(tabId);
  await forgetTab(tabId);
}

/** A tab with a page in it. */
export type LiveTab = Tabs.Tab & { id: number };

/** The tabs at these addresses that a content script is in, or may be, those first that can be seen. */
export async function tabsAt(patterns: string[]): Promise<LiveTab[]> {
  if (patterns.length === 0) return [];
  const tabs = await browser.tabs.query({ url: patterns, discarded: false });
  return tabs
    .filter((tab): tab is LiveTab => tab.id !== undefined)
    .toSorted((a, b) => Number(b.active) - Number(a.active));
}

/** Has every watched page look, those too that are only just reporting for the first time. */
export const refreshAllTabs = coalesce(async () => haveLook(await tabsAt(await grantedPatterns())));

/**
 * Has pages look, a few at a time: hundreds that report at once would wait for longer than any of them does. Nor do they wait
 * long for one that the browser has frozen.
 */
export async function haveLook(tabs: readonly LiveTab[]): Promise<void> {
  await pool(tabs, ({ id }) => withTimeout(REFRESH_MILLIS, browser.tabs.sendMessage(id, REFRESH)));
}

const REFRESH: ToPage = { kind: 'refresh' };
const REFRESH_MILLIS = 800;

/**
 * Tells a tab's content script something. Nobody waits for its answer: a page that the browser has frozen gives none before
 * it is thawed, and would hold up all the others.
 */
export function tellTab(tabId: number, message: ToPage): void {
  // "Receiving end does not exist": the tab closed, or its page is asleep in the back/forward cache.
  browser.tabs.sendMessage(tabId, message).catch(() => undefined);
}
