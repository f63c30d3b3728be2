/** What is told of something that was refused: the place, and what was expected there. */
import type { SettingFault } from '../src/setting-fault.ts';
import { message } from './i18n.ts';

export function faultLine({ at, expected, names = '' }: SettingFault): string {
  return `${at}: ${message(`expected_${expected}`, names)}`;
}
