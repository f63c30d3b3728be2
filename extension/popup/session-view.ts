/** What the popup shows of a session: who is signed in, since when, and when it will end, with the reason. */
import type { TabState } from '../../src/messages/protocol.ts';
import { endOf } from '../../src/session/session-clock.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import { shownName } from '../../src/lib/display-name.ts';
import { clockToShow, standingProof, type Verdict } from '../../src/verdict/verdict.ts';
import { message } from '../shared/i18n.ts';
import { storedValue } from '../shared/storage/sessions.ts';
import { timeoutLine } from '../shared/timeout-message.ts';
import { timeOf } from '../shared/time-format.ts';

export interface SessionView {
  /** Sentences, ready to show. */
  readonly lines: readonly string[];
  /** The session from its beginning to its end, in percent; absent without a clock. */
  readonly line?: { readonly known: number; readonly now: number; readonly end: number };
  /** When it began, and about when it will end. */
  readonly ends?: readonly [string, string];
}

export async function sessionView(
  state: TabState,
  settings: Settings,
  verdict: Verdict,
  now: number,
): Promise<SessionView> {
  const { pageUser } = state.evidence;
  const clock = clockToShow(verdict, state.evidence, now);
  const proof = standingProof(state.evidence, now);
  const who =
    proof?.outcome === 'signed-in'
      ? [message('popup_signed_in', shownName(proof.user), timeOf(proof.at, now))]
      : pageUser
        ? [message('popup_page_of', shownName(pageUser))]
        : [];
  if (!clock) return { lines: who };
  const record = await storedValue('session', state);
  const ends = endOf(clock);
  const began = Math.min(record?.began ?? clock.lastContact, clock.lastContact);
  const last = Math.max(ends, now);
  const partOf = (at: number): number => Math.min(100, Math.max(0, (100 * (at - began)) / Math.max(1, last - began)));
  return {
    lines: [
      ...who,
      message('popup_contact', timeOf(clock.lastContact, now)),
      message(ends > now ? 'popup_session' : 'popup_session_over', timeOf(ends, now)),
      timeoutLine(settings, record?.statedMinutes),
    ],
    line: { known: partOf(clock.lastContact), now: partOf(now), end: partOf(ends) },
    ends: [timeOf(began, now), timeOf(ends, now)],
  };
}
