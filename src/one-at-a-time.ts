/** Work that must not overlap, one after the other. */

/**
 * Gives a function that runs what it is given once all that came before is through, whether that failed or not. Its
 * promise is the work's own, failures included.
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Gives a function that has a work done once for all the calls that come before it begins, one after the other. */
export function onceForAll(work: () => Promise<void>): () => Promise<void> {
  const inTurn = oneAtATime();
  let waiting: Promise<void> | undefined;
  return () =>
    (waiting ??= inTurn(() => {
      waiting = undefined;
      return work();
    }));
}
