/**
 * Whose a cookie is. Up to Jira 8.3 a login over a live session leaves the cookie as it is (fact: "What the server does"): of
 * two pages with one token, the one that was loaded last is of the user who is signed in.
 */
export interface Holder {
  /** The user of the page that was loaded last under a cookie. */
  readonly user: string;
  /** When that was, epoch milliseconds. */
  readonly at: number;
}

/** A holder, with the digest of the cookie that is theirs. */
export interface KnownHolder extends Holder {
  readonly digest: string;
}

/** Who holds the cookie of a digest; undefined if that is not known. */
export function holderUnder(known: KnownHolder | undefined, digest: string | undefined): Holder | undefined {
  return known && known.digest === digest ? { user: known.user, at: known.at } : undefined;
}

/** Of who held a cookie so far and who has it by a page, whose page was loaded last; with a new cookie it begins anew. */
export function laterHolder(before: KnownHolder | undefined, news: KnownHolder): KnownHolder {
  return before?.digest === news.digest && before.at >= news.at ? before : news;
}
