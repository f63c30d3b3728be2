/**
 * A token that turns again and again with nobody logging in: what that is a sign of, for the administrator. The
 * cases are 8, 9 and 10 of docs/jira-xsrf.md.
 */
import type { TokenTraits } from '../jira/token.ts';
import { SETTLE_MILLIS } from '../verdict/verdict.ts';

/** One turn of the cookie, as it was seen. */
export interface CookieChange extends TokenTraits {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** `second-jira`: another one on this host; `embed`: cross-site requests without the session; `lost-session`: a node. */
export type Trouble = 'second-jira' | 'embed' | 'lost-session';

/** Adds a turn to those of the last ten minutes; a cookie that is as it was is none. */
export function withCookieChange(cookieChanges: readonly CookieChange[], turn: CookieChange): CookieChange[] {
  const recent = cookieChanges.filter(({ at }) => Math.abs(turn.at - at) < WITHIN_MILLIS);
  const last = cookieChanges.at(-1);
  if (last?.digest === turn.digest) return recent.length > 0 ? recent : [turn];
  return [...recent, turn].slice(-KEPT);
}

/**
 * What the turns of the last ten minutes tell, once there are more than three. Undefined where they tell nothing: people
 * sign out and in again too, but not within two seconds.
 */
export function diagnoseCookieChanges(cookieChanges: readonly CookieChange[]): Trouble | undefined {
  if (cookieChanges.length - 1 <= MOST_CHANGES) return undefined;
  if (new Set(cookieChanges.map(({ serverId }) => serverId)).size > 1) return 'second-jira';
  if (cookieChanges.some((_, index) => isQuickReturn(cookieChanges.slice(index, index + 3)))) return 'embed';
  // What came before the last logout may have ended with it.
  const sinceLogout = cookieChanges.slice(cookieChanges.findLastIndex(({ login }) => login === 'lout') + 1);
  return sinceLogout.length - 1 > MOST_CHANGES ? 'lost-session' : undefined;
}

/** Whether the cookie turned to `lout` and back too fast for a person. */
function isQuickReturn([before, out, back]: readonly CookieChange[]): boolean {
  if (before?.login !== 'lin' || out?.login !== 'lout' || back?.login !== 'lin') return false;
  return back.at - out.at <= SETTLE_MILLIS;
}

const WITHIN_MILLIS = 10 * 60_000;
const MOST_CHANGES = 3;
const KEPT = 12;
