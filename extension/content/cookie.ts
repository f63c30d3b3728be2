/** The token that this page would send. */
import { Token, tokenInCookies } from '../../src/token.ts';
import { tellBackground } from './background-line.ts';

/**
 * The page's own jar is the right one by itself, in containers and in private windows; where a proxy has made the
 * cookie HttpOnly, only the background can read it. `unreadable` is not "gone": nothing can be said then.
 */
export async function currentCookie(): Promise<Token | null | 'unreadable'> {
  const own = tokenInCookies(document.cookie);
  if (own) return own;
  const answer = await tellBackground({ kind: 'cookie' });
  return answer?.state === 'read' ? Token.parse(answer.value) : 'unreadable';
}

/** What two reads of it are compared by; undefined where there is none to read. */
export function digestOf(cookie: Awaited<ReturnType<typeof currentCookie>>): string | undefined {
  return cookie && cookie !== 'unreadable' ? cookie.traits.digest : undefined;
}
