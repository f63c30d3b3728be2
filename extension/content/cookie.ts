/** The page's cookie. */
import type { Cookie } from '../../src/verdict/evidence.ts';
import { addressOf, type Page } from '../../src/jira/page.ts';
import { Token, tokenInCookies } from '../../src/jira/token.ts';
import { tellBackground } from './background.ts';

/**
 * The page's own cookie store is the right one, also in containers and private windows. If it holds just the page's
 * own token, that is enough. Only the background sees whose another cookie is, and reads one that a proxy made
 * HttpOnly. Ask it too once the page's token differs from the rendered one. Unreadable does not mean gone.
 */
export async function currentCookie({ site, token }: Page, includesOtherHosts: boolean): Promise<Cookie> {
  const seen = glimpseCookie();
  const isOwn = seen !== null && (!token || seen.equals(token));
  if (!includesOtherHosts && isOwn) return { token: seen };
  const answer = await tellBackground({ kind: 'cookie', site, address: addressOf(location) });
  // Without an answer from the background, assume that there is no cookie of another host.
  if (!answer && isOwn) return { token: seen };
  if (answer?.state !== 'read') return { token: null, isUnreadable: true };
  return { token: Token.parse(answer.value), isCrowded: answer.isCrowded, changeCount: answer.changeCount };
}

/** The cookie that the page's own scripts can see, at once; null if they see more than one. */
export function glimpseCookie(): Token | null {
  return tokenInCookies(document.cookie);
}
