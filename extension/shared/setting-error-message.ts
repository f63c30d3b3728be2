/** The message about a refused setting: its place, and what was expected there. */
import type { SettingFault } from '../../src/settings/validation.ts';
import { message } from './i18n.ts';
import { numberOf } from './time-format.ts';

/** A line for each of the first faults, and one with the number of the others. */
export function faultLines(faults: readonly SettingFault[]): string[] {
  const more = faults.length - MAX_LINES;
  const lines = faults.slice(0, MAX_LINES).map(faultLine);
  return more > 0 ? [...lines, message('refused_more', numberOf(more))] : lines;
}

function faultLine({ at, expected, values = '' }: SettingFault): string {
  const place = at.length > LONGEST_PLACE ? `${at.slice(0, LONGEST_PLACE)}…` : at;
  return `${place}: ${message(`expected_${expected}`, typeof values === 'string' ? values : oneOf(values))}`;
}

/** In English: `"on" or "off"`, `true or false`. */
function oneOf(choices: readonly (string | boolean)[]): string {
  const list = new Intl.ListFormat(message('language'), { type: 'disjunction' });
  const parts = list.formatToParts(choices.map(String));
  return parts.map(({ value }) => (choices.includes(value) ? `"${value}"` : value)).join('');
}

const MAX_LINES = 20;
const LONGEST_PLACE = 120;
