/** The other Jira tabs, with their verdicts, and the renewal of all that need it. */
import { presentationOf, usersIn, wordsOf, type Tone } from '../../src/presentation.ts';
import { isRenewable, verdictOf, type Verdict } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';
import { now as currentTime } from '../now.ts';
import { storedSettings } from '../stored-settings.ts';
import { statesOfTabs } from '../tab-states.ts';
import { tell, type Tab } from './tab.ts';

export interface JiraTab {
  readonly id: number;
  readonly windowId: number | undefined;
  readonly title: string;
  readonly tone: Tone;
  readonly badge: string;
  readonly sentence: string;
  readonly isStale: boolean;
  readonly isRenewable: boolean;
  /** Tabs that share one share a session. */
  readonly jar: string;
}

/** All Jira tabs that are watched, those that need their user first. A private window's are told in private windows alone. */
export async function jiraTabs({ isPrivate }: Pick<Tab, 'isPrivate'>): Promise<JiraTab[]> {
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
      const { tone, badge } = presentationOf(verdict, now);
      const { title, windowId } = byId.get(tabId)!;
      return {
        id: tabId,
        windowId,
        title: title ?? state.site,
        tone,
        badge,
        sentence: message(wordsOf(verdict).sentence, ...usersIn(verdict, state.evidence.pageUser)),
        isStale: verdict.name === 'stale',
        isRenewable: isRenewable(verdict),
        jar: `${state.storeId} ${state.site}`,
      };
    })
    .filter(({ tone }) => tone !== 'none')
    .toSorted((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone));
}

const URGENCY: readonly Tone[] = ['bad', 'soon', 'open', 'good'];

/** Brings a tab to the front. */
export async function goTo({ id, windowId }: JiraTab): Promise<void> {
  await browser.tabs.update(id, { active: true });
  if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
}

/**
 * Renews pages. Of those that share a session one after the other goes first until one has an answer; the others have then
 * heard it, and go a few at a time. Tells after each how many are through, and how many of them were renewed.
 */
export async function renewAll(
  tabs: readonly JiraTab[],
  onProgress: (through: number, renewed: number) => void,
): Promise<void> {
  let [through, renewed] = [0, 0];
  const count = (isRenewed: boolean): void => {
    through++;
    if (isRenewed) renewed++;
    onProgress(through, renewed);
  };
  const jars = [...new Set(tabs.map(({ jar }) => jar))];
  await Promise.all(
    jars.map(async (jar) => {
      const waiting = tabs.filter((tab) => tab.jar === jar);
      let isAnswered = false;
      while (waiting.length > 0) {
        const group: JiraTab[] = waiting.splice(0, isAnswered ? AT_ONCE : 1);
        const verdicts: (Verdict | undefined)[] = await Promise.all(group.map(renew));
        for (const verdict of verdicts) count(verdict?.name === 'fresh' || verdict?.name === 'aging');
        // Where Jira didn't answer one it needn't be asked by a hundred more.
        if (verdicts.some((verdict) => verdict?.name === 'stale' && verdict.renewal === 'unanswered'))
          waiting.splice(0).forEach(() => count(false));
        isAnswered ||= verdicts.some(Boolean);
      }
    }),
  );
}

/** The background hears the pages out one by one. */
const AT_ONCE = 10;

/** Undefined where the page sleeps, or is gone. */
async function renew({ id }: JiraTab): Promise<Verdict | undefined> {
  const seen = await tell(id, { kind: 'look' });
  return seen && isRenewable(seen) ? tell(id, { kind: 'act', action: 'renew' }) : seen;
}
