/** Refusals as an English user reads them. */
import { readFileSync } from 'node:fs';
import { textOf, type Messages } from '../../scripts/locales.ts';
import type { SettingFault } from '../../src/settings/validation.ts';

const words = JSON.parse(readFileSync('extension/_locales/en/messages.json', 'utf8')) as Messages;

/** Takes what a reader gives, and gives it with its refusals in words. */
export function toldIn<T extends { refused: readonly SettingFault[] }>(
  read: T,
): Omit<T, 'refused'> & { refused: string[] } {
  const refused = read.refused.map(({ at, expected, values = '' }) => {
    const value = typeof values === 'string' ? values : values.map((choice) => JSON.stringify(choice)).join(' or ');
    const text = textOf(words[`expected_${expected}`]!).replace('$1', value);
    return `${at}: ${text}`;
  });
  return { ...read, refused };
}
