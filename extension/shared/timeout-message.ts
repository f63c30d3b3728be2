/** The message about a site's timeout, in the popup and the options. */
import { timeoutOf } from '../../src/session/session-clock.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { message } from './i18n.ts';
import { durationOf } from './time-format.ts';

/** The timeout in use, and its source. Takes the timeout that the site's pages state, if any. */
export function timeoutLine(settings: Settings, statedMinutes: number | undefined): string {
  const { minutes, source } = timeoutOf(settings, statedMinutes);
  return message(`popup_timeout_${source}`, durationOf(minutes));
}
