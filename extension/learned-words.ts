/** What is told of a site's timeout, in the popup and the options. */
import type { Settings } from '../src/settings.ts';
import type { Bounds } from '../src/timeout.ts';
import { message } from './i18n.ts';
import { siteTimeout } from './learned.ts';
import { durationOf } from './times.ts';

/** The timeout that is gone by, where it is from, and what was seen of it. */
export function learnedLines(learned: Bounds, settings: Settings): string[] {
  const { minutes, source } = siteTimeout(learned, settings);
  const { atLeastMinutes, atMostMinutes } = learned;
  return [
    message(`popup_timeout_${source}`, durationOf(minutes)),
    ...(atLeastMinutes === undefined ? [] : [message('popup_survived', durationOf(atLeastMinutes))]),
    ...(atMostMinutes === undefined ? [] : [message('popup_ended', durationOf(atMostMinutes))]),
  ];
}
