/**
 * What is remembered per site and cookie jar: a container or a private window has clocks and proofs of its own, and
 * what belongs to a private window stays in memory. The background writes it; the popup reads it too.
 */
import type { Cookies } from 'webextension-polyfill';
import type { Site } from '../src/page.ts';
import { addressesUsed } from '../src/page-cookie.ts';
import type { Proof } from '../src/proof.ts';
import { readHistory, readHolder, readProof, readSessionRecord, readTurns } from '../src/schemas.ts';
import type { SessionRecord } from '../src/session-clock.ts';
import type { Turn } from '../src/turns.ts';
import type { KnownHolder } from '../src/holder.ts';
import type { Past } from '../src/history.ts';
import { browser } from './browser.ts';

export interface Jar {
  readonly site: Site;
  readonly storeId: string;
  readonly isPrivate: boolean;
}

/** The two jars of Chrome, which doesn't say a tab's on the tab. */
export const CHROMES_STORES = { normal: '0', private: '1' };

export async function recordOf(jar: Jar): Promise<SessionRecord | undefined> {
  const key = keyInJar('session', jar);
  return readSessionRecord((await areaOf(jar).get(key))[key]);
}

export async function latestProof(jar: Jar): Promise<Proof | undefined> {
  const key = keyInJar('proof', jar);
  return readProof((await browser.storage.session.get(key))[key]);
}

/** Whose the cookie is. */
export async function holderOf(jar: Jar): Promise<KnownHolder | undefined> {
  const key = keyInJar('holder', jar);
  return readHolder((await browser.storage.session.get(key))[key]);
}

/** How the cookie turned in the last minutes. */
export async function turnsIn(jar: Jar): Promise<Turn[]> {
  const key = keyInJar('turns', jar);
  return readTurns((await browser.storage.session.get(key))[key]);
}

/** Which verdicts the pages of a site had, the latest last. */
export async function historyOf(jar: Jar): Promise<Past[]> {
  const key = keyInJar('history', jar);
  return readHistory((await browser.storage.session.get(key))[key]);
}

/** Whether a store is that of usual windows, whose cookies the background has too. */
export function isDefaultStore({ storeId, isPrivate }: Jar): boolean {
  return !isPrivate && [CHROMES_STORES.normal, 'firefox-default'].includes(storeId);
}

export function areaOf({ isPrivate }: Jar): typeof browser.storage.local {
  return isPrivate ? browser.storage.session : browser.storage.local;
}

const KINDS = ['session', 'proof', 'holder', 'turns', 'history', 'challenged'] as const;

/** A site in a cookie store by its name, and the name of its host there. */
export function namesOf({ storeId, site }: Pick<Jar, 'storeId' | 'site'>) {
  return { name: `${storeId} ${site}`, host: `${storeId} ${new URL(site).origin}` };
}

/** Whose a key is. */
export type Owner = NonNullable<ReturnType<typeof ownerOf>>;

/** Undefined for a key of anything else. */
export function ownerOf(key: string) {
  const [kind, storeId, site] = key.split(' ') as [string, string, Site];
  if (!KINDS.some((each) => each === kind) || !URL.canParse(site)) return undefined;
  return { key, site, ...namesOf({ storeId, site }) };
}

/** Whether a key is of a site's session, in whichever jar. */
export function isSessionOf(key: string, site: Site): boolean {
  return key.startsWith('session ') && key.endsWith(` ${site}`);
}

export function keyInJar(what: (typeof KINDS)[number], { site, storeId }: Jar): string {
  return `${what} ${storeId} ${site}`;
}

/** Every cookie that a page sends to its site, at whichever address. Rejects where they can't be read. */
export async function cookiesSent(site: Site, address: string, storeId: string): Promise<Cookies.Cookie[]> {
  const all = await Promise.all(
    addressesUsed(site, address).map((url) => browser.cookies.getAll({ url, storeId })),
  );
  const each = all
    .flat()
    .map((cookie) => [[cookie.name, cookie.domain, cookie.path].join(' '), cookie] as const);
  return [...new Map(each).values()];
}
