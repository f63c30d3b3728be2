/** The texts for the stores: complete in each language, within the stores' limits, with the extension's terms. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import manifest from '../../manifest.json' with { type: 'json' };
import { textOf, type Messages } from '../../scripts/locales.ts';

const languages = readdirSync('extension/_locales');
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A text of at most so many characters, without HTML, which the stores do not take. */
const upTo = (most: number) => z.string().check(z.minLength(1), z.maxLength(most), z.regex(/^[^<>]+$/));
const texts = <Key extends string>(keys: readonly Key[]) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, upTo(1_000)])) as Record<Key, ReturnType<typeof upTo>>);
const isDescription = (lines: string[]): boolean => {
  const { length } = lines.join('\n');
  return length >= 250 && length <= 10_000 && !/[<>]/.test(lines.join(''));
};

const PERMISSIONS = [...manifest.permissions, ...manifest.optional_host_permissions];
/** The questions of the stores about data, and what is used in the browser alone. */
const DATA_USE = [
  'collected',
  'identity',
  'authentication',
  'webHistory',
  'activity',
  'content',
  'remoteCode',
  'certification',
];
/** The narrowest limit of the three stores for each field (store/README.md). */
const listing = z.strictObject({
  name: upTo(50),
  summary: upTo(132),
  description: z.array(z.string()).check(z.refine(isDescription)),
  singlePurpose: upTo(1_000),
  permissions: texts(PERMISSIONS),
  dataUse: texts(DATA_USE),
});
type Listing = z.infer<typeof listing>;

/** The buttons that a description names. */
const NAMED = ['action_renew', 'popup_watch', 'popup_copy'];

test('the stores have texts in every language of the extension, and in no other', () => {
  const files = readdirSync('store').filter((file) => file.endsWith('.json'));
  expect(files.map((file) => file.replace('.json', '')).toSorted()).toEqual(languages.toSorted());
});

describe.each(languages)('%s', (language) => {
  const own = read(`store/${language}.json`) as Listing;
  const messages = read(`extension/_locales/${language}/messages.json`) as Messages;
  const word = (key: string): string => textOf(messages[key]!);

  test('has every field, within its limits, and a reason for each permission of the manifest', () => {
    expect(listing.safeParse(own).error?.issues ?? []).toEqual([]);
  });

  test('has the name and the summary of the package, from which Chrome and Edge take them', () => {
    expect(own).toMatchObject({ name: word('name'), summary: word('description') });
  });

  test('names the buttons as the extension does', () => {
    const description = own.description.join('\n');
    expect(NAMED.filter((key) => !description.includes(word(key)))).toEqual([]);
    expect(own.permissions['*://*/*']).toContain(word('popup_watch'));
  });

  test('says the same as English, in as many lines, and none of it in English', () => {
    const { description: lines } = own;
    const { description: english } = read('store/en.json') as Listing;
    expect(lines.map((line) => line === '')).toEqual(english.map((line) => line === ''));
    const same = lines.filter((line, at) => line !== '' && line === english[at]);
    expect(same).toEqual(language === 'en' ? lines.filter((line) => line !== '') : []);
    expect(lines.join(' ')).toMatch(/Atlassian/);
  });
});
