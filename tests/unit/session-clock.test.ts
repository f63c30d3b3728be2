import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Proof } from '../../src/proof.ts';
import { presentationOf } from '../../src/presentation.ts';
import {
  afterContact,
  afterProof,
  afterTurn,
  endOf,
  hasRunOut,
  isTimeToStay,
  nextChange,
  type SessionRecord,
} from '../../src/session-clock.ts';
import { DEFAULT_SETTINGS as SETTINGS } from '../../src/settings.ts';
import { verdictOf } from '../../src/verdict.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 5, 8);
const at = (minutes: number): number => T0 + minutes * MINUTE;
const proof = (minutes: number, more: Partial<Proof> = {}): Proof =>
  ({ outcome: 'signed-in', user: 'alice', session: 's1', at: at(minutes), ...more }) as Proof;

describe('the clock', () => {
  test('runs from the last contact, and never back', () => {
    const record = afterContact(afterContact(undefined, at(10)), at(5));
    expect(record.lastContact).toBe(at(10));
    expect(endOf({ lastContact: record.lastContact, timeoutMinutes: 300 })).toBe(at(310));
  });

  test('set back by hand counts as run out, which claims nothing', () => {
    const clock = { lastContact: at(120), timeoutMinutes: 300 };
    expect(hasRunOut(clock, at(119.5))).toBe(false);
    expect(hasRunOut(clock, at(0))).toBe(true);
    expect(nextChange(clock, SETTINGS, at(0))).toBeUndefined();
  });

  test('tells of every change of the badge, and of none in between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 600 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (timeoutMinutes, part) => {
          const clock = { lastContact: T0, timeoutMinutes };
          const now = T0 + part * timeoutMinutes * MINUTE;
          const next = nextChange(clock, SETTINGS, now);
          if (next === undefined) return;
          const shown = (time: number): string => {
            const verdict = verdictOf(evidence(clock), SETTINGS, time);
            return `${verdict.name} ${presentationOf(verdict, time).badge}`;
          };
          expect(next).toBeGreaterThan(now);
          expect(shown(next - 2)).toBe(shown(now));
          expect(shown(next + 2)).not.toBe(shown(now));
        },
      ),
    );
  });

  test('says when a session that is worked in should be renewed: at two thirds of its timeout', () => {
    const clock = { lastContact: T0, timeoutMinutes: 300 };
    expect(isTimeToStay(clock, at(199))).toBe(false);
    expect(isTimeToStay(clock, at(200))).toBe(true);
    expect(isTimeToStay(clock, at(301))).toBe(false);
  });
});

describe('a proof teaches', () => {
  const seen = (minutes: number): SessionRecord =>
    afterProof(afterContact(undefined, at(minutes)), proof(minutes)).record!;

  test('that a silence was survived, if the session is the same', () => {
    expect(afterProof(seen(0), proof(130)).lesson).toEqual({ outcome: 'survived', minutes: 129.9 });
  });

  test('that the longest silence was, when contacts came in between', () => {
    const record = afterContact(afterContact(seen(0), at(100)), at(120));
    expect(afterProof(record, proof(125)).lesson).toEqual({ outcome: 'survived', minutes: 99.9 });
  });

  test('that a silence was too long, if nobody is signed in after it, or another session is', () => {
    expect(afterProof(seen(0), proof(310, { outcome: 'anonymous' })).lesson).toEqual({
      outcome: 'ended',
      minutes: 310,
    });
    expect(afterProof(seen(0), proof(310, { session: 's2' })).lesson).toEqual({
      outcome: 'ended',
      minutes: 310,
    });
  });

  test.each<[string, SessionRecord, Proof]>([
    ['after a logout or a login', afterTurn(seen(0)), proof(310, { outcome: 'anonymous' })],
    ['of another user', seen(0), proof(310, { user: 'mallory', session: 's2' })],
    [
      'of another node of a cluster',
      afterProof(undefined, proof(0, { node: 'a' })).record!,
      proof(310, { session: 's2', node: 'b' }),
    ],
    [
      'when the clock was set by hand',
      afterProof(undefined, proof(0, { serverTime: at(0) })).record!,
      proof(310, { serverTime: at(10) }),
    ],
    ['when Jira did not answer', seen(0), proof(310, { outcome: 'unreachable' })],
  ])('nothing %s', (_name, record, next) => expect(afterProof(record, next).lesson).toBeUndefined());
});

function evidence(clock: { lastContact: number; timeoutMinutes: number }) {
  const token = { digest: 'aa', login: 'lin' as const, serverId: 'B' };
  return {
    product: 'jira' as const,
    pageUser: 'alice',
    pageToken: token,
    cookieToken: token,
    relation: 'equal' as const,
    clock,
  };
}
