/** A clock that tests move: hours of silence pass in no time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface MovableClock extends Clock {
  advance(minutes: number): void;
  /** To a point in epoch milliseconds. */
  set(time: number): void;
}

/** Starts at the given time, or at the real one, and runs on with real time between moves. */
export function createClock(start = Date.now()): MovableClock {
  let ahead = start - Date.now();
  return {
    now: () => Date.now() + ahead,
    advance(minutes) {
      ahead += minutes * 60_000;
    },
    set(time) {
      ahead = time - Date.now();
    },
  };
}
