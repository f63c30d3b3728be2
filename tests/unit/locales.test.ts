/** The texts in every language: none is missing, unused or longer than its place. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { textOf, type Messages } from '../../scripts/locales.ts';
import type { Refusal } from '../../src/jira/page.ts';
import type { Action } from '../../src/verdict/presentation.ts';
import type { Answer } from '../../src/session/proof-request.ts';
import type { Expected } from '../../src/settings/validation.ts';
import type { timeoutOf } from '../../src/session/session-clock.ts';
import { SETTINGS } from '../../src/settings/definitions.ts';
import type { Relation } from '../../src/jira/token.ts';
import type { CookieTrouble } from '../../src/session/cookie-changes.ts';
import type { Renewability, VerdictName } from '../../src/verdict/verdict.ts';

const FOLDER = 'extension/_locales';
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'ja', 'pt_BR', 'zh_CN'];
const read = (language: string): Messages =>
  JSON.parse(readFileSync(`${FOLDER}/${language}/messages.json`, 'utf8')) as Messages;
const english = read('en');

/** Texts that depend on a number: one key for each plural form that the language has. */
const COUNTED = [
  'files_held',
  'files_kept',
  'files_lost_before',
  'files_orphaned',
  'files_refused',
  'files_broken',
  'files_changed',
  'files_discarded',
];
/** The plural forms of `Intl` that a language uses for numbers of files; other languages use "one" and "other". */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  ar: ['one', 'two', 'few', 'other'],
  ja: ['other'],
  zh_CN: ['other'],
};
const formsOf = (language: string): readonly string[] => FORMS[language] ?? ['one', 'other'];

/** The members of a family, by a record of their type, so that the compiler reports a missing one. */
const of = <Name extends string>(names: Record<Name, true>): string[] =>
  Object.keys(names).map((name) => name.replaceAll('-', '_'));
const withMeaning = (names: readonly string[]): string[] => names.flatMap((name) => [name, `${name}_meaning`]);

/** Keys that code puts together: their beginning, the file and the code that does it, and their endings. */
const FAMILIES: readonly [string, string, RegExp, readonly string[]][] = [
  [
    'welcome',
    'extension/welcome/main.tsx',
    /\['badge', 'banner', 'attachment'\][^]*message\(`welcome_\$\{what\}_meaning`\)/,
    withMeaning(['badge', 'banner', 'attachment']),
  ],
  [
    'verdict',
    'src/verdict/presentation.ts',
    /messageKeyOf\('verdict'/,
    [
      'unknown',
      'stale',
      ...of<Renewability>({
        possible: true,
        undone: true,
        unproven: true,
        unanswered: true,
        impossible: true,
        crowded: true,
      }).map((renewal) => `stale_${renewal}`),
      ...withMeaning(
        of<Exclude<VerdictName, 'unknown' | 'stale'>>({
          fresh: true,
          aging: true,
          lapsed: true,
          'signed-out': true,
          'signed-in': true,
          'other-user': true,
          'other-jira': true,
          'no-cookie': true,
          gateway: true,
          offline: true,
          busy: true,
          unreachable: true,
        }),
      ),
    ],
  ],
  [
    'action',
    'src/verdict/presentation.ts',
    /`\$\{kind\}_/,
    of<Action | 'dismiss'>({
      renew: true,
      reload: true,
      'sign-in': true,
      'try-again': true,
      'stay-signed-in': true,
      dismiss: true,
    }),
  ],
  [
    'trouble',
    'src/verdict/presentation.ts',
    /`\$\{kind\}_/,
    of<CookieTrouble>({ 'second-jira': true, embed: true, 'lost-session': true }),
  ],
  [
    'expected',
    'extension/shared/setting-error-message.ts',
    /`expected_\$\{/,
    of<Expected>({
      minutes: true,
      choice: true,
      object: true,
      address: true,
      addresses: true,
      by_address: true,
      json: true,
      file: true,
      setting: true,
      at_most: true,
    }),
  ],
  ['failed', 'extension/content/banner/view-texts.ts', /`failed_\$\{/, ['token', 'again', '0', 'status']],
  [
    'refusal',
    'extension/content/banner/view-texts.ts',
    /`refusal_\$\{of\}_meaning/,
    withMeaning(
      of<Refusal | 'fresh' | 'files'>({ token: true, session: true, empty: true, fresh: true, files: true }),
    ),
  ],
  [
    'relation',
    'extension/popup/details.ts',
    /messageKeyOf\('relation'/,
    of<Relation>({ equal: true, 'same-server': true, 'other-server': true }),
  ],
  [
    'proof',
    'extension/popup/details.ts',
    /messageKeyOf\('proof'/,
    of<Answer['outcome']>({
      'signed-in': true,
      anonymous: true,
      gateway: true,
      offline: true,
      busy: true,
      unreachable: true,
    }),
  ],
  [
    'popup_timeout',
    'extension/shared/timeout-message.ts',
    /`popup_timeout_\$\{/,
    of<ReturnType<typeof timeoutOf>['source']>({ policy: true, set: true, stated: true, default: true }),
  ],
  ['setting', 'extension/options/settings-form.tsx', /`setting_\$\{/, withMeaning(Object.keys(SETTINGS))],
];

/** How many characters fit into the place of a text, by its key: the first pattern that matches counts. */
const PLACES: readonly [RegExp, number][] = [
  [/^description$/, 132],
  [/^(action_|popup_(watch|stop|copy|renew_all)$)/, 32],
  [/^(options_(export|import|reset|reset_site|change_keys)|welcome_(open|show_banner))$/, 32],
  [/^(details_|relation_|proof_|command_)/, 45],
  [/^verdict_[a-z_]+_(meaning|possible|undone|unproven|impossible|crowded|unanswered)$/, 200],
  [/^verdict_/, 110],
  [/^trouble_/, 260],
  [/./, 230],
];

const valuesIn = (text: string): string[] => [...new Set(text.match(/\$\d/g))].toSorted();

test('there are eight languages', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(LANGUAGES);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const messages = read(language);

  test('no key is missing, and none is unknown', () => {
    const plain = Object.keys(english).filter(
      (key) => !COUNTED.some((stem) => key.startsWith(`${stem}_`) && !key.endsWith('_meaning')),
    );
    const counted = COUNTED.flatMap((stem) => formsOf(language).map((form) => `${stem}_${form}`));
    expect(Object.keys(messages).toSorted()).toEqual([...plain, ...counted].toSorted());
    const known = new Intl.PluralRules(language.replace('_', '-')).resolvedOptions().pluralCategories;
    expect(known).toEqual(expect.arrayContaining([...formsOf(language)]));
  });

  test('the message "language" has the language’s tag', () => {
    expect(textOf(messages['language']!)).toBe(language.replace('_', '-'));
  });

  test('each text has the same values as in English', () => {
    for (const [key, entry] of Object.entries(messages)) {
      const like = english[key] ?? english[key.replace(/_(two|few)$/, '_other')]!;
      const values = valuesIn(textOf(entry));
      // "One file" and "two files" can do without the number.
      const expected = valuesIn(textOf(like)).filter((value) => value !== '$1' || !/_(one|two)$/.test(key));
      if (/_(one|two|few|other)$/.test(key)) expect(values, key).toEqual(expect.arrayContaining(['$2']));
      else expect(values, key).toEqual(expected);
    }
  });

  test('no text is longer than its place', () => {
    for (const [key, entry] of Object.entries(messages)) {
      const [, most] = PLACES.find(([pattern]) => pattern.test(key))!;
      expect([key, textOf(entry).length <= most ? 'fits' : textOf(entry)]).toEqual([key, 'fits']);
    }
  });
});

/** A browser's language, and the messages that it gives: those of another language if ours lack its own. */
const current = { language: 'en', messages: english };
const i18n = {
  getUILanguage: () => current.language,
  getMessage: (key: string, values: readonly string[]) =>
    (current.messages[key] ? textOf(current.messages[key]) : '').replaceAll(
      /\$(\d)/g,
      (_whole, at) => values[Number(at) - 1] ?? '',
    ),
};

test.each([
  ['he', 'en', 'en', 'ltr', '1 hr'],
  ['ko', 'en', 'en', 'ltr', '1 hr'],
  ['en-GB', 'en', 'en-GB', 'ltr', '1 hr'],
  ['de-AT', 'de', 'de-AT', 'ltr', '1 Std.'],
  ['ar', 'ar', 'ar', 'rtl', undefined],
])(
  'a page declares its language in a browser in %s that has messages in %s',
  async (language, given, lang, dir, hour) => {
    Object.assign(current, { language, messages: read(given) });
    vi.stubGlobal('chrome', { i18n });
    vi.stubGlobal('document', { documentElement: {} });
    const [{ counted, declareLanguage }, { durationOf }] = await Promise.all([
      import('../../extension/shared/i18n.ts'),
      import('../../extension/shared/time-format.ts'),
    ]);
    declareLanguage();
    expect(document.documentElement).toEqual({ lang, dir });
    if (hour) expect(durationOf(60)).toBe(hour);
    if (given === 'en') expect(counted('files_kept', ['door.log'])).toBe('1 file is safe here: \u2068door.log\u2069.');
  },
);

test('no text is unused', () => {
  const files = [...inFolder('extension'), ...inFolder('src'), 'manifest.json'];
  const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const details = readFileSync('extension/popup/details.ts', 'utf8');
  const rows = [...details.matchAll(/\b(?:row|personal|time)\(\s*'(\w+)'/g)].map(([, name]) => `details_${name}`);
  const families = FAMILIES.flatMap(([stem, file, place, members]) => {
    expect(readFileSync(file, 'utf8'), stem).toMatch(place);
    return members.map((member) => `${stem}_${member}`);
  });
  const inFamilies = new Set([...rows, ...families]);
  const isUsed = (key: string): boolean =>
    code.includes(`'${key}'`) ||
    code.includes(`__MSG_${key}__`) ||
    COUNTED.some((stem) => key.startsWith(stem) && code.includes(`counted('${stem}'`)) ||
    inFamilies.has(key);
  expect(Object.keys(english).filter((key) => !isUsed(key))).toEqual([]);
});

/** Places where users would read or hear a text: before a closing tag, and in these attributes and properties. */
const TEXTS = [
  />\s*([^<>{}]*[a-z][^<>{}]*?)\s*<\//gi,
  /\b(?:title|alt|label|placeholder|aria-\w*(?:label|description|text))\b'?,?\s*[:=,]\s*(['"`])([^'"`$]*[a-z][^'"`$]*)\1/gi,
  /\b(?:textContent|innerText|ariaLabel|value|data)\s*=\s*(['"`])([^'"`$]*[a-z]+ [^'"`$]*)\1/gi,
];
const textsIn = (code: string): string[] =>
  TEXTS.flatMap((pattern) => [...code.matchAll(pattern)].map((found) => found.at(-1)!));

test('the code has no text of its own, except the product’s name', () => {
  const code =
    `<p>Hello <b>you there</b></p>; <a title="Go on">; ` +
    `{ 'aria-label': 'The banner' }; p.textContent = 'Not now';`;
  expect(textsIn(code)).toEqual(['you there', 'Go on', 'The banner', 'Not now']);
  for (const file of inFolder('extension'))
    for (const text of textsIn(readFileSync(file, 'utf8'))) expect([file, text]).toEqual([file, 'Freshtoken']);
});

function inFolder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file}`);
}
