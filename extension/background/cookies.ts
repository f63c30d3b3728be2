/**
 * The XSRF cookie, seen from the background: read where a page cannot, and watched for changes. A change is
 * only a hint to look again: browsers fire for equal values, and in an order of their own.
 */
import type { Cookies, Tabs } from 'webextension-polyfill';
import type { Answers } from '../../src/messages/protocol.ts';
import { pageCookieIn } from '../../src/jira/page-cookie.ts';
import type { Site } from '../../src/jira/page.ts';
import { Token, XSRF_COOKIE } from '../../src/jira/token.ts';
import { browser } from '../shared/browser.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { CHROMES_STORES, cookiesSent } from '../shared/storage/sessions.ts';
import { haveLook, tabsAt } from './tabs.ts';

/** How often a cookie of the name has turned since this worker began, and the digest of what each is now. */
let changeCount = 0;
const known = new Map<string, string | undefined>();

/** The cookie of a page of a site, from its tab's own cookie store. */
export async function cookieOfPage(site: Site, address: string, tab: Tabs.Tab): Promise<Answers['cookie']> {
  if (!(await isGranted(address))) return { state: 'unreadable' };
  try {
    const found = pageCookieIn(await cookiesSent(site, address, await storeOfTab(tab)), site);
    if (found.whose === 'neighbour') return { state: 'unreadable' };
    return { state: 'read', value: found.cookie?.value ?? null, isCrowded: found.whose === 'crowded', changeCount };
  } catch {
    // A first-party domain is demanded, or the jar has just closed.
    return { state: 'unreadable' };
  }
}

/** Whether a change is worth a look: of an overwrite's two events the second is, and of another host's cookie none. */
export function isXsrfChange({ cookie, cause, removed }: Cookies.OnChangedChangeInfoType): boolean {
  return cookie.name === XSRF_COOKIE && cookie.hostOnly && !(removed && cause === 'overwrite');
}

/** Has each tab of the cookie's host and jar look again; gives how many there are. */
export async function tellTabsOfCookie(cookie: Cookies.Cookie): Promise<number> {
  const [key, digest] = [`${cookie.storeId} ${cookie.domain}`, Token.parse(cookie.value)?.traits.digest];
  // Chrome tells of a value that is set again too, as some servers do with each answer.
  if (known.get(key) !== digest) changeCount++;
  known.set(key, digest);
  const tabs = await tabsAt([`*://${cookie.domain}/*`]);
  const stores = await Promise.all(tabs.map(storeOfTab));
  const own = tabs.filter((_tab, at) => stores[at] === cookie.storeId);
  await haveLook(own);
  return own.length;
}

/** Firefox says a tab's jar on the tab; Chrome says which tabs each of its two jars holds, but not of one that has just closed. */
export async function storeOfTab({ id, cookieStoreId, incognito }: Tabs.Tab): Promise<string> {
  if (cookieStoreId !== undefined) return cookieStoreId;
  const stores = await browser.cookies.getAllCookieStores();
  const own = stores.find(({ tabIds }) => id !== undefined && tabIds.includes(id));
  return own?.id ?? (incognito ? CHROMES_STORES.private : CHROMES_STORES.normal);
}
