import { describe, expect, test } from 'vitest';
import { isEmpty, mergedOver, readFile, textOf, type SettingsFile } from '../../src/transfer.ts';
import { toldIn } from './told.ts';

const file: SettingsFile = {
  all: { banner: false },
  sites: { 'https://jira.example.com/jira': { guard: 'off', timeoutMinutes: 120 } },
};

describe('a file of settings', () => {
  test('is read as it was written', () => {
    expect(toldIn(readFile(textOf(file)))).toEqual({ file, refused: [] });
  });

  test('keeps what is sound, and says of each bad line where it is and what was expected', () => {
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
    const { file: read, refused } = toldIn(readFile(text));
    expect(read).toEqual({
      all: { warningMinutes: 20 },
      sites: { 'https://jira.example.com': { staySignedIn: true } },
    });
    expect(refused).toEqual([
      'all.banner: expected true or false',
      'sites["https://jira.example.com"].timeoutMinutes: expected a number of minutes above 0',
      'sites["https://jira.example.com"].guard: expected "on" or "off"',
      'sites["jira.example.com"]: expected an address like "https://jira.example.com/jira"',
      expect.stringMatching(
        /^sites\["https:\/\/other\.example"\]\.gaurd: no setting; expected warningMinutes, /,
      ),
      'sites["https://third.example"]: expected an object',
    ]);
  });

  test('names the guard of an earlier version, that asked first, as none', () => {
    const text = JSON.stringify({ freshtoken: 1, all: { guard: 'ask', banner: false } });
    expect(toldIn(readFile(text))).toEqual({
      file: { all: { banner: false }, sites: {} },
      refused: ['all.guard: expected "on" or "off"'],
    });
  });

  test('means by an address what a browser does', () => {
    const text = '{"freshtoken":1,"sites":{"https://JIRA.example.com:443/jira/":{"guard":"off"}}}';
    expect(readFile(text).file.sites).toEqual({ 'https://jira.example.com/jira': { guard: 'off' } });
  });

  test.each([
    ['not JSON', 'file: expected JSON'],
    ['[]', 'freshtoken: expected 1, as in a file that Freshtoken has written'],
    ['{"freshtoken": 2}', 'freshtoken: expected 1, as in a file that Freshtoken has written'],
    ['{"freshtoken": 1, "sites": []}', 'sites: expected an object of addresses'],
  ])('that is %j gives nothing', (text, why) => {
    expect(toldIn(readFile(text))).toEqual({ file: { all: {}, sites: {} }, refused: [why] });
  });
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

  test('leaves what there was as it was, to be had back', () => {
    const kept = structuredClone(before);
    mergedOver(before, { all: { guard: 'off' }, sites: { 'https://other.example': { guard: 'off' } } });
    expect(before).toEqual(kept);
  });

  test.each([
    [{ all: {}, sites: {} }, true],
    [{ all: {}, sites: { 'https://jira.example.com': {} } }, true],
    [{ all: { banner: false }, sites: {} }, false],
    [{ all: {}, sites: { 'https://jira.example.com': { banner: false } } }, false],
  ])('is as good as none where no setting in it is sound: %j, %s', (read, expected) => {
    expect(isEmpty(read)).toBe(expected);
  });
});
