/**
 * The settings that hold for a site, out of `storage.local`: its own over the user's for all sites, under those that a
 * policy sets. A site's own hang on its address.
 */
import type { Site } from '../src/page.ts';
import { readOwnSettings, readPolicy, readSettings } from '../src/schemas.ts';
import type { Settings } from '../src/settings.ts';
import type { SettingsFile } from '../src/transfer.ts';
import { browser } from './browser.ts';

/** Gives the settings that hold for a site; for none, those where a site has nothing of its own. */
export type SettingsOf = (site?: Site) => Settings;

/** What is stored, read once: gives the settings of any site. */
export async function storedSettings(): Promise<SettingsOf> {
  const [stored, policy] = await Promise.all([browser.storage.local.get(), storedPolicy()]);
  return (site) => readSettings(stored[FOR_ALL], policy, site && stored[keyOf(site)]).settings;
}

/** What the administrator has set. Without a policy Chrome gives an empty object and Firefox rejects. */
export async function storedPolicy(): Promise<Record<string, unknown>> {
  return browser.storage.managed.get().catch(() => ({}));
}

/** The organisation's Jiras, as the administrator has named them. Whether they are watched is the user's to say. */
export async function policySites(): Promise<Site[]> {
  return readPolicy(await storedPolicy()).sites;
}

/** What the user has set, as it is stored: for all sites, and for each by its address. */
export async function ownSettings(): Promise<SettingsFile> {
  const stored = await browser.storage.local.get();
  const sites: Record<string, Partial<Settings>> = {};
  for (const [key, value] of Object.entries(stored)) {
    if (key.startsWith(`${FOR_ALL} `))
      sites[key.slice(FOR_ALL.length + 1)] = readOwnSettings(value, key).fields;
  }
  return { all: readOwnSettings(stored[FOR_ALL] ?? {}, FOR_ALL).fields, sites };
}

/** Puts what the user has set in place of what there was. */
export async function replaceOwnSettings({ all, sites }: SettingsFile): Promise<void> {
  const before = Object.keys(await browser.storage.local.get()).filter(isSettingsKey);
  const after = {
    [FOR_ALL]: all,
    ...Object.fromEntries(Object.entries(sites).map(([site, own]) => [keyOf(site as Site), own])),
  };
  await browser.storage.local.set(after);
  await browser.storage.local.remove(before.filter((key) => !(key in after)));
}

/** Sets one thing for all sites. */
export function setForAll(own: Partial<Settings>): Promise<void> {
  return set(FOR_ALL, own);
}

/** Sets one thing for a site. */
export function setForSite(site: Site, own: Partial<Settings>): Promise<void> {
  return set(keyOf(site), own);
}

/** Takes away what a site has of its own, and gives it to the caller, for an undo. */
export async function resetSite(site: Site): Promise<Partial<Settings>> {
  const key = keyOf(site);
  const { [key]: before } = await browser.storage.local.get(key);
  // Kept, and empty: by this key alone a site may be known by its context path.
  await browser.storage.local.set({ [key]: {} });
  return readOwnSettings(before ?? {}, key).fields;
}

/** Leaves the rest as it is. */
async function set(key: string, own: Partial<Settings>): Promise<void> {
  const { [key]: before } = await browser.storage.local.get(key);
  await browser.storage.local.set({ [key]: { ...(before as object | undefined), ...own } });
}

/** Whether a key of `storage.local` holds settings. */
export function isSettingsKey(key: string): boolean {
  return key === FOR_ALL || key.startsWith(`${FOR_ALL} `);
}

const FOR_ALL = 'settings';

function keyOf(site: Site): string {
  return `${FOR_ALL} ${site}`;
}
