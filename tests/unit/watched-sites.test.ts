import { describe, expect, test } from 'vitest';
import { isWide, watchedAddresses } from '../../extension/options/watched-sites.ts';
import type { Site } from '../../src/jira/page.ts';

const addressesOf = (patterns: string[], ...known: string[]): unknown =>
  watchedAddresses(patterns, known as Site[]).map(({ address, others }) => [address, ...others]);

describe('the list of sites in the options', () => {
  test('has each granted host if no Jira is known there', () => {
    expect(addressesOf(['http://jira.example/*', 'https://jira.example/*'])).toEqual([
      ['http://jira.example'],
      ['https://jira.example'],
    ]);
  });

  test('has each known Jira with its port and path', () => {
    const known = ['https://jira.example:8443', 'https://example.com/jira'];
    expect(addressesOf(['https://example.com/*', 'https://jira.example/*'], ...known)).toEqual([
      ['https://example.com/jira'],
      ['https://jira.example:8443'],
    ]);
  });

  test('names with each Jira the others on the same granted host', () => {
    const known = ['https://example.com/jira', 'https://example.com/wiki-jira', 'http://example.com/jira'];
    expect(addressesOf(['http://example.com/*', 'https://example.com/*'], ...known)).toEqual([
      ['http://example.com/jira'],
      ['https://example.com/jira', 'https://example.com/wiki-jira'],
      ['https://example.com/wiki-jira', 'https://example.com/jira'],
    ]);
  });

  test('has each Jira once, however often it is known', () => {
    expect(addressesOf(['https://a.example/*'], 'https://a.example', 'https://a.example')).toEqual([
      ['https://a.example'],
    ]);
  });

  test.each(['<all_urls>', '*://*/*', 'https://*/*', 'https://*.example/*', '*://a.example/*'])(
    'has only known Jiras for the wide permission %s',
    (pattern) => {
      expect(isWide(pattern)).toBe(true);
      expect(addressesOf([pattern])).toEqual([]);
      expect(addressesOf([pattern], 'https://a.example')).toEqual([['https://a.example']]);
      expect(addressesOf([pattern, 'https://b.example/*'], 'https://a.example')).toEqual([
        ['https://a.example'],
        ['https://b.example'],
      ]);
    },
  );

  test('has the pattern of each host, by which it is revoked', () => {
    const [place] = watchedAddresses(['<all_urls>'], ['https://example.com:8443/jira' as Site]);
    expect(place?.pattern).toBe('https://example.com/*');
    expect(isWide('https://example.com/*')).toBe(false);
  });
});
