/** What the options show, read out of permissions, storage and policy. */
import type { Site } from '../../src/page.ts';
import { isAddress, readOwnSettings } from '../../src/schemas.ts';
import type { Settings } from '../../src/settings.ts';
import type { Bounds } from '../../src/timeout.ts';
import { browser } from '../browser.ts';
import { learnedOf } from '../learned.ts';
import { patternOf } from '../match-pattern.ts';
import { storedPolicy, storedSettings } from '../stored-settings.ts';

export interface WatchedSite {
  readonly address: Site;
  /** What the browser grants, and what is given back by "Stop watching". */
  readonly pattern: string;
  readonly settings: Settings;
  readonly learned: Bounds;
}

export interface Options {
  readonly sites: readonly WatchedSite[];
  /** What holds where a site has nothing of its own. */
  readonly all: Settings;
  /** What a policy has set, for nobody to change. */
  readonly locked: ReadonlySet<string>;
  /** What a policy says and can't be followed. */
  readonly refused: readonly string[];
}

export async function readOptions(): Promise<Options> {
  const [{ origins = [] }, stored, policy, settingsOf] = await Promise.all([
    browser.permissions.getAll(),
    browser.storage.local.get(),
    storedPolicy(),
    storedSettings(),
  ]);
  const known = Object.keys(stored).flatMap((key) => ADDRESS_IN_KEY.exec(key)?.[1] ?? []);
  const sites = origins.toSorted().flatMap((pattern) => {
    const own = known.filter((address) => patternOf(address) === pattern);
    const addresses = own.length > 0 ? own : [pattern.replace(/\/\*$/, '')];
    return [...new Set(addresses)]
      .toSorted()
      .filter(isAddress)
      .map((address) => ({ address, pattern }));
  });
  const { fields, refused } = readOwnSettings(policy, 'policy');
  return {
    sites: await Promise.all(
      sites.map(async ({ address, pattern }) => ({
        address,
        pattern,
        settings: settingsOf(address),
        learned: await learnedOf(address),
      })),
    ),
    all: settingsOf(),
    locked: new Set(Object.keys(fields)),
    refused,
  };
}

/** Keys of `storage.local` that end in a site's address. */
const ADDRESS_IN_KEY = /^(?:session \S+|learned|settings) (https?:\/\/\S+)$/;
