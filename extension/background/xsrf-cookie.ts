/**
 * The XSRF cookie, seen from the background: read where a page cannot read it, and watched for changes. A change is
 * only a hint to refresh: browsers also fire for equal values, and in an order of their own.
 */
import type { Cookies, Tabs } from 'webextension-polyfill';
import type { Answers } from '../../src/messages/protocol.ts';
import { pageCookieIn } from '../../src/jira/page-cookie.ts';
import type { Site } from '../../src/jira/page.ts';
import { Token, XSRF_COOKIE } from '../../src/jira/token.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { CHROMES_STORES, cookiesSent } from '../shared/storage/sessions.ts';
import { refreshTabs, tabsAt } from './watched-tabs.ts';

/** How often a cookie of this name has changed since this worker started, and the current digest of each. */
let changeCount = 0;
const known = new Map<string, string | undefined>();

/** The cookie of a page of a site, from its tab's own cookie store. */
export async function cookieOfPage(site: Site, address: string, tab: Tabs.Tab): Promise<Answers['cookie']> {
  if (!(await isGranted(address))) return { state: 'unreadable' };
  try {
    const found = pageCookieIn(await cookiesSent(site, address, storeOfTab(tab)), site);
    if (found.whose === 'neighbour') return { state: 'unreadable' };
    return { state: 'read', value: found.cookie?.value ?? null, isCrowded: found.whose === 'crowded', changeCount };
  } catch {
    // A first-party domain is required, or the cookie store has just closed.
    return { state: 'unreadable' };
  }
}

/** Whether a change calls for a refresh: of an overwrite's two events only the second; another host's cookie never. */
export function isXsrfChange({ cookie, cause, removed }: Cookies.OnChangedChangeInfoType): boolean {
  return cookie.name === XSRF_COOKIE && cookie.hostOnly && !(removed && cause === 'overwrite');
}

/** Asks each tab of the cookie's host and cookie store to refresh; gives the number of these tabs. */
export async function refreshTabsOfCookie(cookie: Cookies.Cookie): Promise<number> {
  const [key, digest] = [`${cookie.storeId} ${cookie.domain}`, Token.parse(cookie.value)?.traits.digest];
  // Chrome also fires when the same value is set again, as some servers do with each answer.
  if (known.get(key) !== digest) changeCount++;
  known.set(key, digest);
  const tabs = await tabsAt([`*://${cookie.domain}/*`]);
  const own = tabs.filter((tab) => storeOfTab(tab) === cookie.storeId);
  await refreshTabs(own);
  return own.length;
}

/** The cookie store of a tab. Firefox names it there; Chrome has two, for ordinary and for private windows. */
export function storeOfTab({ cookieStoreId, incognito }: Tabs.Tab): string {
  return cookieStoreId ?? CHROMES_STORES[incognito ? 'private' : 'normal'];
}
