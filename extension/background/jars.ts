/** What the background learns of a site and cookie jar, and how it is kept. */
import type { Runtime } from 'webextension-polyfill';
import type { Evidence } from '../../src/evidence.ts';
import { laterHolder } from '../../src/holder.ts';
import { oneAtATime } from '../../src/one-at-a-time.ts';
import { withPast, type Past } from '../../src/history.ts';
import type { Site } from '../../src/page.ts';
import { OTHERS_TURN_MILLIS } from '../../src/proof.ts';
import {
  afterContact,
  afterProof,
  timeoutOf,
  type SessionClock,
  type SessionRecord,
} from '../../src/session-clock.ts';
import type { Settings } from '../../src/settings.ts';
import type { TokenTraits } from '../../src/token.ts';
import { withTurn } from '../../src/turns.ts';
import { isLeftOpen } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import {
  areaOf,
  historyOf,
  holderOf,
  keyInJar,
  latestProof,
  recordOf,
  turnsIn,
  type Jar,
} from '../jar-store.ts';
import { storeOfTab } from './cookies.ts';
import { keep } from './keep.ts';

/** Two tabs that report at once must not overwrite each other's contact. */
export const inTurn = oneAtATime();

export async function jarOf(site: Site, tab: NonNullable<Runtime.MessageSender['tab']>): Promise<Jar> {
  return { site, storeId: await storeOfTab(tab), isPrivate: tab.incognito };
}

export async function clockOf(jar: Jar, settings: Settings): Promise<SessionClock | undefined> {
  const record = await recordOf(jar);
  if (!record) return undefined;
  const { minutes } = timeoutOf(settings, record.statedMinutes);
  return { lastContact: record.lastContact, timeoutMinutes: minutes };
}

export function noteContact(jar: Jar, at: number, statedMinutes: number | undefined): Promise<void> {
  return inTurn(async () => keepRecord(jar, afterContact(await recordOf(jar), at, statedMinutes)));
}

/**
 * Takes in a proof if it is news. A question without an answer is its own page's alone: leaving a page cuts its question
 * off too; and what a login has overtaken, that page asks about again. The proof itself is kept last: if the worker dies
 * before, it is news again.
 */
export function noteProof(jar: Jar, evidence: Evidence): Promise<void> {
  return inTurn(async () => {
    const { proof } = evidence;
    if (!proof) return;
    const before = await latestProof(jar);
    if (before && before.at >= proof.at) return;
    giveTurnBack(jar);
    if (proof.outcome === 'unreachable' || isLeftOpen(evidence)) return;
    await keepRecord(jar, afterProof(await recordOf(jar), proof));
    await keep(browser.storage.session, { [keyInJar('proof', jar)]: proof });
  });
}

/** Takes note of whose the cookie is, by a page that has it, and of which it is known when it was loaded. */
export function noteHolder(
  jar: Jar,
  { cookieToken, pageUser, relation }: Evidence,
  loadedAt: number,
): Promise<void> {
  return inTurn(async () => {
    if (!pageUser || !cookieToken || relation !== 'equal') return;
    const before = await holderOf(jar);
    const after = laterHolder(before, { user: pageUser, digest: cookieToken.digest, at: loadedAt });
    if (after !== before) await keep(browser.storage.session, { [keyInJar('holder', jar)]: after });
  });
}

/** Takes note of the cookie as a page has it. */
export function noteCookie(jar: Jar, cookie: TokenTraits, at: number): Promise<void> {
  return inTurn(async () => {
    const turns = withTurn(await turnsIn(jar), { ...cookie, at });
    await keep(browser.storage.session, { [keyInJar('turns', jar)]: turns });
  });
}

/** Earlier versions learned timeouts by observation, and kept them here. */
export async function removeLearned(): Promise<void> {
  const keys = Object.keys(await browser.storage.local.get());
  await browser.storage.local.remove(keys.filter((key) => key.startsWith('learned ')));
}

/** Takes note of a tab's verdict, if it is another than before, for whoever has to find out what happened. */
export function noteVerdict(jar: Jar, past: Past): Promise<void> {
  return inTurn(async () => {
    const before = await historyOf(jar);
    const after = withPast(before, past);
    if (after !== before) await keep(browser.storage.session, { [keyInJar('history', jar)]: after });
  });
}

/** When a tab of a jar was last given its turn to ask. */
const proving = new Map<string, number>();

/** Whether a tab may make a proof now. Only ever a courtesy: a worker that died forgets it, and one more is made. */
export function mayProve(jar: Jar): boolean {
  const key = keyInJar('proof', jar);
  if (Date.now() - (proving.get(key) ?? 0) < OTHERS_TURN_MILLIS) return false;
  proving.set(key, Date.now());
  return true;
}

/** The turn was not used. */
export function giveTurnBack(jar: Jar): void {
  proving.delete(keyInJar('proof', jar));
}

/** Keeps a record, or that there is none any more. */
async function keepRecord(jar: Jar, record: SessionRecord | undefined): Promise<void> {
  const key = keyInJar('session', jar);
  await (record ? keep(areaOf(jar), { [key]: record }) : areaOf(jar).remove(key));
}
