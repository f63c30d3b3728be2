/** The question who is signed in: the background asks it where it has the page's cookies, and otherwise the page. */
import type { Page } from '../../src/page.ts';
import { askWhoIsSignedIn, PROOF_LIMIT_MILLIS, type Answer, type SessionSigns } from '../../src/proof.ts';
import { tellBackground } from './background-line.ts';

/** Never throws. Takes whether the user has pressed a button for it: only then may a browser's login dialog open. */
export async function ask({ site, version }: Page, isPressed: boolean): Promise<Answer & SessionSigns> {
  const asked = await tellBackground({ kind: 'ask', site, version }, PROOF_LIMIT_MILLIS);
  if (asked?.answer) return asked.answer;
  if (!asked || (asked.atPress && !isPressed)) return { outcome: 'unreachable' };
  const { isChallenge, ...answer } = await askWhoIsSignedIn(site, version, (url, init) => fetch(url, init));
  if (isChallenge) void tellBackground({ kind: 'challenged', site });
  return answer;
}
