import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Proof, Silence } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS as SETTINGS, type Settings } from '../../src/settings/definitions.ts';
import type { Relation, TokenTraits } from '../../src/jira/token.ts';
import {
  provesOwnToken,
  maySendAnyway,
  mayPass,
  mayRenew,
  needsProof,
  outcomeOf,
  proofAfter,
  renewsByItself,
  verdictOf,
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
const by = (user: string, cookieDigest: string | undefined, at = NOW): Proof => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest,
  isCertain: true,
});
const nobody = (cookieDigest?: string): Proof => ({
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

const verdict = (evidence: Evidence) => verdictOf(evidence, SETTINGS, NOW);

describe('a customer portal, which has no token', () => {
  const portal: Evidence = { product: 'portal', pageUser: 'alice', cookieToken: traits('aa') };
  const turned: Evidence = { ...portal, cookieToken: traits('bb'), isAdopted: true };
  const nameless: Evidence = { ...turned, pageUser: undefined };
  const out = traits('cc', 'lout');

  test.each<[string, Evidence, string]>([
    ['its cookie a login’s: fresh', portal, 'fresh'],
    ['its clock run out: lapsed', { ...portal, clock: clock(301) }, 'lapsed'],
    ['its cookie a logout’s: signed out', { ...portal, cookieToken: out }, 'signed-out'],
    ['nobody signed in, by a proof: signed out', { ...portal, proof: nobody('aa') }, 'signed-out'],
    ['another signed in, by a proof: other user', { ...portal, proof: by('mallory', 'aa') }, 'other-user'],
    ['another cookie: nothing is stale', turned, 'fresh'],
    ['the same of nobody knows whom: signed in since', nameless, 'signed-in'],
    ['opened by nobody: nothing to say', { ...portal, pageUser: '', cookieToken: out }, 'unknown'],
    ['opened by nobody, and a login since', { ...portal, pageUser: '' }, 'signed-in'],
    ['no cookie', { ...portal, cookieToken: undefined }, 'no-cookie'],
    ['an unreadable cookie', { ...portal, isCookieUnreadable: true }, 'unknown'],
  ])('%s', (_name, evidence, name) => expect(verdict(evidence).name).toBe(name));

  test.each<[string, Evidence, string]>([
    ['by a proof of its user: goes on', { ...portal, proof: by('alice', 'aa') }, 'release'],
    ['by a proof of its user under a new cookie: goes on', { ...turned, proof: by('alice', 'bb') }, 'release'],
    ['by one of another: is kept', { ...turned, proof: by('mallory', 'bb') }, 'keep'],
    ['signed out: is kept', { ...portal, proof: nobody('aa') }, 'keep'],
    ['without an answer: goes on', { ...portal, proof: silence('aa') }, 'release'],
    ['without an answer under a new cookie: is kept', { ...turned, proof: silence('bb') }, 'keep'],
    ['of nobody knows whom: is kept', { ...nameless, proof: by('mallory', 'bb') }, 'keep'],
  ])('what is given to it, %s', (_name, evidence, outcome) =>
    expect(outcomeOf(evidence, SETTINGS, NOW, 'send')).toBe(outcome),
  );

  test('asks who is signed in where its cookie has turned, and is never renewed', () => {
    expect(needsProof(turned, SETTINGS, NOW)).toBe(true);
    expect(needsProof(portal, SETTINGS, NOW)).toBe(false);
    expect(mayRenew({ ...turned, proof: by('alice', 'bb') }, SETTINGS, NOW)).toBe(false);
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
    ['clock run out: lapsed', { ...fresh, clock: clock(300) }, { name: 'lapsed', endedAt: NOW }],
    ['case 4, signed in again: stale, nobody asked yet', stale, { name: 'stale', renewal: 'unproven' }],
    [
      'stale, and alice it is: renewal possible',
      { ...stale, proof: by('alice', 'bb') },
      { name: 'stale', renewal: 'possible' },
    ],
    [
      'stale, and Jira did not answer: renewal is not offered',
      { ...stale, proof: silence('bb') },
      { name: 'stale', renewal: 'unanswered' },
    ],
    [
      'stale again after a renewal: the page put its token back',
      { ...stale, renewedFrom: 'aa', proof: by('alice', 'bb') },
      { name: 'stale', renewal: 'undone' },
    ],
    [
      'stale, and the page does not say whose it is',
      { ...stale, pageUser: undefined },
      { name: 'stale', renewal: 'impossible' },
    ],
    ['case 5, cookie lout: signed out', { ...stale, cookieToken: traits('cc', 'lout') }, { name: 'signed-out' }],
    [
      'cookie lout, and Jira names alice for certain: it is another host’s, or nobody knows',
      { ...stale, cookieToken: traits('cc', 'lout'), proof: by('alice', 'cc') },
      { name: 'unknown' },
    ],
    [
      'stale, and another host’s cookie is sent beside Jira’s: no renewal, whoever is signed in',
      { ...stale, isCrowded: true, proof: by('alice', 'bb') },
      { name: 'stale', renewal: 'crowded' },
    ],
    [
      'fresh, beside another host’s cookie: as it was rendered it is as without us',
      { ...fresh, isCrowded: true, proof: by('alice', 'aa') },
      { name: 'fresh' },
    ],
    [
      'fresh by a renewal, beside another host’s cookie: Jira may take it for another',
      { ...fresh, isCrowded: true, renewedFrom: 'cc', proof: by('alice', 'aa') },
      { name: 'stale', renewal: 'crowded' },
    ],
    ['case 1, the proof says anonymous: signed out', { ...fresh, proof: nobody('aa') }, { name: 'signed-out' }],
    [
      'an older proof, and the cookie has turned since: it stands no more',
      { ...stale, proof: nobody('aa') },
      { name: 'stale', renewal: 'unproven' },
    ],
    [
      'case 7, page anonymous, cookie lin: signed in',
      { ...stale, pageUser: '', pageToken: traits('aa', 'lout') },
      { name: 'signed-in' },
    ],
    [
      'case 6, the proof names mallory: other user',
      { ...stale, proof: by('mallory', 'bb') },
      { name: 'other-user', user: 'mallory' },
    ],
    [
      'mallory, although the tokens agree',
      { ...fresh, proof: by('mallory', 'aa') },
      { name: 'other-user', user: 'mallory' },
    ],
    ['case 9, another server’s cookie: other Jira', { ...stale, relation: 'other-server' }, { name: 'other-jira' }],
    [
      'case 11, cookies cleared: no cookie',
      { ...fresh, cookieToken: undefined, relation: undefined },
      { name: 'no-cookie' },
    ],
    [
      'no cookie, and nobody signed in: signed out',
      { ...fresh, cookieToken: undefined, relation: undefined, proof: nobody() },
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
      'an anonymous page in an anonymous browser: nothing to say',
      { ...fresh, pageUser: '', pageToken: traits('aa', 'lout'), cookieToken: traits('aa', 'lout') },
      { name: 'unknown' },
    ],
  ])('%s', (_name, evidence, expected) => expect(verdict(evidence)).toEqual(expected));
});

describe('a proof is asked for', () => {
  test.each<[string, Evidence, boolean]>([
    ['when a page is stale and nobody has asked who is signed in', stale, true],
    ['when the clock has run out', { ...fresh, clock: clock(301) }, true],
    ['when the cookie is gone', { ...fresh, cookieToken: undefined, relation: undefined }, true],
    ['never on a fresh page', { ...fresh, clock: clock(1) }, false],
    ['never of Cloud', { ...stale, product: 'cloud' }, false],
    ['never under another Jira’s cookie, where nothing waits', { ...stale, relation: 'other-server' }, false],
    ['never twice for one cookie, answered or not', { ...stale, proof: silence('bb') }, false],
  ])('%s', (_name, evidence, expected) => expect(needsProof(evidence, SETTINGS, NOW)).toBe(expected));
});

describe('who comes back after a quarter of an hour without contact', () => {
  const asks = (evidence: Evidence, hasReturned = true): boolean =>
    needsProof(evidence, SETTINGS, NOW, { hasReturned });

  test.each<[string, Evidence, boolean]>([
    ['gets a proof, however long the session is to last', { ...fresh, clock: clock(15) }, true],
    ['gets one where it is about to end', { ...fresh, clock: clock(280) }, true],
    [
      'gets one though an older answer named them',
      { ...fresh, clock: clock(15), proof: by('alice', 'aa', NOW - 15 * MINUTE) },
      true,
    ],
    ['is left alone a moment earlier', { ...fresh, clock: clock(14.9) }, false],
    ['is left alone where no contact is known', fresh, false],
    ['is left alone under another Jira’s cookie', { ...fresh, relation: 'other-server', clock: clock(15) }, false],
  ])('%s', (_name, evidence, expected) => expect(asks(evidence)).toBe(expected));

  test('and who has been there all the time gets none', () => {
    expect(asks({ ...fresh, clock: clock(15) }, false)).toBe(false);
  });
});

describe('a page of alice is renewed', () => {
  test('for alice, on a proof of this moment', () => {
    expect(mayRenew({ ...stale, proof: by('alice', 'bb') }, SETTINGS, NOW + 10_000)).toBe(true);
  });

  test.each<[string, Evidence]>([
    ['without a proof', stale],
    ['on a proof that has grown old', { ...stale, proof: by('alice', 'bb', NOW - 10_001) }],
    ['on a proof from the future, of a clock set back since', { ...stale, proof: by('alice', 'bb', NOW + 10_001) }],
    ['on a proof during which the cookie turned', { ...stale, proof: { ...by('alice', 'bb'), isCertain: false } }],
    ['on a proof of another cookie', { ...stale, proof: by('alice', 'aa') }],
    ['for mallory', { ...stale, proof: by('mallory', 'bb') }],
    ['for nobody', { ...stale, proof: nobody('bb') }],
    ['when Jira does not answer', { ...stale, proof: silence('bb') }],
    ['with another server’s token', { ...stale, relation: 'other-server', proof: by('alice', 'bb') }],
    ['with an anonymous token', { ...stale, cookieToken: traits('bb', 'lout'), proof: by('alice', 'bb') }],
    ['when it does not say that it is hers', { ...stale, pageUser: undefined, proof: by('alice', 'bb') }],
    ['when it was rendered for nobody', { ...stale, pageUser: '', proof: by('', 'bb') }],
    ['when it is fresh', { ...fresh, proof: by('alice', 'aa') }],
  ])('never %s', (_name, evidence) => expect(mayRenew(evidence, SETTINGS, NOW)).toBe(false));

  test('in no state of things for anybody but alice', () => {
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

describe('a name in another case', () => {
  const signedIn = (user: string): Evidence => ({ ...fresh, proof: by(user, 'aa') });

  test('is the page’s user’s', () => {
    expect(verdict(signedIn('ALICE')).name).toBe('fresh');
    expect(mayRenew({ ...stale, proof: by('ALICE', 'bb') }, SETTINGS, NOW)).toBe(true);
    expect(provesOwnToken(by('ALICE', 'aa'), 'alice')).toBe(true);
  });

  test.each([
    ['strauß', 'STRAUSS'],
    ['ilker', 'İlker'],
    ['ren\u00e9', 'rene\u0301'],
    ['alice', '\u0410LICE'],
  ])('but that is not all: %s and %s are two', (pageUser, user) => {
    expect(verdict({ ...signedIn(user), pageUser })).toEqual({ name: 'other-user', user });
    expect(mayRenew({ ...stale, pageUser, proof: by(user, 'bb') }, SETTINGS, NOW)).toBe(false);
    expect(provesOwnToken(by(user, 'aa'), pageUser)).toBe(false);
  });

  test('is no own token’s where the page names nobody', () => {
    expect([undefined, ''].map((pageUser) => provesOwnToken(by('alice', 'aa'), pageUser))).toEqual([false, false]);
  });
});

describe('a stale page that is to renew itself', () => {
  const AUTO: Settings = { ...SETTINGS, renew: 'auto' };
  const proven: Evidence = { ...stale, proof: by('alice', 'bb') };
  const undone: Evidence = { ...proven, renewedFrom: 'aa' };
  const old: Evidence = { ...stale, proof: by('alice', 'bb', NOW - 11_000) };
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
    ['does once a proof of this moment names its user', proven, true],
    ['waits where nobody is proven', stale, false],
    ['waits where the proof has grown old', old, false],
    [
      'waits where the cookie turned during the proof',
      { ...stale, proof: { ...by('alice', 'bb'), isCertain: false } },
      false,
    ],
    ['never does for another', { ...stale, proof: by('mallory', 'bb') }, false],
    ['never does where it does not say whose it is', { ...proven, pageUser: undefined }, false],
    ['never does beside another host’s cookie', { ...proven, isCrowded: true }, false],
    ['never does where it has put its old token back', undone, false],
  ])('%s', (_name, evidence, expected) => expect(renews(evidence)).toBe(expected));

  test('waits for its user to be at it, unless they wait for it', () => {
    expect(renews(proven, AUTO, { isUserPresent: false })).toBe(false);
    expect(renews(proven, AUTO, { isUserPresent: false, hasWaitingAttempts: true })).toBe(true);
  });

  test('waits for a press where it is to ask', () => {
    expect(renews(proven, SETTINGS)).toBe(false);
    expect(renews(proven, SETTINGS, { hasWaitingAttempts: true })).toBe(true);
    expect(renews(proven, SETTINGS, { signedOutForMillis: 2_001 })).toBe(true);
  });

  test.each<[string, Evidence, boolean, boolean]>([
    ['has Jira asked again where its proof has grown old', old, true, false],
    ['has Jira asked again where it did not answer', { ...stale, proof: silence('bb') }, true, false],
    ['has nothing asked where it is proven', proven, false, false],
    ['has nothing asked where it has put its old token back', { ...undone, proof: old.proof }, false, false],
    ['has nothing asked for another', { ...stale, proof: by('mallory', 'bb') }, false, false],
    ['has nothing asked once it is fresh', { ...fresh, proof: by('alice', 'aa', NOW - 11_000) }, false, false],
  ])('%s', (_name, evidence, auto, ask) => {
    expect(needsProof(evidence, AUTO, NOW)).toBe(auto);
    expect(needsProof(evidence, SETTINGS, NOW)).toBe(ask);
  });

  test('does in no state of things for anybody but alice', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (renews(evidence)) expect(mayRenew(evidence, AUTO, NOW)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

test('a bad verdict needs proof: tokens that differ, or an answer of Jira’s', () => {
  fc.assert(
    fc.property(anyEvidence, (evidence) => {
      const { name } = verdict(evidence);
      if (!['stale', 'signed-out', 'other-user', 'other-jira'].includes(name)) return;
      const answered = evidence.proof !== undefined && evidence.proof.outcome !== 'unreachable';
      const differ = evidence.cookieToken !== undefined && evidence.relation !== 'equal';
      expect(answered || differ || evidence.cookieToken?.login === 'lout').toBe(true);
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

describe('what is about to be sent', () => {
  const proven: Evidence = { ...fresh, proof: by('alice', 'aa') };
  const adopted: Evidence = { ...fresh, isAdopted: true };

  test.each<[string, Evidence, boolean, boolean]>([
    ['proven fresh this moment', proven, true, true],
    ['proven fresh eleven seconds ago', { ...fresh, proof: by('alice', 'aa', NOW - 11_000) }, false, false],
    ['alike, and heard of the server a minute ago', { ...fresh, clock: clock(1) }, false, true],
    ['alike, and heard of the server two minutes ago', { ...fresh, clock: clock(2) }, false, false],
    ['alike, by a token that the page took over', { ...adopted, clock: clock(0) }, false, false],
    ['proven before the cookie turned', { ...stale, proof: by('alice', 'aa') }, false, false],
    ['stale', stale, false, false],
    ['without a cookie', { ...fresh, cookieToken: undefined, relation: undefined }, false, false],
    ['a page without a token', { ...fresh, pageToken: undefined }, true, true],
    ['Jira Cloud', { ...stale, product: 'cloud' }, true, true],
  ])('on a page that is %s', (_name, evidence, attaches, sends) => {
    expect(mayPass(evidence, SETTINGS, NOW, 'attach')).toBe(attaches);
    expect(mayPass(evidence, SETTINGS, NOW, 'send')).toBe(sends);
    // It can be a file's upload.
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
  ])('in Jira %s passes unasked by what is known: %s', (version, passes) => {
    const page: Evidence = { ...proven, version, clock: clock(0) };
    expect(mayPass(page, SETTINGS, NOW, 'send')).toBe(passes);
    expect(mayPass(page, SETTINGS, NOW, 'attach')).toBe(passes);
    expect(mayPass({ ...page, proof: undefined }, SETTINGS, NOW, 'send')).toBe(passes);
    expect(outcomeOf(page, SETTINGS, NOW, 'send')).toBe('release');
  });

  test('up to Jira 8.3 a page is asked about when its user has come back to it, from 8.4 on after a long silence', () => {
    const asks = (version: string, minutesAgo: number): boolean =>
      needsProof({ ...fresh, version, clock: clock(minutesAgo) }, SETTINGS, NOW, { hasReturned: true });
    expect([asks('8.3.5', 1), asks('8.4.0', 1), asks('8.4.0', 15)]).toEqual([true, false, true]);
    expect(needsProof({ ...proven, version: '8.3.5', clock: clock(1) }, SETTINGS, NOW)).toBe(false);
  });

  test('in a Jira that says no version is asked about; on a page without a token, or with the guard off, it is not', () => {
    expect(mayPass({ ...proven, version: undefined }, SETTINGS, NOW, 'send')).toBe(false);
    const old: Evidence = { ...proven, version: '8.3.5' };
    expect(mayPass(old, { ...SETTINGS, guard: 'off' }, NOW, 'send')).toBe(true);
    expect(mayPass({ ...old, pageToken: undefined }, SETTINGS, NOW, 'send')).toBe(true);
  });

  test.each<[string, Evidence, ReturnType<typeof outcomeOf>]>([
    ['proven fresh', proven, 'release'],
    ['stale, and its user is back', { ...stale, proof: by('alice', 'bb') }, 'renew'],
    ['stale, and the answer is too old', { ...stale, proof: by('alice', 'bb', NOW - 11_000) }, 'keep'],
    ['stale, and Jira did not answer', { ...stale, proof: silence('bb') }, 'release'],
    ['of another user', { ...stale, proof: by('mallory', 'bb') }, 'keep'],
    ['of another user, under the same token', { ...fresh, proof: by('mallory', 'aa') }, 'keep'],
    ['signed out', { ...fresh, proof: nobody('aa') }, 'keep'],
    ['made for nobody, with somebody signed in', { ...stale, pageUser: '', pageToken: traits('aa', 'lout') }, 'keep'],
    ['not answered for', { ...fresh, proof: silence('aa') }, 'release'],
    ['not answered for, with a token that the page took over', { ...adopted, proof: silence('aa') }, 'keep'],
    [
      'a page that names nobody, with a token that it took over',
      { ...adopted, pageUser: undefined, proof: by('mallory', 'aa') },
      'keep',
    ],
    [
      'made for nobody, with a token that it took over',
      { ...adopted, pageUser: '', proof: by('mallory', 'aa') },
      'keep',
    ],
    ['another Jira’s', { ...fresh, relation: 'other-server', cookieToken: traits('cc') }, 'release'],
  ])('from a page that is %s', (_name, evidence, outcome) => {
    expect(outcomeOf(evidence, SETTINGS, NOW, 'send')).toBe(outcome);
  });

  test('a page that took over a token for nobody is still its user’s', () => {
    const refused: Evidence = {
      ...fresh,
      pageToken: traits('cc', 'lout'),
      cookieToken: traits('cc', 'lout'),
    };
    expect(verdict(refused)).toEqual({ name: 'signed-out' });
    expect(needsProof({ ...fresh, isAdopted: true }, SETTINGS, NOW)).toBe(true);
  });
});

describe('files that are kept for their user', () => {
  const asks = (evidence: Evidence): boolean => needsProof(evidence, SETTINGS, NOW, { hasParkedFiles: true });
  const uncertain: Proof = { ...by('alice', 'bb'), isCertain: false } as Proof;

  test('are asked about, where the last answer is not certain', () => {
    expect(needsProof({ ...stale, proof: uncertain }, SETTINGS, NOW)).toBe(false);
    expect(asks({ ...stale, proof: uncertain })).toBe(true);
  });

  test('are asked about on a page that is fresh again by itself', () => {
    expect(asks(fresh)).toBe(true);
    expect(asks({ ...fresh, proof: by('alice', 'aa') })).toBe(false);
  });

  test('are asked about again where Jira did not answer, as nothing else is', () => {
    for (const page of [fresh, stale]) {
      const unanswered: Evidence = { ...page, proof: silence(page.cookieToken!.digest) };
      expect(asks(unanswered)).toBe(true);
      expect(needsProof(unanswered, SETTINGS, NOW)).toBe(false);
    }
  });

  test('are asked about where another Jira’s cookie has come over theirs: the answer brings their own back', () => {
    const other: Evidence = { ...fresh, relation: 'other-server', cookieToken: traits('cc') };
    expect([asks(other), needsProof(other, SETTINGS, NOW)]).toEqual([true, false]);
  });

  test('are not asked about for ever on a page that puts its old token back', () => {
    const undone: Evidence = {
      ...stale,
      renewedFrom: 'aa',
      proof: by('alice', 'bb', NOW - 11_000),
    };
    expect(verdict(undone)).toEqual({ name: 'stale', renewal: 'undone' });
    expect(asks(undone)).toBe(false);
  });

  test('are asked about once, where the page names nobody and no answer could settle it', () => {
    const nameless: Evidence = { ...fresh, pageUser: undefined, isAdopted: true };
    expect(asks(nameless)).toBe(true);
    expect(asks({ ...nameless, proof: silence('aa') })).toBe(false);
    expect(asks({ ...nameless, proof: { ...by('alice', 'aa'), isCertain: false } as Proof })).toBe(false);
  });
});

describe.each(['gateway', 'offline', 'busy'] as const)('nothing gets through to Jira (%s)', (outcome) => {
  const blocked: Evidence = { ...fresh, clock: clock(1), proof: silence('aa', outcome) };
  const staleToo: Evidence = { ...stale, proof: silence('bb', outcome) };

  test('and that is said, whatever the tokens are', () => {
    for (const page of [blocked, staleToo]) expect(verdict(page)).toEqual({ name: outcome });
    expect(
      verdict({ ...fresh, cookieToken: undefined, relation: undefined, proof: silence(undefined, outcome) }),
    ).toEqual({ name: outcome });
    expect(verdict({ ...fresh, relation: 'other-server', proof: silence('aa', outcome) })).toEqual({
      name: 'other-jira',
    });
  });

  test('for five minutes, or until Jira is heard of, which a sign-in in front of it can feign', () => {
    expect(verdictOf(blocked, SETTINGS, NOW + 4 * MINUTE).name).toBe(outcome);
    expect(verdictOf(blocked, SETTINGS, NOW + 6 * MINUTE).name).toBe('fresh');
    const heard: Evidence = { ...blocked, clock: { lastContact: NOW + 1_000, timeoutMinutes: 300 } };
    expect(verdictOf(heard, SETTINGS, NOW + 2_000).name).toBe(outcome === 'gateway' ? outcome : 'fresh');
  });

  test('files, forms and links are kept, and what nobody knows to need a token is not', () => {
    for (const page of [blocked, staleToo]) {
      expect(outcomeOf(page, SETTINGS, NOW, 'attach')).toBe('keep');
      expect(outcomeOf(page, SETTINGS, NOW, 'send')).toBe('keep');
      expect(outcomeOf(page, SETTINGS, NOW, 'script')).toBe('release');
      expect(outcomeOf(page, { ...SETTINGS, guard: 'off' }, NOW, 'attach')).toBe('release');
    }
  });

  test('they go all the same at their user’s word, but not with a token that may be another’s', () => {
    expect(maySendAnyway(blocked, NOW)).toBe(true);
    expect(maySendAnyway({ ...blocked, isAdopted: true }, NOW)).toBe(false);
    expect(maySendAnyway({ ...blocked, isCrowded: true, renewedFrom: '99' }, NOW)).toBe(false);
    expect(maySendAnyway({ ...blocked, proof: silence('aa') }, NOW)).toBe(false);
    expect(maySendAnyway({ ...blocked, proof: by('mallory', 'aa') }, NOW)).toBe(false);
    expect(maySendAnyway(blocked, NOW + 6 * MINUTE)).toBe(false);
  });

  test('who is at the page has Jira asked again: it can end at any time', () => {
    for (const page of [blocked, staleToo]) expect(needsProof(page, SETTINGS, NOW)).toBe(true);
  });

  test('and that does not unsay that mallory is signed in', () => {
    const known = by('mallory', 'aa');
    const after = proofAfter(known, silence('aa', outcome), blocked as never);
    expect(after).toEqual(known);
  });

  test('an anonymous page keeps nothing: no proof would ever let it go on', () => {
    const anonymous: Evidence = {
      ...blocked,
      pageUser: '',
      pageToken: traits('aa', 'lout'),
      cookieToken: traits('aa', 'lout'),
    };
    expect(verdict(anonymous)).toEqual({ name: 'unknown' });
    expect(outcomeOf(anonymous, SETTINGS, NOW, 'attach')).toBe('release');
  });

  test('but it replaces that answer where the cookie can’t be read: files are parked', () => {
    const unread = { ...blocked, cookieToken: undefined, isCookieUnreadable: true };
    const { cookieDigest: _, ...known } = by('mallory', 'aa');
    const { cookieDigest: __, ...latest } = silence('aa', outcome);
    const after = proofAfter(known, latest, unread);
    expect(after).toEqual(latest);
    expect(outcomeOf({ ...unread, proof: after }, SETTINGS, NOW, 'attach')).toBe('keep');
  });
});

test('no answer in time does not refute that mallory is signed in, even where the cookie can’t be read', () => {
  const { cookieDigest: _, ...known } = by('mallory', 'aa');
  const { cookieDigest: __, ...late } = silence('aa', 'unreachable');
  const unread = { ...fresh, cookieToken: undefined, isCookieUnreadable: true };
  expect(proofAfter(known, late, unread)).toEqual(known);
});

describe('somebody signed in while an answer travelled', () => {
  test.each<[string, Proof]>([
    ['nobody', nobody('bb')],
    ['mallory', by('mallory', 'bb')],
  ])('that %s was is of before: alice’s page says nothing by it, and asks again', (_name, certain) => {
    const overtaken: Evidence = { ...stale, proof: { ...certain, isCertain: false } };
    expect(verdict(overtaken)).toEqual({ name: 'stale', renewal: 'unproven' });
    expect(needsProof(overtaken, SETTINGS, NOW)).toBe(true);
    // Where Jira falls silent then, that is said, and the user can ask too.
    const unanswered: Evidence = {
      ...overtaken,
      proof: proofAfter(overtaken.proof, { ...silence('bb'), at: NOW + 1_000 }, overtaken),
    };
    expect(verdict(unanswered)).toEqual({ name: 'stale', renewal: 'unanswered' });
    expect(needsProof(unanswered, SETTINGS, NOW)).toBe(true);
    expect(outcomeOf(unanswered, SETTINGS, NOW, 'send')).toBe('keep');
    expect(verdict({ ...stale, proof: certain }).name).not.toBe('stale');
  });

  test('and Jira falls silent: what is held waits', () => {
    const asked: Evidence = { ...stale, proof: { ...nobody('bb'), isCertain: false } };
    const silent: Evidence = { ...asked, proof: proofAfter(asked.proof, silence('bb'), asked) };
    expect(outcomeOf(silent, SETTINGS, NOW, 'send')).toBe('keep');
    // Of a page that names nobody no answer would tell.
    expect(outcomeOf({ ...silent, pageUser: undefined }, SETTINGS, NOW, 'send')).toBe('release');
  });

  test('not at all, where the cookie says that nobody did: silence ends the asking then', () => {
    const out: Evidence = { ...stale, cookieToken: traits('bb', 'lout') };
    const known: Proof = { ...nobody('bb'), isCertain: false };
    const later = { ...silence('bb'), at: NOW + 20_000 };
    const silent: Evidence = { ...out, proof: proofAfter(known, later, out) };
    expect(verdict(silent)).toEqual({ name: 'signed-out' });
    expect(needsProof(silent, SETTINGS, NOW + 20_000)).toBe(false);
  });

  test('that mallory was, where the cookie has come back to the page’s own token, is no such answer', () => {
    const back: Evidence = { ...fresh, proof: { ...by('mallory', 'aa'), isCertain: false } };
    expect(verdict(back)).toEqual({ name: 'other-user', user: 'mallory' });
  });

  test('that nobody was, where the cookie says so too, is the answer’s own doing', () => {
    const out: Evidence = { ...stale, cookieToken: traits('bb', 'lout') };
    expect(verdict({ ...out, proof: { ...nobody('bb'), isCertain: false } })).toEqual({ name: 'signed-out' });
  });
});

test.each<[string, Evidence, string]>([
  ['nobody is signed in: goes on, to a login or to a refusal', { ...fresh, proof: nobody('aa') }, 'release'],
  ['another is signed in: is kept', { ...fresh, proof: by('mallory', 'aa') }, 'keep'],
  ['it can be renewed: is renewed', { ...stale, proof: by('alice', 'bb') }, 'renew'],
  ['it has taken over a token: is kept', { ...fresh, isAdopted: true, proof: nobody('aa') }, 'keep'],
  [
    'it was renewed, and another host’s cookies have come since: is kept',
    { ...stale, isCrowded: true, renewedFrom: 'cc', proof: by('alice', 'bb') },
    'keep',
  ],
])('what a script makes of a dialog’s form without a token, where %s', (_name, evidence, outcome) => {
  expect(outcomeOf(evidence, SETTINGS, NOW, 'script')).toBe(outcome);
});

test('on a site where the guard is off nothing is kept, also if that was known late only', () => {
  expect(outcomeOf({ ...fresh, proof: nobody('aa') }, { ...SETTINGS, guard: 'off' }, NOW, 'send')).toBe('release');
});
