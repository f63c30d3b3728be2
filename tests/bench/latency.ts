/**
 * How soon Freshtoken shows what has happened: the badge and the banner after a login in another tab, and the popup
 * after a click; and for how long a renewal blocks a page.
 */
import { pool } from '../../src/lib/async.ts';
import { launch, POPUP_PATH, type Browser, type Kind, type Tab } from '../e2e/browsers/browser.ts';
import { limited, pause, until } from '../e2e/browsers/until.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { storeManyTabs, timePopup } from '../serial/many-tabs.ts';
import { addLinks, timeRenewal } from '../serial/renewal.ts';
import { noteVersion, saveRecord, type BenchRecord, type Latency } from './record.ts';

/** How many tabs are open, and how soon 95 % of the badges and banners should follow a login. */
const LOGINS = [
  { tabs: 1, goal: 100 },
  { tabs: 50, goal: 100 },
  { tabs: 200, goal: 250 },
];
const QUICK_LOGINS = [
  { tabs: 1, goal: 100 },
  { tabs: 10, goal: 100 },
];
/** How often somebody logs in; fewer times if that takes longer than so many milliseconds. */
const MOST = { logins: 50, millis: 180_000 };
const QUICK_MOST = { logins: 5, millis: 10_000 };
const POPUP = { tabs: 200, openings: 50, goal: 100 };
const RENEWAL = { links: 1_000, renewals: 20, goal: 20 };

interface Instrument {
  readonly title: string;
  readonly measure: (browser: Browser, server: RunningJira) => Promise<Latency[]>;
}

function instrumentsOf(kind: Kind, isQuick: boolean): Instrument[] {
  const most = isQuick ? QUICK_MOST : MOST;
  const [openings, renewals] = isQuick ? [5, 5] : [POPUP.openings, RENEWAL.renewals];
  const instruments = (isQuick ? QUICK_LOGINS : LOGINS).map((plan): Instrument => {
    return { title: `logins, ${tabsInWords(plan.tabs)}`, measure: (...args) => measureLogins(...args, plan, most) };
  });
  instruments.push({ title: 'popup', measure: (...args) => measurePopup(...args, openings) });
  // In Firefox the driver's scripts block a page for longer than a renewal.
  if (kind === 'chromium')
    instruments.push({ title: 'renewal', measure: (...args) => measureRenewal(...args, renewals) });
  return instruments;
}

/**
 * Measures all latencies, in a browser with the build alone, and adds them to the record. Gives what went wrong, in
 * sentences.
 */
export async function benchLatencies(record: BenchRecord, isQuick: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const { title, measure } of instrumentsOf(record.kind, isQuick)) {
    const began = Date.now();
    const measured = (): Promise<Latency[]> => limited(title, LIMIT_MILLIS, atJira(record, measure));
    try {
      record.latencies.push(...(await measured().catch(measured)));
      console.log(`${record.kind}, latency, ${title}: ${((Date.now() - began) / 1_000).toFixed(0)} s`);
    } catch (error) {
      faults.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
    saveRecord(record);
  }
  return faults;
}

/** How long one of them may take. */
const LIMIT_MILLIS = 900_000;

/** Runs `work` with a new browser that watches a new Jira. */
async function atJira<T>(
  record: BenchRecord,
  work: (browser: Browser, server: RunningJira) => Promise<T>,
): Promise<T> {
  const browser = await launch(record.kind);
  try {
    const page = await browser.extensionPage(NO_POPUP);
    noteVersion(record, await page.browser().version());
    await page.close();
    await browser.grant('http://127.0.0.1/*');
    // So many minutes that the badges of all fresh pages say the same for as long as this takes.
    const server = await serveJira({ timeoutMinutes: 290 });
    try {
      return await work(browser, server);
    } finally {
      await server.close();
    }
  } finally {
    await browser.close();
  }
}

/**
 * The times from the answer to a login, sent by a tab behind, until badge and banner of the tab in front show it. All
 * pages are fresh before each login. The background is alive in one half of the logins, and dead in the other.
 */
async function measureLogins(
  browser: Browser,
  server: RunningJira,
  { tabs: count, goal }: (typeof LOGINS)[number],
  most: typeof MOST,
): Promise<Latency[]> {
  const other = await browser.open(`${server.url}/login.jsp`);
  await logIn(other, server);
  const tabs: Tab[] = [];
  while (tabs.length < count) tabs.push(await browser.open(`${server.url}/browse/RAIL-${tabs.length + 7}`));
  const front = tabs.at(-1)!;
  const badges = await watchBadges(browser, `${server.url}/browse/*`);
  await front.activate();

  /** Null if the background was not as wanted at the moment of the login: a page may just have woken it. */
  const timeLogin = async (isDead: boolean) => {
    await pool(tabs, ({ page }) => page.reload({ waitUntil: 'load' }));
    await badges.allSay('4h');
    await pause(SETTLE_MILLIS + count * SETTLE_MILLIS_PER_TAB);
    if (isDead) await browser.killBackground();
    const logInNow = async (): Promise<[at: number, starts: number | null]> => {
      // The watchers of badge and banner have begun by then.
      await pause(100);
      const starts = await startsOf(browser);
      return [await logIn(other, server), starts];
    };
    const watchers = [front.whenBadgeSays('!'), front.page.evaluate(nextBannerFrame)] as const;
    const [[at, starts], badge, banner] = await Promise.all([logInNow(), ...watchers]);
    const last = await badges.allSay('!');
    const wasAsWanted = starts === null || (await startsOf(browser)) === starts + (isDead ? 1 : 0);
    return wasAsWanted ? { badge: badge - at, banner: banner - at, last: last - at } : null;
  };

  const latencies: Latency[] = [];
  for (const state of ['running', 'dead'] as const) {
    const took = { badge: [] as number[], banner: [] as number[], last: [] as number[] };
    const began = Date.now();
    while (took.badge.length < most.logins && Date.now() < began + most.millis) {
      const timed = await timeLogin(state === 'dead');
      if (!timed) continue;
      for (const what of ['badge', 'banner', 'last'] as const) took[what].push(timed[what]);
    }
    if (took.badge.length === 0) throw new Error(`The background was never ${state} when somebody logged in`);
    const where = `${tabsInWords(count)}, background ${state}`;
    latencies.push(
      { title: `from a login to the badge: ${where}`, millis: took.badge, goal },
      { title: `from a login to the banner: ${where}`, millis: took.banner, goal },
      { title: `from a login to the last badge: ${where}`, millis: took.last, goal: null },
    );
  }
  return latencies;
}

/** How long pages and background rest before each login: hundreds of pages still work for seconds after their load. */
const SETTLE_MILLIS = 500;
const SETTLE_MILLIS_PER_TAB = 25;

/** Logs in by a request of a page; returns when Jira's answer was ready, in epoch milliseconds. */
async function logIn({ page }: Tab, { jira }: RunningJira): Promise<number> {
  const before = jira.requests.length;
  await page.evaluate(async () => {
    const body = new URLSearchParams({ os_username: 'alice', os_password: 'alice' });
    await fetch('/login.jsp', { method: 'POST', body, redirect: 'manual' });
  });
  return jira.requests.slice(before).find(({ method }) => method === 'POST')!.answeredAt;
}

function tabsInWords(count: number): string {
  return `${count} ${count === 1 ? 'tab' : 'tabs'}`;
}

/** The popup of a tab that does not exist: a page of the extension that does nothing. */
const NO_POPUP = `${POPUP_PATH}?tab=-1`;

/** How often the background has started; null in Firefox, which does not report it. */
async function startsOf(browser: Browser): Promise<number | null> {
  return browser.kind === 'chromium' ? browser.backgroundStarts() : null;
}

/** Runs in the page: waits until a banner is open and painted; returns when, in epoch milliseconds. */
async function nextBannerFrame(): Promise<number> {
  await new Promise<void>((done) =>
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector('div[popover]:popover-open')) return;
      observer.disconnect();
      done();
    }).observe(document, { childList: true, subtree: true }),
  );
  await new Promise((done) => requestAnimationFrame(done));
  // A message is delivered after the frame was painted.
  await new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', done, { once: true });
    port1.start();
    port2.postMessage(0);
  });
  return Date.now();
}

/** Watches the badges of all tabs at some addresses: `allSay` waits for a text, and gives when, in epoch milliseconds. */
async function watchBadges(browser: Browser, pattern: string): Promise<{ allSay(text: string): Promise<number> }> {
  const page = await browser.extensionPage(NO_POPUP);
  /** Runs in the page: how many badges do not say a text. */
  const countOthers = async (url: string, wanted: string): Promise<number> => {
    const { tabs, action } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
    const found = await tabs.query({ url });
    const texts = await Promise.all(found.map(({ id }) => action.getBadgeText({ tabId: id! })));
    return texts.filter((text) => text !== wanted).length;
  };
  return {
    async allSay(text) {
      const began = Date.now();
      for (;;) {
        const others = await page.evaluate(countOthers, pattern, text);
        const now = Date.now();
        if (others === 0) return now;
        if (now > began + ALL_MILLIS)
          throw new Error(`Not within ${ALL_MILLIS} ms: ${others} badges do not say "${text}"`);
        // Not in the page: it is hidden, so its timers would run once a minute.
        await pause(POLL_MILLIS);
      }
    },
  };
}

const POLL_MILLIS = 20;
const ALL_MILLIS = 120_000;

/** The time from the popup's start to its content, with many tabs and a background that is dead. */
async function measurePopup(browser: Browser, server: RunningJira, openings: number): Promise<Latency[]> {
  const { tabs, goal } = POPUP;
  const [first] = await storeManyTabs(browser, server, tabs);
  const millis: number[] = [];
  for (let n = 0; n < openings; n++) {
    await browser.killBackground();
    millis.push((await timePopup(browser, first!, tabs / 2)).shown);
  }
  return [{ title: `the popup’s content: ${tabs} tabs, background dead`, millis, goal }];
}

/** For how long a renewal blocks a page with many links. */
async function measureRenewal(browser: Browser, server: RunningJira, renewals: number): Promise<Latency[]> {
  const { links, goal } = RENEWAL;
  const other = await browser.open(`${server.url}/login.jsp`);
  await logIn(other, server);
  const tab = await browser.open(`${server.url}/browse/RAIL-7`);
  await addLinks(tab, links);
  const millis: number[] = [];
  for (let n = 0; n < renewals; n++) {
    await logIn(other, server);
    await until('the banner offers the renewal', 2_000, async () =>
      (await tab.banner())?.buttons.includes('Renew this page'),
    );
    millis.push((await timeRenewal(tab)).blocked);
  }
  return [{ title: `a renewal in place blocks the page: ${links} links`, millis, goal }];
}
