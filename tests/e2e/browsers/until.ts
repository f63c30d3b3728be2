/** Waiting for what a browser does in its own time. */

/**
 * Asks again and again until the answer is truthy; gives it. Fails in plain words once the time is up: what a machine at
 * leisure may take, and as much again three times, because others are not at leisure. How quick it is, tests/serial tells.
 *
 * The longer it takes the more rarely it asks, and never most of the time: reading a banner takes a browser longer than most of
 * what is waited for, and two browsers that are asked forty times a second have no time left for their pages.
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

export function pause(millis: number): Promise<void> {
  return new Promise((done) => setTimeout(done, millis));
}

/** Something that was given up because it never came back. */
export class Hang extends Error {}

/** A promise that may hang, with an end. */
export async function limited<T>(what: string, withinMillis: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_done, failed) => {
    timer = setTimeout(() => failed(new Hang(`Not within ${withinMillis} ms: ${what}`)), withinMillis);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
