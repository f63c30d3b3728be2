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

/**
 * Gives a function that runs work once for all calls that come before it begins. The work begins after some
 * milliseconds, and after the previous run. All callers get its result, failures included.
 */
export function coalesce<T>(work: () => Promise<T>, afterMillis = 0): () => Promise<T> {
  const serialize = createSerializer();
  let waiting: Promise<T> | undefined;
  return () =>
    (waiting ??= serialize(async () => {
      if (afterMillis > 0) await new Promise((done) => setTimeout(done, afterMillis));
      waiting = undefined;
      return work();
    }));
}

/** Does work for each item, a few at a time: when one is done, the next begins. */
export async function pool<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const takeNext = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
}

const AT_ONCE = 10;

/** A promise's result; undefined if it fails, or takes longer than some milliseconds. */
export function withTimeout<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: unknown;
  const silence = new Promise<undefined>((done) => {
    timer = setTimeout(done, millis);
  });
  return Promise.race([promise.catch(() => undefined), silence]).finally(() => clearTimeout(timer as number));
}
