/** What the options show, read from permissions, storage and policy. */
import { isSiteAddress } from '../../src/jira/site-address.ts';
import type { Site } from '../../src/jira/page.ts';
import { readSessionValue } from '../../src/messages/schemas.ts';
import { readPolicy } from '../../src/settings/validation.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { browser } from '../shared/browser.ts';
import { grantedAmong, grantedPatterns, isRequired } from '../shared/permissions/granted.ts';
import { isSessionOf } from '../shared/storage/sessions.ts';
import { faultLines } from '../shared/setting-error-message.ts';
import { isWide, watchedAddresses, type WatchedAddress } from './watched-sites.ts';
import { ownSettings, storedPolicy, storedSettings } from '../shared/storage/settings.ts';

export interface WatchedSite extends WatchedAddress {
  readonly settings: Settings;
  /** The timeout that its pages state, if any. */
  readonly statedMinutes: number | undefined;
  /** Whether it has a setting of its own, and so something to reset. */
  readonly hasOwn: boolean;
  /** Whether it is built in, and so cannot be revoked. */
  readonly isRequired: boolean;
}

export interface Options {
  readonly sites: readonly WatchedSite[];
  /** Sites that a policy names and that are not granted. */
  readonly offered: readonly Site[];
  /** Whether the browser grants more than single hosts: then a Jira may be watched that is not known yet. */
  readonly isWide: boolean;
  /** The settings for a site that has none of its own. */
  readonly all: Settings;
  /** The settings that a policy has made, which nobody can change. */
  readonly locked: ReadonlySet<string>;
  /** The parts of a policy that cannot be followed. */
  readonly refused: readonly string[];
}

export async function readOptions(): Promise<Options> {
  const [patterns, stored, own, policy, settingsOf] = await Promise.all([
    grantedPatterns(),
    browser.storage.local.get(),
    ownSettings(),
    storedPolicy(),
    storedSettings(),
  ]);
  const { settings: set, sites: named, refused } = readPolicy(policy);
  const seen = Object.keys(stored).flatMap((key) => ADDRESS_IN_KEY.exec(key)?.[1] ?? []);
  const known = [...seen.filter(isSiteAddress), ...named];
  const granted = await grantedAmong(known);
  const places = watchedAddresses(
    patterns,
    known.filter((address) => granted.has(address)),
  );
  return {
    sites: places.map((place) => ({
      ...place,
      settings: settingsOf(place.address),
      statedMinutes: statedAmong(stored, place.address),
      hasOwn: Object.keys(own.sites[place.address] ?? {}).length > 0,
      isRequired: isRequired(place.pattern),
    })),
    offered: named.filter((address) => !granted.has(address)),
    isWide: patterns.some(isWide),
    all: settingsOf(),
    locked: new Set(Object.keys(set)),
    refused: faultLines(refused),
  };
}

/** The longest timeout that a site's pages have stated, in any container. */
function statedAmong(stored: Record<string, unknown>, site: Site): number | undefined {
  const records = Object.entries(stored).flatMap(([key, value]) =>
    isSessionOf(key, site) ? (readSessionValue('session', value) ?? []) : [],
  );
  return Math.max(0, ...records.map(({ statedMinutes = 0 }) => statedMinutes)) || undefined;
}

/** Keys of `storage.local` that end in a site's address. */
const ADDRESS_IN_KEY = /^(?:session \S+|settings) (https?:\/\/\S+)$/;
