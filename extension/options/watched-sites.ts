/** The sites that are known to be watched: what a browser grants has no path, and may be all sites at once. */
import { isAddress, patternOf } from '../../src/jira/site-address.ts';
import type { Site } from '../../src/jira/page.ts';

export interface Place {
  readonly address: Site;
  /** The pattern that "Stop watching" revokes. */
  readonly pattern: string;
  /** The other places of its host, which are revoked with it. */
  readonly others: readonly Site[];
}

/**
 * Takes the granted patterns, and the known addresses that are granted. A host without a known address stands for
 * itself until its Jira is visited; of a grant of many hosts only the known ones can be named.
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

export function isWide(pattern: string): boolean {
  return pattern === '<all_urls>' || pattern.replace(/\/\*$/, '').includes('*');
}
