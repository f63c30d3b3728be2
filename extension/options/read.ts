/** What the options show, read out of permissions, storage and policy. */
import { isAddress } from '../../src/address.ts';
import type { Site } from '../../src/page.ts';
import { readPolicy } from '../../src/schemas.ts';
import type { Settings } from '../../src/settings.ts';
import type { Bounds } from '../../src/timeout.ts';
import { browser } from '../browser.ts';
import { grantedPatterns, isGranted } from '../granted.ts';
import { learnedOf } from '../learned.ts';
import { patternOf } from '../match-pattern.ts';
import { faultLine } from '../fault-words.ts';
import { isRequired } from '../required-hosts.ts';
import { ownSettings, storedPolicy, storedSettings } from '../stored-settings.ts';

export interface WatchedSite {
  readonly address: Site;
  /** What the browser grants, and what is given back by "Stop watching". */
  readonly pattern: string;
  readonly settings: Settings;
  readonly learned: Bounds;
  /** Whether it has a setting of its own, and so something to reset. */
  readonly hasOwn: boolean;
  /** Whether it is built in, and so can't be given back. */
  readonly isRequired: boolean;
}

/** A site that a policy names and that isn't granted. */
export interface OfferedSite {
  readonly address: Site;
  readonly pattern: string;
}

export interface Options {
  readonly sites: readonly WatchedSite[];
  readonly offered: readonly OfferedSite[];
  /** What holds where a site has nothing of its own. */
  readonly all: Settings;
  /** What a policy has set, for nobody to change. */
  readonly locked: ReadonlySet<string>;
  /** What a policy says and can't be followed. */
  readonly refused: readonly string[];
}

export async function readOptions(): Promise<Options> {
  const [granted, stored, own, policy, settingsOf] = await Promise.all([
    grantedPatterns(),
    browser.storage.local.get(),
    ownSettings(),
    storedPolicy(),
    storedSettings(),
  ]);
  const { settings: set, sites: named, refused } = readPolicy(policy);
  const seen = Object.keys(stored).flatMap((key) => ADDRESS_IN_KEY.exec(key)?.[1] ?? []);
  const known = [...seen, ...named];
  const sites = granted.flatMap((pattern) => {
    const here = known.filter((address) => patternOf(address) === pattern);
    const addresses = here.length > 0 ? here : [pattern.replace(/\/\*$/, '')];
    return [...new Set(addresses)]
      .toSorted()
      .filter(isAddress)
      .map((address) => ({ address, pattern }));
  });
  return {
    sites: await Promise.all(
      sites.map(async ({ address, pattern }) => ({
        address,
        pattern,
        settings: settingsOf(address),
        learned: await learnedOf(address),
        hasOwn: Object.values(own.sites[address] ?? {}).some((value) => value !== undefined),
        isRequired: isRequired(pattern),
      })),
    ),
    offered: await notGranted(named),
    all: settingsOf(),
    locked: new Set(Object.keys(set)),
    refused: refused.map(faultLine),
  };
}

/** The browser is asked for each, because a grant of all sites is one of each. */
async function notGranted(sites: readonly Site[]): Promise<OfferedSite[]> {
  const offers = await Promise.all(
    sites.map(async (address) => {
      const pattern = patternOf(address);
      return pattern !== null && !(await isGranted(address)) ? [{ address, pattern }] : [];
    }),
  );
  return offers.flat();
}

/** Keys of `storage.local` that end in a site's address. */
const ADDRESS_IN_KEY = /^(?:session \S+|learned|settings) (https?:\/\/\S+)$/;
