/**
 * The settings for a site, from `storage.local`: a policy's settings come first, then the site's own, then those of
 * its host, then the user's for all sites. A site's own settings are stored under its address.
 */
import { createSerializer } from '../../../src/lib/async.ts';
import type { Site } from '../../../src/jira/page.ts';
import type { OwnSettings, Settings } from '../../../src/settings/definitions.ts';
import type { SettingsFile } from '../../../src/settings/settings-file.ts';
import { readOwnSettings, readPolicy, readSettings } from '../../../src/settings/validation.ts';
import { isSessionOf } from './sessions.ts';
import { byPolicy, onDisk } from './stored-area.ts';

/** Gives the settings for a site; without one, those for a site that has none of its own. */
export type SettingsOf = (site?: Site) => Settings;

/** Reads what is stored once; gives the settings for any site. */
export async function storedSettings(): Promise<SettingsOf> {
  const [stored, policy] = await Promise.all([onDisk.read(), storedPolicy()]);
  return (site) => readSettings(stored[FOR_ALL], policy, ...(site ? layersOf(site, stored) : []));
}

/**
 * A site's own settings come before those of its host, which has a card before its Jira was ever visited. What is set
 * there is meant for that Jira, even if it turns out to live under a path, unless the host is known to be one itself.
 */
function layersOf(site: Site, stored: Record<string, unknown>): unknown[] {
  const own = stored[settingsKey(site)];
  const host = new URL(site).origin as Site;
  const isJira = Object.keys(stored).some((key) => isSessionOf(key, host));
  return isJira ? [own] : [stored[settingsKey(host)], own];
}

function validSettings(stored: Record<string, unknown>, key: string): OwnSettings {
  return readOwnSettings(stored[key] ?? {}, key).fields;
}

/** What the administrator has set; empty without a policy. */
export async function storedPolicy(): Promise<Readonly<Record<string, unknown>>> {
  return byPolicy.read().catch(() => ({}));
}

/** The organisation's Jiras, as named by the administrator. Only the user decides whether they are watched. */
export async function policySites(): Promise<Site[]> {
  return readPolicy(await storedPolicy()).sites;
}

/** Whether the administrator lets the welcome page open, as it does without a policy. */
export async function isWelcomeWanted(): Promise<boolean> {
  return readPolicy(await storedPolicy()).welcomePage ?? true;
}

/** What the user has set, as stored: for all sites, and for each site by its address. */
export async function ownSettings(): Promise<SettingsFile> {
  const stored = await onDisk.read();
  const sites: Record<string, OwnSettings> = {};
  for (const key of Object.keys(stored)) {
    if (key.startsWith(`${FOR_ALL} `)) sites[key.slice(FOR_ALL.length + 1)] = validSettings(stored, key);
  }
  return { all: validSettings(stored, FOR_ALL), sites };
}

/** Replaces all that the user has set with the result of `by`, and gives what there was, for an undo. */
export function replaceOwnSettings(by: (before: SettingsFile) => SettingsFile): Promise<SettingsFile> {
  return serialize(async () => {
    const before = await ownSettings();
    const { all, sites } = by(before);
    const after = {
      [FOR_ALL]: all,
      ...Object.fromEntries(Object.entries(sites).map(([site, own]) => [settingsKey(site as Site), own])),
    };
    await onDisk.set(after);
    const gone = Object.keys(before.sites).filter((site) => !(site in sites));
    await onDisk.remove(gone.map((site) => settingsKey(site as Site)));
    return before;
  });
}

/** Fields to set; a field that is undefined is removed. */
export type SettingsChange = { readonly [Name in keyof OwnSettings]: OwnSettings[Name] | undefined };

/** Sets something for a site, or for all sites if none is given, and leaves the rest as it is. */
export function changeSettings(site: Site | undefined, change: SettingsChange): Promise<void> {
  const key = site ? settingsKey(site) : FOR_ALL;
  return serialize(async () => {
    const before = await onDisk.value(key);
    const after = Object.entries({ ...(before as object | undefined), ...change });
    await onDisk.set({
      [key]: Object.fromEntries(after.filter(([, value]) => value !== undefined)),
    });
  });
}

/** Removes a site's own settings and gives them to the caller, for an undo. */
export function resetSite(site: Site): Promise<OwnSettings> {
  const key = settingsKey(site);
  return serialize(async () => {
    const stored = { [key]: await onDisk.value(key) };
    // Keep an empty entry: this key alone may tell a site's context path.
    await onDisk.set({ [key]: {} });
    return validSettings(stored, key);
  });
}

/** Two choices made at once must not overwrite each other. */
export const serialize = createSerializer();

export function isSettingsKey(key: string): boolean {
  return key === FOR_ALL || key.startsWith(`${FOR_ALL} `);
}

/** The key of `storage.local` that holds a site's own settings. */
export function settingsKey(site: Site): string {
  return `${FOR_ALL} ${site}`;
}

const FOR_ALL = 'settings';
