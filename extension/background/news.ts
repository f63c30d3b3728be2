/** What one tab has found out is brought to the others of its site and jar. */
import { holderUnder, type KnownHolder } from '../../src/holder.ts';
import type { TabState } from '../../src/messages.ts';
import { laterOf, type Proof } from '../../src/proof.ts';
import type { SessionClock } from '../../src/session-clock.ts';
import { verdictOf, type VerdictName } from '../../src/verdict.ts';
import type { Jar } from '../jar-store.ts';
import { stateOfTab, type StatesOfTabs } from '../tab-states.ts';
import { paintTab, type Moment } from './badges.ts';
import { tellTab } from './tabs.ts';

/** What is now known of a jar, by the report of one of its tabs. */
export interface News {
  readonly jar: Jar;
  readonly tabId: number;
  readonly latest: Proof | undefined;
  readonly clock: SessionClock | undefined;
  readonly holder: KnownHolder | undefined;
}

/**
 * What one tab has found out, the others of its site and jar needn't ask again: those that haven't heard are told, so
 * that a worker that died over it makes up for it. And a session that one tab has renewed ends in none of the others.
 */
export async function bringOthersUpToDate(
  states: StatesOfTabs,
  { jar, tabId, latest, clock, holder }: News,
  moment: Moment,
): Promise<void> {
  const others = states.filter(
    ({ tabId: id, state }) => id !== tabId && state.site === jar.site && state.storeId === jar.storeId,
  );
  for (const { tabId: id, state } of others) {
    if (!hasNews(state)) continue;
    // It may have reported meanwhile.
    const now = await stateOfTab(id);
    if (now && hasNews(now)) await tellNews(id, now);
  }

  function hasNews(state: TabState): boolean {
    return !hasHeard(state) || !knowsHolder(state) || verdictNow(state) !== state.shown;
  }

  async function tellNews(id: number, state: TabState): Promise<void> {
    if (!knowsHolder(state)) {
      await paintTab(id, moment);
      // At once, and not when a hidden page's timer gets its turn: its user may be back by then.
      tellTab(id, { kind: 'look' });
    } else {
      if (hasHeard(state)) await paintTab(id, moment);
      tellTab(id, { kind: 'heard' });
    }
  }

  function hasHeard({ evidence }: TabState): boolean {
    return !latest || laterOf(evidence.proof, latest) !== latest;
  }

  /** That its own user has loaded one more page is no news to a page. */
  function knowsHolder({ evidence: { cookieToken, holder: before, pageUser } }: TabState): boolean {
    const now = holderUnder(holder, cookieToken?.digest);
    return now?.user === before?.user && (now?.user === pageUser || now?.at === before?.at);
  }

  function verdictNow({ evidence }: TabState): VerdictName {
    return verdictOf({ ...evidence, clock }, moment.settingsOf(jar.site), moment.now).name;
  }
}
