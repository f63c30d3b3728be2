/**
 * Keeps the badges of all tabs up to date as time passes. One alarm is set for the next moment at which a badge must
 * change. If a verdict changes with it, the page is asked to refresh, so that its banner shows the same.
 */
import type { TabState } from '../../src/messages/protocol.ts';
import { coalesce } from '../../src/lib/async.ts';
import { laterProof, type Proof } from '../../src/session/proof-request.ts';
import { nextChange } from '../../src/session/session-clock.ts';
import { isAccepted, namesPageUser, verdictOf, type Verdict } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { aheadMillis } from '../shared/storage/current-time.ts';
import { storedSettings, type SettingsOf } from '../shared/storage/settings.ts';
import { showVerdict } from './toolbar-button.ts';
import { storedValue } from '../shared/storage/sessions.ts';
import { forgetUnused, forgetUnusedSoon } from './cleanup.ts';
import { clockOf, noteVerdict } from './session-store.ts';
import { statesOfTabs, stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { hasLeft, refreshAllTabs, serializeTab, storeTabState, stopWatching, sendToTab } from './watched-tabs.ts';
import { updateDueAt, updateUnlessFilesWait } from './extension-update.ts';

/** The settings and the time that badges are updated by, read once for all that are updated together. */
export interface RenderContext {
  readonly settingsOf: SettingsOf;
  /** Epoch milliseconds of the product's time, and how far it is ahead of the machine's. */
  readonly now: number;
  readonly aheadMillis: number;
}

export async function currentRenderContext(): Promise<RenderContext> {
  const ahead = await aheadMillis();
  return { settingsOf: await storedSettings(), now: Date.now() + ahead, aheadMillis: ahead };
}

/** Stores a document's report under its tab and shows it, unless the document has left or its site was revoked. */
export function storeReport(
  tabId: number,
  reported: TabState,
  context: RenderContext,
): Promise<'stored' | 'left' | 'revoked'> {
  return serializeTab(tabId, async () => {
    const verdict = !hasLeft(reported.document) && (await storeAndShow(tabId, reported, context));
    if (hasLeft(reported.document)) return 'left';
    return verdict ? 'stored' : 'revoked';
  });
}

/** Shows a tab's verdict as it is known now; gives null if nothing is known of the tab any more. */
export function updateBadge(tabId: number, context: RenderContext): Promise<Verdict | null> {
  return serializeTab(tabId, async () => {
    const state = await stateOfTab(tabId);
    return state && storeAndShow(tabId, state, context);
  });
}

/**
 * The proof that counts for a tab: its own or the latest of its session. An answer from before the page was loaded
 * that does not name its user is ignored: up to Jira 8.3 the user can have signed in since, under the same cookie.
 */
export function proofOf({ evidence, loadedAt }: TabState, latest: Proof | undefined, now: number): Proof | undefined {
  const { proof, pageUser } = evidence;
  const isOfBefore = latest && loadedAt !== undefined && latest.at <= loadedAt && !namesPageUser(latest, pageUser);
  return isOfBefore ? proof : laterProof(proof, latest, now);
}

/** Whether a new proof can change what a page does though its verdict stays: it waits for its user, or seeks one. */
export function needsProof({ files, evidence }: TabState, verdict: Verdict): boolean {
  return !isAccepted(verdict) || files.length > 0 || evidence.pageUser === undefined;
}

/** Shows a tab's verdict on its badge and stores it; gives null if its site was revoked meanwhile. */
async function storeAndShow(
  tabId: number,
  state: TabState,
  { settingsOf, now }: RenderContext,
): Promise<Verdict | null> {
  const settings = settingsOf(state.site);
  const clock = await clockOf(state, settings);
  const proof = proofOf(state, await storedValue('proof', state), now);
  const evidence = { ...state.evidence, clock, proof };
  const verdict = verdictOf(evidence, settings, now);
  const before = await stateOfTab(tabId);
  // A page's script can invent one site after another.
  if (before && before.site !== state.site) reportErrors(forgetUnusedSoon());
  const store = async (): Promise<void> => {
    if (before?.shown !== verdict.name) await noteVerdict(state, { at: now, tabId, verdict: verdict.name });
    await storeTabState(
      tabId,
      { ...state, evidence, lostFiles: lostSince(before, state), shown: verdict.name },
      before,
    );
  };
  // If the document has left, the button belongs to the next page. It does not wait for the storage; but both must have
  // ended before the tab's next report, also if one fails.
  const ends = await Promise.allSettled([hasLeft(state.document) || showVerdict(tabId, verdict, state, now), store()]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  // If the site was revoked in the middle of this, there may have been nothing to stop yet.
  if (!(await isGranted(state.site))) {
    await stopWatching(tabId);
    return null;
  }
  return verdict;
}

/**
 * The files that waited in the tab's previous document, if it ended without a message, as after a crash or when the
 * browser discards the tab. A document that is rewritten keeps its files.
 */
function lostSince(before: TabState | null, { document, site, files }: TabState): readonly string[] | undefined {
  if (before?.site !== site || hasLeft(before.document)) return undefined;
  return before.document === document ? before.lostFiles : before.files.filter((name) => !files.includes(name));
}

/**
 * Updates every badge and sets the alarm for the next change. Pages whose verdict has changed are asked to refresh;
 * all pages are, if what they judge by has changed (settings, or a test's time). All badges are updated before that,
 * so that no page's report brings changes for the others.
 */
export async function updateAllBadges(hasChanges = false): Promise<void> {
  hasPendingChanges ||= hasChanges;
  await updateEachBadge();
  if (hasChanges) await refreshAllTabs();
}

let hasPendingChanges = false;

const updateEachBadge = coalesce(async () => {
  const refreshesAll = hasPendingChanges;
  hasPendingChanges = false;
  const context = await currentRenderContext();
  await forgetUnused();
  for (const { tabId, state } of await statesOfTabs()) {
    const verdict = await updateBadge(tabId, context);
    if (refreshesAll || !verdict) continue;
    const { evidence } = (await stateOfTab(tabId)) ?? state;
    const isProofNew = evidence.proof?.at !== state.evidence.proof?.at;
    if (verdict.name !== state.shown || (isProofNew && needsProof(state, verdict)))
      sendToTab(tabId, { kind: 'refresh' });
  }
  await updateUnlessFilesWait();
  await setAlarm(await statesOfTabs(), context);
});

export const ALARM = 'badges';

/**
 * Sets the one alarm, or moves it if it is set. It rings once, because its work moves or clears it; if the worker dies
 * during that work, it rings again after a minute. It also rings after a minute while tabs are still being notified:
 * if the worker dies then, all badges are updated.
 */
export async function setAlarm(states: StatesOfTabs, context: RenderContext, isNotifying = false): Promise<void> {
  const { settingsOf, now, aheadMillis: ahead } = context;
  const changes = states.flatMap(({ state }) => {
    const { clock } = state.evidence;
    const settings = settingsOf(state.site);
    const verdict = verdictOf(state.evidence, settings, now);
    // When a machine wakes, a page may report before the due alarm rings: the report must not clear it.
    if (verdict.name !== state.shown) return now;
    return (clock && isAccepted(verdict) && nextChange(clock, settings, now)) || [];
  });
  const dueAt = await updateDueAt();
  if (dueAt !== undefined) changes.push(dueAt);
  if (isNotifying) changes.push(now + 60_000);
  await ringAt(changes.length > 0 ? Math.min(...changes) - ahead : null);
}

/**
 * Sets the alarm, or clears it. One that rings less than a minute too early stays as it is: each load of a page moves
 * its session's end a little, and the alarm's work sets it right. It stays for a minute only: Firefox counts the time
 * until it rings, and not the time that the machine sleeps.
 */
async function ringAt(when: number | null): Promise<void> {
  const now = Date.now();
  if (alarm && Math.abs(now - alarm.setAt) < 60_000) {
    const { when: before } = alarm;
    const isEarlier = when !== null && before !== null && before > now && before <= when && when < before + 60_000;
    if (isEarlier || when === before) return;
  }
  alarm = { when, setAt: now };
  if (when === null) await browser.alarms.clear(ALARM);
  else await browser.alarms.create(ALARM, { when, periodInMinutes: 1 });
}

/**
 * When the alarm rings, null if there is none, and when it was set, in epoch milliseconds; undefined if this worker has
 * not set it since it rang.
 */
let alarm: { readonly when: number | null; readonly setAt: number } | undefined;

/** The alarm has rung: from now on it rings every minute, until its work has set it again. */
export async function onAlarm(): Promise<void> {
  alarm = undefined;
  await updateAllBadges();
}
