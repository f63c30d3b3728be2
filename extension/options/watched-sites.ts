/** Which sites are watched, as far as can be told: what a browser grants has no path, and may be all sites at once. */
import { isAddress, patternOf } from '../../src/jira/site-address.ts';
import type { Site } from '../../src/jira/page.ts';

export interface Place {
  readonly address: Site;
  /** What is given back by "Stop watching". */
  readonly pattern: string;
  /** The other places of its host, which are given back with it. */
  readonly others: readonly Site[];
}

/**
 * Takes what is granted, and the known addresses that are. A host of which no address is known stands for itself until
 * its Jira is visited; of a grant of many hosts only the known ones can be named.
 */
export function watchedPlaces(patterns: readonly string[], known: readonly Site[]): Place[] {
  const hosts = patterns
    .filter((pattern) => !isWide(pattern) && !known.some((address) => patternOf(address) === pattern))
    .map((pattern) => pattern.replace(/\/\*$/, ''))
    .filter(isAddress);
  const addresses = [...new Set([...known, ...hosts])].toSorted();
  return addresses.map((address) => {
    const pattern = patternOf(address)!;
    const others = addresses.filter((each) => each !== address && patternOf(each) === pattern);
    return { address, pattern, others };
  });
}

/** Whether a pattern grants more than one host. */
export function isWide(pattern: string): boolean {
  return pattern === '<all_urls>' || pattern.replace(/\/\*$/, '').includes('*');
}
