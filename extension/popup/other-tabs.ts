/** The other Jira tabs, with their verdicts, and the renewal of all that need it. */
import { pool } from '../../src/lib/async.ts';
import { buttonOf, type Tone } from '../../src/verdict/presentation.ts';
import { SILENCES } from '../../src/session/proof-request.ts';
import { isAccepted, isRenewable, verdictOf, type Verdict } from '../../src/verdict/verdict.ts';
import { browser } from '../shared/browser.ts';
import { currentTime } from '../shared/storage/current-time.ts';
import { tabSentence } from '../shared/tab-sentence.ts';
import { storedSettings } from '../shared/storage/settings.ts';
import { statesOfTabs } from '../shared/storage/tabs.ts';
import { sendToPage } from './current-tab.ts';

export interface JiraTab {
  readonly id: number;
  readonly windowId: number | undefined;
  readonly title: string;
  readonly tone: Tone;
  readonly badge: string;
  readonly sentence: string;
  readonly isStale: boolean;
  readonly isRenewable: boolean;
  /** Equal for tabs that share a session. */
  readonly session: string;
}

/** All watched Jira tabs, those that need the user first. Tabs in private windows are listed only there. */
export async function jiraTabs(isPrivate: boolean): Promise<JiraTab[]> {
  const [states, tabs, settingsOf, now] = await Promise.all([
    statesOfTabs(),
    browser.tabs.query({}),
    storedSettings(),
    currentTime(),
  ]);
  const byId = new Map(tabs.map((tab) => [tab.id, tab]));
  return states
    .filter(({ tabId, state }) => state.isPrivate === isPrivate && byId.has(tabId))
    .map(({ tabId, state }) => {
      const verdict = verdictOf(state.evidence, settingsOf(state.site), now);
      const { title, windowId } = byId.get(tabId)!;
      return {
        id: tabId,
        windowId,
        title: title ?? state.site,
        ...buttonOf(verdict, now, state),
        sentence: tabSentence(verdict, state),
        isStale: verdict.name === 'stale',
        isRenewable: isRenewable(verdict),
        session: `${state.storeId} ${state.site}`,
      };
    })
    .filter(({ tone }) => tone !== 'none')
    .toSorted((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone));
}

const URGENCY: readonly Tone[] = ['bad', 'soon', 'open', 'good'];

export async function goTo({ id, windowId }: JiraTab): Promise<void> {
  await browser.tabs.update(id, { active: true });
  if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
}

/**
 * Renews pages. All are refreshed first, because a sleeping page does not answer. Of the pages that share a session,
 * one then goes first and asks; the others reuse its answer, a few at a time. Reports after each how many are done,
 * and how many of these are fresh.
 */
export async function renewAll(
  tabs: readonly JiraTab[],
  onProgress: (through: number, renewed: number) => void,
): Promise<void> {
  let [done, renewed] = [0, 0];
  const count = (verdict: Verdict | undefined): void => {
    done++;
    if (verdict && isAccepted(verdict)) renewed++;
    onProgress(done, renewed);
  };
  const stale: JiraTab[] = [];
  await pool(tabs, async (tab) => {
    const seen = await sendToPage(tab.id, { kind: 'refresh' });
    if (seen && isRenewable(seen)) stale.push(tab);
    else count(seen);
  });
  const sessions = [...new Set(stale.map(({ session }) => session))];
  await Promise.all(
    sessions.map(async (session) => {
      const [first, ...rest] = stale.filter((tab) => tab.session === session);
      const after = await renew(first!);
      count(after);
      // If Jira did not answer the first page, a hundred more need not ask.
      if (after && isUnanswered(after)) rest.forEach(() => count(undefined));
      else await pool(rest, async (tab) => count(await renew(tab)));
    }),
  );
}

function isUnanswered(verdict: Verdict): boolean {
  const isSilence = SILENCES.some((name) => name === verdict.name);
  return isSilence || (verdict.name === 'stale' && verdict.renewal === 'unanswered');
}

/** The refresh brings the answer that the first page got. */
async function renew({ id }: JiraTab): Promise<Verdict | undefined> {
  const seen = await sendToPage(id, { kind: 'refresh' });
  return seen && isRenewable(seen) ? sendToPage(id, { kind: 'act', action: 'renew' }) : seen;
}
