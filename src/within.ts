/** Waiting, but not for ever. */

/** What a promise gives; undefined where that is nothing but a failure, or does not come within some milliseconds. */
export function within<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  const silence = new Promise<undefined>((done) => setTimeout(() => done(undefined), millis));
  return Promise.race([promise.catch(() => undefined), silence]);
}
