/** What administrators are given: the ready files, the schema and its documentation name the same keys as the code reads. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../src/settings/validation.ts';
import { DEFAULT_SETTINGS, DEFAULT_TIMEOUT_MINUTES } from '../../src/settings/settings.ts';
import { toldIn } from './told.ts';

interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly type: string;
  readonly items?: { readonly type: string };
  readonly enum?: readonly string[];
}
const schema = JSON.parse(readFileSync('extension/managed-schema.json', 'utf8')) as {
  type: string;
  properties: Record<string, Property>;
};

const EXTENSION_IDS = /^(EXTENSION_ID|freshtoken@freshtoken\.example)$/;

/** What a ready file says to the extension, with the keys that lead there. */
function inFile(name: string): { path: string[]; policy: unknown } {
  let value = JSON.parse(readFileSync(`docs/policy/${name}.json`, 'utf8')) as Record<string, unknown>;
  const path: string[] = [];
  while (!EXTENSION_IDS.test(path.at(-1) ?? '')) {
    const [key, ...others] = Object.keys(value);
    expect(others).toEqual([]);
    path.push(key!);
    value = value[key!] as Record<string, unknown>;
  }
  return { path, policy: value };
}

describe('the ready file', () => {
  test.each([
    ['chrome', ['3rdparty', 'extensions', 'EXTENSION_ID']],
    ['edge', ['3rdparty', 'extensions', 'EXTENSION_ID']],
    ['firefox', ['policies', '3rdparty', 'Extensions', 'freshtoken@freshtoken.example']],
  ])('for %s is followed in all it says, and has every key', (name, expected) => {
    const { path, policy } = inFile(name);
    expect(path).toEqual(expected);
    const { settings, sites, refused } = toldIn(readPolicy(policy));
    expect(refused).toEqual([]);
    expect(sites).toEqual(['https://jira.example.com']);
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, timeoutMinutes: DEFAULT_TIMEOUT_MINUTES });
    expect(Object.keys(policy as object).toSorted()).toEqual(Object.keys(schema.properties).toSorted());
  });
});

describe('the schema that Chromium checks a policy with', () => {
  /** The names that an administrator is told after a mistyped one. */
  const [line] = toldIn(readPolicy({ mistyped: 1 })).refused;
  const known = line!.replace(/^.*expected /, '').split(', ');

  test('names every key that the extension follows, and no other', () => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(known.toSorted());
  });

  test('says of each key what it is for, in a title and one sentence', () => {
    for (const [key, { title, description }] of Object.entries(schema.properties)) {
      expect(title, key).toMatch(/^[A-Z]/);
      expect(description, key).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('has nothing that Chromium doesn’t know', () => {
    expect(Object.keys(schema)).toEqual(['type', 'properties']);
    for (const property of Object.values(schema.properties)) {
      const { title: _title, description: _description, type, items, enum: choice, ...rest } = property;
      expect(rest).toEqual({});
      expect(['array', 'boolean', 'number', 'string']).toContain(type);
      expect(items).toEqual(type === 'array' ? { type: 'string' } : undefined);
      expect(choice === undefined || type === 'string').toBe(true);
    }
  });

  test('lets through of each key what the extension follows, and nothing that it would refuse for its type', () => {
    const right: Record<string, unknown[]> = {
      array: [['https://jira.example.com']],
      boolean: [true, false],
      number: [1, 45.5],
    };
    const wrong: Record<string, unknown> = { array: 'x', boolean: 1, number: '1', string: 1 };
    for (const [key, { type, enum: choice }] of Object.entries(schema.properties)) {
      for (const value of choice ?? right[type]!) expect(toldIn(readPolicy({ [key]: value })).refused).toEqual([]);
      expect(toldIn(readPolicy({ [key]: wrong[type] })).refused).toHaveLength(1);
    }
  });
});

test('the documentation has a row for every key, with its type and what holds without it', () => {
  const rows = readFileSync('docs/admin.md', 'utf8').matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|$/gm);
  const told = [...rows].map(([, key, type, fallback]) => [key, type!.replace(/[ :].*/, ''), fallback]);
  const types: Record<string, string> = { array: 'list', boolean: 'true', number: 'number', string: 'text' };
  const expected = Object.entries(schema.properties).map(([key, { type }]) => [
    key,
    types[type],
    key === 'sites' ? 'none' : `\`${String(DEFAULT_SETTINGS[key as keyof typeof DEFAULT_SETTINGS])}\``,
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
});
