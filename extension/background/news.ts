/** What one tab has found out is brought to the others of its site and jar. */
import type { TabState } from '../../src/messages.ts';
import type { Proof } from '../../src/proof.ts';
import type { SessionClock } from '../../src/session-clock.ts';
import { verdictOf, type VerdictName } from '../../src/verdict.ts';
import type { Jar } from '../jar-store.ts';
import { stateOfTab, type StatesOfTabs } from '../tab-states.ts';
import { paintTab, proofOf, type Moment } from './badges.ts';
import { tellTab } from './tabs.ts';

/** What is now known of a jar, by the report of one of its tabs. */
export interface News {
  readonly jar: Jar;
  readonly tabId: number;
  readonly latest: Proof | undefined;
  readonly clock: SessionClock | undefined;
}

/**
 * What one tab has found out, the others of its site and jar needn't ask again: those that haven't heard are told, so
 * that a worker that died over it makes up for it. And a session that one tab has renewed ends in none of the others. Gives
 * how they are told, if there are any.
 */
export function newsForOthers(
  states: StatesOfTabs,
  { jar, tabId, latest, clock }: News,
  moment: Moment,
): (() => Promise<void>) | undefined {
  const isOfJar = ({ site, storeId }: TabState): boolean => site === jar.site && storeId === jar.storeId;
  const others = states.filter(({ tabId: id, state }) => id !== tabId && isOfJar(state) && hasNews(state));
  return others.length === 0 ? undefined : tellAll;

  async function tellAll(): Promise<void> {
    for (const { tabId: id } of others) {
      // It may have reported meanwhile.
      const now = await stateOfTab(id);
      if (now && hasNews(now)) await tellNews(id, now);
    }
  }

  function hasNews(state: TabState): boolean {
    return !hasHeard(state) || verdictNow(state) !== state.shown;
  }

  async function tellNews(id: number, state: TabState): Promise<void> {
    if (hasHeard(state)) await paintTab(id, moment);
    tellTab(id, { kind: 'heard' });
  }

  function hasHeard(state: TabState): boolean {
    return proofOf(state, latest, moment.now) === state.evidence.proof;
  }

  function verdictNow({ evidence }: TabState): VerdictName {
    return verdictOf({ ...evidence, clock }, moment.settingsOf(jar.site), moment.now).name;
  }
}
