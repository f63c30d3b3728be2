import { describe, expect, test } from 'vitest';
import { learn, timeoutOf, type Bounds, type Lesson } from '../../src/timeout.ts';

const survived = (minutes: number): Lesson => ({ outcome: 'survived', minutes });
const ended = (minutes: number): Lesson => ({ outcome: 'ended', minutes });
const all = (...lessons: Lesson[]): Bounds =>
  lessons.reduce((bounds: Bounds, lesson) => learn(bounds, lesson, 300), {});

describe('what was learned of a timeout', () => {
  test('grows with each silence survived', () => {
    expect(all(survived(30), survived(130), survived(20)).atLeastMinutes).toBe(130);
  });

  test('is bounded above by an ending after as long a silence as was believed', () => {
    expect(all(ended(350)).atMostMinutes).toBe(350);
    expect(all(ended(350), ended(320)).atMostMinutes).toBe(320);
  });

  test('and by one after a shorter silence only when a second bears it out', () => {
    expect(all(ended(40)).atMostMinutes).toBeUndefined();
    expect(all(ended(40), ended(90)).atMostMinutes).toBe(90);
  });

  test('takes nothing from an ending after a silence that had been survived before: a restart, a logout', () => {
    expect(all(survived(130), ended(100), ended(90))).toEqual({ atLeastMinutes: 130 });
  });

  test('nor from endings within two minutes of the last contact, however many: no server’s timeout is as short', () => {
    expect(all(ended(0.05), ended(1.01), ended(1.9))).toEqual({});
  });

  test('lets go of an upper bound that a survival disproves', () => {
    expect(all(ended(40), ended(50), survived(60))).toMatchObject({
      atLeastMinutes: 60,
      atMostMinutes: undefined,
    });
  });
});

describe('the timeout to go by', () => {
  test.each([
    ['the policy’s before all', { policy: 60, set: 90, learned: { atLeastMinutes: 400 } }, 60, 'policy'],
    ['the user’s next', { set: 90, learned: { atLeastMinutes: 400 } }, 90, 'set'],
    ['five hours where nothing is known', {}, 300, 'default'],
    [
      'five hours where they fit what was learned',
      { learned: { atLeastMinutes: 200, atMostMinutes: 480 } },
      300,
      'default',
    ],
    ['what was survived, if that was longer', { learned: { atLeastMinutes: 400 } }, 400, 'learned'],
    [
      'what was survived, if five hours were too long',
      { learned: { atLeastMinutes: 50, atMostMinutes: 70 } },
      50,
      'learned',
    ],
    [
      'a third of what was too long, if nothing better is known',
      { learned: { atMostMinutes: 90 } },
      30,
      'learned',
    ],
  ] as const)('is %s', (_name, from, minutes, source) => {
    expect(timeoutOf(from, 300)).toEqual({ minutes, source });
  });
});
