/** Work that takes its time: one after the other, a few at a time, once for many, or not for ever. */

/**
 * Gives a function that runs what it is given once all that came before is through, whether that failed or not. Its
 * promise is the work's own, failures included.
 */
export function createSerializer(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** The same for each key by itself: work of different keys does not wait for one another. */
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
 * Gives a function that has a work done once for all the calls that come before it begins, which it does after some
 * milliseconds, and once the last is through. All of them get what came of it, failures included.
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

/** Does a work for each of many, a few of them at a time: when one is done, the next begins. */
export async function pool<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const goOn = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, goOn));
}

const AT_ONCE = 10;

/** What a promise gives; undefined where that is nothing but a failure, or does not come within some milliseconds. */
export function withTimeout<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: unknown;
  const silence = new Promise<undefined>((done) => {
    timer = setTimeout(done, millis);
  });
  return Promise.race([promise.catch(() => undefined), silence]).finally(() => clearTimeout(timer as number));
}
