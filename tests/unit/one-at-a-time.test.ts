/** What comes a thousand times a second is done a few times. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notTooOften } from '../../src/one-at-a-time.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the first is worked on at once, and the last of each key soon', () => {
  const worked: string[] = [];
  const take = notTooOften(250, (item: string) => void worked.push(item));
  for (let n = 0; n < 1_000; n++) {
    take('a', `a${n}`);
    take('b', `b${n}`);
  }
  expect(worked).toEqual(['a0', 'b0']);
  vi.advanceTimersByTime(250);
  expect(worked.splice(0)).toEqual(['a0', 'b0', 'a999', 'b999']);
  vi.advanceTimersByTime(10_000);
  expect([...worked, vi.getTimerCount()]).toEqual([0]);
  take('a', 'a1000');
  expect(worked).toEqual(['a1000']);
});
