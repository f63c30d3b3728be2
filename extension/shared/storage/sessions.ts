/**
 * What is remembered per site and cookie jar: a container or a private window has clocks and proofs of its own, and
 * what belongs to a private window stays in memory. The background writes it; the popup reads it too.
 */
import type { Cookies } from 'webextension-polyfill';
import type { Site } from '../../../src/jira/page.ts';
import { coalesce, withTimeout } from '../../../src/lib/async.ts';
import { addressesUsed } from '../../../src/jira/page-cookie.ts';
import { isKept, readKept, type Kept } from '../../../src/messages/validation.ts';
import { XSRF_COOKIE } from '../../../src/jira/token.ts';
import { browser } from '../browser.ts';

export interface SessionKey {
  readonly site: Site;
  readonly storeId: string;
  readonly isPrivate: boolean;
}

/** The two jars of Chrome, which doesn't say a tab's on the tab. */
export const CHROMES_STORES = { normal: '0', private: '1' };

/** Undefined if there is nothing, or nothing sound. */
export async function keptIn<Kind extends keyof Kept>(
  kind: Kind,
  session: SessionKey,
): Promise<Kept[Kind] | undefined> {
  const key = storageKeyOf(kind, session);
  return readKept(kind, (await areaOf(kind, session).get(key))[key]);
}

/** Whether a store is that of usual windows, whose cookies the background has too. */
export function isDefaultStore({ storeId, isPrivate }: SessionKey): boolean {
  return !isPrivate && [CHROMES_STORES.normal, 'firefox-default'].includes(storeId);
}

/** A session can outlast the browser, all else ends with it. */
export function areaOf(kind: keyof Kept, { isPrivate }: SessionKey): typeof browser.storage.local {
  return kind === 'session' && !isPrivate ? browser.storage.local : browser.storage.session;
}

/** A site in a cookie store by its name, and the name of its host there. */
export function namesOf({ storeId, site }: Pick<SessionKey, 'storeId' | 'site'>) {
  return { name: `${storeId} ${site}`, host: `${storeId} ${new URL(site).origin}` };
}

/** Whose a key is. */
export type Owner = NonNullable<ReturnType<typeof ownerOf>>;

/** Undefined for a key of anything else. */
export function ownerOf(key: string) {
  const [kind, storeId, site] = key.split(' ') as [string, string, Site];
  if (!isKept(kind) || !URL.canParse(site)) return undefined;
  return { key, site, ...namesOf({ storeId, site }) };
}

/** Whether a key is of a site's session, in whichever jar. */
export function isSessionOf(key: string, site: Site): boolean {
  return key.startsWith('session ') && key.endsWith(` ${site}`);
}

export function storageKeyOf(what: keyof Kept, { site, storeId }: SessionKey): string {
  return `${what} ${storeId} ${site}`;
}

/** Every cookie that a page sends to its site, at whichever address. Rejects where they can't be read. */
export async function cookiesSent(site: Site, address: string, storeId: string): Promise<Cookies.Cookie[]> {
  const { name: key } = namesOf({ storeId, site });
  const read = () => withTimeout(2_000, cookiesTo(addressesUsed(site), storeId));
  const ofSite = readsOfSites.get(key) ?? coalesce(read);
  readsOfSites.set(key, ofSite);
  const [here, everywhere] = await Promise.all([cookiesTo([address], storeId), ofSite()]);
  if (!everywhere) throw new Error('The browser did not tell its cookies');
  const all = [...here, ...everywhere];
  return [...new Map(all.map((each) => [[each.name, each.domain, each.path].join(' '), each])).values()];
}

/** One read takes some 80 calls: of fifty tabs that ask at once all but the first share the next. None that hangs holds it up. */
const readsOfSites = new Map<string, () => Promise<Cookies.Cookie[] | undefined>>();

async function cookiesTo(urls: readonly string[], storeId: string): Promise<Cookies.Cookie[]> {
  const listed = (await Promise.all(urls.map((url) => browser.cookies.getAll({ url, storeId })))).flat();
  if (!Object.values(CHROMES_STORES).includes(storeId)) return listed;
  // Chrome lists those alone whose own domain is granted, and gives the first of a name whoever's it is.
  const sessions = listed.filter(({ hostOnly, httpOnly }) => hostOnly && httpOnly).map(({ name }) => name);
  const names = [...new Set([XSRF_COOKIE, 'JSESSIONID', 'crowd.token_key', ...sessions])];
  const asked = urls.flatMap((url) => names.map((name) => browser.cookies.get({ url, name, storeId })));
  return [...listed, ...(await Promise.all(asked))].filter((cookie) => cookie !== null);
}
