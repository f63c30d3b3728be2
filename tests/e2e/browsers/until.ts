/** Waiting for what a browser does in its own time. */

/**
 * Asks again and again until the answer is truthy; gives it. Fails in plain words once the time is up: what a machine at
 * leisure may take, and as much again three times, because others are not at leisure. How quick it is, tests/alone tells.
 */
export async function until<T>(
  what: string,
  withinMillis: number,
  probe: () => Promise<T>,
): Promise<NonNullable<T>> {
  const limit = withinMillis * PATIENCE;
  const end = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`Not within ${limit} ms: ${what}. Last seen: ${String(last)}`, { cause: last });
    await pause(25);
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
