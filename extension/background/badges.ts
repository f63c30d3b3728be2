/**
 * The badges of all tabs, as time goes by. One alarm, at the next moment at which one of them must change; when a
 * verdict has changed with it, the page is asked to look, so that its banner says the same.
 */
import type { TabState } from '../../src/messages.ts';
import { nextChange } from '../../src/session-clock.ts';
import { verdictOf, type Verdict } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import { showVerdict } from './badge.ts';
import { clockOf, latestProof } from './jars.ts';
import { aheadMillis, now } from './now.ts';
import { storedSettings } from './settings.ts';
import { keepTab, statesOfTabs, tellTab } from './tabs.ts';

/** Shows a tab's verdict on its badge, and remembers which it was. */
export async function paintTab(tabId: number, state: TabState): Promise<Verdict> {
  const [settings, time] = [await storedSettings(), await now()];
  const clock = await clockOf(state, settings);
  const shared = await latestProof(state);
  const own = state.evidence.proof;
  const proof = shared && (!own || shared.at > own.at) ? shared : own;
  const evidence = { ...state.evidence, clock, proof };
  const verdict = verdictOf(evidence, settings, time);
  await keepTab(tabId, { ...state, evidence, shown: verdict.name });
  await showVerdict(tabId, verdict, evidence.pageUser, time);
  return verdict;
}

/**
 * Brings every badge up to date, and sets the alarm for the next change. Pages whose verdict has changed are told;
 * all are, when what they judge by has (settings, or a test's time).
 */
export async function paintAll(hasNews = false): Promise<void> {
  for (const { tabId, state } of await statesOfTabs()) {
    const verdict = await paintTab(tabId, state);
    if (hasNews || verdict.name !== state.shown) await tellTab(tabId, { kind: 'look' });
  }
  await setAlarm();
}

export const ALARM = 'badges';

/** Sets the one alarm. An earlier one that still stands is moved. */
export async function setAlarm(): Promise<void> {
  const [settings, time, ahead] = [await storedSettings(), await now(), await aheadMillis()];
  const changes = (await statesOfTabs()).flatMap(({ state }) => {
    const { clock } = state.evidence;
    const verdict = verdictOf(state.evidence, settings, time).name;
    const shows = verdict === 'fresh' || verdict === 'aging';
    return (clock && shows && nextChange(clock, settings, time)) || [];
  });
  if (changes.length === 0) await browser.alarms.clear(ALARM);
  else await browser.alarms.create(ALARM, { when: Math.min(...changes) - ahead });
}
