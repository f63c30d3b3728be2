import { describe, expect, test } from 'vitest';
import { readSettings, readToBackground } from '../../src/schemas.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';

describe('settings out of storage', () => {
  test('are the defaults where there are none', () => {
    expect(readSettings(undefined)).toEqual({ settings: DEFAULT_SETTINGS, refused: [] });
  });

  test('keep every good field when one is bad, and say which and what was expected', () => {
    expect(readSettings({ banner: false, warningMinutes: 'soon', future: 1 })).toEqual({
      settings: { ...DEFAULT_SETTINGS, banner: false },
      refused: ['settings.warningMinutes: expected a number of minutes above 0'],
    });
  });

  test.each([7, 'x', true])('are the defaults where they are %j', (value) => {
    expect(readSettings(value)).toEqual({
      settings: DEFAULT_SETTINGS,
      refused: ['settings: expected an object'],
    });
  });

  test('yield to a policy, which is read as carefully', () => {
    const { settings, refused } = readSettings(
      { staySignedIn: false, banner: false },
      { staySignedIn: true, timeoutMinutes: 60, banner: 'yes' },
    );
    expect(settings).toMatchObject({
      staySignedIn: true,
      timeoutMinutes: 60,
      policyTimeoutMinutes: 60,
      banner: false,
    });
    expect(refused).toEqual(['policy.banner: expected true or false']);
  });
});

describe('the settings of a site', () => {
  test('hold over those for all sites, and yield to a policy', () => {
    const { settings } = readSettings(
      { guard: 'off', timeoutMinutes: 600, banner: false },
      { guard: 'on' },
      { guard: 'ask', timeoutMinutes: 120 },
    );
    expect(settings).toMatchObject({
      guard: 'on',
      banner: false,
      timeoutMinutes: 120,
      setTimeoutMinutes: 120,
    });
  });

  test('that are bad are named with what was expected', () => {
    const { settings, refused } = readSettings({}, {}, { guard: 'maybe', banner: false });
    expect(settings).toMatchObject({ guard: 'on', banner: false });
    expect(refused).toEqual(['settings of the site.guard: expected "on", "ask" or "off"']);
  });
});

describe('a message', () => {
  test('that does not fit is none', () => {
    for (const value of [
      null,
      7,
      {},
      { kind: 'report' },
      { kind: 'tab-state', tabId: 'x' },
      { kind: 'other' },
    ]) {
      expect(readToBackground(value)).toBeNull();
    }
  });

  test('of a page carries no more than its schema names', () => {
    const message = { kind: 'cookie', token: 'secret' };
    expect(readToBackground(message)).toEqual({ kind: 'cookie' });
  });
});
