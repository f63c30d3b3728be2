/** Waits for what browsers do asynchronously. */
import { pause } from '../../../src/lib/async.ts';

export { pause };

/**
 * Polls until the answer is truthy, and returns it. Throws an error that names what was awaited after four times the
 * given limit: the limit is for an idle machine, and busy ones take longer. tests/serial measures the speed. The
 * pauses grow with the time that it waits and with the time that a poll takes: reading a banner takes a browser long,
 * and two browsers that are polled forty times a second have no time left for their pages.
 */
export async function until<T>(what: string, withinMillis: number, probe: () => Promise<T>): Promise<NonNullable<T>> {
  const limit = withinMillis * PATIENCE;
  const began = Date.now();
  let last: unknown;
  for (;;) {
    const asked = Date.now();
    try {
      const found = await probe();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    const now = Date.now();
    if (now > began + limit)
      throw new Error(`Not within ${limit} ms: ${what}. Last seen: ${String(last)}`, { cause: last });
    await pause(Math.min(250, Math.max(25, (now - began) / 8, 2 * (now - asked))));
  }
}

export const PATIENCE = 4;

/** Something took too long and was given up. */
export class Hang extends Error {}

/** Adds a time limit to a promise: rejects with a `Hang`. */
export async function limited<T>(what: string, withinMillis: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_done, failed) => {
    timer = setTimeout(() => failed(new Hang(`Not within ${withinMillis} ms: ${what}`)), withinMillis);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
