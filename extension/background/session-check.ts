/**
 * The question who is signed in, asked for a page. Where the background's cookies are the page's it is asked from here: there
 * a server that challenges opens no login dialog, as it does for a request of the page's own.
 */
import { askWhoIsSignedIn, requestJira, type Reading, type Reply } from '../../src/session/session-check.ts';
import { browser } from '../shared/browser.ts';
import { isDefaultStore, keptIn, type SessionKey } from '../shared/storage/sessions.ts';
import { noteChallenge } from './session-store.ts';

/**
 * Takes the page's version of Jira, its tab, and whether its user has pressed a button for the question. In private windows and
 * containers the page asks, which has their cookies: once a challenge was met, at a press alone.
 */
export async function askForPage(
  session: SessionKey,
  version: string,
  tabId: number,
  isPressed: boolean,
): Promise<Reading> {
  const own = isDefaultStore(session)
    ? await askWhoIsSignedIn(session.site, version, (url) => requestJira(url, 'cors'))
    : undefined;
  // A worker has none of the exceptions that its user has made for the certificate of the page's host.
  if (own && own.outcome !== 'offline') return own;
  if (!isPressed && (await keptIn('challenged', session))) return own ?? { outcome: 'unreachable' };
  const { isChallenge, ...answer } = await askWhoIsSignedIn(session.site, version, (url) => inPage(tabId, url));
  if (isChallenge) await noteChallenge(session);
  return answer;
}

/** Rejects where the tab has gone on to another site. */
async function inPage(tabId: number, url: string): Promise<Reply> {
  const [done] = await browser.scripting.executeScript({
    target: { tabId },
    func: requestJira,
    args: [url, 'same-origin'],
  });
  return done!.result as Reply;
}
