/** The sites that are known to be watched: what a browser grants has no path, and may be all sites at once. */
import { isSiteAddress, matchPatternOf } from '../../src/jira/site-address.ts';
import type { Site } from '../../src/jira/page.ts';

export interface WatchedAddress {
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
export function watchedAddresses(patterns: readonly string[], known: readonly Site[]): WatchedAddress[] {
  const hosts = patterns
    .filter((pattern) => !isWide(pattern) && !known.some((address) => matchPatternOf(address) === pattern))
    .map((pattern) => pattern.replace(/\/\*$/, ''))
    .filter(isSiteAddress);
  const addresses = [...new Set([...known, ...hosts])].toSorted();
  return addresses.map((address) => {
    const pattern = matchPatternOf(address)!;
    const others = addresses.filter((each) => each !== address && matchPatternOf(each) === pattern);
    return { address, pattern, others };
  });
}

export function isWide(pattern: string): boolean {
  return pattern === '<all_urls>' || pattern.replace(/\/\*$/, '').includes('*');
}
