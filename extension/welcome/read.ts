/** The sites that the welcome shows: those that are watched, and those that a policy names and nobody has granted yet. */
import { originAsked, type AskedSite } from '../../src/address.ts';
import { grantedPatterns, isGranted } from '../granted.ts';
import { policySites } from '../stored-settings.ts';

export interface KnownSites {
  /** What the browser grants, as it is shown. */
  readonly watched: readonly string[];
  readonly named: readonly AskedSite[];
}

export async function readSites(): Promise<KnownSites> {
  const [granted, addresses] = await Promise.all([grantedPatterns(), policySites()]);
  // By the same door as what a user types: a policy can't have all hosts asked for either.
  const sites = addresses.map((address) => originAsked(address)).filter((site) => 'origin' in site);
  // The browser is asked for each, because a grant of all hosts is one of each.
  const areGranted = await Promise.all(sites.map(({ origin }) => isGranted(origin)));
  return {
    watched: granted.map((pattern) => pattern.replace(/\/\*$/, '')),
    named: sites.filter((_site, at) => !areGranted[at]),
  };
}
