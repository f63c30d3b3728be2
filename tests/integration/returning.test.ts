/**
 * A day of alice's at one Jira page: she leaves it, comes back, and works there without a word to the server. The page's own
 * script, the background and the stand-in Jira run as they are, in memory.
 */
import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Snapshot, Watch } from '../../extension/content/page-monitor.ts';
import { MemoryBrowser } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import { trusted } from '../unit/trusted.ts';
import { Machine } from './background-harness.ts';
import { randomFrom, type Random } from './random.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const PATH = '/browse/RAIL-7';

// The stand-in runs in Node's own world, the page's script in one of its own.
const ourWindow = new Window({ url: `http://127.0.0.1${PATH}` });
const { document, location, MutationObserver, Event } = ourWindow as unknown as typeof globalThis;
for (const [name, value] of Object.entries({
  window: ourWindow,
  document,
  location,
  MutationObserver,
  Event,
}))
  vi.stubGlobal(name, value);
const { hearEvents } = await import('../../extension/content/frames.ts');
const { DOING } = await import('../../extension/content/activity/user.ts');
const { accessPage } = await import('../../extension/content/own-page.ts');
const { tellBackground } = await import('../../extension/content/background.ts');
const { watchPage } = await import('../../extension/content/page-monitor.ts');

let isInFront: boolean;
let life: AbortController | undefined;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Date.UTC(2026, 0, 5, 8),
  });
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isInFront ? 'visible' : 'hidden'));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => isInFront);
});
afterEach(() => {
  life?.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each([
  { timeoutMinutes: 10, isStated: true },
  { timeoutMinutes: 30, isStated: true },
  { timeoutMinutes: 300, isStated: true },
  { timeoutMinutes: 30, isStated: false },
])('a server with a timeout of $timeoutMinutes minutes, stated: $isStated', ({ timeoutMinutes, isStated }) => {
  test.each([1, 2, 3])('tells whoever comes back the truth, by one proof at most (seed %i)', async (seed) => {
    const { comings, proofs, ended } = await liveOneDay(timeoutMinutes, isStated, seed);
    // A day without a proof, or without an ended session, would show nothing.
    expect(proofs).toBeGreaterThan(0);
    expect(ended).toBeGreaterThan(0);
    expect(comings).toBeGreaterThan(ended);
  });
});

async function liveOneDay(
  timeoutMinutes: number,
  isStated: boolean,
  seed: number,
): Promise<{ comings: number; proofs: number; ended: number }> {
  const random = randomFrom(seed * 7_919 + timeoutMinutes);
  const jira = createJira({ profile: '9', timeoutMinutes, clock: createClock(Date.now()) });
  const browser = new MemoryBrowser();
  const machine = new Machine();
  const tab = { id: 1, url: `${location.origin}${PATH}`, cookieStoreId: 'firefox-default' };
  machine.tabs.push(tab);
  stubWorld(jira, browser, machine, tab);
  const open = (): Promise<PageOpen> => openPage(jira, browser, machine, isStated);
  const asked = (): number => jira.requests.filter(({ path }) => path.startsWith('/rest/')).length;
  const end = Date.now() + DAY;
  const told = { comings: 0, proofs: 0, ended: 0 };

  isInFront = true;
  let page = await open();
  while (Date.now() < end) {
    isInFront = false;
    await vi.advanceTimersByTimeAsync(absence(random, timeoutMinutes) * MINUTE);
    await machine.ring();
    const before = asked();
    const isAlive = sessionOf(jira) !== undefined;

    isInFront = true;
    told.comings++;
    window.dispatchEvent(trusted(random.pick(['focus', 'pointermove', 'keydown'])));
    await settle(machine);
    const at = `seed ${seed}, after ${told.comings} comings`;
    expect(page.snapshot()?.verdict.name, at).toMatch(isAlive ? /^(fresh|aging)$/ : /^signed-out$/);
    if (isAlive) await work(jira, machine, page, random.next() * Math.min(60, timeoutMinutes * 0.4));
    await settle(machine);
    expect(asked() - before, at).toBeLessThanOrEqual(1);
    told.proofs += asked() - before;

    if (!isAlive) told.ended++;
    if (!isAlive || random.below(3) === 0) page = await open();
  }
  return told;
}

/**
 * She reads and types, and nothing of it reaches the server. The page refreshes, as changes in other tabs have it do. She stops
 * where the session ends: what a signed-out page asks is another matter.
 */
async function work(jira: Jira, machine: Machine, { scheduleRefresh }: PageOpen, minutes: number): Promise<void> {
  for (let spent = 0; spent < minutes; spent += 0.5) {
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    if (!sessionOf(jira)) return;
    window.dispatchEvent(trusted('pointermove'));
    window.dispatchEvent(trusted('keydown'));
    scheduleRefresh();
    // The background answers in its own time, not in the story's: a page that is not answered looks once more.
    await settle(machine, 3);
  }
}

/** From two minutes up to three times what a session lasts, short ones as likely as long ones. */
function absence(random: Random, timeoutMinutes: number): number {
  return 2 * Math.exp(random.next() * Math.log((timeoutMinutes * 3) / 2));
}

function stubWorld(jira: Jira, browser: MemoryBrowser, machine: Machine, tab: Machine['tabs'][number]): void {
  const sendMessage = (message: object): Promise<unknown> => machine.send(tab, message);
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage } });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    browser.request(jira, 'GET', new URL(url).pathname, { redirect: init.redirect! }),
  );
  machine.cookiesSentTo = (address) => browser.cookiesSeen([address]);
  vi.spyOn(document, 'cookie', 'get').mockImplementation(() => browser.documentCookie(PATH));
}

interface PageOpen {
  /** What the page's last look saw. */
  readonly snapshot: () => Snapshot | null;
  readonly scheduleRefresh: () => void;
}

/** Loads the page, in place of the one before; signs in first where it must be. */
async function openPage(jira: Jira, browser: MemoryBrowser, machine: Machine, isStated: boolean): Promise<PageOpen> {
  life?.abort();
  life = new AbortController();
  if (!sessionOf(jira)) await browser.signIn(jira, 'alice');
  // The server counts from the request before this one.
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
  const { signal } = life;
  const watch: Watch = watchPage(
    life,
    true,
    accessPage(signal, tellBackground, () => watch.scheduleRefresh()),
    tellBackground,
    hearEvents(DOING, signal),
    () => ({ withheld: () => null, parkedFiles: () => [] }),
    (seen) => (snapshot = seen),
  );
  machine.onTell = () => watch.scheduleRefresh();
  await watch.refresh();
  await settle(machine);
  return { snapshot: () => snapshot, scheduleRefresh: () => watch.scheduleRefresh() };
}

function sessionOf(jira: Jira): Jira['sessions']['all'][number] | undefined {
  return jira.sessions.all.find(({ user }) => user === 'alice');
}

/** Lets the page and the background come to rest. */
async function settle(machine: Machine, rounds = 10): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    await vi.advanceTimersByTimeAsync(300);
    await machine.rest();
  }
}
