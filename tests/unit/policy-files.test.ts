/** The policy files, the schema and the documentation for administrators have the same keys as the code. */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { managedSchema } from '../../scripts/managed-schema.ts';
import {
  DEFAULT_SETTINGS,
  DEFAULT_TIMEOUT_MINUTES,
  POLICY_ONLY,
  SETTINGS,
  type Setting,
} from '../../src/settings/definitions.ts';
import { readPolicy } from '../../src/settings/validation.ts';
import { payloadKeys, profile, readPropertyList, readRegistryFile, registryFile } from './policy-formats.ts';
import { withRefusalTexts } from './refusal-texts.ts';

const schema = managedSchema();
const SET = { timeoutMinutes: DEFAULT_TIMEOUT_MINUTES, ...DEFAULT_SETTINGS };
const DEFAULTS = { ...SET, welcomePage: true };
const DEFINED = { ...SETTINGS, ...POLICY_ONLY };

describe('the ready file', () => {
  const policy = { sites: ['https://jira.example.com'], ...DEFAULTS };
  const forChromium = { '3rdparty': { extensions: { EXTENSION_ID: policy } } };
  const forFirefox = { policies: { '3rdparty': { Extensions: { 'freshtoken@freshtoken.example': policy } } } };

  test.each([
    ['chrome', forChromium],
    ['edge', forChromium],
    ['firefox', forFirefox],
  ])('for %s has every key, with the value that applies without it (-u writes the file)', async (name, content) => {
    const file = `docs/policy/${name}.json`;
    const text = JSON.stringify(content, null, 2);
    await expect(await format(text, { ...(await resolveConfig(file)), filepath: file })).toMatchFileSnapshot(
      `../../${file}`,
    );
  });

  test.each(['Google\\Chrome', 'Microsoft\\Edge'])(
    'for %s on Windows sets the same values in the registry (-u writes it)',
    async (browser) => {
      const key = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${browser}\\3rdparty\\extensions\\EXTENSION_ID\\policy`;
      const text = registryFile(key, policy);
      const { sites, ...values } = policy;
      const numbers = Object.entries(values).map(([name, value]) => [name, isString(value) ? value : Number(value)]);
      expect(readRegistryFile(text)).toEqual({
        [key]: Object.fromEntries(numbers),
        [`${key}\\sites`]: { 1: sites[0] },
      });
      const name = browser.replace(/^.*\\/, '').toLowerCase();
      await expect(text).toMatchFileSnapshot(`../../docs/policy/${name}.reg`);
    },
  );

  test.each([
    ['chrome', 'com.google.Chrome.extensions.EXTENSION_ID', policy],
    ['edge', 'com.microsoft.Edge.extensions.EXTENSION_ID', policy],
    ['firefox', 'org.mozilla.firefox', { EnterprisePoliciesEnabled: true, ...forFirefox.policies }],
  ])('for %s on macOS sets the same values in a profile (-u writes it)', async (name, domain, values) => {
    const text = profile(name, domain, values);
    const { PayloadContent: payloads, ...rest } = readPropertyList(text) as { PayloadContent: object[] };
    expect(payloads).toEqual([{ ...values, ...payloadKeys(domain, `freshtoken.${name}.policy`) }]);
    expect(rest).toMatchObject(payloadKeys('Configuration', `freshtoken.${name}`));
    await expect(text).toMatchFileSnapshot(`../../docs/policy/${name}.mobileconfig`);
  });

  test('is applied completely', () => {
    expect(readPolicy(policy)).toEqual({ settings: SET, welcomePage: true, sites: policy.sites, refused: [] });
    expect(Object.keys(policy).toSorted()).toEqual(Object.keys(schema.properties).toSorted());
  });
});

describe('the schema that Chromium checks a policy with', () => {
  /** The names that the message about an unknown key lists. */
  const [line] = withRefusalTexts(readPolicy({ mistyped: 1 })).refused;
  const known = line!.replace(/^.*expected /, '').split(', ');

  test('has every key that the extension reads, and no other', () => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(known.toSorted());
  });

  test('explains each key by a title and one sentence', () => {
    for (const [key, { title, description }] of Object.entries(schema.properties)) {
      expect(title, key).toMatch(/^[A-Z]/);
      expect(description, key).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('has no property that Chromium doesn’t know', () => {
    expect(Object.keys(schema)).toEqual(['type', 'properties']);
    for (const property of Object.values(schema.properties)) {
      const { title: _title, description: _description, type, items, enum: choice, ...rest } = property;
      expect(rest).toEqual({});
      expect(['array', 'boolean', 'number', 'string']).toContain(type);
      expect(items).toEqual(type === 'array' ? { type: 'string' } : undefined);
      for (const value of choice ?? []) expect(typeof value).toBe(type);
    }
  });

  test('allows the same values of each key as the extension, and no other type', () => {
    const valid: Record<string, unknown[]> = {
      array: [['https://jira.example.com']],
      boolean: [true, false],
      number: [1, 45.5],
    };
    const invalid: Record<string, unknown> = { array: 'x', boolean: 1, number: '1', string: 1 };
    for (const [key, { type, enum: choice }] of Object.entries(schema.properties)) {
      for (const value of choice ?? valid[type]!)
        expect(withRefusalTexts(readPolicy({ [key]: value })).refused).toEqual([]);
      expect(withRefusalTexts(readPolicy({ [key]: invalid[type] })).refused).toHaveLength(1);
    }
    for (const [key, setting] of Object.entries<Setting>(DEFINED)) {
      const { type, enum: choices = valid[type] } = schema.properties[key]!;
      if ('choices' in setting) expect(choices, key).toEqual(setting.choices);
    }
  });
});

test.each(Object.entries<Setting>(DEFINED))(
  'the documentation has a row for %s, with its type and what applies without it',
  (key, setting) => {
    const type = 'choices' in setting ? choicesIn(setting.choices) : `number above 0, at most ${setting.maxMinutes}`;
    const fallback = `\`${String(DEFAULTS[key as keyof typeof DEFAULTS])}\``;
    const rows = readFileSync('docs/admin.md', 'utf8').matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|$/gm);
    expect([...rows].map((row) => row.slice(1))).toContainEqual([key, type, fallback]);
  },
);

function choicesIn(choices: readonly (string | boolean)[]): string {
  return choices[0] === true ? 'true or false' : `text: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
