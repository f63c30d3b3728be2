import { describe, expect, test } from 'vitest';
import { isWide, watchedAddresses } from '../../extension/options/watched-sites.ts';
import type { Site } from '../../src/jira/page.ts';

const places = (patterns: string[], ...known: string[]): unknown =>
  watchedAddresses(patterns, known as Site[]).map(({ address, others }) => [address, ...others]);

describe('the sites in the options', () => {
  test('are the hosts that are granted, as long as no Jira is known there', () => {
    expect(places(['http://jira.example/*', 'https://jira.example/*'])).toEqual([
      ['http://jira.example'],
      ['https://jira.example'],
    ]);
  });

  test('are the Jiras themselves where they are known, with their port and path', () => {
    const known = ['https://jira.example:8443', 'https://example.com/jira'];
    expect(places(['https://example.com/*', 'https://jira.example/*'], ...known)).toEqual([
      ['https://example.com/jira'],
      ['https://jira.example:8443'],
    ]);
  });

  test('name each other where they are granted together, and only there', () => {
    const known = ['https://example.com/jira', 'https://example.com/wiki-jira', 'http://example.com/jira'];
    expect(places(['http://example.com/*', 'https://example.com/*'], ...known)).toEqual([
      ['http://example.com/jira'],
      ['https://example.com/jira', 'https://example.com/wiki-jira'],
      ['https://example.com/wiki-jira', 'https://example.com/jira'],
    ]);
  });

  test('are named once, however often they are known', () => {
    expect(places(['https://a.example/*'], 'https://a.example', 'https://a.example')).toEqual([['https://a.example']]);
  });

  test.each(['<all_urls>', '*://*/*', 'https://*/*', 'https://*.example/*', '*://a.example/*'])(
    'are the known Jiras where %s is granted, which is no site of its own',
    (pattern) => {
      expect(isWide(pattern)).toBe(true);
      expect(places([pattern])).toEqual([]);
      expect(places([pattern], 'https://a.example')).toEqual([['https://a.example']]);
      expect(places([pattern, 'https://b.example/*'], 'https://a.example')).toEqual([
        ['https://a.example'],
        ['https://b.example'],
      ]);
    },
  );

  test('are given back by the host that a browser grants', () => {
    const [place] = watchedAddresses(['<all_urls>'], ['https://example.com:8443/jira' as Site]);
    expect(place?.pattern).toBe('https://example.com/*');
    expect(isWide('https://example.com/*')).toBe(false);
  });
});
