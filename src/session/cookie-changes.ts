/**
 * Diagnoses, for the administrator, a token that changes again and again while nobody logs in. These are the cases 8,
 * 9 and 10 of docs/jira-xsrf.md.
 */
import type { TokenTraits } from '../jira/token.ts';
import { SETTLE_MILLIS } from '../verdict/verdict.ts';

/** One observed change of the cookie. */
export interface CookieChange extends TokenTraits {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** `second-jira`: another on this host; `embed`: cross-site requests without session; `lost-session`: a lost node. */
export type CookieTrouble = 'second-jira' | 'embed' | 'lost-session';

/** Adds a change to those of the last ten minutes. Gives the same list if nothing has changed. */
export function withCookieChange(
  cookieChanges: readonly CookieChange[],
  change: CookieChange,
): readonly CookieChange[] {
  const recent = cookieChanges.filter(({ at }) => Math.abs(change.at - at) < WITHIN_MILLIS);
  const last = cookieChanges.at(-1);
  if (last?.digest === change.digest) {
    if (recent.length === cookieChanges.length) return cookieChanges;
    return recent.length > 0 ? recent : [change];
  }
  return [...recent, change].slice(-MAX_STORED);
}

/**
 * The likely cause of the changes in the last ten minutes, if they are more than three; undefined if none is known.
 * People sign out and in again too, but not within two seconds.
 */
export function diagnoseCookieChanges(cookieChanges: readonly CookieChange[]): CookieTrouble | undefined {
  if (cookieChanges.length - 1 <= MAX_CHANGES) return undefined;
  if (new Set(cookieChanges.map(({ serverId }) => serverId)).size > 1) return 'second-jira';
  if (cookieChanges.some((_, index) => isQuickReturn(cookieChanges.slice(index, index + 3)))) return 'embed';
  // The cause of earlier changes may have ended with the last logout.
  const sinceLogout = cookieChanges.slice(cookieChanges.findLastIndex(({ login }) => login === 'lout') + 1);
  return sinceLogout.length - 1 > MAX_CHANGES ? 'lost-session' : undefined;
}

/** Whether the cookie changed to `lout` and back too fast for a person. */
function isQuickReturn(three: readonly CookieChange[]): boolean {
  const [, out, back] = three;
  const logins = three.map(({ login }) => login).join(' ');
  return logins === 'lin lout lin' && back!.at - out!.at <= SETTLE_MILLIS;
}

const WITHIN_MILLIS = 10 * 60_000;
const MAX_CHANGES = 3;
const MAX_STORED = 12;
