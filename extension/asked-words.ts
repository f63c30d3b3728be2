/** What is told where a site was asked for and not granted. */
import type { Answer } from './granted.ts';
import { message } from './i18n.ts';

export function notGrantedLine(answer: Exclude<Answer, 'granted'>): string {
  return message(answer === 'refused' ? 'popup_refused' : 'popup_failed');
}
