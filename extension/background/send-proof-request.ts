/**
 * Asks, for a page, who is signed in. If the background has the page's cookies, it sends the request itself: then a
 * server that challenges opens no login dialog, as it does for a request of the page's own.
 */
import {
  askWhoIsSignedIn,
  requestJira,
  type ProofAnswer,
  type JiraResponse,
} from '../../src/session/proof-request.ts';
import { browser } from '../shared/browser.ts';
import { isGranted } from '../shared/permissions/granted.ts';
import { isDefaultStore, storedValue, type SessionKey } from '../shared/storage/sessions.ts';
import { noteChallenge } from './session-store.ts';

/**
 * Takes the page's version of Jira, its tab, and whether its user pressed a button to ask. In private windows and
 * containers the page sends the request, because it has their cookies; after a challenge, only when the user presses.
 */
export async function askForPage(
  session: SessionKey,
  version: string,
  tabId: number,
  isPressed: boolean,
): Promise<ProofAnswer> {
  const own = isDefaultStore(session)
    ? await askWhoIsSignedIn(session.site, version, (url) => requestJira(url, 'cors'))
    : undefined;
  // A worker does not have the certificate exceptions that its user has made for the page's host.
  if (own && own.outcome !== 'offline') return own;
  if (!isPressed && (await storedValue('challenged', session))) return own ?? { outcome: 'unreachable' };
  const { isChallenge, ...answer } = await askWhoIsSignedIn(session.site, version, (url) => inPage(tabId, url));
  // The user may have stopped watching the site meanwhile.
  if (isChallenge && (await isGranted(session.site))) await noteChallenge(session);
  return answer;
}

/** Rejects if the tab has gone to another site. */
async function inPage(tabId: number, url: string): Promise<JiraResponse> {
  const [done] = await browser.scripting.executeScript({
    target: { tabId },
    func: requestJira,
    args: [url, 'same-origin'],
  });
  return done!.result as JiraResponse;
}
