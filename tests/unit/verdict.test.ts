import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Proof, Silence } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS as SETTINGS, type Settings } from '../../src/settings/definitions.ts';
import type { Relation, TokenTraits } from '../../src/jira/token.ts';
import {
  clockToShow,
  isUncertain,
  provesOwnToken,
  maySendAnyway,
  mayPass,
  mayRenew,
  needsProof,
  outcomeOf,
  proofAfter,
  renewsByItself,
  renewsSession,
  verdictOf,
  type Verdict,
} from '../../src/verdict/verdict.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const MINUTE = 60_000;
const traits = (digest: string, login: TokenTraits['login'] = 'lin'): TokenTraits => ({
  digest,
  login,
  serverId: 'B',
});

/** alice's page, with her cookie. */
const fresh: Evidence = {
  product: 'jira',
  version: '9.12.0',
  pageUser: 'alice',
  pageToken: traits('aa'),
  cookieToken: traits('aa'),
  relation: 'equal',
};
const stale: Evidence = { ...fresh, cookieToken: traits('bb'), relation: 'same-server' };
const signedInProof = (user: string, cookieDigest: string | undefined, at = NOW): Proof => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest,
  isCertain: true,
});
const anonymousProof = (cookieDigest?: string): Proof => ({
  outcome: 'anonymous',
  at: NOW,
  cookieDigest,
  isCertain: true,
});
const silence = (cookieDigest?: string, outcome: Silence = 'unreachable'): Proof => ({
  outcome,
  at: NOW,
  cookieDigest,
});
const clock = (minutesAgo: number, timeoutMinutes = 300) => ({
  lastContact: NOW - minutesAgo * MINUTE,
  timeoutMinutes,
});

/** The same proof, eleven seconds earlier. */
const past = (proof: Proof): Proof => ({ ...proof, at: NOW - 11_000 });

const verdict = (evidence: Evidence) => verdictOf(evidence, SETTINGS, NOW);

describe('a customer portal, which has no token', () => {
  const portal: Evidence = { product: 'portal', pageUser: 'alice', cookieToken: traits('aa') };
  const changed: Evidence = { ...portal, cookieToken: traits('bb'), isAdopted: true };
  const withoutUser: Evidence = { ...changed, pageUser: undefined };
  const signedOutCookie = traits('cc', 'lout');

  test.each<[string, Evidence, string]>([
    ['cookie of a login: fresh', portal, 'fresh'],
    ['clock run out: lapsed', { ...portal, clock: clock(301) }, 'lapsed'],
    ['cookie of a logout: signed out', { ...portal, cookieToken: signedOutCookie }, 'signed-out'],
    ['a proof says nobody is signed in: signed out', { ...portal, proof: anonymousProof('aa') }, 'signed-out'],
    ['a proof names another user: other user', { ...portal, proof: signedInProof('mallory', 'aa') }, 'other-user'],
    ['another cookie: not stale', changed, 'fresh'],
    ['the same, and no known user: signed in', withoutUser, 'signed-in'],
    ['opened by an anonymous user: unknown', { ...portal, pageUser: '', cookieToken: signedOutCookie }, 'unknown'],
    ['opened by an anonymous user, and a login since: signed in', { ...portal, pageUser: '' }, 'signed-in'],
    ['no cookie: no cookie', { ...portal, cookieToken: undefined }, 'no-cookie'],
    ['an unreadable cookie: unknown', { ...portal, isCookieUnreadable: true }, 'unknown'],
  ])('%s', (_name, evidence, name) => expect(verdict(evidence).name).toBe(name));

  test.each<[string, Evidence, string]>([
    ['released by a proof of its user', { ...portal, proof: signedInProof('alice', 'aa') }, 'release'],
    [
      'released by a proof of its user under a new cookie',
      { ...changed, proof: signedInProof('alice', 'bb') },
      'release',
    ],
    ['withheld by a proof of another user', { ...changed, proof: signedInProof('mallory', 'bb') }, 'keep'],
    ['withheld if nobody is signed in', { ...portal, proof: anonymousProof('aa') }, 'keep'],
    ['released without an answer', { ...portal, proof: silence('aa') }, 'release'],
    ['withheld without an answer under a new cookie', { ...changed, proof: silence('bb') }, 'keep'],
    ['withheld if its user is not known', { ...withoutUser, proof: signedInProof('mallory', 'bb') }, 'keep'],
  ])('a form on it is %s', (_name, evidence, outcome) =>
    expect(outcomeOf(evidence, SETTINGS, NOW, 'send')).toBe(outcome),
  );

  test('needs a proof if its cookie has changed, and is never renewed', () => {
    expect(needsProof(changed, SETTINGS, NOW)).toBe(true);
    expect(needsProof(portal, SETTINGS, NOW)).toBe(false);
    expect(mayRenew({ ...changed, proof: signedInProof('alice', 'bb') }, SETTINGS, NOW)).toBe(false);
  });
});

describe('the table of verdicts', () => {
  test.each<[string, Evidence, object]>([
    ['tokens equal, no clock: fresh', fresh, { name: 'fresh' }],
    [
      'tokens equal, clock running: fresh until its end',
      { ...fresh, clock: clock(10) },
      { name: 'fresh', endsAt: NOW + 290 * MINUTE },
    ],
    [
      'half an hour before the end: aging',
      { ...fresh, clock: clock(270) },
      { name: 'aging', endsAt: NOW + 30 * MINUTE },
    ],
    ['a minute earlier: still fresh', { ...fresh, clock: clock(269) }, { name: 'fresh', endsAt: NOW + 31 * MINUTE }],
    [
      'a short session warns a tenth before its end',
      { ...fresh, clock: clock(9, 10) },
      { name: 'aging', endsAt: NOW + MINUTE },
    ],
    [
      'a short session, two minutes before its end: still fresh',
      { ...fresh, clock: clock(8, 10) },
      { name: 'fresh', endsAt: NOW + 2 * MINUTE },
    ],
    ['clock run out: lapsed', { ...fresh, clock: clock(300) }, { name: 'lapsed', endedAt: NOW }],
    ['case 4, signed in again: stale, no proof yet', stale, { name: 'stale', renewal: 'unproven' }],
    [
      'stale, and a proof names alice: renewal possible',
      { ...stale, proof: signedInProof('alice', 'bb') },
      { name: 'stale', renewal: 'possible' },
    ],
    [
      'stale, and Jira did not answer: renewal is not offered',
      { ...stale, proof: silence('bb') },
      { name: 'stale', renewal: 'unanswered' },
    ],
    [
      'stale again after a renewal: the page has restored its old token',
      { ...stale, renewedFrom: 'aa', proof: signedInProof('alice', 'bb') },
      { name: 'stale', renewal: 'undone' },
    ],
    [
      'stale, and the page does not name its user: renewal impossible',
      { ...stale, pageUser: undefined },
      { name: 'stale', renewal: 'impossible' },
    ],
    ['case 5, cookie lout: signed out', { ...stale, cookieToken: traits('cc', 'lout') }, { name: 'signed-out' }],
    [
      'cookie lout, but a certain proof names alice: unknown, the cookie can be another host’s',
      { ...stale, cookieToken: traits('cc', 'lout'), proof: signedInProof('alice', 'cc') },
      { name: 'unknown' },
    ],
    [
      'stale, and another host’s cookie is sent beside Jira’s: no renewal, whoever is signed in',
      { ...stale, isCrowded: true, proof: signedInProof('alice', 'bb') },
      { name: 'stale', renewal: 'crowded' },
    ],
    [
      'fresh, beside another host’s cookie: fresh, because the extension has changed nothing',
      { ...fresh, isCrowded: true, proof: signedInProof('alice', 'aa') },
      { name: 'fresh' },
    ],
    [
      'fresh by a renewal, beside another host’s cookie: stale, because another user may be signed in',
      { ...fresh, isCrowded: true, renewedFrom: 'cc', proof: signedInProof('alice', 'aa') },
      { name: 'stale', renewal: 'crowded' },
    ],
    [
      'case 1, the proof says anonymous: signed out',
      { ...fresh, proof: anonymousProof('aa') },
      { name: 'signed-out' },
    ],
    [
      'a proof before the cookie changed: it no longer counts',
      { ...stale, proof: anonymousProof('aa') },
      { name: 'stale', renewal: 'unproven' },
    ],
    [
      'case 7, page anonymous, cookie lin: signed in',
      { ...stale, pageUser: '', pageToken: traits('aa', 'lout') },
      { name: 'signed-in' },
    ],
    [
      'case 7, and the page does not say that it is anonymous, but its token does: signed in',
      { ...stale, pageUser: undefined, pageToken: traits('aa', 'lout') },
      { name: 'signed-in' },
    ],
    [
      'an anonymous page without a cookie, and the proof says anonymous: no cookie',
      { ...fresh, pageUser: '', cookieToken: undefined, relation: undefined, proof: anonymousProof() },
      { name: 'no-cookie' },
    ],
    [
      'a page with a user’s token and no name, without a cookie, and the proof says anonymous: signed out',
      { ...fresh, pageUser: undefined, cookieToken: undefined, relation: undefined, proof: anonymousProof() },
      { name: 'signed-out' },
    ],
    [
      'the proof named mallory ten minutes ago, and requests have been answered since: still other user',
      { ...fresh, proof: signedInProof('mallory', 'aa', NOW - 10 * MINUTE), clock: clock(1) },
      { name: 'other-user', user: 'mallory' },
    ],
    [
      'the proof names mallory, and the cookie became lout meanwhile: other user',
      { ...stale, cookieToken: traits('bb', 'lout'), proof: { ...signedInProof('mallory', 'bb'), isCertain: false } },
      { name: 'other-user', user: 'mallory' },
    ],
    [
      'case 6, the proof names mallory: other user',
      { ...stale, proof: signedInProof('mallory', 'bb') },
      { name: 'other-user', user: 'mallory' },
    ],
    [
      'the proof names mallory, although the tokens are equal: other user',
      { ...fresh, proof: signedInProof('mallory', 'aa') },
      { name: 'other-user', user: 'mallory' },
    ],
    ['case 9, another server’s cookie: other Jira', { ...stale, relation: 'other-server' }, { name: 'other-jira' }],
    [
      'case 11, cookies cleared: no cookie',
      { ...fresh, cookieToken: undefined, relation: undefined },
      { name: 'no-cookie' },
    ],
    [
      'no cookie, and the proof says anonymous: signed out',
      { ...fresh, cookieToken: undefined, relation: undefined, proof: anonymousProof() },
      { name: 'signed-out' },
    ],
    [
      'no cookie, and no answer: unreachable',
      { ...fresh, cookieToken: undefined, relation: undefined, proof: silence() },
      { name: 'unreachable' },
    ],
    ['tokens equal, and no answer: unreachable', { ...fresh, proof: silence('aa') }, { name: 'unreachable' }],
    ['a page without a token: unknown', { ...fresh, pageToken: undefined, relation: undefined }, { name: 'unknown' }],
    ['Cloud: unknown, whatever its tokens', { ...stale, product: 'cloud' }, { name: 'unknown' }],
    [
      'an anonymous page in an anonymous browser: unknown',
      { ...fresh, pageUser: '', pageToken: traits('aa', 'lout'), cookieToken: traits('aa', 'lout') },
      { name: 'unknown' },
    ],
  ])('%s', (_name, evidence, expected) => expect(verdict(evidence)).toEqual(expected));
});

describe('a proof is needed', () => {
  test.each<[string, Evidence, boolean]>([
    ['when a page is stale and there is no proof', stale, true],
    ['when the clock has run out', { ...fresh, clock: clock(301) }, true],
    ['when the cookie is gone', { ...fresh, cookieToken: undefined, relation: undefined }, true],
    [
      'when the clock has run out since the last proof',
      { ...fresh, clock: clock(301), proof: signedInProof('alice', 'aa', NOW - 2 * MINUTE) },
      true,
    ],
    [
      'not when a proof was made as the clock ran out',
      { ...fresh, clock: clock(301), proof: signedInProof('alice', 'aa', NOW - MINUTE) },
      false,
    ],
    ['when the cookie says that nobody is signed in', { ...stale, cookieToken: traits('bb', 'lout') }, true],
    ['when a proof that nobody is signed in is too old', { ...fresh, proof: past(anonymousProof('aa')) }, true],
    ['not when such a proof is of this moment', { ...fresh, proof: anonymousProof('aa') }, false],
    ['when a proof of another user is too old', { ...fresh, proof: past(signedInProof('mallory', 'aa')) }, true],
    ['not when such a proof is of this moment', { ...fresh, proof: signedInProof('mallory', 'aa') }, false],
    ['never on a fresh page', { ...fresh, clock: clock(1) }, false],
    ['never of Cloud', { ...stale, product: 'cloud' }, false],
    ['never under another Jira’s cookie, if no files are parked', { ...stale, relation: 'other-server' }, false],
    ['never twice for one cookie, answered or not', { ...stale, proof: silence('bb') }, false],
  ])('%s', (_name, evidence, expected) => expect(needsProof(evidence, SETTINGS, NOW)).toBe(expected));
});

describe('a user who returns after a quarter of an hour without contact', () => {
  const asks = (evidence: Evidence, hasReturned = true): boolean =>
    needsProof(evidence, SETTINGS, NOW, { hasReturned });

  test.each<[string, Evidence, boolean]>([
    ['gets a proof, however long the session will last', { ...fresh, clock: clock(15) }, true],
    ['gets a proof if the session is about to end', { ...fresh, clock: clock(280) }, true],
    [
      'gets a proof even if an older proof named them',
      { ...fresh, clock: clock(15), proof: signedInProof('alice', 'aa', NOW - 15 * MINUTE) },
      true,
    ],
    ['gets no proof a moment earlier', { ...fresh, clock: clock(14.9) }, false],
    ['gets no proof if no contact is known', fresh, false],
    ['gets no proof under another Jira’s cookie', { ...fresh, relation: 'other-server', clock: clock(15) }, false],
  ])('%s', (_name, evidence, expected) => expect(asks(evidence)).toBe(expected));

  test('gets no proof if they were present all the time', () => {
    expect(asks({ ...fresh, clock: clock(15) }, false)).toBe(false);
  });
});

describe('a page of alice is renewed', () => {
  test('for alice, by a proof of this moment', () => {
    expect(mayRenew({ ...stale, proof: signedInProof('alice', 'bb') }, SETTINGS, NOW + 10_000)).toBe(true);
  });

  test.each<[string, Evidence]>([
    ['without a proof', stale],
    ['by a proof that is too old', { ...stale, proof: signedInProof('alice', 'bb', NOW - 10_001) }],
    [
      'by a proof from the future, because the clock was set back',
      { ...stale, proof: signedInProof('alice', 'bb', NOW + 10_001) },
    ],
    [
      'by a proof during which the cookie changed',
      { ...stale, proof: { ...signedInProof('alice', 'bb'), isCertain: false } },
    ],
    ['by a proof under another cookie', { ...stale, proof: signedInProof('alice', 'aa') }],
    ['for mallory', { ...stale, proof: signedInProof('mallory', 'bb') }],
    ['if nobody is signed in', { ...stale, proof: anonymousProof('bb') }],
    ['if Jira does not answer', { ...stale, proof: silence('bb') }],
    ['with another server’s token', { ...stale, relation: 'other-server', proof: signedInProof('alice', 'bb') }],
    ['with an anonymous token', { ...stale, cookieToken: traits('bb', 'lout'), proof: signedInProof('alice', 'bb') }],
    ['if it does not name its user', { ...stale, pageUser: undefined, proof: signedInProof('alice', 'bb') }],
    ['if it was rendered for an anonymous user', { ...stale, pageUser: '', proof: signedInProof('', 'bb') }],
    ['if it is fresh', { ...fresh, proof: signedInProof('alice', 'aa') }],
  ])('never %s', (_name, evidence) => expect(mayRenew(evidence, SETTINGS, NOW)).toBe(false));

  test('for no other user than its own, whatever the evidence is', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (!mayRenew(evidence, SETTINGS, NOW)) return;
        expect(evidence.proof).toMatchObject({ outcome: 'signed-in', user: evidence.pageUser });
        expect(evidence.pageUser).not.toBe('');
        expect(evidence.relation).toBe('same-server');
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a user name in other capitals', () => {
  const signedIn = (user: string): Evidence => ({ ...fresh, proof: signedInProof(user, 'aa') });

  test('is the page’s user', () => {
    expect(verdict(signedIn('ALICE')).name).toBe('fresh');
    expect(mayRenew({ ...stale, proof: signedInProof('ALICE', 'bb') }, SETTINGS, NOW)).toBe(true);
    expect(provesOwnToken(signedInProof('ALICE', 'aa'), 'alice')).toBe(true);
  });

  test.each([
    ['strauß', 'STRAUSS'],
    ['ilker', 'İlker'],
    ['ren\u00e9', 'rene\u0301'],
    ['alice', '\u0410LICE'],
  ])('is not the same as a name with other letters: %s and %s', (pageUser, user) => {
    expect(verdict({ ...signedIn(user), pageUser })).toEqual({ name: 'other-user', user });
    expect(mayRenew({ ...stale, pageUser, proof: signedInProof(user, 'bb') }, SETTINGS, NOW)).toBe(false);
    expect(provesOwnToken(signedInProof(user, 'aa'), pageUser)).toBe(false);
  });

  test('proves no token if the page does not name its user', () => {
    expect([undefined, ''].map((pageUser) => provesOwnToken(signedInProof('alice', 'aa'), pageUser))).toEqual([
      false,
      false,
    ]);
  });
});

describe('a stale page that renews itself', () => {
  const AUTO: Settings = { ...SETTINGS, renew: 'auto' };
  const proven: Evidence = { ...stale, proof: signedInProof('alice', 'bb') };
  const undone: Evidence = { ...proven, renewedFrom: 'aa' };
  const old: Evidence = { ...stale, proof: signedInProof('alice', 'bb', NOW - 11_000) };
  const renews = (
    evidence: Evidence,
    settings = AUTO,
    waiting: Partial<Parameters<typeof renewsByItself>[3]> = {},
  ): boolean =>
    renewsByItself(evidence, settings, NOW, {
      signedOutForMillis: 0,
      hasWaitingAttempts: false,
      isUserPresent: true,
      ...waiting,
    });

  test.each<[string, Evidence, boolean]>([
    ['does so if a proof of this moment names its user', proven, true],
    ['waits if there is no proof', stale, false],
    ['waits if the proof is too old', old, false],
    [
      'waits if the cookie changed during the proof',
      { ...stale, proof: { ...signedInProof('alice', 'bb'), isCertain: false } },
      false,
    ],
    ['never does so for another user', { ...stale, proof: signedInProof('mallory', 'bb') }, false],
    ['never does so if it does not name its user', { ...proven, pageUser: undefined }, false],
    ['never does so beside another host’s cookie', { ...proven, isCrowded: true }, false],
    ['never does so if it has restored its old token', undone, false],
  ])('%s', (_name, evidence, expected) => expect(renews(evidence)).toBe(expected));

  test('waits until its user is present, unless attempts wait', () => {
    expect(renews(proven, AUTO, { isUserPresent: false })).toBe(false);
    expect(renews(proven, AUTO, { isUserPresent: false, hasWaitingAttempts: true })).toBe(true);
  });

  test('waits for a press if it asks first, unless attempts wait or it was signed out for more than 2 s', () => {
    expect(renews(proven, SETTINGS)).toBe(false);
    expect(renews(proven, SETTINGS, { hasWaitingAttempts: true })).toBe(true);
    expect(renews(proven, SETTINGS, { signedOutForMillis: 2_000 })).toBe(false);
    expect(renews(proven, SETTINGS, { signedOutForMillis: 2_001 })).toBe(true);
  });

  test.each<[string, Evidence, boolean, boolean]>([
    ['needs a proof again if its proof is too old', old, true, false],
    ['needs a proof again if Jira did not answer', { ...stale, proof: silence('bb') }, true, false],
    ['needs no proof if it has one', proven, false, false],
    ['needs no proof if it has restored its old token', { ...undone, proof: old.proof }, false, false],
    ['needs no proof for another user', { ...stale, proof: signedInProof('mallory', 'bb') }, false, false],
    ['needs no proof if it is fresh', { ...fresh, proof: signedInProof('alice', 'aa', NOW - 11_000) }, false, false],
  ])('%s', (_name, evidence, auto, ask) => {
    expect(needsProof(evidence, AUTO, NOW)).toBe(auto);
    expect(needsProof(evidence, SETTINGS, NOW)).toBe(ask);
  });

  test('does so for no other user than its own, whatever the evidence is', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (renews(evidence)) expect(mayRenew(evidence, AUTO, NOW)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

test('every bad verdict has a reason: different tokens, or an answer of Jira’s', () => {
  fc.assert(
    fc.property(anyEvidence, (evidence) => {
      const { name } = verdict(evidence);
      if (!['stale', 'signed-out', 'other-user', 'other-jira'].includes(name)) return;
      const isAnswered = evidence.proof !== undefined && evidence.proof.outcome !== 'unreachable';
      const areDifferent = evidence.cookieToken !== undefined && evidence.relation !== 'equal';
      expect(isAnswered || areDifferent || evidence.cookieToken?.login === 'lout').toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

const anyLogin = fc.constantFrom<TokenTraits['login']>('lin', 'lout');
const anyTraits = fc.tuple(fc.constantFrom('aa', 'bb'), anyLogin).map(([digest, login]) => traits(digest, login));
const anyProof = fc
  .tuple(
    fc.constantFrom('signed-in', 'anonymous', 'unreachable'),
    fc.constantFrom('alice', 'mallory', ''),
    fc.constantFrom('aa', 'bb', undefined),
    fc.constantFrom(NOW, NOW - 20_000),
  )
  .map(([outcome, user, cookieDigest, at]) => ({ outcome, user, cookieDigest, at }) as Proof);
const anyEvidence = fc.record<Evidence>(
  {
    product: fc.constantFrom('jira' as const, 'cloud' as const),
    pageUser: fc.constantFrom('alice', 'mallory', '', undefined),
    pageToken: fc.option(anyTraits, { nil: undefined }),
    cookieToken: fc.option(anyTraits, { nil: undefined }),
    relation: fc.constantFrom<Relation>('equal', 'same-server', 'other-server'),
    clock: fc.option(
      fc.integer({ min: 0, max: 400 }).map((minutes) => clock(minutes)),
      { nil: undefined },
    ),
    proof: fc.option(anyProof, { nil: undefined }),
    renewedFrom: fc.constantFrom('aa', 'bb', undefined),
  },
  { requiredKeys: ['product'] },
);

describe('an attempt', () => {
  const proven: Evidence = { ...fresh, proof: signedInProof('alice', 'aa') };
  const adopted: Evidence = { ...fresh, isAdopted: true };

  test.each<[string, Evidence, boolean, boolean]>([
    ['proven fresh this moment', proven, true, true],
    ['proven fresh eleven seconds ago', { ...fresh, proof: signedInProof('alice', 'aa', NOW - 11_000) }, false, false],
    ['proven fresh this moment, without a user’s name', { ...proven, pageUser: undefined }, true, true],
    ['fresh, with a contact a minute ago', { ...fresh, clock: clock(1) }, false, true],
    ['fresh, with a contact two minutes ago', { ...fresh, clock: clock(2) }, false, false],
    ['fresh by a token that the page has adopted', { ...adopted, clock: clock(0) }, false, false],
    ['proven before the cookie changed', { ...stale, proof: signedInProof('alice', 'aa') }, false, false],
    ['stale', stale, false, false],
    ['without a cookie', { ...fresh, cookieToken: undefined, relation: undefined }, false, false],
    ['without a token', { ...fresh, pageToken: undefined }, true, true],
    ['of Jira Cloud', { ...stale, product: 'cloud' }, true, true],
  ])('passes without a check, or not, on a page that is %s', (_name, evidence, attaches, sends) => {
    expect(mayPass(evidence, SETTINGS, NOW, 'attach')).toBe(attaches);
    expect(mayPass(evidence, SETTINGS, NOW, 'send')).toBe(sends);
    // A script's request can be the upload of a file.
    expect(mayPass(evidence, SETTINGS, NOW, 'script')).toBe(attaches);
    expect(mayPass(evidence, { ...SETTINGS, guard: 'off' }, NOW, 'attach')).toBe(true);
  });

  test.each<[string, boolean]>([
    ['6.3.15', false],
    ['7.13.18', false],
    ['8.3.5', false],
    ['8.4.0', true],
    ['8.20.10', true],
    ['10.3.2', true],
  ])('passes without a check in Jira %s: %s', (version, passes) => {
    const page: Evidence = { ...proven, version, clock: clock(0) };
    expect(mayPass(page, SETTINGS, NOW, 'send')).toBe(passes);
    expect(mayPass(page, SETTINGS, NOW, 'attach')).toBe(passes);
    expect(mayPass({ ...page, proof: undefined }, SETTINGS, NOW, 'send')).toBe(passes);
    expect(outcomeOf(page, SETTINGS, NOW, 'send')).toBe('release');
  });

  test('belongs to a page that needs a proof when its user returns: in Jira 8.4 only after 15 minutes', () => {
    const asks = (version: string, minutesAgo: number): boolean =>
      needsProof({ ...fresh, version, clock: clock(minutesAgo) }, SETTINGS, NOW, { hasReturned: true });
    expect([asks('8.3.5', 1), asks('8.4.0', 1), asks('8.4.0', 15)]).toEqual([true, false, true]);
    expect(needsProof({ ...proven, version: '8.3.5', clock: clock(1) }, SETTINGS, NOW)).toBe(false);
  });

  test('is checked in a Jira of unknown version, but not without a token or with the guard off', () => {
    expect(mayPass({ ...proven, version: undefined }, SETTINGS, NOW, 'send')).toBe(false);
    const old: Evidence = { ...proven, version: '8.3.5' };
    expect(mayPass(old, { ...SETTINGS, guard: 'off' }, NOW, 'send')).toBe(true);
    expect(mayPass({ ...old, pageToken: undefined }, SETTINGS, NOW, 'send')).toBe(true);
  });

  test.each<[string, Evidence, ReturnType<typeof outcomeOf>]>([
    ['proven fresh', proven, 'release'],
    ['stale, with a proof of its user', { ...stale, proof: signedInProof('alice', 'bb') }, 'renew'],
    ['stale, with a proof that is too old', { ...stale, proof: signedInProof('alice', 'bb', NOW - 11_000) }, 'keep'],
    [
      'stale again after a renewal, with a proof that is too old',
      { ...stale, renewedFrom: 'aa', proof: signedInProof('alice', 'bb', NOW - 11_000) },
      'keep',
    ],
    ['stale, without an answer', { ...stale, proof: silence('bb') }, 'release'],
    [
      'stale, with an uncertain answer from before the cookie changed',
      { ...stale, proof: { ...anonymousProof('cc'), isCertain: false } },
      'release',
    ],
    ['stale, with a proof of another user', { ...stale, proof: signedInProof('mallory', 'bb') }, 'keep'],
    ['fresh, with a proof of another user', { ...fresh, proof: signedInProof('mallory', 'aa') }, 'keep'],
    ['fresh, with a proof that nobody is signed in', { ...fresh, proof: anonymousProof('aa') }, 'keep'],
    ['anonymous, with a user signed in', { ...stale, pageUser: '', pageToken: traits('aa', 'lout') }, 'keep'],
    ['fresh, without an answer', { ...fresh, proof: silence('aa') }, 'release'],
    ['adopted, without an answer', { ...adopted, proof: silence('aa') }, 'keep'],
    [
      'adopted, without a user name',
      { ...adopted, pageUser: undefined, proof: signedInProof('mallory', 'aa') },
      'keep',
    ],
    ['adopted, of an anonymous user', { ...adopted, pageUser: '', proof: signedInProof('mallory', 'aa') }, 'keep'],
    ['of another Jira', { ...fresh, relation: 'other-server', cookieToken: traits('cc') }, 'release'],
    [
      'of another Jira, after a renewal and beside another host’s cookie',
      { ...fresh, relation: 'other-server', cookieToken: traits('cc'), isCrowded: true, renewedFrom: 'bb' },
      'release',
    ],
  ])('is released, withheld or renewed on a page that is %s', (_name, evidence, outcome) => {
    expect(outcomeOf(evidence, SETTINGS, NOW, 'send')).toBe(outcome);
  });

  test('on a page that has adopted an anonymous token still counts as its user’s', () => {
    const refused: Evidence = {
      ...fresh,
      pageToken: traits('cc', 'lout'),
      cookieToken: traits('cc', 'lout'),
    };
    expect(verdict(refused)).toEqual({ name: 'signed-out' });
    expect(needsProof({ ...fresh, isAdopted: true }, SETTINGS, NOW)).toBe(true);
  });
});

describe('parked files', () => {
  const asks = (evidence: Evidence): boolean => needsProof(evidence, SETTINGS, NOW, { hasParkedFiles: true });
  const uncertain: Proof = { ...signedInProof('alice', 'bb'), isCertain: false } as Proof;

  test('need a proof if the last one is not certain', () => {
    expect(needsProof({ ...stale, proof: uncertain }, SETTINGS, NOW)).toBe(false);
    expect(asks({ ...stale, proof: uncertain })).toBe(true);
  });

  test('need a proof on a page that is fresh again', () => {
    expect(asks(fresh)).toBe(true);
    expect(asks({ ...fresh, proof: signedInProof('alice', 'aa') })).toBe(false);
  });

  test('need another proof if Jira did not answer, unlike a page without files', () => {
    for (const page of [fresh, stale]) {
      const unanswered: Evidence = { ...page, proof: silence(page.cookieToken!.digest) };
      expect(asks(unanswered)).toBe(true);
      expect(needsProof(unanswered, SETTINGS, NOW)).toBe(false);
    }
  });

  test('need a proof under another Jira’s cookie: the answer sets the right cookie again', () => {
    const other: Evidence = { ...fresh, relation: 'other-server', cookieToken: traits('cc') };
    expect([asks(other), needsProof(other, SETTINGS, NOW)]).toEqual([true, false]);
  });

  test('need no proof on a page that no answer could let send them', () => {
    expect(asks({ ...stale, pageUser: '', pageToken: traits('aa', 'lout') })).toBe(false);
    expect(asks({ ...fresh, pageToken: undefined })).toBe(false);
  });

  test('need no proof on a page that has restored its old token', () => {
    const undone: Evidence = {
      ...stale,
      renewedFrom: 'aa',
      proof: signedInProof('alice', 'bb', NOW - 11_000),
    };
    expect(verdict(undone)).toEqual({ name: 'stale', renewal: 'undone' });
    expect(asks(undone)).toBe(false);
  });

  test('need only one proof on a page that does not name its user, where no answer can release them', () => {
    const withoutUser: Evidence = { ...fresh, pageUser: undefined, isAdopted: true };
    expect(asks(withoutUser)).toBe(true);
    expect(asks({ ...withoutUser, proof: silence('aa') })).toBe(false);
    expect(asks({ ...withoutUser, proof: { ...signedInProof('alice', 'aa'), isCertain: false } as Proof })).toBe(
      false,
    );
  });
});

describe.each(['gateway', 'offline', 'busy'] as const)('while Jira can’t be reached (%s)', (outcome) => {
  const offline: Evidence = { ...fresh, clock: clock(1), proof: silence('aa', outcome) };
  const staleOffline: Evidence = { ...stale, proof: silence('bb', outcome) };

  test('the verdict says so, whatever the tokens are', () => {
    for (const page of [offline, staleOffline]) expect(verdict(page)).toEqual({ name: outcome });
    expect(
      verdict({ ...fresh, cookieToken: undefined, relation: undefined, proof: silence(undefined, outcome) }),
    ).toEqual({ name: outcome });
    expect(verdict({ ...fresh, relation: 'other-server', proof: silence('aa', outcome) })).toEqual({
      name: 'other-jira',
    });
  });

  test('the verdict lasts for five minutes, or until a contact, which a sign-in in front of Jira can fake', () => {
    expect(verdictOf(offline, SETTINGS, NOW + 4 * MINUTE).name).toBe(outcome);
    expect(verdictOf(offline, SETTINGS, NOW + 5 * MINUTE).name).toBe(outcome);
    expect(verdictOf(offline, SETTINGS, NOW + 5 * MINUTE + 1).name).toBe('fresh');
    expect(verdict({ ...offline, clock: clock(0) }).name).toBe(outcome);
    const contacted: Evidence = { ...offline, clock: { lastContact: NOW + 1_000, timeoutMinutes: 300 } };
    expect(verdictOf(contacted, SETTINGS, NOW + 2_000).name).toBe(outcome === 'gateway' ? outcome : 'fresh');
  });

  test('files, forms and links are withheld, but not requests of scripts that may need no token', () => {
    for (const page of [offline, staleOffline]) {
      expect(outcomeOf(page, SETTINGS, NOW, 'attach')).toBe('keep');
      expect(outcomeOf(page, SETTINGS, NOW, 'send')).toBe('keep');
      expect(outcomeOf(page, SETTINGS, NOW, 'script')).toBe('release');
      expect(outcomeOf(page, { ...SETTINGS, guard: 'off' }, NOW, 'attach')).toBe('release');
    }
  });

  test('the user may send them anyway, but not with a token that may be another user’s', () => {
    expect(maySendAnyway(offline, NOW)).toBe(true);
    expect(maySendAnyway({ ...offline, isAdopted: true }, NOW)).toBe(false);
    expect(maySendAnyway({ ...offline, isCrowded: true, renewedFrom: '99' }, NOW)).toBe(false);
    expect(maySendAnyway({ ...offline, proof: silence('aa') }, NOW)).toBe(false);
    expect(maySendAnyway({ ...offline, proof: signedInProof('mallory', 'aa') }, NOW)).toBe(false);
    expect(maySendAnyway(offline, NOW + 6 * MINUTE)).toBe(false);
  });

  test('a present user causes another proof: Jira can be back at any time', () => {
    for (const page of [offline, staleOffline]) expect(needsProof(page, SETTINGS, NOW)).toBe(true);
  });

  test('an earlier proof that mallory is signed in is kept', () => {
    const known = signedInProof('mallory', 'aa');
    const after = proofAfter(known, silence('aa', outcome), offline as never);
    expect(after).toEqual(known);
  });

  test('an anonymous page withholds nothing: no proof could ever release it', () => {
    const anonymous: Evidence = {
      ...offline,
      pageUser: '',
      pageToken: traits('aa', 'lout'),
      cookieToken: traits('aa', 'lout'),
    };
    expect(verdict(anonymous)).toEqual({ name: 'unknown' });
    expect(outcomeOf(anonymous, SETTINGS, NOW, 'attach')).toBe('release');
  });

  test('that earlier proof is replaced if the cookie can’t be read, and files are parked', () => {
    const unread = { ...offline, cookieToken: undefined, isCookieUnreadable: true };
    const { cookieDigest: _, ...known } = signedInProof('mallory', 'aa');
    const { cookieDigest: __, ...latest } = silence('aa', outcome);
    const after = proofAfter(known, latest, unread);
    expect(after).toEqual(latest);
    expect(outcomeOf({ ...unread, proof: after }, SETTINGS, NOW, 'attach')).toBe('keep');
  });
});

test('a missing answer does not replace a proof that mallory is signed in, even if the cookie can’t be read', () => {
  const { cookieDigest: _, ...known } = signedInProof('mallory', 'aa');
  const { cookieDigest: __, ...late } = silence('aa', 'unreachable');
  const unread = { ...fresh, cookieToken: undefined, isCookieUnreadable: true };
  expect(proofAfter(known, late, unread)).toEqual(known);
});

describe('a login while an answer was in flight', () => {
  test.each<[string, Proof]>([
    ['nobody', anonymousProof('bb')],
    ['mallory', signedInProof('mallory', 'bb')],
  ])('makes the answer that %s is signed in outdated: alice’s page needs another proof', (_name, certain) => {
    const outdated: Evidence = { ...stale, proof: { ...certain, isCertain: false } };
    expect(verdict(outdated)).toEqual({ name: 'stale', renewal: 'unproven' });
    expect(needsProof(outdated, SETTINGS, NOW)).toBe(true);
    // If Jira does not answer then, the verdict says so, and the user can try again.
    const unanswered: Evidence = {
      ...outdated,
      proof: proofAfter(outdated.proof, { ...silence('bb'), at: NOW + 1_000 }, outdated),
    };
    expect(verdict(unanswered)).toEqual({ name: 'stale', renewal: 'unanswered' });
    expect(needsProof(unanswered, SETTINGS, NOW)).toBe(true);
    expect(outcomeOf(unanswered, SETTINGS, NOW, 'send')).toBe('keep');
    expect(verdict({ ...stale, proof: certain }).name).not.toBe('stale');
  });

  test('withholds attempts if Jira does not answer after it', () => {
    const asked: Evidence = { ...stale, proof: { ...anonymousProof('bb'), isCertain: false } };
    const silent: Evidence = { ...asked, proof: proofAfter(asked.proof, silence('bb'), asked) };
    expect(outcomeOf(silent, SETTINGS, NOW, 'send')).toBe('keep');
    // No answer could help a page that does not name its user.
    expect(outcomeOf({ ...silent, pageUser: undefined }, SETTINGS, NOW, 'send')).toBe('release');
  });

  test('did not happen if the cookie says "lout": without an answer no more proof is needed', () => {
    const out: Evidence = { ...stale, cookieToken: traits('bb', 'lout') };
    const known: Proof = { ...anonymousProof('bb'), isCertain: false };
    const later = { ...silence('bb'), at: NOW + 20_000 };
    const silent: Evidence = { ...out, proof: proofAfter(known, later, out) };
    expect(verdict(silent)).toEqual({ name: 'signed-out' });
    expect(needsProof(silent, SETTINGS, NOW + 20_000)).toBe(false);
  });

  test('does not outdate an answer that names mallory if the cookie is the page’s own again', () => {
    const back: Evidence = { ...fresh, proof: { ...signedInProof('mallory', 'aa'), isCertain: false } };
    expect(verdict(back)).toEqual({ name: 'other-user', user: 'mallory' });
  });

  test('does not outdate an answer that nobody is signed in if the cookie says "lout" too', () => {
    const out: Evidence = { ...stale, cookieToken: traits('bb', 'lout') };
    expect(verdict({ ...out, proof: { ...anonymousProof('bb'), isCertain: false } })).toEqual({ name: 'signed-out' });
  });
});

test.each<[string, Evidence, string]>([
  [
    'released if nobody is signed in: Jira shows a login or a refusal',
    { ...fresh, proof: anonymousProof('aa') },
    'release',
  ],
  ['withheld if another user is signed in', { ...fresh, proof: signedInProof('mallory', 'aa') }, 'keep'],
  ['renewed if the page can be renewed', { ...stale, proof: signedInProof('alice', 'bb') }, 'renew'],
  ['withheld if the page has adopted a token', { ...fresh, isAdopted: true, proof: anonymousProof('aa') }, 'keep'],
  [
    'withheld if another host’s cookies were set after a renewal',
    { ...stale, isCrowded: true, renewedFrom: 'cc', proof: signedInProof('alice', 'bb') },
    'keep',
  ],
])('a script’s request for a dialog’s form without a token is %s', (_name, evidence, outcome) => {
  expect(outcomeOf(evidence, SETTINGS, NOW, 'script')).toBe(outcome);
});

test('silence under another cookie replaces an earlier proof that mallory is signed in', () => {
  const latest = silence('bb');
  expect(proofAfter(signedInProof('mallory', 'aa'), latest, stale)).toBe(latest);
});

test('an answer is uncertain if the cookie changed meanwhile, unless it has itself ended the session', () => {
  const [named, nobody] = [signedInProof('alice', 'bb'), anonymousProof('bb')].map((proof) => ({
    ...proof,
    isCertain: false,
  }));
  const [lin, lout] = [traits('bb'), traits('bb', 'lout')];
  expect([lin, lout, undefined].map((cookie) => isUncertain(named!, cookie))).toEqual([true, true, true]);
  expect([lin, lout, undefined].map((cookie) => isUncertain(nobody!, cookie))).toEqual([true, false, true]);
});

test.each<[string, Evidence, boolean]>([
  ['of a login do', fresh, true],
  ['that is not known do', { ...fresh, cookieToken: undefined }, true],
  ['of a logout don’t', { ...fresh, cookieToken: traits('cc', 'lout') }, false],
  ['of another Jira’s logout do', { ...fresh, cookieToken: traits('cc', 'lout'), relation: 'other-server' }, true],
])('requests under a cookie %s renew the session', (_name, evidence, renews) => {
  expect(renewsSession(evidence)).toBe(renews);
});

describe('the end of the session', () => {
  const shown = (name: string, minutesAgo = 1) =>
    clockToShow({ name } as Verdict, { ...fresh, clock: clock(minutesAgo) }, NOW);

  test.each(['fresh', 'aging', 'lapsed', 'stale', 'gateway', 'offline', 'busy', 'unreachable'])(
    'is shown of a page that is %s',
    (name) => expect(shown(name)).toEqual(clock(1)),
  );

  test.each(['signed-out', 'signed-in', 'other-user', 'other-jira', 'no-cookie', 'unknown'])(
    'is not shown of a page that is %s: the clock is not that of its own session',
    (name) => expect(shown(name)).toBeUndefined(),
  );

  test('is not shown if the machine’s clock was set back, or if none is known', () => {
    expect(shown('fresh', -2)).toBeUndefined();
    expect(clockToShow({ name: 'fresh' }, fresh, NOW)).toBeUndefined();
  });
});

test('nothing is withheld if the guard is off, even if that was found out late', () => {
  expect(outcomeOf({ ...fresh, proof: anonymousProof('aa') }, { ...SETTINGS, guard: 'off' }, NOW, 'send')).toBe(
    'release',
  );
});
