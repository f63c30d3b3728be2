/**
 * The session clock: when a session will end if nothing reaches the server until then. It is an estimate: the timeout
 * is seldom known for sure, and a restarted server forgets its sessions at once. Only an answer from Jira is proof.
 *
 *            contact                     contact, or a proof that the user is signed in
 *          +---------+                  +------------------------------------------------+
 *          v         |                  v                                                |
 *        running (fresh) -- warning --> running (aging) -- the end --> run out (lapsed) -+
 *                                                                          |
 *                                      a proof that nobody is signed in    v
 *                                      (signed-out: the record ends)
 *
 * Invariants: a contact never moves the clock back. If the last contact lies in the future, somebody has set the clock
 * by hand: it counts as run out, which claims nothing and is settled by one proof.
 */
import { isSilent, type Proof } from './proof-request.ts';
import { DEFAULT_TIMEOUT_MINUTES, type Settings } from '../settings/definitions.ts';

/** The clock in a page's evidence. */
export interface SessionClock {
  /** The last request of this browser known to have reached the site, epoch milliseconds. */
  readonly lastContact: number;
  readonly timeoutMinutes: number;
}

/** What is stored for a session (a site and cookie store). */
export interface SessionRecord {
  /** When this session was first seen, epoch milliseconds. */
  readonly began: number;
  readonly lastContact: number;
  /**
   * The longest timeout that a page has stated. Each statement is a lower bound: a page that was rendered late in a
   * silence states less, because the server counts from the request before.
   */
  readonly statedMinutes?: number | undefined;
  /** Jira's own hash of the session, from the last proof. */
  readonly session?: string | undefined;
}

/** The timeout to use, in minutes, and its source. Takes what the site's pages state, if anything. */
export function timeoutOf(
  { policyTimeoutMinutes, setTimeoutMinutes }: Settings,
  statedMinutes: number | undefined,
): { readonly minutes: number; readonly source: 'policy' | 'set' | 'stated' | 'default' } {
  if (policyTimeoutMinutes !== undefined) return { minutes: policyTimeoutMinutes, source: 'policy' };
  if (setTimeoutMinutes !== undefined) return { minutes: setTimeoutMinutes, source: 'set' };
  if (statedMinutes !== undefined) return { minutes: statedMinutes, source: 'stated' };
  return { minutes: DEFAULT_TIMEOUT_MINUTES, source: 'default' };
}

/** When the session will end, epoch milliseconds. */
export function endOf(clock: SessionClock): number {
  return clock.lastContact + clock.timeoutMinutes * MINUTE;
}

/** Whether the clock has run out, or was set back by hand, so that it tells nothing. */
export function hasRunOut(clock: SessionClock, now: number): boolean {
  return now >= endOf(clock) || isSetBack(clock, now);
}

/** Whether the last contact lies in the future: then the clock tells nothing about the session. */
export function isSetBack(clock: Pick<SessionClock, 'lastContact'>, now: number): boolean {
  return clock.lastContact > now + MINUTE;
}

/** For how long before its end a session counts as aging: as set, but at most a tenth of its length. */
export function warningMillis(clock: SessionClock, settings: Settings): number {
  return Math.min(settings.warningMinutes, clock.timeoutMinutes / 10) * MINUTE;
}

/** Whether nothing has reached the site for so long that a user who comes back needs a proof, despite the clock. */
export function isLongSilent({ lastContact }: SessionClock, now: number): boolean {
  return now - lastContact >= LONG_SILENCE_MILLIS;
}

/** Whether a proof should renew a session in which the user works without requests to the server. */
export function isTimeToStay(clock: SessionClock, now: number): boolean {
  return !hasRunOut(clock, now) && now >= clock.lastContact + (clock.timeoutMinutes * MINUTE * 2) / 3;
}

/**
 * The next moment after `now` at which a badge that shows this clock must change: a minute or an hour less, the start
 * of the warning, the end. Undefined once the clock has run out.
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
 * Adds a request that reached the site. Reports come out of order and a minute late; the clock never goes back. Takes
 * the timeout that the page states, if any.
 */
export function afterContact(record: SessionRecord | undefined, at: number, statedMinutes?: number): SessionRecord {
  const { began = at, lastContact = at, session } = record ?? {};
  return {
    began,
    lastContact: Math.max(lastContact, at),
    statedMinutes: longer(record?.statedMinutes, statedMinutes),
    session,
  };
}

/**
 * Adds a proof. Takes the timeout that the page states, if any. Gives the new record; undefined if there is no session
 * any more. A session that directly replaces another (a remembered user's) begins anew, with the timeout that the site
 * has stated.
 */
export function afterProof(
  record: SessionRecord | undefined,
  proof: Proof,
  statedMinutes?: number,
): SessionRecord | undefined {
  if (proof.outcome === 'anonymous') return undefined;
  if (isSilent(proof)) return record;
  const { began = proof.at, lastContact = proof.at, session = proof.session } = record ?? {};
  const isAnother = proof.session !== undefined && proof.session !== session;
  return {
    began: isAnother ? proof.at : began,
    // Another tab's request may have come after the question; but ignore one that lies in the future.
    lastContact: isSetBack({ lastContact }, proof.at) ? proof.at : Math.max(lastContact, proof.at),
    statedMinutes: longer(record?.statedMinutes, statedMinutes),
    session: proof.session ?? session,
  };
}

function longer(one = 0, other = 0): number | undefined {
  return Math.max(one, other) || undefined;
}

const MINUTE = 60_000;
const LONG_SILENCE_MILLIS = 15 * MINUTE;
