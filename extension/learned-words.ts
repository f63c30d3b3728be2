/** What is told of a site's timeout, in the popup and the options. */
import type { Settings } from '../src/settings.ts';
import type { Bounds } from '../src/timeout.ts';
import { browser } from './browser.ts';
import { message } from './i18n.ts';
import { siteTimeout } from './learned.ts';

/** The timeout that is gone by, where it is from, and what was seen of it. */
export function learnedLines(learned: Bounds, settings: Settings): string[] {
  const { minutes, source } = siteTimeout(learned, settings);
  const { atLeastMinutes, atMostMinutes } = learned;
  return [
    message(`popup_timeout_${source}`, duration(minutes)),
    ...(atLeastMinutes === undefined ? [] : [message('popup_survived', duration(atLeastMinutes))]),
    ...(atMostMinutes === undefined ? [] : [message('popup_ended', duration(atMostMinutes))]),
  ];
}

function duration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  const parts = [
    hours > 0 ? inUnit('hour', hours) : '',
    rest > 0 || hours === 0 ? inUnit('minute', rest) : '',
  ];
  return parts.join(' ').trim();
}

function inUnit(unit: 'hour' | 'minute', value: number): string {
  return new Intl.NumberFormat(browser.i18n.getUILanguage(), { style: 'unit', unit }).format(value);
}
