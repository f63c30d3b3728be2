import { expect, test } from 'vitest';
import { pool } from '../../src/lib/async.ts';

test('of many works ten are done at a time, and one that hangs holds up none but its own place', async () => {
  const done: number[] = [];
  let [running, most] = [0, 0];
  let wake = (): void => undefined;
  const hangs = new Promise<void>((awake) => (wake = awake));
  const all = pool([...Array(35).keys()], async (item) => {
    most = Math.max(most, ++running);
    await (item === 0 ? hangs : Promise.resolve());
    running--;
    done.push(item);
  });
  await new Promise((later) => setTimeout(later));
  expect([done.length, most]).toEqual([34, 10]);
  wake();
  await all;
  expect(done).toHaveLength(35);
});
