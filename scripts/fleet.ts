/**
 * The build for a fleet: the sites in `FRESHTOKEN_SITES` become required hosts of the package, so that an extension
 * installed by an administrator watches them without asking. Without the variable, nothing is built in.
 */
import { matchPatternOf, siteOfAddress } from '../src/jira/site-address.ts';

/**
 * What goes into the manifest for a list of addresses separated by commas: one match pattern per origin, in order;
 * nothing if the list is empty. Throws, and names each entry that is not the address of a site.
 */
export function fleetHosts(list: string | undefined): { host_permissions?: string[] } {
  const entries = (list ?? '').split(',').flatMap((entry) => entry.trim() || []);
  if (entries.length === 0) return {};
  const patterns = entries.map((entry) => {
    const site = siteOfAddress(entry);
    return site && matchPatternOf(site);
  });
  const bad = entries.filter((_entry, index) => !patterns[index]);
  if (bad.length > 0) throw new Error(bad.map((entry) => `FRESHTOKEN_SITES: "${entry}": ${EXPECTED}`).join('\n'));
  return { host_permissions: [...new Set(patterns.filter((pattern) => pattern !== null))].toSorted() };
}

const EXPECTED = 'expected an address like "https://jira.example.com/jira"';
