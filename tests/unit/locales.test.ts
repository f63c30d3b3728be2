/** The words in every language: none missing, none unused, none longer than its place. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { textOf, type Messages } from '../../scripts/locales.ts';

const FOLDER = 'extension/_locales';
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'ja', 'pt_BR', 'zh_CN'];
const read = (language: string): Messages =>
  JSON.parse(readFileSync(`${FOLDER}/${language}/messages.json`, 'utf8')) as Messages;
const english = read('en');

/** Words that depend on a number: one key for each plural form that the language has. */
const COUNTED = ['files_held', 'files_kept', 'files_refused', 'files_discarded'];
/** Of the forms that `Intl` knows, those that differ from "other" for numbers of files. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  ar: ['one', 'two', 'few', 'other'],
  ja: ['other'],
  zh_CN: ['other'],
};
const formsOf = (language: string): readonly string[] => FORMS[language] ?? ['one', 'other'];

/** Keys that are put together in code, each with the place where. */
const FAMILIES: readonly [RegExp, string, RegExp][] = [
  [/^verdict_/, 'src/presentation.ts', /keyOf\('verdict'/],
  [/^action_/, 'src/presentation.ts', /`\$\{kind\}_/],
  [/^trouble_/, 'extension/content/views.ts', /`trouble_\$\{/],
  [/^expected_/, 'extension/refusal-words.ts', /`expected_\$\{/],
  [/^address_/, 'src/address.ts', /refused: 'address_/],
  [/^details_/, 'extension/popup/details.ts', /`details_\$\{/],
  [/^relation_/, 'extension/popup/details.ts', /`relation_\$\{/],
  [/^popup_timeout_/, 'extension/learned-words.ts', /`popup_timeout_\$\{/],
  [/^guard_/, 'extension/options/settings-form.tsx', /`guard_\$\{/],
  [/^setting_/, 'extension/options/settings-form.tsx', /`setting_\$\{/],
  [/^refusal_/, 'extension/content/views.ts', /`refusal_\$\{/],
];

/** How many characters fit: the stores', the buttons', the popup's two lines, a banner that is read and not studied. */
const PLACES: readonly [RegExp, number][] = [
  [/^description$/, 132],
  [/^(action_|popup_(watch|stop|forget|copy|renew_all)$)/, 32],
  [/^(options_(export|import|reset|reset_site|change_keys)|welcome_(open|show_banner))$/, 32],
  [/^(guard_|details_|relation_|command_)/, 45],
  [/^verdict_[a-z_]+_(meaning|possible|undone|unproven|impossible|unanswered)$/, 200],
  [/^verdict_/, 110],
  [/^trouble_/, 260],
  [/./, 230],
];

const valuesIn = (text: string): string[] => [...new Set(text.match(/\$\d/g))].toSorted();

test('there are eight languages', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(LANGUAGES);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const words = read(language);

  test('no key is missing, and none is another', () => {
    const plain = Object.keys(english).filter(
      (key) => !COUNTED.some((stem) => key.startsWith(`${stem}_`) && !key.endsWith('_meaning')),
    );
    const counted = COUNTED.flatMap((stem) => formsOf(language).map((form) => `${stem}_${form}`));
    expect(Object.keys(words).toSorted()).toEqual([...plain, ...counted].toSorted());
    const known = new Intl.PluralRules(language.replace('_', '-')).resolvedOptions().pluralCategories;
    expect(known).toEqual(expect.arrayContaining([...formsOf(language)]));
  });

  test('each says the same values as in English', () => {
    for (const [key, entry] of Object.entries(words)) {
      const like = english[key] ?? english[key.replace(/_(two|few)$/, '_other')]!;
      const values = valuesIn(textOf(entry));
      // "One file" and "two files" can be said without the number.
      const expected = valuesIn(textOf(like)).filter((value) => value !== '$1' || !/_(one|two)$/.test(key));
      if (/_(one|two|few|other)$/.test(key)) expect(values, key).toEqual(expect.arrayContaining(['$2']));
      else expect(values, key).toEqual(expected);
    }
  });

  test('none is longer than its place', () => {
    for (const [key, entry] of Object.entries(words)) {
      const [, most] = PLACES.find(([pattern]) => pattern.test(key))!;
      expect([key, textOf(entry).length <= most ? 'fits' : textOf(entry)]).toEqual([key, 'fits']);
    }
  });
});

test('none is unused', () => {
  const files = readdirSync('extension', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(`extension/${file}`, 'utf8'));
  const code = [...files, readFileSync('manifest.json', 'utf8')].join('\n');
  const isUsed = (key: string): boolean =>
    code.includes(`'${key}'`) ||
    code.includes(`__MSG_${key}__`) ||
    COUNTED.some((stem) => key.startsWith(stem) && code.includes(`counted('${stem}'`)) ||
    FAMILIES.some(([family, file, put]) => family.test(key) && put.test(readFileSync(file, 'utf8')));
  expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([]);
});
