/**
 * The build for a fleet: the sites in `FRESHTOKEN_SITES` become hosts that the package demands, so that an extension which
 * an administrator has installed watches them without a question. Without the variable nothing is built in.
 */
import { patternOf, siteMeantBy } from '../src/jira/site-address.ts';

/**
 * What goes into the manifest for a list of addresses with commas between: one match pattern an origin, in order; nothing
 * where the list is empty. Throws, and names each entry that is no address of a site.
 */
export function fleetHosts(list: string | undefined): { host_permissions?: string[] } {
  const entries = (list ?? '').split(',').flatMap((entry) => entry.trim() || []);
  if (entries.length === 0) return {};
  const patterns = entries.map((entry) => {
    const site = siteMeantBy(entry);
    return site && patternOf(site);
  });
  const bad = entries.filter((_entry, index) => !patterns[index]);
  if (bad.length > 0) throw new Error(bad.map((entry) => `FRESHTOKEN_SITES: "${entry}": ${EXPECTED}`).join('\n'));
  return { host_permissions: [...new Set(patterns.filter((pattern) => pattern !== null))].toSorted() };
}

const EXPECTED = 'expected an address like "https://jira.example.com/jira"';
