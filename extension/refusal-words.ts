/** What is told of something that was refused: the place, and what was expected there. */
import type { Refusal } from '../src/refusal.ts';
import { message } from './i18n.ts';

export function told({ at, expected, names = '' }: Refusal): string {
  return `${at}: ${message(`expected_${expected}`, names)}`;
}
