/** The guard's own states, without a browser. What it decides by is in verdict.test.ts, its lives in tests/simulation. */
import { describe, expect, test, vi } from 'vitest';
import { Guard, type Attempt, type GuardHands } from '../../src/guard.ts';

const done: string[] = [];

function attach(name: string, more: Partial<Attempt> = {}): Attempt {
  return { sending: 'attach', files: [name], sent: () => null, release: () => void done.push(name), ...more };
}

function guardWith(hands: Partial<GuardHands> = {}): Guard {
  done.length = 0;
  return new Guard({
    mayPass: () => false,
    isProven: () => false,
    makeSure: () => Promise.resolve('release'),
    onChange: () => undefined,
    onError: () => undefined,
    ...hands,
  });
}

const settle = (): Promise<void> => new Promise((ready) => setTimeout(ready));

describe('what is held', () => {
  test('is released once, in the order in which it came', async () => {
    const guard = guardWith();
    for (const name of ['a', 'b', 'c']) guard.hold(attach(name));
    expect(guard.holding.held).toHaveLength(3);
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
    expect(guard.holding.held).toEqual([]);
  });

  test('is not overtaken by what may pass', () => {
    const guard = guardWith({ mayPass: () => true, makeSure: () => new Promise(() => undefined) });
    expect(guard.mayPass(attach('a'))).toBe(true);
    guard.hold(attach('b'));
    expect(guard.mayPass(attach('c'))).toBe(false);
  });

  test.each<[string, Partial<GuardHands>, Partial<Attempt>]>([
    ['asking fails', { makeSure: () => Promise.reject(new Error('no')) }, {}],
    [
      'telling fails',
      {
        onChange: () => {
          throw new Error('no');
        },
      },
      {},
    ],
    ['a folder can’t be read', {}, { prepare: () => Promise.reject(new Error('no')) }],
  ])('goes on where %s', async (_what, hands, more) => {
    const onError = vi.fn<(error: unknown) => void>(() => {
      throw new Error('and telling of it too');
    });
    const guard = guardWith({ ...hands, onError });
    guard.hold(attach('a', more));
    await settle();
    expect(done).toEqual(['a']);
    expect(onError).toHaveBeenCalled();
  });

  test('of which one fails at its release holds up no other', async () => {
    const guard = guardWith();
    const broken = (): void => {
      throw new Error('no');
    };
    guard.hold(attach('a', { release: broken }));
    guard.hold(attach('b'));
    await settle();
    expect(done).toEqual(['b']);
  });

  test('is let go when the script ends, and what is kept is handed on', async () => {
    let outcome: 'keep' | 'release' = 'keep';
    const guard = guardWith({ makeSure: () => Promise.resolve(outcome) });
    guard.hold(attach('kept'));
    await settle();
    outcome = 'release';
    guard.hold(attach('held'));
    const kept = guard.end();
    await settle();
    expect(done).toEqual(['held']);
    const next = guardWith({ isProven: () => true });
    next.takeOver(kept);
    expect(next.holding.kept).toHaveLength(1);
    next.review();
    await settle();
    expect(done).toEqual(['kept']);
  });
});

describe('what is kept', () => {
  const keeping = (hands: Partial<GuardHands> = {}) =>
    guardWith({ makeSure: () => Promise.resolve('keep'), ...hands });

  test('waits, and goes on in its order once its user is proven to be back', async () => {
    let isBack = false;
    const guard = keeping({
      isProven: () => isBack,
      makeSure: () => Promise.resolve(isBack ? 'release' : 'keep'),
    });
    guard.hold(attach('a'));
    guard.hold(attach('b'));
    await settle();
    guard.review();
    await settle();
    expect(done).toEqual([]);
    isBack = true;
    guard.hold(attach('c'));
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('can be discarded, and had back', async () => {
    const guard = keeping();
    guard.hold(attach('a'));
    await settle();
    guard.discard();
    expect(guard.holding).toMatchObject({ kept: [], discarded: [{ files: ['a'] }] });
    guard.undoDiscard();
    expect(guard.holding).toMatchObject({ kept: [{ files: ['a'] }], discarded: [] });
    guard.discard();
    guard.forget();
    guard.undoDiscard();
    expect(guard.holding.kept).toEqual([]);
    expect(done).toEqual([]);
  });

  test('holds up no other, if its own token alone can’t be renewed', async () => {
    const stuck = attach('stuck');
    const guard = keeping({
      isProven: () => true,
      makeSure: () => Promise.resolve(guard.holding.held[0] === stuck ? 'keep' : 'release'),
    });
    guard.hold(stuck);
    guard.hold(attach('b'));
    await settle();
    expect(done).toEqual(['b']);
    expect(guard.holding.kept).toEqual([stuck]);
  });

  test('never is a form or a link: nothing was sent, and what was written is still there', async () => {
    const guard = keeping();
    guard.hold(attach('form', { sending: 'send', files: [] }));
    await settle();
    expect(guard.holding).toMatchObject({ held: [], kept: [], letBe: [{ sending: 'send' }] });
    expect(done).toEqual([]);
  });
});
