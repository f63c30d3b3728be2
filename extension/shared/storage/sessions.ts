/**
 * What is stored per session (site and cookie store): a container or a private window has clocks and proofs of its
 * own, and those of a private window stay in memory. The background writes them; the popup also reads them.
 */
import type { Cookies } from 'webextension-polyfill';
import type { Site } from '../../../src/jira/page.ts';
import { coalesce, withTimeout } from '../../../src/lib/async.ts';
import { cookieAddresses } from '../../../src/jira/page-cookie.ts';
import { isSessionValue, readSessionValue, type SessionValues } from '../../../src/messages/schemas.ts';
import { XSRF_COOKIE } from '../../../src/jira/token.ts';
import { browser } from '../browser.ts';
import { inMemory, onDisk, type StoredArea } from './stored-area.ts';

export interface SessionKey {
  readonly site: Site;
  readonly storeId: string;
  readonly isPrivate: boolean;
}

/** Chrome's two cookie stores. Chrome does not name the store on the tab. */
export const CHROMES_STORES = { normal: '0', private: '1' };

/** Undefined if nothing, or nothing valid, is stored. */
export async function storedValue<Kind extends keyof SessionValues>(
  kind: Kind,
  session: SessionKey,
): Promise<SessionValues[Kind] | undefined> {
  return readSessionValue(kind, await areaOf(kind, session).value(storageKeyOf(kind, session)));
}

/** Whether a store is that of ordinary windows, whose cookies the background has too. */
export function isDefaultStore({ storeId, isPrivate }: SessionKey): boolean {
  return !isPrivate && [CHROMES_STORES.normal, 'firefox-default'].includes(storeId);
}

/** A session can outlast the browser; everything else ends with it. */
export function areaOf(kind: keyof SessionValues, { isPrivate }: SessionKey): StoredArea {
  return kind === 'session' && !isPrivate ? onDisk : inMemory;
}

/** The name of a site in a cookie store, and the name of its host there. */
export function namesOf({ storeId, site }: Pick<SessionKey, 'storeId' | 'site'>) {
  return { name: `${storeId} ${site}`, host: `${storeId} ${new URL(site).origin}` };
}

/** The site and cookie store that a storage key belongs to. */
export type Owner = NonNullable<ReturnType<typeof ownerOf>>;

/** Undefined for any other key. */
export function ownerOf(key: string) {
  const [kind, storeId, site] = key.split(' ') as [string, string, Site];
  if (!isSessionValue(kind) || !URL.canParse(site)) return undefined;
  return { key, site, ...namesOf({ storeId, site }) };
}

/** Whether a key holds a site's session, in any cookie store. */
export function isSessionOf(key: string, site: Site): boolean {
  return key.startsWith('session ') && key.endsWith(` ${site}`);
}

export function storageKeyOf(what: keyof SessionValues, { site, storeId }: SessionKey): string {
  return `${what} ${storeId} ${site}`;
}

/** Every cookie that a page sends to its site, at any of its addresses. Rejects if they cannot be read. */
export async function cookiesSent(site: Site, address: string, storeId: string): Promise<Cookies.Cookie[]> {
  const { name: key } = namesOf({ storeId, site });
  const read = () => withTimeout(2_000, cookiesTo(cookieAddresses(site), storeId));
  const ofSite = readsOfSites.get(key) ?? coalesce(read);
  readsOfSites.set(key, ofSite);
  const [here, everywhere] = await Promise.all([cookiesTo([address], storeId), ofSite()]);
  if (!everywhere) throw new Error('The browser did not tell its cookies');
  const all = [...here, ...everywhere];
  return [...new Map(all.map((each) => [[each.name, each.domain, each.path].join(' '), each])).values()];
}

/** One read takes some 80 calls; if fifty tabs ask at once, all but the first share the next. None waits forever. */
const readsOfSites = new Map<string, () => Promise<Cookies.Cookie[] | undefined>>();

async function cookiesTo(urls: readonly string[], storeId: string): Promise<Cookies.Cookie[]> {
  const listed = (await Promise.all(urls.map((url) => browser.cookies.getAll({ url, storeId })))).flat();
  if (!Object.values(CHROMES_STORES).includes(storeId)) return listed;
  // Chrome lists only cookies whose own domain is granted; `get` gives the first of a name, whoever has set it.
  const sessions = listed.filter(({ hostOnly, httpOnly }) => hostOnly && httpOnly).map(({ name }) => name);
  const names = [...new Set([XSRF_COOKIE, 'JSESSIONID', 'crowd.token_key', ...sessions])];
  const asked = urls.flatMap((url) => names.map((name) => browser.cookies.get({ url, name, storeId })));
  return [...listed, ...(await Promise.all(asked))].filter((cookie) => cookie !== null);
}
