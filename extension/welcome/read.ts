/** The sites that the welcome shows: those that are watched, and those that a policy names and nobody has granted yet. */
import { originAsked, type AskedSite } from '../../src/address.ts';
import { grantedAmong, grantedPatterns } from '../granted.ts';
import { policySites } from '../stored-settings.ts';

export interface KnownSites {
  /** What the browser grants, as it is shown. */
  readonly watched: readonly string[];
  readonly named: readonly AskedSite[];
}

export async function readSites(): Promise<KnownSites> {
  const [patterns, addresses] = await Promise.all([grantedPatterns(), policySites()]);
  const granted = await grantedAmong(addresses);
  return {
    watched: patterns.map((pattern) => pattern.replace(/\/\*$/, '')),
    // By the same door as what a user types: a policy can't have all hosts asked for either.
    named: addresses
      .filter((address) => !granted.has(address))
      .map((address) => originAsked(address))
      .filter((site) => 'origin' in site),
  };
}
