/**
 * What is remembered per site and cookie jar: a container or a private window has clocks and proofs of its own, and
 * what belongs to a private window stays in memory.
 */
import type { Runtime } from 'webextension-polyfill';
import type { Site } from '../../src/page.ts';
import type { Proof } from '../../src/proof.ts';
import { readBounds, readProof, readSessionRecord, readTurns } from '../../src/schemas.ts';
import {
  afterContact,
  afterProof,
  afterTurn,
  type SessionClock,
  type SessionRecord,
} from '../../src/session-clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { learn, timeoutOf, type Bounds, type Lesson } from '../../src/timeout.ts';
import type { TokenTraits } from '../../src/token.ts';
import { troubleIn, withTurn, type Trouble } from '../../src/turns.ts';
import { browser } from '../browser.ts';
import { storeOfTab } from './cookies.ts';

export interface Jar {
  readonly site: Site;
  readonly storeId: string;
  readonly isPrivate: boolean;
}

export async function jarOf(site: Site, tab: NonNullable<Runtime.MessageSender['tab']>): Promise<Jar> {
  const storeId =
    (tab.id === undefined ? undefined : await storeOfTab(tab.id, tab.cookieStoreId)) ?? 'default';
  return { site, storeId, isPrivate: tab.incognito };
}

export async function clockOf(jar: Jar, settings: Settings): Promise<SessionClock | undefined> {
  const record = await recordOf(jar);
  if (!record) return undefined;
  const { minutes } = timeoutOf(
    { policy: settings.policyTimeoutMinutes, learned: await boundsOf(jar.site) },
    settings.timeoutMinutes,
  );
  return { lastContact: record.lastContact, timeoutMinutes: minutes };
}

export function noteContact(jar: Jar, at: number): Promise<void> {
  return inTurn(async () => keepRecord(jar, afterContact(await recordOf(jar), at)));
}

/** The cookie says that nobody is signed in, and no proof of ours made it say so: somebody logged out. */
export function noteLogout(jar: Jar): Promise<void> {
  return inTurn(async () => {
    const record = await recordOf(jar);
    if (record && !isProving(jar)) await keepRecord(jar, afterTurn(record));
  });
}

/**
 * Takes in a proof if it is news. Gives whether it was. A question without an answer is its own page's alone: leaving
 * a page cuts its question off too.
 */
export function noteProof(jar: Jar, proof: Proof): Promise<boolean> {
  return inTurn(async () => {
    if (proof.outcome === 'unreachable') {
      proving.delete(keyOf('proof', jar));
      return false;
    }
    const before = await latestProof(jar);
    if (before && before.at >= proof.at) return false;
    await browser.storage.session.set({ [keyOf('proof', jar)]: proof });
    proving.delete(keyOf('proof', jar));
    const { record, lesson } = afterProof(await recordOf(jar), proof);
    await keepRecord(jar, record);
    if (lesson && !jar.isPrivate) await takeLesson(jar.site, lesson);
    return true;
  });
}

export async function latestProof(jar: Jar): Promise<Proof | undefined> {
  const key = keyOf('proof', jar);
  return readProof((await browser.storage.session.get(key))[key]);
}

/** Takes note of the cookie as a page has it. Gives the trouble that its turns tell of, the first time they do. */
export function noteCookie(
  jar: Jar,
  cookie: TokenTraits,
  at: number,
  isLogin: boolean,
): Promise<Trouble | undefined> {
  return inTurn(async () => {
    const [key, toldKey] = [keyOf('turns', jar), keyOf('told', jar)];
    const kept = await browser.storage.session.get([key, toldKey]);
    const turns = isLogin ? [{ ...cookie, at }] : withTurn(readTurns(kept[key]), { ...cookie, at });
    await browser.storage.session.set({ [key]: turns });
    const trouble = troubleIn(turns);
    if (!trouble || kept[toldKey] === true) return undefined;
    await browser.storage.session.set({ [toldKey]: true });
    return trouble;
  });
}

/** For how long one tab's proof keeps the others of its site from making their own: a little over its limit. */
const PROVING_MILLIS = 2_500;
const proving = new Map<string, number>();

/** Whether a tab may make a proof now. Only ever a courtesy: a worker that died forgets it, and one more is made. */
export function mayProve(jar: Jar): boolean {
  if (isProving(jar)) return false;
  proving.set(keyOf('proof', jar), Date.now());
  return true;
}

function isProving(jar: Jar): boolean {
  return Date.now() - (proving.get(keyOf('proof', jar)) ?? 0) < PROVING_MILLIS;
}

async function recordOf(jar: Jar): Promise<SessionRecord | undefined> {
  const key = keyOf('session', jar);
  return readSessionRecord((await areaOf(jar).get(key))[key]);
}

async function keepRecord(jar: Jar, record: SessionRecord | undefined): Promise<void> {
  const key = keyOf('session', jar);
  if (record) await areaOf(jar).set({ [key]: record });
  else await areaOf(jar).remove(key);
}

async function boundsOf(site: Site): Promise<Bounds> {
  const key = `learned ${site}`;
  return readBounds((await browser.storage.local.get(key))[key]);
}

async function takeLesson(site: Site, lesson: Lesson): Promise<void> {
  await browser.storage.local.set({
    [`learned ${site}`]: learn(await boundsOf(site), lesson, DEFAULT_SETTINGS.timeoutMinutes),
  });
}

function areaOf({ isPrivate }: Jar): typeof browser.storage.local {
  return isPrivate ? browser.storage.session : browser.storage.local;
}

function keyOf(what: string, { site, storeId }: Jar): string {
  return `${what} ${storeId} ${site}`;
}

let turn: Promise<unknown> = Promise.resolve();

/** One after the other: two tabs that report at once must not overwrite each other's contact. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = turn.then(work);
  turn = next.catch(() => undefined);
  return next;
}
