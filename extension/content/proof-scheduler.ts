/**
 * When a page may ask Jira who is signed in, and when it renews itself. It asks only while its user is there, gives a
 * logout time to settle, and asks ever more rarely if no answer helps. This file decides; page-monitor.ts acts.
 */
import type { Evidence } from '../../src/verdict/evidence.ts';
import { isTimeToStay } from '../../src/session/session-clock.ts';
import type { Settings } from '../../src/settings/definitions.ts';
import {
  SETTLE_MILLIS,
  isAccepted,
  isJiraUnavailable,
  isDoubtful,
  needsProof,
  renewsByItself,
  type Verdict,
} from '../../src/verdict/verdict.ts';

/** A page as it was judged at one moment. */
export interface JudgedPage {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly settings: Settings;
  readonly now: number;
}

/** Which attempts wait until the user is back. The page then renews itself; files also need a proof of that. */
export type WaitingAttempts = 'files' | 'sending' | null;

/** Which message reports that a page has renewed itself. */
export type SelfRenewal = 'renewed' | 'back_again';

/**
 * If a cookie changes all the time, a request for each change would be a flood: send three without delay (one if
 * nothing gets through to Jira), then ever more rarely.
 */
const MAX_AT_ONCE = 3;
const FIRST_WAIT_MILLIS = 5_000;
const MAX_WAIT_MILLIS = 5 * 60_000;

/** Takes whether the user is at the page, and which attempts wait. */
export function createProofScheduler(isUserPresent: () => boolean, waitingAttempts: () => WaitingAttempts) {
  let askedAt: number[] = [];
  let signedOutAt: number | undefined;
  /** The user has come back, and neither an answer nor server activity has since shown that the session is alive. */
  let hasReturned = false;
  let hasAskedAtWork = false;

  const signedOutForMillis = (): number => (signedOutAt === undefined ? 0 : performance.now() - signedOutAt);

  return {
    /**
     * Takes how a refresh has judged the page. Gives what follows: the page renews itself; or Jira is asked in so many
     * milliseconds, at once if they are not above 0; or nothing.
     */
    next({ evidence, verdict, settings, now }: JudgedPage): SelfRenewal | number | undefined {
      if (evidence.clock && !isDoubtful(evidence, now)) hasReturned = false;
      if (verdict.name === 'signed-out') signedOutAt ??= performance.now();
      else if (isAccepted(verdict) || signedOutForMillis() <= SETTLE_MILLIS) signedOutAt = undefined;
      const waiting = waitingAttempts();
      const conditions = {
        signedOutForMillis: signedOutForMillis(),
        hasWaitingAttempts: waiting !== null,
        isUserPresent: isUserPresent(),
      };
      if (renewsByItself(evidence, settings, now, conditions))
        return waiting || signedOutAt !== undefined ? 'back_again' : 'renewed';
      if (!needsProof(evidence, settings, now, { hasParkedFiles: waiting === 'files', hasReturned })) {
        // A renewed page that is stale again and again asks ever more rarely until its user comes back.
        if (isAccepted(verdict) && !evidence.renewedFrom) askedAt = [];
        return undefined;
      }
      if (!conditions.isUserPresent) return undefined;
      const settleMillis = verdict.name === 'signed-out' ? SETTLE_MILLIS - conditions.signedOutForMillis : 0;
      const slower = askedAt.length - (isJiraUnavailable(evidence.proof) ? 1 : MAX_AT_ONCE);
      if (slower < 0) return settleMillis;
      const waitMillis = Math.min(FIRST_WAIT_MILLIS * 2 ** slower, MAX_WAIT_MILLIS);
      return Math.max(askedAt.at(-1)! + waitMillis - performance.now(), settleMillis);
    },
    /** The page was renewed, by itself or by a press. */
    noteRenewal(): void {
      signedOutAt = undefined;
    },
    noteQuestion(): void {
      hasReturned = false;
      askedAt.push(performance.now());
    },
    /** The user, who may have been away, or the network is back: earlier questions delay none any more. */
    resetDelays(wasAway = false): void {
      hasReturned ||= wasAway;
      askedAt = [];
    },
    /**
     * Whether to ask because the user works in the page. "Stay signed in": work in a page that sends nothing renews the
     * session. A portal that does not name its user asks once who that is: after the session this can't be found out.
     */
    isDueAtWork({ evidence, settings, now }: JudgedPage, isProven: () => boolean): boolean {
      const { clock, product, pageUser } = evidence;
      // The clock may not yet include a proof that was just made.
      const isTime = settings.staySignedIn && clock && isTimeToStay(clock, now) && !isProven();
      if (!isTime && (hasAskedAtWork || product !== 'portal' || pageUser !== undefined)) return false;
      return (hasAskedAtWork = true);
    },
  };
}
