import { describe, expect, test } from 'vitest';
import {
  isEmpty,
  MAX_BYTES,
  mergedOver,
  readFile,
  textOf,
  type SettingsFile,
} from '../../src/settings/settings-file.ts';
import { SETTINGS, type OwnSettings, type Setting } from '../../src/settings/definitions.ts';
import { MAX_SITES } from '../../src/settings/validation.ts';
import { withRefusalTexts } from './refusal-texts.ts';

const file: SettingsFile = {
  all: { banner: false },
  sites: { 'https://jira.example.com/jira': { guard: 'off', timeoutMinutes: 120 } },
};

describe('a settings file', () => {
  test('is read as it was written', () => {
    expect(withRefusalTexts(readFile(textOf(file)))).toEqual({ file, refused: [] });
  });

  test('is read without its invalid lines, and the message about each names its place and what was expected', () => {
    const text = JSON.stringify({
      freshtoken: 1,
      all: { banner: 'yes', warningMinutes: 20 },
      sites: {
        'https://jira.example.com': { guard: 'maybe', timeoutMinutes: -1, staySignedIn: true },
        'jira.example.com': { guard: 'off' },
        'https://other.example': { gaurd: 'off' },
        'https://third.example': 7,
      },
    });
    const { file: read, refused } = withRefusalTexts(readFile(text));
    expect(read).toEqual({
      all: { warningMinutes: 20 },
      sites: { 'https://jira.example.com': { staySignedIn: true } },
    });
    expect(refused).toEqual([
      'all.banner: expected true or false',
      'sites["https://jira.example.com"].guard: expected "on" or "off"',
      'sites["https://jira.example.com"].timeoutMinutes: expected a number of minutes above 0, at most 10080',
      'sites["jira.example.com"]: expected an address like "https://jira.example.com/jira"',
      expect.stringMatching(/^sites\["https:\/\/other\.example"\]\.gaurd: no setting; expected guard, /),
      'sites["https://third.example"]: expected an object',
    ]);
  });

  test('has its addresses read as a browser does', () => {
    const text = '{"freshtoken":1,"sites":{"https://JIRA.example.com:443/jira/":{"guard":"off"}}}';
    expect(readFile(text).file.sites).toEqual({ 'https://jira.example.com/jira': { guard: 'off' } });
  });

  test.each([
    ['not JSON', 'file: expected JSON'],
    ['[]', 'freshtoken: expected 1, as in a file that Freshtoken has written'],
    ['{"freshtoken": 2}', 'freshtoken: expected 1, as in a file that Freshtoken has written'],
    [null, 'file: expected at most 128 kB'],
    ['{"freshtoken": 1, "sites": []}', 'sites: expected an object of addresses'],
  ])('that is %j has no settings', (text, why) => {
    expect(withRefusalTexts(readFile(text))).toEqual({ file: { all: {}, sites: {} }, refused: [why] });
  });
});

describe('an excessive settings file', () => {
  test('with a very long address gets a message that names its beginning', () => {
    const address = 'x'.repeat(1_000);
    const { refused } = readFile(JSON.stringify({ freshtoken: 1, sites: { [address]: {} } }));
    expect(refused).toEqual([{ at: `sites["${address.slice(0, 200)}"]`, expected: 'address' }]);
  });

  test.each(['1e308', '10081', '1e400'])('can’t set %s minutes, and the message names the most', (minutes) => {
    const text = `{"freshtoken":1,"all":{"timeoutMinutes":${minutes}}}`;
    expect(withRefusalTexts(readFile(text))).toEqual({
      file: { all: {}, sites: {} },
      refused: ['all.timeoutMinutes: expected a number of minutes above 0, at most 10080'],
    });
  });

  test('sets its first two hundred sites, and the message says that it has more', () => {
    const { file: read, refused } = withRefusalTexts(readFile(fileOf(MAX_SITES + 1)));
    expect(Object.keys(read.sites)).toHaveLength(MAX_SITES);
    expect(refused).toEqual(['sites: expected at most 200']);
  });

  test('with every setting for each site is much smaller than the largest that is read', () => {
    expect(fileOf(MAX_SITES).length).toBeLessThan(MAX_BYTES / 2);
    expect(withRefusalTexts(readFile(fileOf(MAX_SITES))).refused).toEqual([]);
  });

  test.each([
    ['of invalid lines', `{"freshtoken":1,"all":{${lines((n) => `"x${n}":1`)}}}`],
    ['of addresses', `{"freshtoken":1,"sites":{${lines((n) => `"https://jira.example.com/${n}":{"banner":false}`)}}}`],
    ['of invalid addresses', `{"freshtoken":1,"sites":{${lines((n) => `"${n}":7`)}}}`],
    ['of invalid lines of one site', `{"freshtoken":1,"sites":{"https://a.example":{${lines((n) => `"x${n}":1`)}}}}`],
    ['that is one address of slashes', `{"freshtoken":1,"sites":{"${'/'.repeat(131_000)}x":{}}}`],
    ['that is one deep value', `{"freshtoken":1,"all":{"banner":${'['.repeat(65_000)}${']'.repeat(65_000)}}}`],
  ])('%s, of the largest size, is read within 50 ms', (_what, text) => {
    expect(text.length).toBeGreaterThan(MAX_BYTES * 0.98);
    expect(text.length).toBeLessThanOrEqual(MAX_BYTES + 200);
    expect(Math.min(...Array.from({ length: 5 }, () => millisOf(() => readFile(text))))).toBeLessThan(50);
  });

  function fileOf(sites: number): string {
    const own: OwnSettings = Object.fromEntries(
      Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
        name,
        'choices' in setting ? setting.choices[1] : 1234,
      ]),
    );
    const address = (n: number): string => `https://jira-of-a-large-department-${n}.intranet.example.com/jira`;
    return textOf({
      all: own,
      sites: Object.fromEntries(Array.from({ length: sites }, (_, n) => [address(n), own])),
    });
  }

  /** Repeats a line until the file is full. */
  function lines(line: (n: number) => string): string {
    const all: string[] = [];
    for (let n = 1e6, length = 60; length < MAX_BYTES; n++) length += all[all.push(line(n)) - 1]!.length + 1;
    return all.join();
  }

  /** The processor time of this process, because other processes run on the machine. */
  function millisOf(work: () => unknown): number {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }
});

describe('an imported file', () => {
  const before: SettingsFile = {
    all: { banner: false, warningMinutes: 20 },
    sites: {
      'https://jira.example.com': { guard: 'off', timeoutMinutes: 90 },
      'https://other.example': { staySignedIn: true },
    },
  };

  test('sets what it names, and leaves a site its other settings', () => {
    const read: SettingsFile = {
      all: { banner: true },
      sites: { 'https://jira.example.com': { guard: 'off' }, 'https://third.example': { banner: false } },
    };
    expect(mergedOver(before, read)).toEqual({
      all: { banner: true, warningMinutes: 20 },
      sites: {
        'https://jira.example.com': { guard: 'off', timeoutMinutes: 90 },
        'https://other.example': { staySignedIn: true },
        'https://third.example': { banner: false },
      },
    });
  });

  test('does not change the previous settings, so that they can be restored', () => {
    const copy = structuredClone(before);
    mergedOver(before, { all: { guard: 'off' }, sites: { 'https://other.example': { guard: 'off' } } });
    expect(before).toEqual(copy);
  });

  test.each([
    [{ all: {}, sites: {} }, true],
    [{ all: {}, sites: { 'https://jira.example.com': {} } }, true],
    [{ all: { banner: false }, sites: {} }, false],
    [{ all: {}, sites: { 'https://jira.example.com': { banner: false } } }, false],
  ])('counts as empty if it has no valid setting: %j, %s', (read, expected) => {
    expect(isEmpty(read)).toBe(expected);
  });
});
