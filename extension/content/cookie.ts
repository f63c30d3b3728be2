/** The page's cookie. */
import type { Cookie } from '../../src/verdict/evidence.ts';
import { addressOf, type Page } from '../../src/jira/page.ts';
import { Token, tokenInCookies } from '../../src/jira/token.ts';
import { tellBackground } from './background.ts';

/**
 * The page's own jar is the right one by itself, in containers and in private windows. Where it holds the page's own token, and
 * no other, there is nothing to tell apart; whose another cookie is only the background sees, and one that a proxy has made
 * HttpOnly only it can read. It is asked too about a page whose token is no more the one that it was rendered with. Unreadable is not "gone": nothing can be said then.
 */
export async function currentCookie({ site, token }: Page, includesOtherHosts: boolean): Promise<Cookie> {
  const seen = glimpseCookie();
  const isOwn = seen !== null && (!token || seen.equals(token));
  if (!includesOtherHosts && isOwn) return { token: seen };
  const answer = await tellBackground({ kind: 'cookie', site, address: addressOf(location) });
  // A background that doesn't answer tells of no neighbour.
  if (!answer && isOwn) return { token: seen };
  if (answer?.state !== 'read') return { token: null, isUnreadable: true };
  return { token: Token.parse(answer.value), isCrowded: answer.isCrowded, changeCount: answer.changeCount };
}

/** What the page's own scripts can see of it, at once; null where they see more than one. */
export function glimpseCookie(): Token | null {
  return tokenInCookies(document.cookie);
}
