import { describe, expect, test } from 'vitest';
import { readToBackground } from '../../src/messages/schemas.ts';
import { DEFAULT_SETTINGS, SETTINGS } from '../../src/settings/definitions.ts';
import { readOwnSettings, readPolicy, readSettings } from '../../src/settings/validation.ts';
import { toldIn } from './refusal-texts.ts';

const NAMES = Object.keys(SETTINGS).join(', ');

/** What the first versions stored. */
const STORED = {
  warningMinutes: 12.5,
  timeoutMinutes: 90,
  staySignedIn: true,
  banner: false,
  guard: 'off',
  renew: 'auto',
};

describe('settings out of storage', () => {
  test('are read as they were stored', () => {
    const { timeoutMinutes, ...others } = STORED;
    expect(readOwnSettings(STORED, 'settings')).toEqual({ fields: STORED, refused: [] });
    const read = { ...DEFAULT_SETTINGS, ...others };
    expect(readSettings(STORED)).toEqual({ ...read, setTimeoutMinutes: timeoutMinutes });
    expect(readSettings({}, STORED)).toEqual({ ...read, policyTimeoutMinutes: timeoutMinutes, isRenewLocked: true });
  });

  test('are the defaults where there are none', () => {
    expect(readSettings(undefined)).toEqual(DEFAULT_SETTINGS);
  });

  test('keep every good field when one is bad', () => {
    expect(readSettings({ banner: false, warningMinutes: 'soon', future: 1 })).toEqual({
      ...DEFAULT_SETTINGS,
      banner: false,
    });
  });

  test.each([7, 'x', true, [1]])('are the defaults where they are %j', (value) => {
    expect(readSettings(value)).toEqual(DEFAULT_SETTINGS);
  });

  test('yield to a policy, which is read as carefully', () => {
    const policy = { staySignedIn: true, timeoutMinutes: 60, banner: 'yes' };
    expect(readSettings({ staySignedIn: false, banner: false }, policy)).toMatchObject({
      staySignedIn: true,
      policyTimeoutMinutes: 60,
      banner: false,
    });
  });

  test('that were emptied, which Firefox keeps as undefined, fall back to what lies below', () => {
    expect(readSettings({ warningMinutes: undefined, timeoutMinutes: undefined })).toEqual(DEFAULT_SETTINGS);
    const settings = readSettings({ timeoutMinutes: 90 }, {}, { timeoutMinutes: undefined });
    expect(settings.setTimeoutMinutes).toBe(90);
  });
});

describe('the settings of a site', () => {
  test('hold over those for all sites, and yield to a policy', () => {
    const all = { guard: 'off', timeoutMinutes: 600, banner: false };
    expect(readSettings(all, { guard: 'on' }, { guard: 'off', timeoutMinutes: 120 })).toMatchObject({
      guard: 'on',
      banner: false,
      setTimeoutMinutes: 120,
    });
  });

  test('say whether its stale pages renew themselves, which they do not unless asked to', () => {
    expect(readSettings({})).toMatchObject({ renew: 'ask', isRenewLocked: undefined });
    expect(readSettings({ renew: 'auto' }).renew).toBe('auto');
    expect(readSettings({ renew: 'auto' }, {}, { renew: 'ask' }).renew).toBe('ask');
    expect(readSettings({}, {}, { renew: 'always' }).renew).toBe('ask');
  });

  test.each(['ask', 'auto'])('can’t say it where a policy does: %s', (renew) => {
    const settings = readSettings({}, { renew }, { renew: renew === 'ask' ? 'auto' : 'ask' });
    expect(settings).toMatchObject({ renew, isRenewLocked: true });
  });

  test('that are bad cost no others', () => {
    const settings = readSettings({ guard: 'off' }, {}, { guard: 'maybe', banner: false });
    expect(settings).toMatchObject({ guard: 'off', banner: false });
  });
});

describe('an administrator’s policy', () => {
  const EXPECTED = 'expected an address like "https://jira.example.com/jira"';

  test('names the organisation’s Jiras beside its settings', () => {
    expect(
      toldIn(readPolicy({ guard: 'off', sites: ['https://jira.example.com', 'https://example.com/jira'] })),
    ).toEqual({
      settings: { guard: 'off' },
      sites: ['https://jira.example.com', 'https://example.com/jira'],
      refused: [],
    });
  });

  test('whose choices are none is told which there are, and locks none', () => {
    expect(toldIn(readPolicy({ guard: 'maybe', renew: 'on', banner: false }))).toEqual({
      settings: { banner: false },
      sites: [],
      refused: ['policy.guard: expected "on" or "off"', 'policy.renew: expected "ask" or "auto"'],
    });
    expect(readSettings({ guard: 'off', renew: 'auto' }, { guard: 'maybe', renew: 'on' })).toMatchObject({
      guard: 'off',
      renew: 'auto',
      isRenewLocked: undefined,
    });
  });

  test('that sets nothing has nothing to refuse', () => {
    expect(toldIn(readPolicy({}))).toEqual({ settings: {}, sites: [], refused: [] });
  });

  test('is forgiven a slash at an address’s end, capitals in the host, a usual port and a repetition', () => {
    const { sites, refused } = toldIn(
      readPolicy({
        sites: [
          'https://jira.example.com/',
          'https://JIRA.example.com:443',
          'https://example.com/Jira//',
          'http://example.com:8080/jira/',
        ],
      }),
    );
    expect(sites).toEqual(['https://jira.example.com', 'https://example.com/Jira', 'http://example.com:8080/jira']);
    expect(refused).toEqual([]);
  });

  test.each([
    'jira.example.com',
    'https://',
    'https://*',
    'https://*.example.com/jira',
    'https://%2A/jira',
    'https://alice:secret@jira.example.com',
    'https://jira.example.com/browse?x=1',
    'https://jira.example.com/#top',
    'file:///jira',
    'javascript:alert(1)',
    '',
    7,
    null,
    ['https://jira.example.com'],
  ])('names the place of an address that is none, here %j, and the rest holds', (bad) => {
    expect(toldIn(readPolicy({ banner: false, sites: ['https://a.example', bad, 'https://b.example'] }))).toEqual({
      settings: { banner: false },
      sites: ['https://a.example', 'https://b.example'],
      refused: [`policy.sites[1]: ${EXPECTED}`],
    });
  });

  test.each(['https://jira.example.com', { 0: 'https://jira.example.com' }, null, 7, true])(
    'is told that %j is no list of addresses, and the rest holds',
    (sites) => {
      expect(toldIn(readPolicy({ timeoutMinutes: 60, sites }))).toEqual({
        settings: { timeoutMinutes: 60 },
        sites: [],
        refused: ['policy.sites: expected a list of addresses'],
      });
    },
  );

  test('of more than two hundred sites sets the first ones, and is told so', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `https://jira-${n}.example.com`);
    const { sites, refused } = toldIn(readPolicy({ sites: many }));
    expect(sites).toEqual(many.slice(0, 200));
    expect(refused).toEqual(['policy.sites: expected at most 200']);
  });

  test('with minutes that no clock can show is told how many there can be, and the user’s hold', () => {
    const policy = { timeoutMinutes: 1e308, warningMinutes: 10_081 };
    expect(toldIn(readPolicy(policy)).refused).toEqual([
      'policy.timeoutMinutes: expected a number of minutes above 0, at most 10080',
      'policy.warningMinutes: expected a number of minutes above 0, at most 10080',
    ]);
    expect(readSettings({ timeoutMinutes: 90 }, policy)).toEqual({
      ...DEFAULT_SETTINGS,
      setTimeoutMinutes: 90,
    });
    expect(readSettings({ timeoutMinutes: 1e308 })).toEqual(DEFAULT_SETTINGS);
  });

  test('is told of each mistake, and which names there are', () => {
    const { settings, sites, refused } = toldIn(
      readPolicy({
        banner: 'yes',
        sites: ['x'],
        colour: 'green',
        staySignedIn: true,
      }),
    );
    expect(settings).toEqual({ staySignedIn: true });
    expect(sites).toEqual([]);
    expect(refused).toEqual([
      'policy.banner: expected true or false',
      `policy.colour: no setting; expected ${NAMES}, welcomePage, sites`,
      `policy.sites[0]: ${EXPECTED}`,
    ]);
  });

  test.each([null, 7, 'x', []])('that is %j is refused as a whole', (value) => {
    expect(toldIn(readPolicy(value))).toEqual({
      settings: {},
      sites: [],
      refused: ['policy: expected an object'],
    });
  });

  test('with sites sets the user’s settings as one without, good sites or bad', () => {
    for (const sites of [['https://jira.example.com'], 'x', undefined]) {
      const settings = readSettings({ banner: false }, { guard: 'off', sites });
      expect(settings).toEqual({ ...DEFAULT_SETTINGS, banner: false, guard: 'off' });
    }
  });

  test('alone has sites: in what a user takes along they are no setting', () => {
    expect(toldIn(readOwnSettings({ sites: ['https://jira.example.com'] }, 'all')).refused).toEqual([
      `all.sites: no setting; expected ${NAMES}`,
    ]);
  });
});

describe('a message', () => {
  test('of no kind carries a setting', () => {
    const site = 'https://jira.example.com';
    const address = `${site}/browse/RAIL-7`;
    const evidence = { product: 'jira', settings: 1, guard: 'off', renew: 'auto' };
    const more = {
      document: '1-1',
      address,
      site,
      evidence,
      files: [],
      settings: { guard: 'off' },
      guard: 'off',
      renew: 'auto',
    };
    for (const kind of ['report', 'cookie', 'gone', 'no-jira', 'renew-always']) {
      const read = readToBackground({ kind, ...more });
      expect(read, kind).not.toBeNull();
      expect(JSON.stringify(read)).not.toMatch(/settings|guard|auto/);
    }
  });

  test('that does not fit is none', () => {
    for (const value of [null, 7, {}, { kind: 'report' }, { kind: 'tab-state', tabId: 'x' }, { kind: 'other' }]) {
      expect(readToBackground(value)).toBeNull();
    }
  });

  test('of a page carries no more than its schema names', () => {
    const message = { kind: 'no-jira', token: 'secret' };
    expect(readToBackground(message)).toEqual({ kind: 'no-jira' });
  });
});
