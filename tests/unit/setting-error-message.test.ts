/** The messages about refused settings, also about very many. */
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { textOf, type Messages } from '../../scripts/locales.ts';
import { faultLines } from '../../extension/shared/setting-error-message.ts';
import { readPolicy } from '../../src/settings/validation.ts';

const read = (language: string): Messages =>
  JSON.parse(readFileSync(`extension/_locales/${language}/messages.json`, 'utf8')) as Messages;
let messages = read('en');
vi.stubGlobal('chrome', {
  i18n: {
    getUILanguage: () => 'en-US',
    getMessage: (key: string, values: string[]) => textOf(messages[key]!).replace('$1', values[0] ?? ''),
  },
});

test('twenty of a hundred thousand mistakes are listed, and the rest is counted', () => {
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`x${n}`, 1]));
  const lines = faultLines(readPolicy(fields).refused);
  expect(lines).toHaveLength(21);
  expect(lines[0]).toMatch(/^policy\.x0: no setting; expected guard, /);
  expect(lines.at(-1)).toBe('and 99,980 more');
});

test('exactly twenty mistakes are listed without a count of more', () => {
  const fields = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x${n}`, 1]));
  expect(faultLines(readPolicy(fields).refused)).toHaveLength(20);
});

test('a very long name is cut', () => {
  const [line] = faultLines(readPolicy({ ['x'.repeat(100_000)]: 1 }).refused);
  expect(line).toMatch(/^policy\.x{113}…: no setting; /);
});

test.each([
  ['en', 'expected "on" or "off"', 'expected true or false'],
  ['de', 'erwartet wird "on" oder "off"', 'erwartet wird true oder false'],
  ['es', 'se esperaba "on" u "off"', 'se esperaba true o false'],
  ['ar', 'المتوقع "on" أو "off"', 'المتوقع true أو false'],
])('the choices are listed in the language of the message: %s', (language, guard, banner) => {
  messages = read(language);
  const { refused } = readPolicy({ guard: 'maybe', banner: 'yes' });
  expect(faultLines(refused)).toEqual([`policy.guard: ${guard}`, `policy.banner: ${banner}`]);
});
