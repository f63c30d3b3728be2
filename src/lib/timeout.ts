/** Waiting, but not for ever. */

/** What a promise gives; undefined where that is nothing but a failure, or does not come within some milliseconds. */
export function within<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: unknown;
  const silence = new Promise<undefined>((done) => {
    timer = setTimeout(done, millis);
  });
  return Promise.race([promise.catch(() => undefined), silence]).finally(() => clearTimeout(timer as number));
}
