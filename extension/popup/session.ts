/** What the popup tells of a session: when it will end, and why that is believed. */
import type { Site } from '../../src/page.ts';
import { endOf, type SessionClock } from '../../src/session-clock.ts';
import type { Settings } from '../../src/settings.ts';
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';
import { learnedOf } from '../learned.ts';
import { learnedLines } from '../learned-words.ts';

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

function time(at: number): string {
  return new Intl.DateTimeFormat(browser.i18n.getUILanguage(), { hour: 'numeric', minute: '2-digit' }).format(
    at,
  );
}
