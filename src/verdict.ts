/**
 * The one rule: what the evidence about a page means. Every surface shows what `verdictOf` says, and nothing
 * else decides on tokens, users or times.
 *
 * Three promises order the lines of the function: never act as somebody else, so a proven other user comes
 * before anything a token says; never lose what the user gave; never cry wolf, so what is not known ends as
 * `lapsed`, `no-cookie`, `unreachable` or `unknown`, which claim nothing.
 */
import type { Evidence } from './evidence.ts';
import type { Proof } from './proof.ts';
import { endOf, hasRunOut, warningMillis, type SessionClock } from './session-clock.ts';
import type { Settings } from './settings.ts';

export type Verdict =
  | { readonly name: 'fresh'; readonly endsAt?: number }
  | { readonly name: 'aging'; readonly endsAt: number }
  | { readonly name: 'lapsed'; readonly endedAt: number }
  | { readonly name: 'stale'; readonly renewal: Renewal }
  | { readonly name: 'signed-out' }
  | { readonly name: 'signed-in' }
  | { readonly name: 'other-user'; readonly user: string }
  | { readonly name: 'other-jira' }
  | { readonly name: 'no-cookie' }
  | { readonly name: 'unreachable' }
  | { readonly name: 'unknown' };

/**
 * Whether a stale page can be renewed: once a proof names its user; `undone` says that it was, and that the page
 * put the old token back; `unanswered` that Jira was asked and did not answer; `impossible` that the page does not say whose it is.
 */
export type Renewal = 'possible' | 'undone' | 'unproven' | 'unanswered' | 'impossible';

export type VerdictName = Verdict['name'];

/**
 * Takes the evidence about a page, the settings that hold for its site, and the time in epoch milliseconds.
 * Pure and total. The table is that of docs/design.md; where the table is silent (an anonymous page in an
 * anonymous browser) nothing is wrong that we could know of, and the answer is `unknown`.
 */
export function verdictOf(evidence: Evidence, settings: Settings, now: number): Verdict {
  const { pageToken, cookieToken, relation } = evidence;
  if (evidence.product === 'cloud' || !pageToken || evidence.isCookieUnreadable) return { name: 'unknown' };

  const page = pageLogin(evidence);
  const proof = standingProof(evidence, now);
  if (page === 'lin' && proof?.outcome === 'signed-in') {
    if (evidence.pageUser && proof.user !== evidence.pageUser)
      return { name: 'other-user', user: proof.user };
  }
  if (!cookieToken) {
    if (page === 'lin' && proof?.outcome === 'anonymous') return { name: 'signed-out' };
    return { name: proof?.outcome === 'unreachable' ? 'unreachable' : 'no-cookie' };
  }
  if (relation === 'other-server') return { name: 'other-jira' };

  const cookie = cookieToken.login === 'unmarked' ? page : cookieToken.login;
  if (page === 'lout') return { name: cookie === 'lin' ? 'signed-in' : 'unknown' };
  if (cookie === 'lout' || proof?.outcome === 'anonymous') return { name: 'signed-out' };
  if (relation === 'same-server') return { name: 'stale', renewal: renewalOf(evidence, proof) };
  if (proof?.outcome === 'unreachable') return { name: 'unreachable' };
  return verdictOfClock(evidence.clock, settings, now);
}

/**
 * Whether the page may now be given the cookie's token: only where the two differ on one server, for a page
 * that says whose it is, on a proof of this very moment that names that user. Takes the time in epoch
 * milliseconds, because a user can be switched without the cookie turning (up to Jira 8.3), so that a proof
 * that still stands is enough to offer a renewal and not enough to do one.
 */
export function mayRenew(evidence: Evidence, settings: Settings, now: number): boolean {
  const verdict = verdictOf(evidence, settings, now);
  const proof = standingProof(evidence, now);
  return (
    verdict.name === 'stale' &&
    (verdict.renewal === 'possible' || verdict.renewal === 'undone') &&
    proof?.outcome === 'signed-in' &&
    proof.isCertain === true &&
    isOfThisMoment(proof, now)
  );
}

/**
 * Whether a page renews itself, without a press: only one that has told its user to sign in, and now sees by a
 * proof of this moment that the same user has.
 */
export function renewsByItself(
  evidence: Evidence,
  settings: Settings,
  now: number,
  wasSignedOut: boolean,
): boolean {
  return wasSignedOut && mayRenew(evidence, settings, now);
}

/**
 * Whether a proof would settle what the evidence leaves open. It is for the caller to see that the user is at
 * the page: a tab nobody is at asks nothing.
 */
export function needsProof(evidence: Evidence, settings: Settings, now: number): boolean {
  const verdict = verdictOf(evidence, settings, now);
  const proof = standingProof(evidence, now);
  switch (verdict.name) {
    case 'stale':
      return verdict.renewal === 'unproven';
    case 'lapsed':
      return !proof || proof.at < verdict.endedAt;
    case 'no-cookie':
      return !proof;
    case 'signed-out':
    case 'other-user':
      // A cross-site embed turns the cookie without a logout (case 10), and a user may be back by another way.
      return !proof || !isOfThisMoment(proof, now);
    case 'fresh':
    case 'aging':
    case 'signed-in':
    case 'other-jira':
    case 'unreachable':
    case 'unknown':
      return false;
  }
}

/** For how long a proof is taken as of this moment. */
const PROOF_GOOD_FOR_MILLIS = 10_000;
/** For how long it is worth telling that Jira did not answer. */
const NO_ANSWER_MILLIS = 60_000;

function isOfThisMoment(proof: Proof, now: number): boolean {
  return Math.abs(now - proof.at) <= PROOF_GOOD_FOR_MILLIS;
}

/**
 * A proof stands for as long as the cookie it left behind: logging out and in again always turns the cookie
 * (fact: "What the server does"). One that got no answer proves nothing, and is soon forgotten.
 */
function standingProof({ proof, cookieToken }: Evidence, now: number): Proof | undefined {
  if (!proof || proof.cookieDigest !== cookieToken?.digest) return undefined;
  return proof.outcome === 'unreachable' && Math.abs(now - proof.at) > NO_ANSWER_MILLIS ? undefined : proof;
}

/** A proof of another user has been dealt with before: what comes here names the page's user or nobody. */
function renewalOf({ pageUser, pageToken, renewedFrom }: Evidence, proof: Proof | undefined): Renewal {
  if (!pageUser) return 'impossible';
  if (!proof) return 'unproven';
  if (proof.outcome !== 'signed-in') return 'unanswered';
  return renewedFrom === pageToken?.digest ? 'undone' : 'possible';
}

function pageLogin({ pageToken, pageUser }: Evidence): 'lin' | 'lout' {
  if (pageToken && pageToken.login !== 'unmarked') return pageToken.login;
  return pageUser === '' ? 'lout' : 'lin';
}

/** An alike pair of tokens proves nothing by itself; how far it can be believed is the clock's to say. */
function verdictOfClock(clock: SessionClock | undefined, settings: Settings, now: number): Verdict {
  if (!clock) return { name: 'fresh' };
  const endsAt = endOf(clock);
  if (hasRunOut(clock, now)) return { name: 'lapsed', endedAt: endsAt };
  if (now >= endsAt - warningMillis(clock, settings)) return { name: 'aging', endsAt };
  return { name: 'fresh', endsAt };
}
