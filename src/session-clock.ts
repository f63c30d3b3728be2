/**
 * The session clock: when a session will have died, if nothing reaches the server until then. An estimate:
 * the timeout is seldom known for sure, and a restarted server forgets its sessions at once.
 */
import type { Settings } from './settings.ts';

export interface SessionClock {
  /** The last request of this browser known to have reached the site, epoch milliseconds. */
  readonly lastContact: number;
  readonly timeoutMinutes: number;
}

/** When the session will have died, epoch milliseconds. */
export function endOf(clock: SessionClock): number {
  return clock.lastContact + clock.timeoutMinutes * MINUTE;
}

/** For how long before its end a session counts as aging: as set, but never more than a tenth of a short one. */
export function warningMillis(clock: SessionClock, settings: Settings): number {
  return Math.min(settings.warningMinutes, clock.timeoutMinutes / 10) * MINUTE;
}

const MINUTE = 60_000;
