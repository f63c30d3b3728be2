/** Deletes what is stored of tabs and sessions once nobody needs it. The worker is never woken just for that. */
import type { Cookies, Tabs } from 'webextension-polyfill';
import { coalesce, pause } from '../../src/lib/async.ts';
import type { Site } from '../../src/jira/page.ts';
import { readSessionValue } from '../../src/messages/schemas.ts';
import { browser } from '../shared/browser.ts';
import { reportError } from '../shared/errors.ts';
import { grantedAmong } from '../shared/permissions/granted.ts';
import { currentTime } from '../shared/storage/current-time.ts';
import { namesOf, ownerOf, type Owner } from '../shared/storage/sessions.ts';
import { inMemory, onDisk, type StoredArea } from '../shared/storage/stored-area.ts';
import { statesOfTabs, stateOfTab } from '../shared/storage/tabs.ts';
import { serialize } from './session-store.ts';
import { forgetDocument, forgetTab } from './watched-tabs.ts';
import { storeOfTab } from './xsrf-cookie.ts';

/**
 * Forgets:
 *
 * * tabs that are closed or show another site, and whose page ended without a message: it crashed, or in Chrome its
 *   last message met a sleeping worker. The browser hides the addresses of sites that are not watched from us. They
 *   wait for the next alarm, or for another tab that leaves its host;
 * * in memory, what belongs to a host and cookie store without a tab. This covers private windows: the next one's
 *   cookie store has the same name. A tab that is loading its next page is still listed;
 * * what belongs to a revoked site, except for the user's settings for it;
 * * of a host with more sites than anybody has, those that no tab shows: a page's script can invent context paths;
 * * on disk, a session without a contact for 30 days, unless a tab is open at its host: without its clock, a page that
 *   has slept would look fresh.
 */
export function forgetUnused(): Promise<void> {
  return serialize(async () => {
    const [ofMemory, ofDisk] = [await ownersIn(inMemory), await ownersIn(onDisk)];
    const now = await currentTime();
    const owners = [...ofMemory, ...ofDisk];
    const granted = await grantedAmong([...new Set(owners.map(({ site }) => site))]);
    const states = (await statesOfTabs()).map(({ tabId, state }) => ({ tabId, ...namesOf(state) }));
    const tabs = new Map((await browser.tabs.query({})).map((tab) => [tab.id, hostOf(tab)]));
    const [shown, open] = [states.map(({ name }) => name), [...tabs.values()]];
    const isUnused = ({ site, name, host }: Owner): boolean =>
      !granted.has(site) || (!shown.includes(name) && isCrowded(host, owners));
    const isClosed = ({ host }: Owner): boolean => !open.includes(host);
    const isLongAgo = ({ value }: Stored): boolean =>
      Math.abs(now - (readSessionValue('session', value)?.lastContact ?? 0)) >= LONGEST_SILENCE_MILLIS;
    const unusedInMemory = ofMemory.filter((owner) => isUnused(owner) || isClosed(owner));
    const unusedOnDisk = ofDisk.filter((owner) => isUnused(owner) || (isClosed(owner) && isLongAgo(owner)));
    for (const { tabId, host } of states) if (tabs.get(tabId) !== host) await forgetTab(tabId);
    await inMemory.remove(unusedInMemory.map(({ key }) => key));
    await onDisk.remove(unusedOnDisk.map(({ key }) => key));
  });
}

export const MAX_SITES_PER_HOST = 20;

/** Longer than a timeout that anybody can set, and than Jira remembers a user. */
const LONGEST_SILENCE_MILLIS = 30 * 24 * 3_600_000;

/** After so long a closing tab is no longer listed. */
const CLOSING_MILLIS = 500;

/** The same, once a closing tab is no longer listed. */
export async function forgetUnusedSoon(): Promise<void> {
  await pause(CLOSING_MILLIS);
  return forgetUnusedNow();
}

const forgetUnusedNow = coalesce(forgetUnused);

/** A document that has left its tab, and the name of its host and cookie store if they were known. */
interface LeftDocument {
  readonly tabId: number;
  readonly document: string;
  readonly host: string | undefined;
}

/**
 * Forgets a document a moment after it has left: mostly the next one has reported then, which replaces it. Then forgets
 * what is unused, unless the tab stays at its host: on most loads it does, and then nothing has become unused, so the
 * browser need not list all its tabs.
 */
export async function forgetLeft(document: LeftDocument): Promise<void> {
  await pause(CLOSING_MILLIS);
  leftDocuments.push(document);
  return forgetAllLeft();
}

const leftDocuments: LeftDocument[] = [];

const forgetAllLeft = coalesce(async () => {
  const left = leftDocuments.splice(0);
  await Promise.all(left.map(({ tabId, document }) => forgetDocument(tabId, document).catch(reportError)));
  const owners = [...(await ownersIn(inMemory)), ...(await ownersIn(onDisk))];
  for (const { tabId, host } of left)
    if (host === undefined || isCrowded(host, owners) || (await hostNow(tabId)) !== host) return forgetUnused();
  return undefined;
});

/** The host and cookie store that a tab shows; undefined if it is closed. */
async function hostNow(tabId: number): Promise<string | undefined> {
  const state = await stateOfTab(tabId);
  if (state) return namesOf(state).host;
  const tab = await browser.tabs.get(tabId).catch(() => undefined);
  return tab && hostOf(tab);
}

/** Whether a host has more sites than anybody has. */
function isCrowded(host: string, owners: readonly Owner[]): boolean {
  const sites = owners.filter((each) => each.host === host).map(({ name }) => name);
  return new Set(sites).size > MAX_SITES_PER_HOST;
}

/** A host's cookie has gone while no tab was open there: its data were cleared, so its sessions on disk go too. */
export function forgetCleared({ domain, storeId }: Cookies.Cookie): Promise<void> {
  return serialize(async () => {
    const cleared = (await ownersIn(onDisk)).filter(
      ({ name, site }) => name.startsWith(`${storeId} `) && new URL(site).hostname === domain,
    );
    await onDisk.remove(cleared.map(({ key }) => key));
  });
}

type Stored = Owner & { readonly value: unknown };

async function ownersIn(area: StoredArea): Promise<Stored[]> {
  return Object.entries(await area.read()).flatMap(([key, value]) => {
    const owner = ownerOf(key);
    return owner ? { ...owner, value } : [];
  });
}

function hostOf(tab: Tabs.Tab): string {
  return namesOf({ storeId: storeOfTab(tab), site: (tab.url ?? 'about:blank') as Site }).host;
}
