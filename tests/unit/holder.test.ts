import { describe, expect, test } from 'vitest';
import { holderAfter, switchUnder } from '../../src/holder.ts';

const alice = { user: 'alice', digest: 'aa' };

describe('whose a cookie is', () => {
  test('is said by the page that was loaded last', () => {
    expect(holderAfter(undefined, alice, 1)).toEqual(alice);
    expect(holderAfter(alice, alice, 2)).toBe(alice);
  });

  test('turns, where somebody else’s page is loaded under the same cookie, and turns back', () => {
    const mallory = holderAfter(alice, { ...alice, user: 'mallory' }, 2);
    expect(switchUnder(mallory, 'aa')).toBe(2);
    expect(switchUnder(holderAfter(mallory, alice, 3), 'aa')).toBe(3);
  });

  test('begins anew with each cookie', () => {
    const mallory = holderAfter(alice, { user: 'mallory', digest: 'bb' }, 2);
    expect(switchUnder(mallory, 'bb')).toBeUndefined();
    expect(switchUnder({ ...alice, switchedAt: 1 }, 'bb')).toBeUndefined();
  });
});
