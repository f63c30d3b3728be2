/**
 * One day of alice at one Jira page: she leaves it, comes back, and works there without any request to the server. The
 * shipped page monitor, the shipped background and the stand-in Jira run in memory.
 */
import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Snapshot, PageMonitor } from '../../extension/content/page-monitor.ts';
import { MemoryBrowser } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import { trustedEvent } from '../unit/trusted-event.ts';
import { BackgroundHarness } from './background-harness.ts';
import { randomFrom, type Random } from './random.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const PATH = '/browse/RAIL-7';

// Only the page monitor gets this DOM; the stand-in keeps Node's globals.
const pageWindow = new Window({ url: `http://127.0.0.1${PATH}` });
const { document, location, MutationObserver, Event } = pageWindow as unknown as typeof globalThis;
for (const [name, value] of Object.entries({
  window: pageWindow,
  document,
  location,
  MutationObserver,
  Event,
}))
  vi.stubGlobal(name, value);
const { listenToEvents } = await import('../../extension/content/editor-frames.ts');
const { ACTIVITY_EVENTS } = await import('../../extension/content/activity/user.ts');
const { accessPage } = await import('../../extension/content/page-access.ts');
const { sendToBackground } = await import('../../extension/content/send-to-background.ts');
const { watchPage } = await import('../../extension/content/page-monitor.ts');

let isInFront: boolean;
let lifecycle: AbortController | undefined;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Date.UTC(2026, 0, 5, 8),
  });
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isInFront ? 'visible' : 'hidden'));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => isInFront);
});
afterEach(() => {
  lifecycle?.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each([
  { timeoutMinutes: 10, isStated: true },
  { timeoutMinutes: 30, isStated: true },
  { timeoutMinutes: 300, isStated: true },
  { timeoutMinutes: 30, isStated: false },
])('a server with a timeout of $timeoutMinutes minutes, stated: $isStated', ({ timeoutMinutes, isStated }) => {
  test.each([1, 2, 3])(
    'shows the right verdict when alice comes back, after one proof at most (seed %i)',
    async (seed) => {
      const { returns, proofs, ended } = await simulateOneDay(timeoutMinutes, isStated, seed);
      // Otherwise the day would prove nothing.
      expect(proofs).toBeGreaterThan(0);
      expect(ended).toBeGreaterThan(0);
      expect(returns).toBeGreaterThan(ended);
    },
  );
});

async function simulateOneDay(
  timeoutMinutes: number,
  isStated: boolean,
  seed: number,
): Promise<{ returns: number; proofs: number; ended: number }> {
  const random = randomFrom(seed * 7_919 + timeoutMinutes);
  const jira = createJira({ profile: '9', timeoutMinutes, clock: createClock(Date.now()) });
  const browser = new MemoryBrowser();
  const harness = new BackgroundHarness();
  const tab = { id: 1, url: `${location.origin}${PATH}`, cookieStoreId: 'firefox-default' };
  harness.tabs.push(tab);
  stubBrowser(jira, browser, harness, tab);
  const open = (): Promise<OpenPage> => openPage(jira, browser, harness, isStated);
  const asked = (): number => jira.requests.filter(({ path }) => path.startsWith('/rest/')).length;
  const end = Date.now() + DAY;
  const counts = { returns: 0, proofs: 0, ended: 0 };

  isInFront = true;
  let page = await open();
  while (Date.now() < end) {
    isInFront = false;
    await vi.advanceTimersByTimeAsync(absence(random, timeoutMinutes) * MINUTE);
    await harness.ringAlarms();
    const before = asked();
    const isAlive = sessionOf(jira) !== undefined;

    isInFront = true;
    counts.returns++;
    window.dispatchEvent(trustedEvent(random.pick(['focus', 'pointermove', 'keydown'])));
    await settle(harness);
    const at = `seed ${seed}, after ${counts.returns} returns`;
    expect(page.snapshot()?.verdict.name, at).toMatch(isAlive ? /^(fresh|aging)$/ : /^signed-out$/);
    if (isAlive) await work(jira, harness, page, random.next() * Math.min(60, timeoutMinutes * 0.4));
    await settle(harness);
    expect(asked() - before, at).toBeLessThanOrEqual(1);
    counts.proofs += asked() - before;

    if (!isAlive) counts.ended++;
    if (!isAlive || random.below(3) === 0) page = await open();
  }
  return counts;
}

/**
 * She reads and types without any request to the server. The page refreshes, as it does at changes in other tabs. She
 * stops when the session ends, because a signed-out page may ask more often.
 */
async function work(
  jira: Jira,
  harness: BackgroundHarness,
  { scheduleRefresh }: OpenPage,
  minutes: number,
): Promise<void> {
  for (let spent = 0; spent < minutes; spent += 0.5) {
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    if (!sessionOf(jira)) return;
    window.dispatchEvent(trustedEvent('pointermove'));
    window.dispatchEvent(trustedEvent('keydown'));
    scheduleRefresh();
    // The background runs in real time: give it time to answer, or the page refreshes once more.
    await settle(harness, 3);
  }
}

/** From two minutes to three times the session timeout, in minutes, evenly distributed on a logarithmic scale. */
function absence(random: Random, timeoutMinutes: number): number {
  return 2 * Math.exp(random.next() * Math.log((timeoutMinutes * 3) / 2));
}

function stubBrowser(
  jira: Jira,
  browser: MemoryBrowser,
  harness: BackgroundHarness,
  tab: BackgroundHarness['tabs'][number],
): void {
  const sendMessage = (message: object): Promise<unknown> => harness.send(tab, message);
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage } });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    browser.request(jira, 'GET', new URL(url).pathname, { redirect: init.redirect! }),
  );
  harness.cookiesSentTo = (address) => browser.cookiesSeen([address]);
  vi.spyOn(document, 'cookie', 'get').mockImplementation(() => browser.documentCookie(PATH));
}

interface OpenPage {
  /** The result of the page's last refresh. */
  readonly snapshot: () => Snapshot | null;
  readonly scheduleRefresh: () => void;
}

/** Loads the page in place of the one before. Signs in first if the session has ended. */
async function openPage(
  jira: Jira,
  browser: MemoryBrowser,
  harness: BackgroundHarness,
  isStated: boolean,
): Promise<OpenPage> {
  lifecycle?.abort();
  lifecycle = new AbortController();
  if (!sessionOf(jira)) await browser.signIn(jira, 'alice');
  // The stated expiry counts from the request before this one.
  const { lastAccessed, maxInactiveInterval } = sessionOf(jira)!;
  const start = Date.now();
  const { user, metaToken } = await browser.open(jira, PATH);
  document.head.innerHTML = `
    <meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">
    <meta name="ajs-remote-user" content="${user}">
    <meta id="atlassian-token" name="atlassian-token" content="${metaToken}">`;
  document.body.innerHTML = !isStated
    ? ''
    : `<form id="jira_request_timing_info"><fieldset>
        <input type="hidden" title="jira.request.start.millis" value="${start}">
        <input type="hidden" title="jira.session.expiry.time" value="${lastAccessed + maxInactiveInterval * 1_000}">
      </fieldset></form>`;
  const load = { transferSize: 1, responseStatus: 200, responseEnd: performance.now() };
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load as unknown as PerformanceEntry]);
  Object.defineProperty(performance, 'timeOrigin', {
    configurable: true,
    value: Date.now() - performance.now(),
  });

  let snapshot: Snapshot | null = null;
  const { signal } = lifecycle;
  const watch: PageMonitor = watchPage(
    lifecycle,
    true,
    accessPage(signal, sendToBackground, () => watch.scheduleRefresh()),
    sendToBackground,
    listenToEvents(ACTIVITY_EVENTS, signal),
    () => ({ waitingAttempts: () => null, parkedFiles: () => [] }),
    (seen) => (snapshot = seen),
  );
  harness.onMessage = () => watch.scheduleRefresh();
  await watch.refresh();
  await settle(harness);
  return { snapshot: () => snapshot, scheduleRefresh: () => watch.scheduleRefresh() };
}

function sessionOf(jira: Jira): Jira['sessions']['all'][number] | undefined {
  return jira.sessions.all.find(({ user }) => user === 'alice');
}

/** Waits until the page and the background have nothing to do. */
async function settle(harness: BackgroundHarness, rounds = 10): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    await vi.advanceTimersByTimeAsync(300);
    await harness.settle();
  }
}
