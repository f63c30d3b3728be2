import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Proof } from '../../src/session/proof-request.ts';
import { badgeOf } from '../../src/verdict/presentation.ts';
import {
  afterContact,
  afterProof,
  endOf,
  hasRunOut,
  isSetBack,
  isTimeToStay,
  nextChange,
  timeoutOf,
} from '../../src/session/session-clock.ts';
import { DEFAULT_SETTINGS as SETTINGS } from '../../src/settings/definitions.ts';
import { verdictOf } from '../../src/verdict/verdict.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 5, 8);
const at = (minutes: number): number => T0 + minutes * MINUTE;
const proof = (minutes: number, more: Partial<Proof> = {}): Proof =>
  ({ outcome: 'signed-in', user: 'alice', session: 's1', at: at(minutes), ...more }) as Proof;

describe('the session clock', () => {
  test('runs from the last contact, and never goes back', () => {
    const record = afterContact(afterContact(undefined, at(10)), at(5));
    expect(record.lastContact).toBe(at(10));
    expect(endOf({ lastContact: record.lastContact, timeoutMinutes: 300 })).toBe(at(310));
  });

  test('counts as run out if the machine’s clock was set back', () => {
    const clock = { lastContact: at(120), timeoutMinutes: 300 };
    expect(hasRunOut(clock, at(119.5))).toBe(false);
    expect(hasRunOut(clock, at(0))).toBe(true);
    expect(nextChange(clock, SETTINGS, at(0))).toBeUndefined();
  });

  test('may differ by a minute from the machine’s clock, but no more', () => {
    expect(isSetBack({ lastContact: at(1) }, at(0))).toBe(false);
    expect(isSetBack({ lastContact: at(1) + 1 }, at(0))).toBe(true);
  });

  test.each<[string, number, number]>([
    ['5 h are left: just after, to 4 h', 0, at(0) + 1],
    ['between 4 h and 5 h are left: when less than 4 h are left', 0.5, at(60) + 1],
    ['61 min are left: when less than an hour is left', 239, at(240) + 1],
    ['an hour is left: just after, to 59 min', 240, at(240) + 1],
    ['between 58 min and 59 min are left: when less than 58 min are left', 241.5, at(242) + 1],
    ['the warning begins within half a minute: then', 269.5, at(270)],
    ['the warning begins now: just after, to 29 min', 270, at(270) + 1],
    ['the warning has begun: with the next minute', 270.5, at(271) + 1],
    ['less than a minute is left: at the end', 299.5, at(300)],
  ])('changes the badge, if %s', (_name, minutes, expected) => {
    expect(nextChange({ lastContact: T0, timeoutMinutes: 300 }, SETTINGS, at(minutes))).toBe(expected);
  });

  test('names the time of the next change of the badge', () => {
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
            return `${verdict.name} ${badgeOf(verdict, time)}`;
          };
          expect(next).toBeGreaterThan(now);
          expect(shown(next - 2)).toBe(shown(now));
          expect(shown(next + 2)).not.toBe(shown(now));
        },
      ),
    );
  });

  test('says at two thirds of the timeout that a session in use should be renewed', () => {
    const clock = { lastContact: T0, timeoutMinutes: 300 };
    expect(isTimeToStay(clock, at(199))).toBe(false);
    expect(isTimeToStay(clock, at(200))).toBe(true);
    expect(isTimeToStay(clock, at(301))).toBe(false);
  });
});

describe('the record of a session', () => {
  const begun = { began: at(0), lastContact: at(10), statedMinutes: 30, session: 's1' };

  test('has its beginning, its last contact, and the longest timeout that a page has stated', () => {
    const first = afterContact(undefined, at(0), 30);
    // This page was rendered ten minutes after the previous contact.
    const second = afterContact(first, at(10), 20);
    expect(second).toMatchObject({ began: at(0), lastContact: at(10), statedMinutes: 30 });
    expect(afterContact(second, at(11), 45).statedMinutes).toBe(45);
    expect(afterContact(second, at(11)).statedMinutes).toBe(30);
    expect(afterContact(undefined, at(0)).statedMinutes).toBeUndefined();
  });

  test('takes the stated timeout of a late report, and not its time', () => {
    expect(afterContact(begun, at(5), 45)).toEqual({ ...begun, statedMinutes: 45 });
  });

  test('continues with a proof of the same session', () => {
    expect(afterProof(begun, proof(20))).toEqual({ ...begun, lastContact: at(20) });
    expect(afterProof({ ...begun, session: undefined }, proof(20))).toMatchObject({
      began: at(0),
      session: 's1',
    });
    expect(afterProof(begun, proof(20, { session: undefined }))).toEqual({ ...begun, lastContact: at(20) });
  });

  test('starts again with a proof of a new session, and keeps the stated timeout of the site', () => {
    const expected = { began: at(20), lastContact: at(20), statedMinutes: 30, session: 's2' };
    expect(afterProof(begun, proof(20, { session: 's2' }))).toEqual(expected);
  });

  test('starts with the timeout that the page states, if there was none', () => {
    expect(afterProof(undefined, proof(20), 30)).toMatchObject({ began: at(20), statedMinutes: 30 });
    expect(afterProof(begun, proof(20), 20)).toEqual({ ...begun, lastContact: at(20) });
    expect(afterProof(begun, proof(20), 45)).toMatchObject({ statedMinutes: 45 });
  });

  test('ends with an answer that nobody is signed in, and not without an answer', () => {
    expect(afterProof(begun, proof(20, { outcome: 'anonymous' }))).toBeUndefined();
    expect(afterProof(begun, proof(20, { outcome: 'unreachable' }))).toBe(begun);
    expect(afterProof(undefined, proof(20))).toMatchObject({ began: at(20), lastContact: at(20) });
  });

  test('keeps a contact after the proof, unless it is in the future', () => {
    expect(afterProof(begun, proof(9.9))?.lastContact).toBe(at(10));
    expect(afterProof({ ...begun, lastContact: at(60) }, proof(20))?.lastContact).toBe(at(20));
  });
});

describe('the timeout', () => {
  test.each([
    ['that of the policy first', { policyTimeoutMinutes: 60, setTimeoutMinutes: 90 }, 30, 60, 'policy'],
    ['that of the user next', { setTimeoutMinutes: 90 }, 30, 90, 'set'],
    ['the one that the page states', {}, 30, 30, 'stated'],
    ['the one that the page states, even if it is longer than usual', {}, 480, 480, 'stated'],
    ['five hours if nothing is stated', {}, undefined, 300, 'default'],
  ] as const)('is %s', (_name, settings, stated, minutes, source) => {
    expect(timeoutOf({ ...SETTINGS, ...settings }, stated)).toEqual({ minutes, source });
  });
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
