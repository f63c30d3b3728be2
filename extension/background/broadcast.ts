/** What one tab has found out is brought to the others of its site and jar. */
import type { TabState } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/session-check.ts';
import type { SessionClock } from '../../src/session/clock.ts';
import { verdictOf, type VerdictName } from '../../src/verdict/verdict.ts';
import type { Jar } from '../shared/storage/sessions.ts';
import { stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { paintTab, proofOf, type Moment } from './badges.ts';
import { tellTab } from './tabs.ts';

/**
 * What one tab has found out, the others of its site and jar needn't ask again: those that haven't heard are told, so
 * that a worker that died over it makes up for it. And a session that one tab has renewed ends in none of the others.
 * Takes what is now known of the jar, by the report of the one. Gives how the others are told, if there are any.
 */
export function newsForOthers(
  states: StatesOfTabs,
  {
    jar,
    tabId,
    latest,
    clock,
  }: { jar: Jar; tabId: number; latest: Proof | undefined; clock: SessionClock | undefined },
  moment: Moment,
): (() => Promise<void>) | undefined {
  const isOfJar = ({ site, storeId }: TabState): boolean => site === jar.site && storeId === jar.storeId;
  const hasHeard = (state: TabState): boolean => proofOf(state, latest, moment.now) === state.evidence.proof;
  const verdictNow = ({ evidence }: TabState): VerdictName =>
    verdictOf({ ...evidence, clock }, moment.settingsOf(jar.site), moment.now).name;
  const hasNews = (state: TabState): boolean => !hasHeard(state) || verdictNow(state) !== state.shown;

  const others = states.filter(({ tabId: id, state }) => id !== tabId && isOfJar(state) && hasNews(state));
  if (others.length === 0) return undefined;
  return async () => {
    for (const { tabId: id } of others) {
      // It may have reported meanwhile.
      const state = await stateOfTab(id);
      if (!state || !hasNews(state)) continue;
      if (hasHeard(state)) await paintTab(id, moment);
      tellTab(id, { kind: 'heard' });
    }
  };
}
