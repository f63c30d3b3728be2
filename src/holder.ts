/**
 * Whose a cookie is. Up to Jira 8.3 a login over a live session leaves the cookie as it is (fact: "What the server does"): of
 * two pages with one token, the one that was loaded last is of the user who is signed in.
 */
export interface Holder {
  /** The user of the page that was loaded last under the cookie of this digest. */
  readonly user: string;
  readonly digest: string;
  /** When that was another than before, epoch milliseconds. */
  readonly switchedAt?: number | undefined;
}

/** Takes who held a cookie so far, and a page of a user that was just loaded under a cookie, with the time. */
export function holderAfter(
  before: Holder | undefined,
  { user, digest }: Pick<Holder, 'user' | 'digest'>,
  now: number,
): Holder {
  if (before?.digest !== digest) return { user, digest };
  return before.user === user ? before : { user, digest, switchedAt: now };
}

/** When somebody else came under the cookie of a digest, epoch milliseconds; undefined if nobody is known to have. */
export function switchUnder(holder: Holder | undefined, digest: string | undefined): number | undefined {
  return holder?.digest === digest ? holder?.switchedAt : undefined;
}
