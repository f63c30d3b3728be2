/** What is told of a session, in the popup and the options: when it will end, and why that is believed. */
import type { Site } from '../../src/page.ts';
import { endOf, type SessionClock } from '../../src/session-clock.ts';
import type { Settings } from '../../src/settings.ts';
import type { Bounds } from '../../src/timeout.ts';
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';
import { learnedOf, siteTimeout } from '../learned.ts';

export interface SessionView {
  /** Sentences, ready to be shown. */
  readonly lines: readonly string[];
  /** Whether anything was learned that could be forgotten. */
  readonly isLearned: boolean;
}

export async function sessionView(
  site: Site,
  clock: SessionClock | undefined,
  settings: Settings,
): Promise<SessionView> {
  if (!clock) return { lines: [], isLearned: false };
  const learned = await learnedOf(site);
  return {
    isLearned: learned.atLeastMinutes !== undefined || learned.atMostMinutes !== undefined,
    lines: [message('popup_session', time(endOf(clock))), ...learnedLines(learned, settings)],
  };
}

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

function time(at: number): string {
  return new Intl.DateTimeFormat(browser.i18n.getUILanguage(), { hour: 'numeric', minute: '2-digit' }).format(
    at,
  );
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
