/** Where the end-to-end tests start: a browser, a stand-in Jira and two tabs; and what users do there. */
import type { Cookie, CookieData, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { serveJira, type RunningJira, type ServeOptions } from '../fixtures/jira/serve.ts';
import {
  launch,
  POPUP_PATH,
  type Badge,
  type BannerContent,
  type Browser,
  type Kind,
  type Stored,
  type Tab,
} from './browsers/browser.ts';
import { GECKO_ID } from './browsers/firefox-privileged.ts';
import { removePolicy, setPolicy } from './browsers/policy.ts';
import { limited, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';

/** Where a test starts: alice is signed in, and her issue is open. */
export interface Scenario {
  readonly browser: Browser;
  readonly server: RunningJira;
  /** alice's issue page. */
  readonly tab: Tab;
  /** Another tab of the same Jira, in which users log in and out. */
  readonly other: Tab;
  end(): Promise<void>;
}

/** Opens RAIL-7 of a new Jira as alice, with no cookies from before. The site must be watched already: see `watch`. */
export async function startScenario(
  browser: Browser,
  options: ServeOptions = {},
  remember = false,
): Promise<Scenario> {
  const server = await serveJira(options);
  // All test Jiras share a host, and so its cookies. Only a context path separates them.
  if (!options.basePath) await browser.clearCookies();
  const { tab, other } = await takeTabs(browser);
  await logIn(other, server, 'alice', remember);
  await tab.activate();
  await tab.goto(`${server.url}/browse/RAIL-7`);
  return {
    browser,
    server,
    tab,
    other,
    async end() {
      await releaseTabs(browser, { tab, other });
      await server.close();
    },
  };
}

interface Tabs {
  readonly tab: Tab;
  readonly other: Tab;
}

const BLANK = 'about:blank';

/** Tabs for the next test to use again: opening a tab takes a browser longer than loading a page. */
const spareTabs = new WeakMap<Browser, Tabs>();

async function takeTabs(browser: Browser): Promise<Tabs> {
  const spare = spareTabs.get(browser);
  spareTabs.delete(browser);
  if (spare) return spare;
  const other = await browser.open(BLANK);
  return { other, tab: await browser.open(BLANK) };
}

/** Sends both tabs to an empty page, for the next test. Closes both if that fails, or if one is closed already. */
async function releaseTabs(browser: Browser, tabs: Tabs): Promise<void> {
  const both = [tabs.tab, tabs.other];
  try {
    for (const tab of both) if (tab.page.url() !== BLANK) await limited('a tab is left', 5_000, tab.leave(BLANK));
    spareTabs.set(browser, tabs);
  } catch {
    for (const tab of both) await tab.close().catch(() => undefined);
  }
}

/** Runs a test with alice at her issue, and cleans up whether it passes or fails. */
export async function withScenario(
  browser: Browser,
  options: ServeOptions,
  run: (scenario: Scenario) => Promise<void>,
  remember = false,
): Promise<void> {
  const scenario = await startScenario(browser, options, remember);
  try {
    await run(scenario);
  } catch (error) {
    // Report the first error, not one of the clean-up. Don't use the tabs again: their state is not known.
    for (const tab of [scenario.tab, scenario.other]) await tab.close().catch(() => undefined);
    await scenario.end().catch(() => undefined);
    throw error;
  }
  await scenario.end();
}

/** Declares a test that starts with alice signed in at her issue, in a Jira with these options. */
export type SignedInTest = (
  name: string,
  options: JiraOptions & {
    readonly remember?: boolean;
    /** Runs in both browsers, although other tests of the file run in one. */
    readonly runsInBothBrowsers?: boolean;
  },
  run: () => Promise<void>,
) => void;

/** What the tests of a `describe` have in common. */
export interface TestSetup {
  /** Options of each test's Jira; a test's own options come on top. */
  readonly options?: JiraOptions | (() => JiraOptions);
  /** Each test runs in one of the two browsers: see `inOneBrowser`. */
  readonly runsInOneBrowser?: boolean;
  /** Called once, with the browser that all tests of the `describe` share. */
  readonly onLaunch?: (browser: Browser) => void;
  /** Called before each test, with the test's own scenario. */
  readonly beforeEach: (scenario: Scenario) => Promise<void> | void;
}

/**
 * Launches one browser for a `describe`, and returns the function that declares tests. Each test has its own Jira and
 * cookies.
 */
export function createSignedInTest(
  kind: Kind,
  { options: common, runsInOneBrowser, onLaunch, beforeEach }: TestSetup,
): SignedInTest {
  let browser: Browser;
  beforeAll(async () => {
    browser = await borrowBrowser(kind);
    onLaunch?.(browser);
  });
  afterAll(() => returnBrowser(browser));
  const ruleTest = runsInOneBrowser ? inOneBrowser(kind) : test;
  return (name, { remember, runsInBothBrowsers, ...options }, run) =>
    (runsInBothBrowsers ? test : ruleTest)(name, () => {
      const defaults = typeof common === 'function' ? common() : common;
      const runWithSetup = async (scenario: Scenario): Promise<void> => {
        await beforeEach(scenario);
        await run();
      };
      return withScenario(browser, { ...defaults, ...options }, runWithSetup, remember);
    });
}

/**
 * Launches a browser with the extension and with permission for a host. A browser that hangs, as happens on a busy
 * machine, is closed and launched once more. `from` is the folder of the extension; without it, the one that the build
 * made.
 */
export async function launchAndWatch(kind: Kind, host = '127.0.0.1', from?: string): Promise<Browser> {
  const start = async (): Promise<Browser> => {
    const browser = await launch(kind, true, from);
    try {
      await browser.grant(`http://${host}/*`);
      return browser;
    } catch (error) {
      await browser.close();
      throw error;
    }
  };
  return start().catch(start);
}

/** Where all tests start that can share a browser: what the extension stores, and the one site that is watched. */
const SHARED_SITE = 'http://127.0.0.1/*';
const storedAtStart = new WeakMap<Browser, Stored>();

/** The browsers that no file uses now. A worker runs one file after another, and keeps them. */
const idleBrowsers = new Map<Kind, Browser>();

/**
 * Takes the browser of an earlier file, or launches one. It has the extension, and permission for 127.0.0.1. Launching
 * a browser takes longer than most tests.
 */
export async function borrowBrowser(kind: Kind): Promise<Browser> {
  const idle = idleBrowsers.get(kind);
  idleBrowsers.delete(kind);
  if (idle) return idle;
  const browser = await launchAndWatch(kind);
  const [local, session] = JSON.parse(await browser.storage()) as [Stored['local'], Stored['session']];
  storedAtStart.set(browser, { local, session });
  return browser;
}

/** Makes a borrowed browser ready for the next file. One that hangs is closed instead. */
export async function returnBrowser(browser: Browser): Promise<void> {
  spareTabs.delete(browser);
  try {
    await browser.reset(storedAtStart.get(browser)!, SHARED_SITE);
    idleBrowsers.set(browser.kind, browser);
  } catch (error) {
    console.warn(`A ${browser.kind} can't be used again: ${String(error)}`);
    await browser.close();
  }
}

/**
 * The same under a policy, which is removed at the end. Firefox reads a policy only when it starts. Chromium also
 * reads it later, and only then has an id for the extension.
 */
export async function withPolicy(
  kind: Kind,
  policy: Parameters<typeof setPolicy>[2],
  run: (browser: Browser) => Promise<void>,
  from?: string,
): Promise<void> {
  if (kind === 'firefox') setPolicy(kind, GECKO_ID, policy);
  const browser = await launchAndWatch(kind, undefined, from);
  if (kind === 'chromium') setPolicy(kind, browser.extensionId, policy);
  try {
    await run(browser);
  } finally {
    removePolicy(kind);
    await browser.close();
  }
}

/** Starts to watch a host, by a click in the popup. */
export async function watch(browser: Browser, host = '127.0.0.1'): Promise<void> {
  const server = await serveJira({ host });
  const tab = await browser.open(`${server.url}/login.jsp`);
  const popup = await tab.popup();
  // Chromium grants a permission again at once if it was granted before: then there is nothing to click.
  const offered = await until('the popup is ready', 3_000, async () => (await popup.buttons()).at(-1));
  if (offered === 'Watch this site') await popup.click('Watch this site');
  await until('the site is watched', 3_000, async () => (await popup.buttons()).includes('Stop watching'));
  await popup.close();
  await tab.close();
  await server.close();
}

export async function logIn(tab: Tab, server: RunningJira, user: string, remember = false): Promise<void> {
  const form = { os_username: user, os_password: user, ...(remember && { os_cookie: 'true' }) };
  await request(tab, server, '/login.jsp', form);
}

export async function logOut(tab: Tab, server: RunningJira): Promise<void> {
  await request(tab, server, '/logout');
}

/**
 * Sends a request with the cookies of the tab's browser, and stores the cookies of the answer. This loads no page,
 * because loading a page often takes longer than the rest of a test. A tab that shows this Jira sends the request
 * itself: a private window and a container have their own cookies.
 */
export async function request(
  tab: Tab,
  { url, jira }: Pick<RunningJira, 'url' | 'jira'>,
  path: string,
  form?: Record<string, string>,
): Promise<void> {
  const to = url + path;
  if (tab.page.url().startsWith(`${url}/`)) {
    await tab.page.evaluate(
      async (address, fields) =>
        void (await fetch(address, fields && { method: 'POST', body: new URLSearchParams(fields) })),
      to,
      form,
    );
    return;
  }
  const context = tab.page.browserContext();
  const { hostname, pathname, origin } = new URL(to);
  const isSent = ({ domain, path: own }: Cookie): boolean =>
    (domain === hostname || (domain.startsWith('.') && `.${hostname}`.endsWith(domain))) &&
    (own === '/' || `${pathname}/`.startsWith(`${own}/`));
  const cookies = (await context.cookies()).filter(isSent).toSorted((a, b) => b.path.length - a.path.length);
  const answer = await jira.app.request(to, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  });
  await context.setCookie(...answer.headers.getSetCookie().map((header) => cookieOf(header, hostname)));
  const location = answer.headers.get('location');
  const next = location !== null && new URL(location, to);
  if (next && next.origin === origin) await request(tab, { url: origin, jira }, next.pathname + next.search);
}

/** Parses a `Set-Cookie` header of the stand-in. */
function cookieOf(header: string, host: string): CookieData {
  const [pair = '', ...flags] = header.split(';').map((part) => part.trim());
  const flag = (name: string): string | undefined =>
    flags.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  const age = flag('Max-Age');
  return {
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    domain: flag('Domain') ?? host,
    path: flag('Path') ?? '/',
    httpOnly: flags.includes('HttpOnly'),
    ...(age !== undefined && { expires: Math.floor(Date.now() / 1000) + Number(age) }),
  };
}

/** Logs out and in again, as the same user or another. */
export async function switchTo(tab: Tab, server: RunningJira, user: string): Promise<void> {
  await logOut(tab, server);
  await logIn(tab, server, user);
}

/** Waits for a text on a tab's badge. How fast it appears is measured in tests/serial. */
export function waitForBadge(tab: Tab, text: string, within = 1_000): Promise<Badge> {
  return until(`the badge says "${text}"`, within, async () => {
    const badge = await tab.badge();
    if (badge.text !== text) throw new Error(`it says ${JSON.stringify(badge)}`);
    return badge;
  });
}

/** Waits for a text in a tab's banner. */
export function waitForBanner(tab: Tab, text: string | RegExp, within = 1_000): Promise<BannerContent> {
  return until(`the banner says ${String(text)}`, within, async () => {
    const banner = await tab.banner();
    const fits = typeof text === 'string' ? banner?.text.includes(text) : banner && text.test(banner.text);
    if (!fits) throw new Error(`it says ${JSON.stringify(banner)}`);
    return banner;
  });
}

/** Opens the popup of a tab in its own tab, where a test can use the keyboard. */
export async function popupPage(browser: Browser, tab: Tab): Promise<Page> {
  const helperPage = await browser.extensionPage(POPUP_PATH);
  const id = await helperPage.evaluate(async (address) => {
    const { tabs } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
    return (await tabs.query({})).findLast(({ url }) => url === address)!.id;
  }, tab.page.url());
  await helperPage.close();
  const page = await browser.extensionPage(`${POPUP_PATH}?tab=${id}`);
  await page.bringToFront();
  await until('the popup is there', 3_000, () => page.$('#sentence'));
  return page;
}

/** Waits until the page's log has an outcome for this many attaches; returns the outcomes. */
export async function attachLog(tab: Tab, expected: number): Promise<string[]> {
  return until(`the outcome of ${expected} attaches`, 5_000, async () => {
    // One call: `$$eval` is several, which takes Firefox eighty milliseconds.
    const log = await tab.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#attach-log li')].map((line) => line.dataset['status']),
    );
    return log.length === expected && log.every(Boolean) ? (log as string[]) : null;
  });
}

/** Attaches by drop, file input and paste, one after the other; expects that all arrive unchanged, in alice's name. */
export async function attachEveryWay({ tab, server }: Scenario): Promise<void> {
  const [dropped, picked] = [makeFile('door.log'), makeFile('sill.txt')];
  await tab.drop('#dropzone', [dropped.path]);
  expect(await attachLog(tab, 1)).toEqual(['ok']);
  await tab.pick('#attach-input', [picked.path]);
  expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
  const pasted = await tab.paste('#comment');
  expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
  const { attachments } = server.jira;
  expect(attachments.map(({ via, user }) => [via, user])).toEqual([
    ['drop', 'alice'],
    ['input', 'alice'],
    ['paste', 'alice'],
  ]);
  expect(attachments.map(({ sha256 }) => sha256)).toEqual([dropped.sha256, picked.sha256, pasted]);
}
