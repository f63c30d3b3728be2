/** What one tab has found out is brought to the others of its site and jar. */
import type { TabState } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/session-check.ts';
import type { SessionClock } from '../../src/session/clock.ts';
import { verdictOf, type VerdictName } from '../../src/verdict/verdict.ts';
import type { SessionKey } from '../shared/storage/sessions.ts';
import { stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { paintTab, proofOf, type RenderContext } from './badges.ts';
import { tellTab } from './tabs.ts';

/**
 * What one tab has found out, the others of its site and jar needn't ask again: those that haven't heard are told, so
 * that a worker that died over it makes up for it. And a session that one tab has renewed ends in none of the others.
 * Takes what is now known of the jar, by the report of the one. Gives how the others are told, if there are any.
 */
export function changesForOthers(
  states: StatesOfTabs,
  {
    session,
    tabId,
    latest,
    clock,
  }: { session: SessionKey; tabId: number; latest: Proof | undefined; clock: SessionClock | undefined },
  context: RenderContext,
): (() => Promise<void>) | undefined {
  const isOfSession = ({ site, storeId }: TabState): boolean => site === session.site && storeId === session.storeId;
  const hasHeard = (state: TabState): boolean => proofOf(state, latest, context.now) === state.evidence.proof;
  const verdictNow = ({ evidence }: TabState): VerdictName =>
    verdictOf({ ...evidence, clock }, context.settingsOf(session.site), context.now).name;
  const hasChanges = (state: TabState): boolean => !hasHeard(state) || verdictNow(state) !== state.shown;

  const others = states.filter(({ tabId: id, state }) => id !== tabId && isOfSession(state) && hasChanges(state));
  if (others.length === 0) return undefined;
  return async () => {
    for (const { tabId: id } of others) {
      // It may have reported meanwhile.
      const state = await stateOfTab(id);
      if (!state || !hasChanges(state)) continue;
      if (hasHeard(state)) await paintTab(id, context);
      tellTab(id, { kind: 'state-changed' });
    }
  };
}
