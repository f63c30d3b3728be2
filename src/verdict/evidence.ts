/** Evidence: what is known of a page. verdict.ts judges it. */
import type { Page, Product } from '../jira/page.ts';
import type { Proof } from '../session/proof-request.ts';
import type { SessionClock } from '../session/session-clock.ts';
import { relationOf, type Relation, type Token, type TokenTraits } from '../jira/token.ts';

/**
 * Contains no secrets: the content script reports it and the background keeps it while the tab lives. What has not
 * been gathered is absent.
 */
export interface Evidence {
  readonly product: Product;
  /** As the page states it: `9.12.0`; empty if it does not. */
  readonly version?: string | undefined;
  /** '' is anonymous; absent if the page does not say. */
  readonly pageUser?: string | undefined;
  readonly pageToken?: TokenTraits | undefined;
  readonly cookieToken?: TokenTraits | undefined;
  /** The cookie could not be read (it may still exist), or it is another host's, which says nothing of the page. */
  readonly isCookieUnreadable?: boolean | undefined;
  /** Another host's cookie would be sent beside the page's. */
  readonly isCrowded?: boolean | undefined;
  /** Present when both tokens are. */
  readonly relation?: Relation | undefined;
  readonly clock?: SessionClock | undefined;
  readonly proof?: Proof | undefined;
  /** The digest of the token that the last renewal of this page replaced. */
  readonly renewedFrom?: string | undefined;
  /**
   * The page was not rendered with its token, we did not write it, and no proof has named its user for it: the page's
   * scripts put it there (after a dialog, or from a refusal), and it may be another user's. Up to Jira 8.3 one that we
   * wrote counts too: a login over a session takes over its token. For a portal, which has no token: its cookie's.
   */
  readonly isAdopted?: boolean | undefined;
}

/** The page's cookie, as far as it could be read. */
export interface Cookie {
  /** Null if there is none. */
  readonly token: Token | null;
  readonly isUnreadable?: boolean;
  readonly isCrowded?: boolean | undefined;
  /** How often the cookie had changed by then, if known: its value does not show a change back. */
  readonly changeCount?: number | undefined;
}

/** Takes the page, its cookie, and what else is known. Compares the tokens, and keeps neither. */
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
