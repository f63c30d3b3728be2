/** What the background learns of a site and cookie jar, and how it is kept. */
import type { Tabs } from 'webextension-polyfill';
import type { Evidence } from '../../src/verdict/evidence.ts';
import { oneAtATime } from '../../src/lib/async.ts';
import { withPast, type Past } from '../../src/verdict/history.ts';
import type { Site } from '../../src/jira/page.ts';
import { isSilent, laterOf } from '../../src/session/session-check.ts';
import { afterContact, afterProof, timeoutOf, type SessionClock } from '../../src/session/clock.ts';
import type { Kept } from '../../src/messages/validation.ts';
import type { Settings } from '../../src/settings/settings.ts';
import type { TokenTraits } from '../../src/jira/token.ts';
import { withTurn } from '../../src/session/cookie-changes.ts';
import { isLeftOpen } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { areaOf, keptIn, keyInJar, type Jar } from '../shared/storage/sessions.ts';
import { storeOfTab } from './cookies.ts';
import { keep } from './store-quota.ts';

/** Two tabs that report at once must not overwrite each other's contact. */
export const inTurn = oneAtATime();

export async function jarOf(site: Site, tab: Tabs.Tab): Promise<Jar> {
  return { site, storeId: await storeOfTab(tab), isPrivate: tab.incognito };
}

export async function clockOf(jar: Jar, settings: Settings): Promise<SessionClock | undefined> {
  const record = await keptIn('session', jar);
  if (!record) return undefined;
  const { minutes } = timeoutOf(settings, record.statedMinutes);
  return { lastContact: record.lastContact, timeoutMinutes: minutes };
}

export function noteContact(jar: Jar, at: number, statedMinutes: number | undefined): Promise<void> {
  return inTurn(() => change('session', jar, (before) => afterContact(before, at, statedMinutes)));
}

/**
 * Takes in a proof if it is news. A question without an answer is its own page's alone: leaving a page cuts its question
 * off too; and what a login has overtaken, that page asks about again. The proof itself is kept last: if the worker dies
 * before, it is news again.
 */
export function noteProof(jar: Jar, evidence: Evidence, now: number): Promise<void> {
  return inTurn(async () => {
    const { proof } = evidence;
    if (!proof) return;
    if (laterOf(await keptIn('proof', jar), proof, now) !== proof) return;
    if (isSilent(proof) || isLeftOpen(evidence) || evidence.isCookieUnreadable) return;
    await change('session', jar, (record) => afterProof(record, proof));
    await change('proof', jar, () => proof);
  });
}

/** Takes note of the cookie as a page has it. */
export function noteCookie(jar: Jar, cookie: TokenTraits, at: number): Promise<void> {
  return inTurn(() => change('turns', jar, (before = []) => withTurn(before, { ...cookie, at })));
}

/** Takes note of a tab's verdict, if it is another than before, for whoever has to find out what happened. */
export function noteVerdict(jar: Jar, past: Past): Promise<void> {
  return inTurn(() => change('history', jar, (before = []) => withPast(before, past)));
}

/** A question of ours was met by a challenge, at which browsers open a login dialog. */
export function noteChallenge(jar: Jar): Promise<void> {
  return inTurn(() => change('challenged', jar, () => true));
}

/** Earlier versions learned timeouts by observation, and kept them here. */
export async function removeLearned(): Promise<void> {
  const keys = Object.keys(await browser.storage.local.get());
  await browser.storage.local.remove(keys.filter((key) => key.startsWith('learned ')));
}

/** Keeps what comes of what there is, or that there is nothing any more. What stays as it is is not written again. */
async function change<Kind extends keyof Kept>(
  kind: Kind,
  jar: Jar,
  work: (before: Kept[Kind] | undefined) => Kept[Kind] | undefined,
): Promise<void> {
  const before = await keptIn(kind, jar);
  const after = work(before);
  if (after === before) return;
  const [key, area] = [keyInJar(kind, jar), areaOf(kind, jar)];
  await (after === undefined ? area.remove(key) : keep(area, { [key]: after }));
  // Who gave the site back in the middle of this may have found nothing yet to forget.
  if (!(await isGranted(jar.site))) await area.remove(key);
}
