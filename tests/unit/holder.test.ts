import { describe, expect, test } from 'vitest';
import { holderUnder, laterHolder } from '../../src/holder.ts';

const alice = { user: 'alice', digest: 'aa', at: 1 };
const mallory = { user: 'mallory', digest: 'aa', at: 2 };

describe('whose a cookie is', () => {
  test('is said by the page that was loaded last, whichever reports first', () => {
    expect(laterHolder(alice, mallory)).toBe(mallory);
    expect(laterHolder(mallory, alice)).toBe(mallory);
    expect(laterHolder(undefined, alice)).toBe(alice);
  });

  test('begins anew with each cookie', () => {
    const next = { ...alice, digest: 'bb' };
    expect(laterHolder(mallory, next)).toBe(next);
    expect(holderUnder(mallory, 'bb')).toBeUndefined();
    expect(holderUnder(mallory, 'aa')).toEqual({ user: 'mallory', at: 2 });
    expect(holderUnder(undefined, undefined)).toBeUndefined();
  });
});
