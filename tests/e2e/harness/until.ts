/** Waiting with an end: what a test waits for either comes, or fails with a sentence that says what did not. */

export interface Waiting {
  /** Milliseconds; 5000 if left out. */
  readonly within?: number;
  /** What is waited for, as the end of "waited 5000 ms for …". */
  readonly what: string;
  /** Milliseconds between two looks; 50 if left out. */
  readonly every?: number;
}

/**
 * Looks again and again until `look` gives something truthy, and gives that. A look that throws counts as "not yet":
 * a page in the middle of a navigation does throw. Fails with what was awaited and what the last look saw.
 */
export async function until<T>(look: () => T | Promise<T>, waiting: Waiting): Promise<NonNullable<T>> {
  const { within = 5000, what, every = 50 } = waiting;
  const end = Date.now() + within;
  let last = 'nothing was seen';
  for (;;) {
    try {
      const seen = await inTime(Promise.resolve(look()), Math.max(end - Date.now(), every), 'a look');
      if (seen) return seen;
      last = `last seen: ${JSON.stringify(seen)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() >= end) throw new Error(`waited ${within} ms for ${what}; ${last}`);
    await pause(every);
  }
}

/** The promise's outcome, or a failure that names `what` after `ms` milliseconds: nothing here may hang. */
export async function inTime<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
