/** Evidence: what is known of a page. It is what verdict.ts judges. */
import type { Page, Product } from '../jira/page.ts';
import type { Proof } from '../session/session-check.ts';
import type { SessionClock } from '../session/clock.ts';
import { relationOf, type Relation, type Token, type TokenTraits } from '../jira/token.ts';

/**
 * Free of secrets: the content script reports it and the background keeps it while the tab lives. What has not
 * been gathered is absent.
 */
export interface Evidence {
  readonly product: Product;
  /** As the page says it: `9.12.0`; empty where it does not. */
  readonly version?: string | undefined;
  /** '' is anonymous; absent where the page does not say. */
  readonly pageUser?: string | undefined;
  readonly pageToken?: TokenTraits | undefined;
  readonly cookieToken?: TokenTraits | undefined;
  /** The cookie could not be read, which is not the same as gone; or it is another host's, which says nothing of the page. */
  readonly isCookieUnreadable?: boolean | undefined;
  /** Beside the page's cookie another host's would be sent. */
  readonly isCrowded?: boolean | undefined;
  /** Present when both tokens are. */
  readonly relation?: Relation | undefined;
  readonly clock?: SessionClock | undefined;
  readonly proof?: Proof | undefined;
  /** The digest of the token that the last renewal of this page replaced. */
  readonly renewedFrom?: string | undefined;
  /**
   * The page's token is none that it was rendered with, that we wrote, or that a proof has named its user for: its own
   * scripts have put it there (a dialog that closed, a refusal's new token), and it may be another user's. Up to Jira 8.3 so may
   * one that we wrote: who signs in over a session takes its token over. Of a portal, which has no token, it is said of its cookie's.
   */
  readonly isAdopted?: boolean | undefined;
}

/** The page's cookie, as far as it could be read. */
export interface Cookie {
  /** Null if there is none. */
  readonly token: Token | null;
  readonly isUnreadable?: boolean;
  readonly isCrowded?: boolean | undefined;
  /** How often it had turned by then, where that is known: of one that turned back its value shows nothing. */
  readonly changeCount?: number | undefined;
}

/** Takes the page, its cookie, and what else is known. Compares the tokens, and lets them go. */
export function evidenceOf(
  page: Page,
  { token, isUnreadable, isCrowded }: Cookie,
  known: Pick<Evidence, 'clock' | 'proof' | 'renewedFrom' | 'isAdopted'>,
): Evidence {
  return {
    ...known,
    product: page.product,
    version: page.version,
    pageUser: page.user,
    pageToken: page.token?.traits,
    cookieToken: token?.traits,
    isCookieUnreadable: isUnreadable,
    isCrowded,
    relation: page.token && token ? relationOf(page.token, token) : undefined,
  };
}
