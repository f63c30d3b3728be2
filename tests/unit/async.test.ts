import { expect, test } from 'vitest';
import { pool } from '../../src/lib/async.ts';

test('pool() runs ten tasks at a time, and a task that hangs delays no other', async () => {
  const done: number[] = [];
  let [running, most] = [0, 0];
  let finishFirst = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (finishFirst = resolve));
  const all = pool([...Array(35).keys()], async (item) => {
    most = Math.max(most, ++running);
    await (item === 0 ? hanging : Promise.resolve());
    running--;
    done.push(item);
  });
  await new Promise((resolve) => setTimeout(resolve));
  expect([done.length, most]).toEqual([34, 10]);
  finishFirst();
  await all;
  expect(done).toHaveLength(35);
});
