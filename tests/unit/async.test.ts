import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { coalesce, createKeyedSerializer, createSerializer, pool, withTimeout } from '../../src/lib/async.ts';

/** Work that begins when it is called, and ends when the test says so. */
function controlledWork<T>(log: string[], name: string, result?: T) {
  const { promise, resolve, reject } = promiseWithResolvers<T>();
  const work = (): Promise<T> => {
    log.push(`${name} begins`);
    return promise.finally(() => log.push(`${name} ends`));
  };
  return { work, end: () => resolve(result as T), fail: () => reject(new Error(name)) };
}

function promiseWithResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

const settle = (): Promise<void> => new Promise((ready) => setTimeout(ready));

describe('a serializer', () => {
  test('begins work once all earlier work has settled, even if that failed', async () => {
    const log: string[] = [];
    const serialize = createSerializer();
    const [first, second] = [controlledWork(log, 'first'), controlledWork(log, 'second', 7)];
    const results = [serialize(first.work), serialize(second.work)];
    await settle();
    expect(log).toEqual(['first begins']);
    first.fail();
    await expect(results[0]).rejects.toThrow('first');
    await settle();
    expect(log).toEqual(['first begins', 'first ends', 'second begins']);
    second.end();
    expect(await results[1]).toBe(7);
  });
});

describe('a serializer with keys', () => {
  test('lets only work of the same key wait, also after work that failed', async () => {
    const log: string[] = [];
    const serialize = createKeyedSerializer();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => controlledWork(log, name, name));
    const first = serialize(1, a!.work);
    const second = serialize(1, b!.work);
    void serialize(2, c!.work);
    await settle();
    expect(log).toEqual(['a begins', 'c begins']);
    a!.fail();
    await expect(first).rejects.toThrow('a');
    await settle();
    expect(log).toEqual(['a begins', 'c begins', 'a ends', 'b begins']);
    const third = serialize(1, d!.work);
    await settle();
    expect(log).not.toContain('d begins');
    b!.end();
    expect(await second).toBe('b');
    d!.end();
    expect(await third).toBe('d');
  });

  test('forgets a key when its last work has settled, and not before', async () => {
    const remove = vi.spyOn(Map.prototype, 'delete');
    onTestFinished(() => remove.mockRestore());
    const log: string[] = [];
    const serialize = createKeyedSerializer();
    const [first, last] = [controlledWork(log, 'first'), controlledWork(log, 'last')];
    void serialize(1, first.work);
    void serialize(1, last.work);
    first.end();
    await settle();
    expect(remove.mock.calls).toEqual([]);
    last.end();
    await settle();
    expect(remove.mock.calls).toEqual([[1]]);
  });
});

describe('coalesced work', () => {
  test('runs once for all calls before it begins, and again for a call after that', async () => {
    const log: string[] = [];
    const runs = [controlledWork(log, 'first', 1), controlledWork(log, 'second', 2)];
    let count = 0;
    const call = coalesce(() => runs[count++]!.work());
    const early = [call(), call()];
    await settle();
    const late = [call(), call()];
    await settle();
    expect(log).toEqual(['first begins']);
    for (const run of runs) run.end();
    expect(await Promise.all([...early, ...late])).toEqual([1, 1, 2, 2]);
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  test('begins after its delay, and gives all callers its failure', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const work = vi.fn(() => Promise.reject(new Error('no')));
    const call = coalesce(work, 50);
    const results = [call(), call()].map((result) => expect(result).rejects.toThrow('no'));
    await vi.advanceTimersByTimeAsync(49);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(results);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('needs no timer if it has no delay', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect(await coalesce(async () => 7)()).toBe(7);
  });
});

describe('a time limit', () => {
  test('gives the result if it comes in time, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    expect(await withTimeout(100, Promise.resolve('in time'))).toBe('in time');
    expect(await withTimeout(100, Promise.reject(new Error('no')))).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives undefined when the time is over', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const settled = vi.fn();
    void withTimeout(100, new Promise(() => undefined)).then(settled);
    await vi.advanceTimersByTimeAsync(99);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toHaveBeenCalledWith(undefined);
  });
});

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
