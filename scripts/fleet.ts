/**
 * The build for a fleet: the sites in `FRESHTOKEN_SITES` become required hosts of the package, so that an extension
 * installed by an administrator watches them without asking. The packages are updated from `FRESHTOKEN_UPDATES`, an
 * address of the organisation. Without the variables, nothing is built in.
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

/**
 * From where each browser learns of updates: files beside the packages, under the given address. Undefined without
 * one, because a store updates its packages itself. Throws if it is no address with `https:`, which Firefox requires.
 */
export function fleetUpdates(address: string | undefined): { chrome: string; firefox: string } | undefined {
  if (!address?.trim()) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' || url.search || url.hash || url.username)
    throw new Error(
      `FRESHTOKEN_UPDATES: "${address}": expected an address like "https://extensions.example/freshtoken"`,
    );
  const from = url.href.replace(/\/+$/, '');
  return { chrome: `${from}/updates.xml`, firefox: `${from}/updates.json` };
}
