/** What the background learns of a site and cookie jar, and how it is kept. */
import type { Runtime, Tabs } from 'webextension-polyfill';
import type { Evidence } from '../../src/evidence.ts';
import { laterHolder } from '../../src/holder.ts';
import { oneAtATime } from '../../src/one-at-a-time.ts';
import { withPast, type Past } from '../../src/history.ts';
import type { Site } from '../../src/page.ts';
import { OTHERS_TURN_MILLIS } from '../../src/proof.ts';
import { readSessionRecord } from '../../src/schemas.ts';
import {
  afterContact,
  afterProof,
  afterTurn,
  type SessionClock,
  type SessionRecord,
} from '../../src/session-clock.ts';
import type { Settings } from '../../src/settings.ts';
import type { TokenTraits } from '../../src/token.ts';
import { withTurn } from '../../src/turns.ts';
import { isLeftOpen } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import {
  CHROMES_STORES,
  areaOf,
  historyOf,
  holderOf,
  isKeyInJar,
  isSessionKey,
  keyInJar,
  latestProof,
  recordOf,
  turnsIn,
  type Jar,
} from '../jar-store.ts';
import { keptAfter, learnedOf, siteTimeout } from '../learned.ts';
import { storeOfTab } from './cookies.ts';

/** Two tabs that report at once must not overwrite each other's contact. */
const inTurn = oneAtATime();

export async function jarOf(site: Site, tab: NonNullable<Runtime.MessageSender['tab']>): Promise<Jar> {
  return { site, storeId: await storeOfTab(tab), isPrivate: tab.incognito };
}

export async function clockOf(jar: Jar, settings: Settings): Promise<SessionClock | undefined> {
  const record = await recordOf(jar);
  if (!record) return undefined;
  const { minutes } = siteTimeout(await learnedOf(jar.site), settings);
  return { lastContact: record.lastContact, timeoutMinutes: minutes };
}

export function noteContact(jar: Jar, at: number): Promise<void> {
  return inTurn(async () => keepRecord(jar, afterContact(await recordOf(jar), at)));
}

/** Somebody logged out, unless a question of ours is under way, whose answer may have turned the cookie. */
export function noteLogout(jar: Jar): Promise<void> {
  return inTurn(async () => {
    const record = await recordOf(jar);
    if (record && !isProving(jar)) await keepRecord(jar, afterTurn(record));
  });
}

/** The browser was started: which of its sessions have outlived that nobody knows. */
export function noteRestart(): Promise<void> {
  return inTurn(async () => {
    const kept = Object.entries(await browser.storage.local.get()).flatMap(([key, value]) => {
      const record = isSessionKey(key) ? readSessionRecord(value) : undefined;
      return record ? [[key, afterTurn(record)] as const] : [];
    });
    await browser.storage.local.set(Object.fromEntries(kept));
  });
}

/**
 * Takes in a proof if it is news. A question without an answer is its own page's alone: leaving a page cuts its question
 * off too; and what a login has overtaken, that page asks about again. The proof itself is kept last: if the worker dies
 * before, it is news again, and teaches nothing twice, because a lesson and the record that it came from are written in one.
 */
export function noteProof(jar: Jar, evidence: Evidence): Promise<void> {
  return inTurn(async () => {
    const { proof } = evidence;
    if (!proof) return;
    const before = await latestProof(jar);
    if (before && before.at >= proof.at) return;
    giveTurnBack(jar);
    if (proof.outcome === 'unreachable' || isLeftOpen(evidence)) return;
    const { record, lesson } = afterProof(await recordOf(jar), proof);
    await keepRecord(jar, record, lesson && !jar.isPrivate ? await keptAfter(jar.site, lesson) : {});
    await browser.storage.session.set({ [keyInJar('proof', jar)]: proof });
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
    if (after !== before) await browser.storage.session.set({ [keyInJar('holder', jar)]: after });
  });
}

/** Takes note of the cookie as a page has it. */
export function noteCookie(jar: Jar, cookie: TokenTraits, at: number): Promise<void> {
  return inTurn(async () => {
    const turns = withTurn(await turnsIn(jar), { ...cookie, at });
    await browser.storage.session.set({ [keyInJar('turns', jar)]: turns });
  });
}

/** Takes note of a tab's verdict, if it is another than before, for whoever has to find out what happened. */
export function noteVerdict(jar: Jar, past: Past): Promise<void> {
  return inTurn(async () => {
    const before = await historyOf(jar);
    const after = withPast(before, past);
    if (after !== before) await browser.storage.session.set({ [keyInJar('history', jar)]: after });
  });
}

/**
 * What belonged to private windows ends with the last of them: the next one's jar has the same name. Takes whether a tab is
 * closing, because in Firefox it is still listed then.
 */
export function forgetPrivateJars(isClosing: (tab: Tabs.Tab) => boolean): Promise<void> {
  return inTurn(async () => {
    const tabs = await browser.tabs.query({});
    if (tabs.some((tab) => tab.incognito && !isClosing(tab))) return;
    const keys = Object.keys(await browser.storage.session.get()).filter((key) =>
      isKeyInJar(key, PRIVATE_STORES),
    );
    if (keys.length > 0) await browser.storage.session.remove(keys);
  });
}

/** As Chromium and Firefox name them. */
const PRIVATE_STORES = [CHROMES_STORES.private, 'firefox-private'];

/** When a tab of a jar was last given its turn to ask. */
const proving = new Map<string, number>();

/** Whether a tab may make a proof now. Only ever a courtesy: a worker that died forgets it, and one more is made. */
export function mayProve(jar: Jar): boolean {
  if (isProving(jar)) return false;
  proving.set(keyInJar('proof', jar), Date.now());
  return true;
}

/** The turn was not used. */
export function giveTurnBack(jar: Jar): void {
  proving.delete(keyInJar('proof', jar));
}

function isProving(jar: Jar): boolean {
  return Date.now() - (proving.get(keyInJar('proof', jar)) ?? 0) < OTHERS_TURN_MILLIS;
}

/** Keeps a record, or that there is none any more, in one step with what else is to be kept. */
async function keepRecord(jar: Jar, record: SessionRecord | undefined, besides: object = {}): Promise<void> {
  const key = keyInJar('session', jar);
  await areaOf(jar).set({ ...besides, [key]: record ?? null });
  if (!record) await areaOf(jar).remove(key);
}
