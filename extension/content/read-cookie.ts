/** The page's cookie. */
import type { Cookie } from '../../src/verdict/evidence.ts';
import type { Page } from '../../src/jira/page.ts';
import { Token } from '../../src/jira/token.ts';
import type { SendToBackground } from './send-to-background.ts';

/**
 * The page's own cookie store is the right one, also in containers and private windows. If it holds just the page's
 * own token, that is enough. Only the background sees whose another cookie is, and reads one that a proxy made
 * HttpOnly. Ask it too once the page's token differs from the rendered one. Unreadable does not mean gone. Takes the
 * page, whether to look for other hosts' cookies, the cookie that the page can see, and the page's address.
 */
export async function readCookie(
  { site, token }: Page,
  includesOtherHosts: boolean,
  seen: Token | null,
  address: string,
  sendToBackground: SendToBackground,
): Promise<Cookie> {
  const isOwn = seen !== null && (!token || seen.equals(token));
  if (!includesOtherHosts && isOwn) return { token: seen };
  const answer = await sendToBackground({ kind: 'cookie', site, address });
  // Without an answer from the background, assume that there is no cookie of another host.
  if (!answer && isOwn) return { token: seen };
  if (answer?.state !== 'read') return { token: null, isUnreadable: true };
  return { token: Token.parse(answer.value), isCrowded: answer.isCrowded, changeCount: answer.changeCount };
}
