/**
 * The one rule: what the evidence about a page means. The whole UI shows what `verdictOf` returns; nothing else
 * decides on tokens, users or times.
 *
 * Three promises order the lines of `verdictOf`: never act as somebody else (so a proven other user comes before
 * anything a token says); never lose what the user gave; never cry wolf (so what is not known ends as `lapsed`,
 * `no-cookie`, `unreachable` or `unknown`, which claim nothing).
 */
import type { Evidence } from './evidence.ts';
import { isSilent, type Proof, type Silence } from '../session/proof-request.ts';
import {
  endOf,
  hasRunOut,
  isLongSilent,
  isSetBack,
  warningMillis,
  type SessionClock,
} from '../session/session-clock.ts';
import type { Settings } from '../settings/definitions.ts';
import type { TokenTraits } from '../jira/token.ts';
import { isSameUser } from '../jira/user-name.ts';

export type Verdict =
  | { readonly name: 'fresh'; readonly endsAt?: number }
  | { readonly name: 'aging'; readonly endsAt: number }
  | { readonly name: 'lapsed'; readonly endedAt: number }
  | { readonly name: 'stale'; readonly renewal: Renewability }
  | { readonly name: 'signed-out' }
  | { readonly name: 'signed-in' }
  | { readonly name: 'other-user'; readonly user: string }
  | { readonly name: 'other-jira' }
  | { readonly name: 'no-cookie' }
  | { readonly name: Silence }
  | { readonly name: 'unknown' };

/**
 * Whether a stale page can be renewed. `possible`: a proof names its user. `undone`: it was renewed, but put the old
 * token back. `unproven`: no proof yet. `unanswered`: Jira did not answer. `impossible`: the page does not say whose
 * it is. `crowded`: another host's cookie would be sent as well, and nobody can tell which of them Jira takes.
 */
export type Renewability = 'possible' | 'undone' | 'unproven' | 'unanswered' | 'impossible' | 'crowded';

export type VerdictName = Verdict['name'];

/**
 * Takes the evidence about a page, the settings of its site, and the time in epoch milliseconds. Pure and total. The
 * table is in docs/architecture.md. A case that the table lacks (an anonymous page in an anonymous browser) is
 * `unknown`: nothing is wrong that we could know of.
 */
export function verdictOf(evidence: Evidence, settings: Settings, now: number): Verdict {
  const { product, pageToken, cookieToken, relation } = evidence;
  const isPortal = product === 'portal';
  if (product === 'cloud' || !(pageToken || isPortal) || evidence.isCookieUnreadable) return { name: 'unknown' };

  const page = pageLogin(evidence);
  const proof = standingProof(evidence, now);
  const silence = proof && isSilent(proof) ? proof.outcome : undefined;
  if (proof?.outcome === 'signed-in' && !namesPageUser(proof, evidence.pageUser))
    return { name: 'other-user', user: proof.user };
  if (!cookieToken) {
    if (page === 'lin' && proof?.outcome === 'anonymous') return { name: 'signed-out' };
    return { name: silence ?? 'no-cookie' };
  }
  if (relation === 'other-server') return { name: 'other-jira' };

  if (page === 'lout') return { name: cookieToken.login === 'lin' ? 'signed-in' : 'unknown' };
  if (proof?.outcome === 'anonymous') return { name: 'signed-out' };
  if (cookieToken.login === 'lout') return { name: isCertainlySignedIn(proof) ? 'unknown' : 'signed-out' };
  // The portal's session changed before anybody could tell whose the portal is.
  if (isPortal && isUnprovable(evidence)) return { name: 'signed-in' };
  if (silence && isJiraUnavailable(proof)) return { name: silence };
  if (relation === 'same-server' || isOvershadowed(evidence))
    return { name: 'stale', renewal: renewalOf(evidence, proof) };
  if (silence) return { name: silence };
  return verdictOfClock(evidence.clock, settings, now);
}

/**
 * Whether the page may be given the cookie's token now: only if the two differ on one server, the page says whose it
 * is, and a current proof names that user. Takes the time in epoch milliseconds: up to Jira 8.3 the user can change
 * without a change of the cookie, so an older proof that still stands is enough to offer a renewal, but not to do it.
 */
export function mayRenew(evidence: Evidence, settings: Settings, now: number): boolean {
  return isRenewable(verdictOf(evidence, settings, now)) && isCurrentAndCertain(standingProof(evidence, now), now);
}

/** Whether Jira would accept what the page sends, as far as is known: the page is fresh or aging. */
export function isAccepted({ name }: Verdict): boolean {
  return name === 'fresh' || name === 'aging';
}

/**
 * Whether the page has a token that it was not rendered with, while another host's cookies are sent beside its own.
 * Jira could take that token for another user's; without us, Jira would have refused the page's first token.
 */
function isOvershadowed({ isCrowded, isAdopted, renewedFrom }: Evidence): boolean {
  return !!(isCrowded && (isAdopted || renewedFrom));
}

/** Whether a browser without us would send the same token. */
function hasOwnToken(evidence: Evidence): boolean {
  return !evidence.isAdopted && !isOvershadowed(evidence);
}

/** Whether it is known that nothing gets through to Jira now, so that anything sent would be lost. */
export function isJiraUnavailable(proof: Proof | undefined): boolean {
  return !!proof && isSilent(proof) && proof.outcome !== 'unreachable';
}

/**
 * Whether the user may send what is parked or blocked although nothing seems to get through to Jira: only if a browser
 * without us would send the same. Takes the evidence for the token that is sent.
 */
export function maySendAnyway(evidence: Evidence, now: number): boolean {
  return isJiraUnavailable(standingProof(evidence, now)) && hasOwnToken(evidence);
}

/** Whether pressing "Renew this page" is worthwhile: a page of this verdict may be renewed once Jira was asked. */
export function isRenewable(verdict: Verdict): boolean {
  return verdict.name === 'stale' && !['impossible', 'crowded'].includes(verdict.renewal);
}

/**
 * Whether a page renews itself, without a press. It must wait for its user (it told them to sign in, or holds back
 * what they gave), or its user must want automatic renewal and be at the page; and a current proof must name the same
 * user. Takes for how long the page has been signed out, in milliseconds; 0 if it is not.
 */
export function renewsByItself(
  evidence: Evidence,
  settings: Settings,
  now: number,
  {
    signedOutForMillis,
    hasWaitingAttempts,
    isUserPresent,
  }: { signedOutForMillis: number; hasWaitingAttempts: boolean; isUserPresent: boolean },
): boolean {
  // Not if the page puts its old token back: it would renew itself for ever.
  const isUndone = evidence.renewedFrom === evidence.pageToken?.digest;
  const isWanted =
    signedOutForMillis > SETTLE_MILLIS || hasWaitingAttempts || (isUserPresent && settings.renew === 'auto');
  return isWanted && !isUndone && mayRenew(evidence, settings, now);
}

/**
 * Whether a proof would settle what the evidence leaves open. Takes whether the page has parked files, and whether the
 * user has come back to the page since Jira was last asked. The caller checks that the user is at the page: an
 * unattended tab asks nothing.
 */
export function needsProof(
  evidence: Evidence,
  settings: Settings,
  now: number,
  { hasParkedFiles = false, hasReturned = false } = {},
): boolean {
  const verdict = verdictOf(evidence, settings, now);
  const proof = standingProof(evidence, now);
  /** Parked files need a current proof before they go on, and so does a page that is to renew itself. */
  const awaits = hasParkedFiles || (verdict.name === 'stale' && settings.renew === 'auto');
  const isProofDue = awaits && !isCurrentAndCertain(proof, now) && !isUnprovable(evidence);
  const { name } = verdict;
  // Not if the page puts its old token back: it would ask for ever.
  if (name === 'stale')
    return proof ? isProofDue && ['possible', 'unanswered'].includes(verdict.renewal) : isRenewable(verdict);
  if (name === 'lapsed') return !proof || proof.at < verdict.endedAt;
  if (name === 'no-cookie') return !proof;
  // A cross-site embed changes the cookie without a logout (case 10), and the user may be back by another way.
  if (['signed-out', 'other-user'].includes(name)) return !proof || !isCurrent(proof, now);
  // A token that the page has adopted by itself can be another user's.
  if (evidence.isAdopted && isAccepted(verdict) && !proof) return true;
  if (isAccepted(verdict)) return isProofDue || (hasReturned && isDoubtful(evidence, now));
  // This can end at any time, and the UI must not report it any longer than that.
  if (isJiraUnavailable(proof)) return true;
  return isProofDue && name !== 'signed-in' && name !== 'unknown';
}

/**
 * Whether a user who comes back needs a proof although the page looks fresh. A clock can promise too much: a server
 * that states no timeout may have a short one, and a restarted server has lost its sessions.
 */
export function isDoubtful(evidence: Evidence, now: number): boolean {
  return !hasTokenPerSession(evidence) || (!!evidence.clock && isLongSilent(evidence.clock, now));
}

/**
 * What the user is about to send. `attach`: files. `send`: a form or a link with the token. `script`: a form without a
 * token, from which a script makes a request; nobody knows whether that will need the page's token.
 */
export type AttemptKind = 'attach' | 'send' | 'script';

/**
 * Whether an attempt may go as it is, without a question: on a page with nothing to report, or one just proven fresh.
 * Files need a proof, because attaching is rare and a lost cluster node shows no other sign. A form or a link passes
 * if the tokens are equal and the server was heard of within a minute. Up to Jira 8.3 every attempt is checked by
 * itself: somebody else can have signed in since, and no token shows it.
 */
export function mayPass(evidence: Evidence, settings: Settings, now: number, sending: AttemptKind): boolean {
  const verdict = verdictOf(evidence, settings, now);
  if (settings.guard === 'off' || verdict.name === 'unknown') return true;
  // What another host has set since a renewal shows only when the cookies are read.
  if (evidence.renewedFrom || !hasTokenPerSession(evidence)) return false;
  if (isProvenFresh(evidence, settings, now)) return true;
  if (sending !== 'send' || !isAccepted(verdict)) return false;
  const { clock, isAdopted } = evidence;
  return !isAdopted && !!clock && Math.abs(now - clock.lastContact) <= RECENT_MILLIS;
}

/**
 * What becomes of an attempt once Jira was asked. Keep what Jira would refuse, or would do as another user, until the
 * same user is back. If nothing is known, or if a script may need no token, release it, as a browser without
 * the extension would. But keep it if the page has adopted a token that may be another user's: a release could act as
 * somebody else.
 */
export function outcomeOf(
  evidence: Evidence,
  settings: Settings,
  now: number,
  sending: AttemptKind,
): 'release' | 'renew' | 'keep' {
  if (settings.guard === 'off' || isProvenFresh(evidence, settings, now)) return 'release';
  if (mayRenew(evidence, settings, now)) return 'renew';
  // Jira might refuse what is released now, and a better answer would come too late for it.
  if (isOvertakenByLogin(evidence) && evidence.pageUser) return 'keep';
  const verdict = verdictOf(evidence, settings, now);
  if (sending === 'script' && hasOwnToken(evidence) && verdict.name !== 'other-user') return 'release';
  // No proof could ever release what an anonymous page keeps.
  if (verdict.name === 'unknown' && !evidence.isCookieUnreadable) return 'release';
  if (isJiraUnavailable(standingProof(evidence, now))) return 'keep';
  if (['signed-out', 'other-user', 'signed-in'].includes(verdict.name)) return 'keep';
  // The cookie changed while the answer was in flight: pressing "Renew this page" asks again.
  if (verdict.name === 'stale' && (['possible', 'undone'].includes(verdict.renewal) || isOvershadowed(evidence)))
    return 'keep';
  return evidence.isAdopted ? 'keep' : 'release';
}

/** On a page that names nobody, a proof can't tell whose token the page has adopted. */
function isUnprovable({ isAdopted, pageUser }: Evidence): boolean {
  return isAdopted === true && !pageUser;
}

/** Whether a current proof shows that the page is fresh. */
export function isProvenFresh(evidence: Evidence, settings: Settings, now: number): boolean {
  return (
    !isUnprovable(evidence) &&
    isAccepted(verdictOf(evidence, settings, now)) &&
    isCurrentAndCertain(standingProof(evidence, now), now)
  );
}

/**
 * The settle delay. A cookie that is `lout` for less comes from an embed (case 10): nobody signs in that fast. For as
 * long after a logout nothing is asked: a late anonymous answer would remove the cookies of a login under way.
 */
export const SETTLE_MILLIS = 2_000;
/** For how long a proof counts as current. */
const PROOF_GOOD_FOR_MILLIS = 10_000;
/** For how long after the last contact a form or a link needs no proof. */
const RECENT_MILLIS = 60_000;
/** For how long the UI reports that Jira did not answer, or that nothing gets through to it. */
const NO_ANSWER_MILLIS = 5 * 60_000;

function isCurrent(proof: Proof, now: number): boolean {
  return Math.abs(now - proof.at) <= PROOF_GOOD_FOR_MILLIS;
}

/** Whether somebody is signed in for certain. `verdictOf` decides whether it is the page's user. */
export function isCertainlySignedIn(proof: Proof | undefined): proof is Extract<Proof, { outcome: 'signed-in' }> {
  return proof?.outcome === 'signed-in' && proof.isCertain === true;
}

/** Whether somebody is signed in for certain, by a current proof. */
function isCurrentAndCertain(proof: Proof | undefined, now: number): boolean {
  return isCertainlySignedIn(proof) && isCurrent(proof, now);
}

/**
 * A proof stands as long as the cookie it left behind: logging out and in again always changes the cookie (fact: "What
 * the server does"). It does not stand if somebody signed in while the answer was in flight. A silent answer proves
 * nothing, and expires soon.
 */
export function standingProof(evidence: Evidence, now: number): Proof | undefined {
  const { proof, cookieToken, clock } = evidence;
  if (!proof || proof.cookieDigest !== cookieToken?.digest) return undefined;
  if (isOvertakenByLogin(evidence)) return undefined;
  if (!isSilent(proof)) return proof;
  // A sign-in in front of Jira can answer the requests of the page's scripts, and so look like Jira.
  const isHeardOf = proof.outcome !== 'gateway' && !!clock && clock.lastContact > proof.at;
  return isHeardOf || Math.abs(now - proof.at) > NO_ANSWER_MILLIS ? undefined : proof;
}

/**
 * Whether the last answer predates a login, and so leaves open who is signed in: it named nobody or another user, and
 * the cookie changed to a login's meanwhile. No other login gives the cookie the token that the page was made with.
 */
export function isOvertakenByLogin(evidence: Evidence): evidence is Evidence & { readonly proof: Proof } {
  const { proof, cookieToken, pageUser, relation, isAdopted } = evidence;
  if (!proof || !cookieToken || proof.cookieDigest !== cookieToken.digest) return false;
  if (cookieToken.login === 'lout' || (relation === 'equal' && !isAdopted)) return false;
  return !namesPageUser(proof, pageUser) && isUncertain(proof, cookieToken);
}

/** Whether the cookie changed during the question, so asking again helps. An anonymous answer itself sets `lout`. */
export function isUncertain(proof: Proof, cookieToken: TokenTraits | undefined): boolean {
  if (proof.isCertain || isSilent(proof)) return false;
  return proof.outcome === 'signed-in' || cookieToken?.login !== 'lout';
}

/**
 * The proof to keep after a user's page has asked Jira again. Silence does not refute that somebody else is signed in
 * under the same cookie, and does not settle what an outdated answer has left open.
 */
export function proofAfter(
  known: Proof | undefined,
  latest: Proof,
  { cookieToken, pageUser, isCookieUnreadable }: Pick<Evidence, 'cookieToken' | 'pageUser' | 'isCookieUnreadable'>,
): Proof {
  if (!known || !isSilent(latest) || known.cookieDigest !== latest.cookieDigest) return latest;
  // Nobody can tell whether an unreadable cookie is the same: what is sent now would be lost.
  if (namesPageUser(known, pageUser) || (isCookieUnreadable && isJiraUnavailable(latest))) return latest;
  if (isUncertain(known, cookieToken)) return { ...known, silentAt: latest.at };
  return known.outcome === 'signed-in' ? known : latest;
}

/** Whether an answer names the page's user, as far as the page says who that is. */
export function namesPageUser(proof: Proof, pageUser: string | undefined): boolean {
  return proof.outcome === 'signed-in' && (!pageUser || isSameUser(proof.user, pageUser));
}

/** Whether a proof shows that the cookie's token belongs to the page's user. */
export function provesOwnToken(proof: Proof, pageUser: string | undefined): boolean {
  return !!pageUser && isCertainlySignedIn(proof) && namesPageUser(proof, pageUser);
}

/** Whether each session has its own token: from Jira 8.4 on. Before, a login over a session takes over its token. */
export function hasTokenPerSession({ version }: Pick<Evidence, 'version'>): boolean {
  return /^(9|\d\d|8\.([4-9]|\d\d))/.test(version ?? '');
}

/** Whether requests under this cookie renew a session: not after a logout, unless it was another Jira's logout. */
export function renewsSession({ cookieToken, relation }: Evidence): boolean {
  return cookieToken?.login !== 'lout' || relation === 'other-server';
}

/**
 * The session whose end the UI shows: none if the clock is not that of the page's own session, or was set back by
 * hand.
 */
export function clockToShow(verdict: Verdict, { clock }: Evidence, now: number): SessionClock | undefined {
  const isNone = /^(signed|other|no-cookie|unknown)/.test(verdict.name);
  return clock && !isNone && !isSetBack(clock, now) ? clock : undefined;
}

/** `verdictOf` has already handled another user's proof: here the proof names the page's user or nobody. */
function renewalOf(evidence: Evidence, proof: Proof | undefined): Renewability {
  const { pageUser, pageToken, renewedFrom, isCrowded } = evidence;
  if (!pageUser) return 'impossible';
  if (isCrowded) return 'crowded';
  if (!proof) return isOvertakenByLogin(evidence) && evidence.proof.silentAt !== undefined ? 'unanswered' : 'unproven';
  if (proof.outcome !== 'signed-in') return 'unanswered';
  return renewedFrom === pageToken?.digest ? 'undone' : 'possible';
}

/** A page that says whose it is stays theirs, or anonymous, whatever token a refusal has left in it. */
function pageLogin({ pageToken, pageUser }: Evidence): 'lin' | 'lout' {
  if (pageUser !== undefined) return pageUser === '' ? 'lout' : 'lin';
  return pageToken?.login === 'lout' ? 'lout' : 'lin';
}

/** Equal tokens prove nothing by themselves; the clock decides how far to believe them. */
function verdictOfClock(clock: SessionClock | undefined, settings: Settings, now: number): Verdict {
  if (!clock) return { name: 'fresh' };
  const endsAt = endOf(clock);
  if (hasRunOut(clock, now)) return { name: 'lapsed', endedAt: endsAt };
  if (now >= endsAt - warningMillis(clock, settings)) return { name: 'aging', endsAt };
  return { name: 'fresh', endsAt };
}
