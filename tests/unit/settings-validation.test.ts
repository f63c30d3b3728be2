import { describe, expect, test } from 'vitest';
import { readToBackground } from '../../src/messages/schemas.ts';
import { DEFAULT_SETTINGS, SETTINGS } from '../../src/settings/definitions.ts';
import { readOwnSettings, readPolicy, readSettings } from '../../src/settings/validation.ts';
import { withRefusalTexts } from './refusal-texts.ts';

const NAMES = Object.keys(SETTINGS).join(', ');

/** Settings as the first versions stored them. */
const STORED = {
  warningMinutes: 12.5,
  timeoutMinutes: 90,
  staySignedIn: true,
  banner: false,
  guard: 'off',
  renew: 'auto',
};

describe('stored settings', () => {
  test('are read as they were stored', () => {
    const { timeoutMinutes, ...others } = STORED;
    expect(readOwnSettings(STORED, 'settings')).toEqual({ fields: STORED, refused: [] });
    const read = { ...DEFAULT_SETTINGS, ...others };
    expect(readSettings(STORED)).toEqual({ ...read, setTimeoutMinutes: timeoutMinutes });
    expect(readSettings({}, STORED)).toEqual({ ...read, policyTimeoutMinutes: timeoutMinutes, isRenewLocked: true });
  });

  test('are the defaults if there are none', () => {
    expect(readSettings(undefined)).toEqual(DEFAULT_SETTINGS);
  });

  test('keep every valid field if one is invalid', () => {
    expect(readSettings({ banner: false, warningMinutes: 'soon', future: 1 })).toEqual({
      ...DEFAULT_SETTINGS,
      banner: false,
    });
  });

  test.each([7, 'x', true, [1]])('are the defaults if the stored value is %j', (value) => {
    expect(readSettings(value)).toEqual(DEFAULT_SETTINGS);
  });

  test('are overridden by a policy, which is validated too', () => {
    const policy = { staySignedIn: true, timeoutMinutes: 60, banner: 'yes' };
    expect(readSettings({ staySignedIn: false, banner: false }, policy)).toMatchObject({
      staySignedIn: true,
      policyTimeoutMinutes: 60,
      banner: false,
    });
  });

  test.each([0, -1, '30', null, NaN, 10_080.5])('can’t have %j minutes', (warningMinutes) => {
    expect(readSettings({ warningMinutes })).toEqual(DEFAULT_SETTINGS);
  });

  test.each([0.5, 10_080])('can have %d minutes', (warningMinutes) => {
    expect(readSettings({ warningMinutes })).toEqual({ ...DEFAULT_SETTINGS, warningMinutes });
  });

  test('that are undefined, as Firefox stores removed ones, fall back to more general settings', () => {
    expect(readOwnSettings({ warningMinutes: undefined }, 'settings')).toEqual({ fields: {}, refused: [] });
    expect(readSettings({ warningMinutes: undefined, timeoutMinutes: undefined })).toEqual(DEFAULT_SETTINGS);
    const settings = readSettings({ timeoutMinutes: 90 }, {}, { timeoutMinutes: undefined });
    expect(settings.setTimeoutMinutes).toBe(90);
  });
});

describe('the settings of a site', () => {
  test('override those for all sites, and are overridden by a policy', () => {
    const all = { guard: 'off', timeoutMinutes: 600, banner: false };
    expect(readSettings(all, { guard: 'on' }, { guard: 'off', timeoutMinutes: 120 })).toMatchObject({
      guard: 'on',
      banner: false,
      setTimeoutMinutes: 120,
    });
  });

  test('say whether its stale pages renew themselves; by default they ask', () => {
    expect(readSettings({})).toMatchObject({ renew: 'ask', isRenewLocked: undefined });
    expect(readSettings({ renew: 'auto' }).renew).toBe('auto');
    expect(readSettings({ renew: 'auto' }, {}, { renew: 'ask' }).renew).toBe('ask');
    expect(readSettings({}, {}, { renew: 'always' }).renew).toBe('ask');
  });

  test.each(['ask', 'auto'])('can’t change that if a policy sets it: %s', (renew) => {
    const settings = readSettings({}, { renew }, { renew: renew === 'ask' ? 'auto' : 'ask' });
    expect(settings).toMatchObject({ renew, isRenewLocked: true });
  });

  test('keep valid fields if others are invalid', () => {
    const settings = readSettings({ guard: 'off' }, {}, { guard: 'maybe', banner: false });
    expect(settings).toMatchObject({ guard: 'off', banner: false });
  });
});

describe('an administrator’s policy', () => {
  const EXPECTED = 'expected an address like "https://jira.example.com/jira"';

  test('has the organisation’s sites beside its settings', () => {
    expect(
      withRefusalTexts(readPolicy({ guard: 'off', sites: ['https://jira.example.com', 'https://example.com/jira'] })),
    ).toEqual({
      settings: { guard: 'off' },
      sites: ['https://jira.example.com', 'https://example.com/jira'],
      refused: [],
    });
  });

  test('with an invalid choice gets a message that lists the choices, and does not lock the setting', () => {
    expect(withRefusalTexts(readPolicy({ guard: 'maybe', renew: 'on', banner: false }))).toEqual({
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

  test('that sets nothing causes no message', () => {
    expect(withRefusalTexts(readPolicy({}))).toEqual({ settings: {}, sites: [], refused: [] });
  });

  test('may have addresses with slashes at the end, capitals in the host, a default port or a repetition', () => {
    const { sites, refused } = withRefusalTexts(
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
  ])('with the invalid address %j gets a message with its place, and the rest applies', (invalid) => {
    expect(
      withRefusalTexts(readPolicy({ banner: false, sites: ['https://a.example', invalid, 'https://b.example'] })),
    ).toEqual({
      settings: { banner: false },
      sites: ['https://a.example', 'https://b.example'],
      refused: [`policy.sites[1]: ${EXPECTED}`],
    });
  });

  test.each(['https://jira.example.com', { 0: 'https://jira.example.com' }, null, 7, true])(
    'with %j instead of a list of sites gets a message, and the rest applies',
    (sites) => {
      expect(withRefusalTexts(readPolicy({ timeoutMinutes: 60, sites }))).toEqual({
        settings: { timeoutMinutes: 60 },
        sites: [],
        refused: ['policy.sites: expected a list of addresses'],
      });
    },
  );

  test('with more than two hundred sites sets the first ones, and gets a message', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `https://jira-${n}.example.com`);
    const { sites, refused } = withRefusalTexts(readPolicy({ sites: many }));
    expect(sites).toEqual(many.slice(0, 200));
    expect(refused).toEqual(['policy.sites: expected at most 200']);
  });

  test('with too many minutes gets a message with the limit, and the user’s setting applies', () => {
    const policy = { timeoutMinutes: 1e308, warningMinutes: 10_081 };
    expect(withRefusalTexts(readPolicy(policy)).refused).toEqual([
      'policy.timeoutMinutes: expected a number of minutes above 0, at most 10080',
      'policy.warningMinutes: expected a number of minutes above 0, at most 10080',
    ]);
    expect(readSettings({ timeoutMinutes: 90 }, policy)).toEqual({
      ...DEFAULT_SETTINGS,
      setTimeoutMinutes: 90,
    });
    expect(readSettings({ timeoutMinutes: 1e308 })).toEqual(DEFAULT_SETTINGS);
  });

  test('gets a message for each mistake, and one about an unknown name lists the names', () => {
    const { settings, sites, refused } = withRefusalTexts(
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

  test('with a very long name gets a message that names its beginning', () => {
    const [fault] = readPolicy({ ['x'.repeat(1_000)]: 1 }).refused;
    expect(fault!.at).toBe(`policy.${'x'.repeat(200)}`);
  });

  test.each([null, 7, 'x', []])('that is %j is refused as a whole', (value) => {
    expect(withRefusalTexts(readPolicy(value))).toEqual({
      settings: {},
      sites: [],
      refused: ['policy: expected an object'],
    });
  });

  test('with sites, valid or not, overrides the user’s settings like one without', () => {
    for (const sites of [['https://jira.example.com'], 'x', undefined]) {
      const settings = readSettings({ banner: false }, { guard: 'off', sites });
      expect(settings).toEqual({ ...DEFAULT_SETTINGS, banner: false, guard: 'off' });
    }
  });

  test('is the only place for sites: in a user’s settings file they are an unknown setting', () => {
    expect(withRefusalTexts(readOwnSettings({ sites: ['https://jira.example.com'] }, 'all')).refused).toEqual([
      `all.sites: no setting; expected ${NAMES}`,
    ]);
  });
});

describe('a message', () => {
  test('of any kind is read without settings', () => {
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

  test('that does not fit a schema is refused', () => {
    for (const value of [null, 7, {}, { kind: 'report' }, { kind: 'tab-state', tabId: 'x' }, { kind: 'other' }]) {
      expect(readToBackground(value)).toBeNull();
    }
  });

  test('from a page is read without fields that its schema does not name', () => {
    const message = { kind: 'no-jira', token: 'secret' };
    expect(readToBackground(message)).toEqual({ kind: 'no-jira' });
  });
});
