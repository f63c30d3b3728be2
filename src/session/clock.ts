/**
 * The session clock: when a session will have died, if nothing reaches the server until then. An estimate: the
 * timeout is seldom known for sure, and a restarted server forgets its sessions at once. Only a proof is proof.
 *
 *            contact                     contact, or a proof that the user is signed in
 *          +---------+                  +------------------------------------------------+
 *          v         |                  v                                                |
 *        running (fresh) -- warning --> running (aging) -- the end --> run out (lapsed) -+
 *                                                                          |
 *                                      a proof that nobody is signed in    v
 *                                      (signed-out: the record ends)
 *
 * Invariants: a contact never moves the clock back; a clock whose last contact lies in the future has been set by
 * hand, and counts as run out, which claims nothing and is settled by one proof.
 */
import { isSilent, type Proof } from './session-check.ts';
import { DEFAULT_TIMEOUT_MINUTES, type Settings } from '../settings/settings.ts';

/** What a page's evidence says of the clock. */
export interface SessionClock {
  /** The last request of this browser known to have reached the site, epoch milliseconds. */
  readonly lastContact: number;
  readonly timeoutMinutes: number;
}

/** What is remembered of one site in one cookie jar. */
export interface SessionRecord {
  /** When this session was first seen, epoch milliseconds. */
  readonly began: number;
  readonly lastContact: number;
  /**
   * The longest timeout that a page has stated. A page that was rendered late in a silence states less, because the server
   * counts from the request before: each statement is a lower bound.
   */
  readonly statedMinutes?: number | undefined;
  /** Jira's own hash of the session, by the last proof. */
  readonly session?: string | undefined;
}

/** The timeout to go by, in minutes, and where it is from. Takes what the site's pages state, if anything. */
export function timeoutOf(
  { policyTimeoutMinutes, setTimeoutMinutes }: Settings,
  statedMinutes: number | undefined,
): { readonly minutes: number; readonly source: 'policy' | 'set' | 'stated' | 'default' } {
  if (policyTimeoutMinutes !== undefined) return { minutes: policyTimeoutMinutes, source: 'policy' };
  if (setTimeoutMinutes !== undefined) return { minutes: setTimeoutMinutes, source: 'set' };
  if (statedMinutes !== undefined) return { minutes: statedMinutes, source: 'stated' };
  return { minutes: DEFAULT_TIMEOUT_MINUTES, source: 'default' };
}

/** When the session will have died, epoch milliseconds. */
export function endOf(clock: SessionClock): number {
  return clock.lastContact + clock.timeoutMinutes * MINUTE;
}

/** Whether the clock has run out, or has been set back by hand, which leaves nothing to believe. */
export function hasRunOut(clock: SessionClock, now: number): boolean {
  return now >= endOf(clock) || isSetBack(clock, now);
}

/** Whether the last contact lies in the future: what this clock says of a session means nothing then. */
export function isSetBack(clock: Pick<SessionClock, 'lastContact'>, now: number): boolean {
  return clock.lastContact > now + MINUTE;
}

/** For how long before its end a session counts as aging: as set, but never more than a tenth of a short one. */
export function warningMillis(clock: SessionClock, settings: Settings): number {
  return Math.min(settings.warningMinutes, clock.timeoutMinutes / 10) * MINUTE;
}

/** Whether nothing has reached the site for so long that whoever comes back wants to be sure, whatever the clock says. */
export function isLongSilent({ lastContact }: SessionClock, now: number): boolean {
  return now - lastContact >= LONG_SILENCE_MILLIS;
}

/** Whether a session that the user is working in, without a word to the server, should be renewed by a proof. */
export function isTimeToStay(clock: SessionClock, now: number): boolean {
  return !hasRunOut(clock, now) && now >= clock.lastContact + (clock.timeoutMinutes * MINUTE * 2) / 3;
}

/**
 * The next moment after `now` at which a badge that shows this clock must change: a minute or an hour less, the
 * beginning of the warning, the end. Undefined once it has run out.
 */
export function nextChange(clock: SessionClock, settings: Settings, now: number): number | undefined {
  if (hasRunOut(clock, now)) return undefined;
  const end = endOf(clock);
  const left = end - now;
  const unit = left >= 60 * MINUTE ? 60 * MINUTE : MINUTE;
  const label = end - Math.floor(left / unit) * unit + 1;
  const warning = end - warningMillis(clock, settings);
  return Math.min(label, end, warning > now ? warning : end);
}

/**
 * A request reached the site. Reports come out of order and a minute late; the clock never goes back. Takes the timeout that
 * the page states, if it does.
 */
export function afterContact(record: SessionRecord | undefined, at: number, statedMinutes?: number): SessionRecord {
  const { began = at, lastContact = at, session } = record ?? {};
  const stated = Math.max(record?.statedMinutes ?? 0, statedMinutes ?? 0) || undefined;
  return { began, lastContact: Math.max(lastContact, at), statedMinutes: stated, session };
}

/**
 * A proof came in. Gives the record to go on with; undefined where there is no session any more. A session that follows on
 * another's heels (a remembered user's) begins anew, under the timeout that the site has stated.
 */
export function afterProof(record: SessionRecord | undefined, proof: Proof): SessionRecord | undefined {
  if (proof.outcome === 'anonymous') return undefined;
  if (isSilent(proof)) return record;
  const { began = proof.at, lastContact = proof.at, statedMinutes, session = proof.session } = record ?? {};
  const isAnother = proof.session !== undefined && proof.session !== session;
  return {
    began: isAnother ? proof.at : began,
    // Another tab's request may have come after the question; but not one out of the future.
    lastContact: isSetBack({ lastContact }, proof.at) ? proof.at : Math.max(lastContact, proof.at),
    statedMinutes,
    session: proof.session ?? session,
  };
}

const MINUTE = 60_000;
const LONG_SILENCE_MILLIS = 15 * MINUTE;
