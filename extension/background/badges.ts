/**
 * The badges of all tabs, as time goes by. One alarm, at the next moment at which one of them must change; when a
 * verdict has changed with it, the page is asked to look, so that its banner says the same.
 */
import type { TabState } from '../../src/messages/protocol.ts';
import { coalesce } from '../../src/lib/async.ts';
import { laterOf, type Proof } from '../../src/session/session-check.ts';
import { nextChange } from '../../src/session/clock.ts';
import { isAccepted, isOwn, verdictOf, type Verdict } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { aheadMillis } from '../shared/clock.ts';
import { storedSettings, type SettingsOf } from '../shared/storage/settings.ts';
import { showVerdict } from './badge.ts';
import { keptIn } from '../shared/storage/sessions.ts';
import { forgetUnused, forgetUnusedSoon } from './cleanup.ts';
import { clockOf, noteVerdict } from './session-store.ts';
import { statesOfTabs, stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { hasLeft, refreshAllTabs, serializeTab, keepTab, stopWatching, tellTab } from './tabs.ts';
import { updateDueAt, updateUnlessKept } from './update.ts';

/** The settings and the time that badges are painted by, read once for all that is painted together. */
export interface RenderContext {
  readonly settingsOf: SettingsOf;
  /** Epoch milliseconds of the product's time, and how far that is ahead of the machine's. */
  readonly now: number;
  readonly aheadMillis: number;
}

export async function currentRenderContext(): Promise<RenderContext> {
  const ahead = await aheadMillis();
  return { settingsOf: await storedSettings(), now: Date.now() + ahead, aheadMillis: ahead };
}

/** Files what a document has reported under its tab, and shows it: unless it has left, or its site was taken back. */
export function fileReport(
  tabId: number,
  reported: TabState,
  context: RenderContext,
): Promise<'filed' | 'left' | 'taken-back'> {
  return serializeTab(tabId, async () => {
    const verdict = !hasLeft(reported.document) && (await paint(tabId, reported, context));
    if (hasLeft(reported.document)) return 'left';
    return verdict ? 'filed' : 'taken-back';
  });
}

/** Shows the verdict of a tab as it is known now; null where nothing is known of it any more. */
export function paintTab(tabId: number, context: RenderContext): Promise<Verdict | null> {
  return serializeTab(tabId, async () => {
    const state = await stateOfTab(tabId);
    return state && paint(tabId, state, context);
  });
}

/**
 * What a tab goes by, its own proof or the latest of its jar. What was said of anybody but its user before it was loaded does not
 * tell of it: up to Jira 8.3 its user can have signed in since, under the same cookie.
 */
export function proofOf({ evidence, loadedAt }: TabState, latest: Proof | undefined, now: number): Proof | undefined {
  const { proof, pageUser } = evidence;
  const isOfBefore = latest && loadedAt !== undefined && latest.at <= loadedAt && !isOwn(latest, pageUser);
  return isOfBefore ? proof : laterOf(proof, latest, now);
}

/** Shows a tab's verdict on its badge, and remembers which it was; null where its site was taken back meanwhile. */
async function paint(tabId: number, state: TabState, { settingsOf, now }: RenderContext): Promise<Verdict | null> {
  const settings = settingsOf(state.site);
  const clock = await clockOf(state, settings);
  const proof = proofOf(state, await keptIn('proof', state), now);
  const evidence = { ...state.evidence, clock, proof };
  const verdict = verdictOf(evidence, settings, now);
  const before = await stateOfTab(tabId);
  // Its script can make up one site after the other.
  if (before && before.site !== state.site) reportErrors(forgetUnusedSoon());
  if (before?.shown !== verdict.name) await noteVerdict(state, { at: now, tabId, verdict: verdict.name });
  await keepTab(tabId, { ...state, evidence, lostFiles: lostSince(before, state), shown: verdict.name }, before);
  // The next page's button is not this one's to paint.
  if (!hasLeft(state.document)) await showVerdict(tabId, verdict, state, now);
  // Who took it back in the middle of this may have found nothing yet to stop.
  if (!(await isGranted(state.site))) {
    await stopWatching(tabId);
    return null;
  }
  return verdict;
}

/**
 * What waited in the page before, if that went without a word, as one does that crashes or that the browser discards. A page that
 * is written anew goes on keeping what it kept.
 */
function lostSince(before: TabState | null, { document, site, files }: TabState): readonly string[] | undefined {
  if (before?.site !== site || hasLeft(before.document)) return undefined;
  return before.document === document ? before.lostFiles : before.files.filter((name) => !files.includes(name));
}

/**
 * Brings every badge up to date, and sets the alarm for the next change. Pages whose verdict has changed are told;
 * all are, when what they judge by has (settings, or a test's time): once all are painted, for then the report of none of them
 * is news to the others.
 */
export async function paintAll(hasChanges = false): Promise<void> {
  hasPendingChanges ||= hasChanges;
  await paintEach();
  if (hasChanges) await refreshAllTabs();
}

let hasPendingChanges = false;

const paintEach = coalesce(async () => {
  const refreshesAll = hasPendingChanges;
  hasPendingChanges = false;
  const context = await currentRenderContext();
  await forgetUnused();
  for (const { tabId, state } of await statesOfTabs()) {
    const verdict = await paintTab(tabId, context);
    if (!refreshesAll && verdict && verdict.name !== state.shown) tellTab(tabId, { kind: 'refresh' });
  }
  await updateUnlessKept();
  await setAlarm(await statesOfTabs(), context);
});

export const ALARM = 'badges';

/**
 * Sets the one alarm. An earlier one that still stands is moved. It rings once, for its work moves it on or clears it;
 * should the worker die over that, it rings again in a minute. It rings in a minute too where tabs are still being told of
 * something: if the worker dies over it, all of them are painted, and else what they report then moves it on.
 */
export async function setAlarm(states: StatesOfTabs, context: RenderContext, isTelling = false): Promise<void> {
  const { settingsOf, now, aheadMillis: ahead } = context;
  const changes = states.flatMap(({ state }) => {
    const { clock } = state.evidence;
    const settings = settingsOf(state.site);
    const verdict = verdictOf(state.evidence, settings, now);
    // A machine that wakes may have a page report before the alarm rings that is due: it must not be cleared with it.
    if (verdict.name !== state.shown) return now;
    return (clock && isAccepted(verdict) && nextChange(clock, settings, now)) || [];
  });
  const dueAt = await updateDueAt();
  if (dueAt !== undefined) changes.push(dueAt);
  if (isTelling) changes.push(now + 60_000);
  if (changes.length === 0) await browser.alarms.clear(ALARM);
  else await browser.alarms.create(ALARM, { when: Math.min(...changes) - ahead, periodInMinutes: 1 });
}
