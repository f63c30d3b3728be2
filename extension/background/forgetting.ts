/** What is kept of sessions goes when nobody has a use for it. No wake-up is spent on that. */
import type { Cookies, Storage } from 'webextension-polyfill';
import { onceForAll } from '../../src/one-at-a-time.ts';
import { browser } from '../browser.ts';
import { grantedAmong } from '../granted.ts';
import { CHROMES_STORES, ownerOf, type Owner } from '../jar-store.ts';
import { statesOfTabs } from '../tab-states.ts';
import { inTurn } from './jars.ts';

/** A tab that is closing is listed for a moment yet. */
const CLOSING_MILLIS = 500;

/**
 * Forgets, and is to be called when one of these may be so:
 *
 * * in memory, what is of a host and cookie store without a tab: also what belonged to private windows, because the next one's
 *   cookie store has the same name. A tab that loads its next page is listed as before.
 * * everywhere, what is of a site that was taken back, but for what the user has set there.
 * * everywhere, of a host with more sites than anybody has, those that no tab shows: a page's script can make up context paths.
 */
export const forgetUnused = onceForAll(() => inTurn(forgetNow), CLOSING_MILLIS);

async function forgetNow(): Promise<void> {
  const { session, local } = browser.storage;
  const [tabs, states, inMemory, onDisk] = await Promise.all([
    browser.tabs.query({}),
    statesOfTabs(),
    ownersIn(session),
    ownersIn(local),
  ]);
  const owners = [...inMemory, ...onDisk];
  const granted = await grantedAmong([...new Set(owners.map(({ site }) => site))]);
  const shown = new Set(states.map(({ state: { storeId, site } }) => `${storeId} ${site}`));
  const open = new Set(
    tabs.map(({ url = 'about:blank', incognito, cookieStoreId }) => {
      const usual = incognito ? CHROMES_STORES.private : CHROMES_STORES.normal;
      return `${cookieStoreId ?? usual} ${new URL(url).origin}`;
    }),
  );
  const isCrowded = (host: string): boolean =>
    new Set(owners.filter((each) => each.host === host).map(({ storeId, site }) => `${storeId} ${site}`))
      .size > MOST_SITES_OF_HOST;
  const crowded = new Set([...new Set(owners.map(({ host }) => host))].filter(isCrowded));

  const isUnused = ({ storeId, site, host }: Owner): boolean =>
    !granted.has(site) || (crowded.has(host) && !shown.has(`${storeId} ${site}`));
  const isOver = (owner: Owner): boolean => isUnused(owner) || !open.has(owner.host);
  await session.remove(inMemory.filter(isOver).map(({ key }) => key));
  await local.remove(onDisk.filter(isUnused).map(({ key }) => key));
}

const MOST_SITES_OF_HOST = 20;

/**
 * A host's cookie has gone while no tab was open there: its data were cleared, and what is kept on disk of the session goes with
 * them. Open pages look for themselves.
 */
export function forgetCleared({ domain, hostOnly, path, storeId }: Cookies.Cookie): Promise<void> {
  return inTurn(async () => {
    const { local } = browser.storage;
    const isOf = (owner: Owner): boolean => {
      const { hostname, pathname } = new URL(owner.site);
      const isHost = hostname === domain || (!hostOnly && `.${hostname}`.endsWith(domain));
      return owner.storeId === storeId && isHost && isIn(path, pathname);
    };
    await local.remove((await ownersIn(local)).filter(isOf).map(({ key }) => key));
  });
}

function isIn(path: string, folder: string): boolean {
  return path === '/' || `${folder}/`.startsWith(`${path}/`);
}

async function ownersIn(area: Storage.StorageArea): Promise<Owner[]> {
  return Object.keys(await area.get()).flatMap((key) => ownerOf(key) ?? []);
}
