/** Brings what one tab has found out to the other tabs of its session (site and cookie store). */
import type { TabState } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/proof-request.ts';
import type { SessionClock } from '../../src/session/session-clock.ts';
import { verdictOf, type VerdictName } from '../../src/verdict/verdict.ts';
import type { SessionKey } from '../shared/storage/sessions.ts';
import { stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { updateBadge, proofOf, type RenderContext } from './badge-updates.ts';
import { sendToTab } from './watched-tabs.ts';

/**
 * Other tabs of the session need not ask again what one tab has found out. All that do not know it yet are notified,
 * which makes up for a worker that died midway. A session that one tab renews ends in no other tab. Takes what is
 * known of the session after the tab's report. Gives a function that notifies the others, if any.
 */
export function prepareBroadcast(
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
  const knowsProof = (state: TabState): boolean => proofOf(state, latest, context.now) === state.evidence.proof;
  const verdictNow = ({ evidence }: TabState): VerdictName =>
    verdictOf({ ...evidence, clock }, context.settingsOf(session.site), context.now).name;
  const hasChanges = (state: TabState): boolean => !knowsProof(state) || verdictNow(state) !== state.shown;

  const others = states.filter(({ tabId: id, state }) => id !== tabId && isOfSession(state) && hasChanges(state));
  if (others.length === 0) return undefined;
  return async () => {
    for (const { tabId: id } of others) {
      // The tab may have reported meanwhile.
      const state = await stateOfTab(id);
      if (!state || !hasChanges(state)) continue;
      if (knowsProof(state)) await updateBadge(id, context);
      sendToTab(id, { kind: 'state-changed' });
    }
  };
}
