/**
 * The one rule: what the evidence about a page means. Every surface shows what `verdictOf` says, and nothing
 * else decides on tokens, users or times.
 *
 * Three promises order the lines of the function: never act as somebody else, so a proven other user comes
 * before anything a token says; never lose what the user gave; never cry wolf, so what is not known ends as
 * `lapsed`, `no-cookie`, `unreachable` or `unknown`, which claim nothing.
 */
import type { Evidence } from './evidence.ts';
import { isSilent, type Proof, type Silence } from '../session/session-check.ts';
import { endOf, hasRunOut, isLongSilent, isSetBack, warningMillis, type SessionClock } from '../session/clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { TokenTraits } from '../jira/token.ts';
import { isSameUser } from '../jira/user-name.ts';

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
  | { readonly name: Silence }
  | { readonly name: 'unknown' };

/**
 * Whether a stale page can be renewed: once a proof names its user; `undone` says that it was, and that the page
 * put the old token back; `unanswered` that Jira was asked and did not answer; `impossible` that the page does not say whose it is;
 * `crowded` that another host's cookie would be sent beside the page's, so that nobody can tell which Jira takes.
 */
export type Renewal = 'possible' | 'undone' | 'unproven' | 'unanswered' | 'impossible' | 'crowded';

export type VerdictName = Verdict['name'];

/**
 * Takes the evidence about a page, the settings that hold for its site, and the time in epoch milliseconds.
 * Pure and total. The table is that of docs/architecture.md; where the table is silent (an anonymous page in an
 * anonymous browser) nothing is wrong that we could know of, and the answer is `unknown`.
 */
export function verdictOf(evidence: Evidence, settings: Settings, now: number): Verdict {
  const { product, pageToken, cookieToken, relation } = evidence;
  const isPortal = product === 'portal';
  if (product === 'cloud' || !(pageToken || isPortal) || evidence.isCookieUnreadable) return { name: 'unknown' };

  const page = pageLogin(evidence);
  const proof = standingProof(evidence, now);
  const silence = proof && isSilent(proof) ? proof.outcome : undefined;
  if (page === 'lin' && proof?.outcome === 'signed-in' && !isOwn(proof, evidence.pageUser))
    return { name: 'other-user', user: proof.user };
  if (!cookieToken) {
    if (page === 'lin' && proof?.outcome === 'anonymous') return { name: 'signed-out' };
    return { name: silence ?? 'no-cookie' };
  }
  if (relation === 'other-server') return { name: 'other-jira' };

  if (page === 'lout') return { name: cookieToken.login === 'lin' ? 'signed-in' : 'unknown' };
  if (proof?.outcome === 'anonymous') return { name: 'signed-out' };
  if (cookieToken.login === 'lout') return { name: isNamedForSure(proof) ? 'unknown' : 'signed-out' };
  // Its session has turned before anybody could tell whose the portal is.
  if (isPortal && isBeyondProof(evidence)) return { name: 'signed-in' };
  if (silence && isBlocked(proof)) return { name: silence };
  if (relation === 'same-server' || isOvershadowed(evidence))
    return { name: 'stale', renewal: renewalOf(evidence, proof) };
  if (silence) return { name: silence };
  return verdictOfClock(evidence.clock, settings, now);
}

/**
 * Whether the page may now be given the cookie's token: only where the two differ on one server, for a page
 * that says whose it is, on a proof of this very moment that names that user. Takes the time in epoch
 * milliseconds, because a user can be switched without the cookie turning (up to Jira 8.3), so that a proof
 * that still stands is enough to offer a renewal and not enough to do one.
 */
export function mayRenew(evidence: Evidence, settings: Settings, now: number): boolean {
  return isRenewable(verdictOf(evidence, settings, now)) && isCertainNow(standingProof(evidence, now), now);
}

/** Whether Jira would take what the page sends, as far as is known: it is fresh, or aging. */
export function isAccepted({ name }: Verdict): boolean {
  return name === 'fresh' || name === 'aging';
}

/**
 * Whether the page has a token that it was not rendered with, while another host's cookies are sent beside its own: Jira could take
 * that token for another user's, where a browser without us would have sent the page's first one, and been refused.
 */
function isOvershadowed({ isCrowded, isAdopted, renewedFrom }: Evidence): boolean {
  return !!(isCrowded && (isAdopted || renewedFrom));
}

/** Whether what goes is what a browser without us would send. */
function hasOwnToken(evidence: Evidence): boolean {
  return !evidence.isAdopted && !isOvershadowed(evidence);
}

/** Whether it is known that nothing gets through to Jira now, and so that what is sent would be lost. */
export function isBlocked(proof: Proof | undefined): boolean {
  return !!proof && isSilent(proof) && proof.outcome !== 'unreachable';
}

/**
 * Whether the user may have what is kept go, though nothing gets through to Jira as far as is known: only what a browser without us
 * would send in the same way. Takes the evidence by the token that goes.
 */
export function mayGoAnyway(evidence: Evidence, now: number): boolean {
  return isBlocked(standingProof(evidence, now)) && hasOwnToken(evidence);
}

/** Whether it is worth pressing "Renew this page": once Jira was asked, a page of this verdict may be renewed. */
export function isRenewable(verdict: Verdict): boolean {
  return verdict.name === 'stale' && !['impossible', 'crowded'].includes(verdict.renewal);
}

/**
 * Whether a page renews itself, without a press: only one that waits for its user (it has told them to sign in, or
 * holds back what they gave), or whose user wants it so and is at it, and that now sees by a proof of this moment that it
 * is the same user. Takes for how long the page has been signed out, in milliseconds; 0 if it is not.
 */
export function renewsByItself(
  evidence: Evidence,
  settings: Settings,
  now: number,
  { signedOutForMillis, holdsBack, isHere }: { signedOutForMillis: number; holdsBack: boolean; isHere: boolean },
): boolean {
  // Not where the page puts its old token back: there it would go on for ever.
  const isUndone = evidence.renewedFrom === evidence.pageToken?.digest;
  const isWanted = signedOutForMillis > SETTLE_MILLIS || holdsBack || (isHere && settings.renew === 'auto');
  return isWanted && !isUndone && mayRenew(evidence, settings, now);
}

/**
 * Whether a proof would settle what the evidence leaves open. Takes whether the page keeps files for its user, and whether they
 * have come back to it and Jira was not asked since. It is for the caller to see that the user is at the page: a tab nobody is at
 * asks nothing.
 */
export function needsProof(
  evidence: Evidence,
  settings: Settings,
  now: number,
  { hasParkedFiles = false, hasCome = false } = {},
): boolean {
  const verdict = verdictOf(evidence, settings, now);
  const proof = standingProof(evidence, now);
  /** Files that are kept go on by a proof of this very moment alone, and so does a page that is to renew itself. */
  const awaits = hasParkedFiles || (verdict.name === 'stale' && settings.renew === 'auto');
  const isAwaited = awaits && !isCertainNow(proof, now) && !isBeyondProof(evidence);
  const { name } = verdict;
  // Not where the page puts its old token back: there it would go on for ever.
  if (name === 'stale')
    return proof ? isAwaited && ['possible', 'unanswered'].includes(verdict.renewal) : isRenewable(verdict);
  if (name === 'lapsed') return !proof || proof.at < verdict.endedAt;
  if (name === 'no-cookie') return !proof;
  // A cross-site embed turns the cookie without a logout (case 10), and a user may be back by another way.
  if (['signed-out', 'other-user'].includes(name)) return !proof || !isOfThisMoment(proof, now);
  // A token that the page has taken over by itself can be another user's.
  if (evidence.isAdopted && isAccepted(verdict) && !proof) return true;
  if (isAccepted(verdict)) return isAwaited || (hasCome && isDoubtful(evidence, now));
  // It can end at any time, and what is told of it must not outlast it.
  if (isBlocked(proof)) return true;
  return isAwaited && name !== 'signed-in' && name !== 'unknown';
}

/**
 * Whether who comes back to a page wants to be sure of it, fresh as it looks. A clock can promise too much: a server that states no
 * timeout may have a short one, and one that was restarted has none.
 */
export function isDoubtful(evidence: Evidence, now: number): boolean {
  return !isTiedToSession(evidence) || (!!evidence.clock && isLongSilent(evidence.clock, now));
}

/**
 * What the user is about to send: files, or what a form or a link with the token says, or what a script makes of a form that has no
 * token: nobody knows whether it will need the page's.
 */
export type Sending = 'attach' | 'send' | 'script';

/**
 * Whether what is about to be sent may go as it is, with no question asked: on a page that there is nothing to say of, or
 * on one that was just proven fresh. Attaching is rare and a lost cluster node shows no other sign, so that files want a
 * proof; a form or a link is believed if the tokens are alike and the server was heard of within a minute. Up to Jira 8.3 all
 * of them are asked about, each by itself: somebody else can have signed in since, and no token shows it.
 */
export function mayPass(evidence: Evidence, settings: Settings, now: number, sending: Sending): boolean {
  const verdict = verdictOf(evidence, settings, now);
  if (settings.guard === 'off' || verdict.name === 'unknown') return true;
  // What another host has planted since a renewal shows only to who looks for it.
  if (evidence.renewedFrom || !isTiedToSession(evidence)) return false;
  if (isProvenFresh(evidence, settings, now)) return true;
  if (sending !== 'send' || !isAccepted(verdict)) return false;
  const { clock, isAdopted } = evidence;
  return !isAdopted && !!clock && Math.abs(now - clock.lastContact) <= RECENT_MILLIS;
}

/**
 * What becomes of something held once Jira was asked. Kept is what would be refused or be done by another, until the same
 * user is back. Where nothing is known, or where a script may need no token, it is let go, because Jira must never be worse
 * off for having us: unless the page has taken over a token that may be another user's, for then letting go would be to act
 * as somebody else.
 */
export function outcomeOf(
  evidence: Evidence,
  settings: Settings,
  now: number,
  sending: Sending,
): 'release' | 'renew' | 'keep' {
  if (settings.guard === 'off' || isProvenFresh(evidence, settings, now)) return 'release';
  if (mayRenew(evidence, settings, now)) return 'renew';
  // What is let go now might be refused, and a better answer come too late for it.
  if (isLeftOpen(evidence) && evidence.pageUser) return 'keep';
  const verdict = verdictOf(evidence, settings, now);
  if (sending === 'script' && hasOwnToken(evidence) && verdict.name !== 'other-user') return 'release';
  // Nothing would ever prove to an anonymous page that what it keeps may go on.
  if (verdict.name === 'unknown' && !evidence.isCookieUnreadable) return 'release';
  if (isBlocked(standingProof(evidence, now))) return 'keep';
  if (['signed-out', 'other-user', 'signed-in'].includes(verdict.name)) return 'keep';
  // A cookie that turned while the answer travelled: pressing "Renew this page" asks again.
  if (verdict.name === 'stale' && (['possible', 'undone'].includes(verdict.renewal) || isOvershadowed(evidence)))
    return 'keep';
  return evidence.isAdopted ? 'keep' : 'release';
}

/** On a page that names nobody a proof can't tell whose a token is that the page has taken over by itself. */
function isBeyondProof({ isAdopted, pageUser }: Evidence): boolean {
  return isAdopted === true && !pageUser;
}

/** Whether the page is fresh by a proof of this very moment. */
export function isProvenFresh(evidence: Evidence, settings: Settings, now: number): boolean {
  return (
    !isBeyondProof(evidence) &&
    isAccepted(verdictOf(evidence, settings, now)) &&
    isCertainNow(standingProof(evidence, now), now)
  );
}

/**
 * A cookie that turns to `lout` and back within a breath was an embed's (case 10): nobody signs in that fast. And after a
 * logout a login may be under way, whose cookies an answer to nobody, come late, would take away: for a breath nothing is asked.
 */
export const SETTLE_MILLIS = 2_000;
/** For how long a proof is taken as of this moment. */
const PROOF_GOOD_FOR_MILLIS = 10_000;
/** For how long the last word of the server is enough for a form or a link. */
const RECENT_MILLIS = 60_000;
/** For how long it is worth telling that Jira did not answer, or that nothing gets through to it. */
const NO_ANSWER_MILLIS = 5 * 60_000;

function isOfThisMoment(proof: Proof, now: number): boolean {
  return Math.abs(now - proof.at) <= PROOF_GOOD_FOR_MILLIS;
}

/** Somebody is signed in for certain. Whether it is the page's user is the verdict's to say. */
export function isNamedForSure(proof: Proof | undefined): proof is Extract<Proof, { outcome: 'signed-in' }> {
  return proof?.outcome === 'signed-in' && proof.isCertain === true;
}

/** The same, and a moment ago. */
function isCertainNow(proof: Proof | undefined, now: number): boolean {
  return isNamedForSure(proof) && isOfThisMoment(proof, now);
}

/**
 * A proof stands for as long as the cookie it left behind: logging out and in again always turns the cookie
 * (fact: "What the server does"); but not where somebody signed in
 * while it travelled. One that got no answer proves nothing, and is soon forgotten.
 */
export function standingProof(evidence: Evidence, now: number): Proof | undefined {
  const { proof, cookieToken, clock } = evidence;
  if (!proof || proof.cookieDigest !== cookieToken?.digest) return undefined;
  if (isLeftOpen(evidence)) return undefined;
  if (!isSilent(proof)) return proof;
  // A sign-in in front of Jira can answer what the page's scripts ask, and so look like Jira.
  const isHeardOf = proof.outcome !== 'gateway' && !!clock && clock.lastContact > proof.at;
  return isHeardOf || Math.abs(now - proof.at) > NO_ANSWER_MILLIS ? undefined : proof;
}

/**
 * Whether the last answer was of before somebody signed in, and has left open who is: it named nobody, or another than the
 * page's user, and the cookie turned to a login's while it travelled. No other login turns it to the token that the page was made with.
 */
export function isLeftOpen(evidence: Evidence): evidence is Evidence & { readonly proof: Proof } {
  const { proof, cookieToken, pageUser, relation, isAdopted } = evidence;
  if (!proof || !cookieToken || proof.cookieDigest !== cookieToken.digest) return false;
  if (cookieToken.login === 'lout' || (relation === 'equal' && !isAdopted)) return false;
  return !isOwn(proof, pageUser) && isUncertain(proof, cookieToken);
}

/** Whether the cookie turned while an answer travelled, so that one more tells more. That of nobody turns it to `lout` itself. */
export function isUncertain(proof: Proof, cookieToken: TokenTraits | undefined): boolean {
  if (proof.isCertain || isSilent(proof)) return false;
  return proof.outcome === 'signed-in' || cookieToken?.login !== 'lout';
}

/**
 * What is known once Jira was asked again, by the page of a user under a cookie. Silence does not unsay that somebody else is
 * signed in under it, and does not answer what an answer that is out of date has left open.
 */
export function proofAfter(
  known: Proof | undefined,
  latest: Proof,
  { cookieToken, pageUser, isCookieUnreadable }: Pick<Evidence, 'cookieToken' | 'pageUser' | 'isCookieUnreadable'>,
): Proof {
  // Of a cookie that can't be read nobody knows whether it is the same.
  if (!known || !isSilent(latest) || isCookieUnreadable || known.cookieDigest !== latest.cookieDigest) return latest;
  if (isOwn(known, pageUser)) return latest;
  if (isUncertain(known, cookieToken)) return { ...known, silentAt: latest.at };
  return known.outcome === 'signed-in' ? known : latest;
}

/** Whether an answer names the page's user, as far as the page says who that is. */
export function isOwn(proof: Proof, pageUser: string | undefined): boolean {
  return proof.outcome === 'signed-in' && (!pageUser || isSameUser(proof.user, pageUser));
}

/** Whether a proof shows that the cookie's token is the page's user's own. */
export function isOfOwnToken(proof: Proof, pageUser: string | undefined): boolean {
  return !!pageUser && isNamedForSure(proof) && isOwn(proof, pageUser);
}

/** Whether another session always has another token: from Jira 8.4 on. Up to then who signs in over a session has its token. */
export function isTiedToSession({ version }: Pick<Evidence, 'version'>): boolean {
  return /^(9|\d\d|8\.([4-9]|\d\d))/.test(version ?? '');
}

/** Whether what reaches Jira under this cookie renews a session: after a logout there is none. Another Jira's logout is not this one's. */
export function renewsSession({ cookieToken, relation }: Evidence): boolean {
  return cookieToken?.login !== 'lout' || relation === 'other-server';
}

/**
 * The session whose end there is to tell: none where the clock is not that of the page's own session, or where it was set
 * back by hand.
 */
export function sessionToTell(verdict: Verdict, { clock }: Evidence, now: number): SessionClock | undefined {
  const isNone = /^(signed|other|no-cookie|unknown)/.test(verdict.name);
  return clock && !isNone && !isSetBack(clock, now) ? clock : undefined;
}

/** A proof of another user has been dealt with before: what comes here names the page's user or nobody. */
function renewalOf(evidence: Evidence, proof: Proof | undefined): Renewal {
  const { pageUser, pageToken, renewedFrom, isCrowded } = evidence;
  if (!pageUser) return 'impossible';
  if (isCrowded) return 'crowded';
  if (!proof) return isLeftOpen(evidence) && evidence.proof.silentAt !== undefined ? 'unanswered' : 'unproven';
  if (proof.outcome !== 'signed-in') return 'unanswered';
  return renewedFrom === pageToken?.digest ? 'undone' : 'possible';
}

/** A page that says whose it is stays theirs, or nobody's, whatever token a refusal has left in it. */
function pageLogin({ pageToken, pageUser }: Evidence): 'lin' | 'lout' {
  if (pageUser !== undefined) return pageUser === '' ? 'lout' : 'lin';
  return pageToken?.login === 'lout' ? 'lout' : 'lin';
}

/** An alike pair of tokens proves nothing by itself; how far it can be believed is the clock's to say. */
function verdictOfClock(clock: SessionClock | undefined, settings: Settings, now: number): Verdict {
  if (!clock) return { name: 'fresh' };
  const endsAt = endOf(clock);
  if (hasRunOut(clock, now)) return { name: 'lapsed', endedAt: endsAt };
  if (now >= endsAt - warningMillis(clock, settings)) return { name: 'aging', endsAt };
  return { name: 'fresh', endsAt };
}
