/** Brings what one tab has found out to the other tabs of its session (site and cookie store). */
import type { TabState } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/proof-request.ts';
import type { SessionClock } from '../../src/session/session-clock.ts';
import { matchPatternOf } from '../../src/jira/site-address.ts';
import { verdictOf } from '../../src/verdict/verdict.ts';
import type { SessionKey } from '../shared/storage/sessions.ts';
import { statesOfTabs, stateOfTab, type StatesOfTabs } from '../shared/storage/tabs.ts';
import { currentRenderContext, needsProof, updateBadge, proofOf, type RenderContext } from './badge-updates.ts';
import { awaitsRefresh, refreshTabs, tabsAt } from './watched-tabs.ts';

/**
 * Other tabs of the session are told what one tab has found out, unless it changes nothing for them: they learn it with
 * their next report. It may change what a page does if it has another verdict, or if the proof is new to it and the
 * page is not simply fresh: it may have files or another user, or not know of a new cookie. All whom it concerns are
 * told until they have reported, which makes up for a worker that died midway. A session that one tab renews ends in no
 * other tab. Takes what is known of the session after the tab's report. Gives a function that tells the others, if any.
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
  const settings = context.settingsOf(session.site);
  const hasChanges = (state: TabState): boolean => {
    const proof = proofOf(state, latest, context.now);
    const { evidence, shown } = state;
    const verdict = verdictOf({ ...evidence, clock, proof }, settings, context.now);
    const isCookieKnown = proof?.cookieDigest === evidence.cookieToken?.digest;
    const isConcerned = !isCookieKnown || needsProof(state, verdict);
    return verdict.name !== shown || (proof !== evidence.proof && isConcerned);
  };
  const othersIn = (all: StatesOfTabs): Set<number> => {
    const others = all.filter(
      ({ tabId: id, state }) => id !== tabId && isOfSession(state) && !awaitsRefresh(id) && hasChanges(state),
    );
    return new Set(others.map(({ tabId: id }) => id));
  };
  if (othersIn(states).size === 0) return undefined;
  return async () => {
    const tabs = await tabsAt([matchPatternOf(session.site)!]);
    // Tabs may have reported meanwhile, and others may have begun to notify them.
    const others = othersIn(await statesOfTabs());
    await refreshTabs(tabs.filter(({ id }) => others.has(id)));
    // A page that the browser has frozen has not reported.
    for (const id of others) {
      const state = await stateOfTab(id);
      if (state && !awaitsRefresh(id) && hasChanges(state)) await updateBadge(id, await currentRenderContext());
    }
  };
}
