/** The token that this page would send. */
import type { Cookie } from '../../src/inquiry.ts';
import { addressOf } from '../../src/page.ts';
import { Token, tokenInCookies } from '../../src/token.ts';
import { tellBackground } from './background-line.ts';

/**
 * The page's own jar is the right one by itself, in containers and in private windows; where a proxy has made the
 * cookie HttpOnly, only the background can read it. `unreadable` is not "gone": nothing can be said then.
 */
export async function currentCookie(): Promise<Cookie> {
  const own = glimpseCookie();
  if (own) return own;
  const answer = await tellBackground({ kind: 'cookie', address: addressOf(location) });
  return answer?.state === 'read' ? Token.parse(answer.value) : 'unreadable';
}

/** What the page's own scripts can see of it, at once. */
export function glimpseCookie(): Token | null {
  return tokenInCookies(document.cookie);
}
