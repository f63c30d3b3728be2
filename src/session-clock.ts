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
 *                                      (signed-out: the record ends, and may teach the timeout)
 *
 * Invariants: a contact never moves the clock back; a clock whose last contact lies in the future has been set by
 * hand, and counts as run out, which claims nothing and is settled by one proof.
 */
import type { Proof } from './proof.ts';
import type { Settings } from './settings.ts';
import type { Lesson } from './timeout.ts';

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
  /** The longest silence since the last proof, which the session survived or died in. */
  readonly longestSilenceMinutes: number;
  /** The last proof's word on the session, against which the next one's is held. */
  readonly seen?:
    | {
        readonly user: string;
        readonly session?: string | undefined;
        readonly node?: string | undefined;
        readonly skewMillis?: number | undefined;
      }
    | undefined;
  /** Whether somebody logged in or out since, or the browser was closed: then what follows teaches nothing. */
  readonly turned: boolean;
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

/** A request reached the site. Reports come out of order and a minute late; the clock never goes back. */
export function afterContact(record: SessionRecord | undefined, at: number): SessionRecord {
  if (!record) return { began: at, lastContact: at, longestSilenceMinutes: 0, turned: false };
  if (at <= record.lastContact) return record;
  return { ...record, lastContact: at, longestSilenceMinutes: longestSilence(record, at) };
}

/** The cookie turned with no proof of ours, or is gone: somebody logged in or out, cleared the cookies, or closed the browser. */
export function afterTurn(record: SessionRecord): SessionRecord {
  return record.turned ? record : { ...record, turned: true };
}

/**
 * A proof came in. Gives the record to go on with, undefined where there is no session any more, and what it
 * teaches of the timeout. It teaches only of a session that is known to be the same, or known to be gone by silence.
 */
export function afterProof(
  record: SessionRecord | undefined,
  proof: Proof,
): { record: SessionRecord | undefined; lesson?: Lesson | undefined } {
  if (proof.outcome === 'unreachable') return { record };
  const skewMillis = proof.serverTime === undefined ? undefined : proof.serverTime - proof.at;
  const lesson = record && lessonOf(record, proof, skewMillis);
  if (proof.outcome === 'anonymous') return { record: undefined, lesson };
  const isSame = record?.seen?.session !== undefined && record.seen.session === proof.session;
  return {
    record: {
      began: record && (isSame || !record.seen) ? record.began : proof.at,
      // Another tab's request may have come after the question; but not one out of the future.
      lastContact: record && !isSetBack(record, proof.at) ? Math.max(record.lastContact, proof.at) : proof.at,
      longestSilenceMinutes: 0,
      seen: { user: proof.user, session: proof.session, node: proof.node, skewMillis },
      turned: false,
    },
    lesson,
  };
}

function lessonOf(record: SessionRecord, proof: Proof, skewMillis: number | undefined): Lesson | undefined {
  const { seen } = record;
  if (record.turned || record.lastContact > proof.at) return undefined;
  // A clock that was set by hand since then makes silences that never were.
  if (seen?.skewMillis !== undefined && skewMillis !== undefined) {
    if (Math.abs(seen.skewMillis - skewMillis) > 2 * MINUTE) return undefined;
  }
  if (proof.outcome === 'anonymous') {
    return { outcome: 'ended', minutes: (proof.at - record.lastContact) / MINUTE };
  }
  if (proof.outcome !== 'signed-in' || seen?.session === undefined || proof.session === undefined)
    return undefined;
  if (seen.user !== proof.user) return undefined;
  const minutes = longestSilence(record, proof.at);
  if (seen.session === proof.session) {
    // No silence lies between a proof and the same one, taken in again.
    const survived = minutes - TRAVEL_MINUTES;
    return survived > 0 ? { outcome: 'survived', minutes: survived } : undefined;
  }
  return seen.node === proof.node ? { outcome: 'ended', minutes } : undefined;
}

function longestSilence(record: SessionRecord, at: number): number {
  return Math.max(record.longestSilenceMinutes, (at - record.lastContact) / MINUTE);
}

/** A contact is dated from its answer; the server's own clock started a little before. */
const TRAVEL_MINUTES = 0.1;
const MINUTE = 60_000;
