/** Refusals as an English user reads them. */
import { readFileSync } from 'node:fs';
import { textOf, type Messages } from '../../scripts/locales.ts';
import type { SettingFault } from '../../src/settings/validation.ts';

const messages = JSON.parse(readFileSync('extension/_locales/en/messages.json', 'utf8')) as Messages;

/** Gives a reader's result with its refusals as texts. */
export function withRefusalTexts<T extends { refused: readonly SettingFault[] }>(
  result: T,
): Omit<T, 'refused'> & { refused: string[] } {
  const refused = result.refused.map(({ at, expected, values = '' }) => {
    const value = typeof values === 'string' ? values : values.map((choice) => JSON.stringify(choice)).join(' or ');
    const text = textOf(messages[`expected_${expected}`]!).replace('$1', value);
    return `${at}: ${text}`;
  });
  return { ...result, refused };
}
