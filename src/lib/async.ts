/** Runs asynchronous work: one after the other, a few at a time, once for many callers, or with a timeout. */

/**
 * Gives a function that runs work once all earlier work has settled, even if that failed. It returns the work's own
 * promise, failures included.
 */
export function createSerializer(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** The same for each key: work of different keys runs independently. */
export function createKeyedSerializer(): <T>(key: number, work: () => Promise<T>) => Promise<T> {
  const last = new Map<number, Promise<unknown>>();
  return (key, work) => {
    const next = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = next
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return next;
  };
}

/** Resolves after so many milliseconds. */
export function pause(millis: number): Promise<void> {
  return new Promise((done) => setTimeout(done, millis));
}

/**
 * Gives a function that runs work once for all calls that come before it begins. The work begins after some
 * milliseconds, and after the previous run. All callers get its result, failures included.
 */
export function coalesce<T>(work: () => Promise<T>, afterMillis = 0): () => Promise<T> {
  const serialize = createSerializer();
  let waiting: Promise<T> | undefined;
  return () =>
    (waiting ??= serialize(async () => {
      if (afterMillis > 0) await pause(afterMillis);
      waiting = undefined;
      return work();
    }));
}

/** Gives a function that runs work in the order of its calls, but only so many at a time: when one is done, the next. */
export function createLimiter(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < atOnce) running++;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      const begin = waiting.shift();
      if (begin) begin();
      else running--;
    }
  };
}

/** Does work for each item, a few at a time. Rejects with the first failure. */
export async function pool<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const limit = createLimiter(AT_ONCE);
  await Promise.all(items.map((item) => limit(() => work(item))));
}

/** How many pages are asked at the same time: if hundreds were, answers would take longer than anybody waits. */
export const AT_ONCE = 10;

/** A promise's result; undefined if it fails, or takes longer than some milliseconds. */
export function withTimeout<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: unknown;
  const silence = new Promise<undefined>((done) => {
    timer = setTimeout(done, millis);
  });
  return Promise.race([promise.catch(() => undefined), silence]).finally(() => clearTimeout(timer as number));
}
