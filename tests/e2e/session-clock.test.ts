/**
 * The session clock and the proof. Hours pass at once: the tests move the server's clock and the product's. Case
 * numbers are those of docs/jira-xsrf.md.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../fixtures/jira/clock.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import {
  attachLog,
  createSignedInTest,
  logIn,
  logOut,
  startScenario,
  waitForBadge,
  waitForBanner,
  type Scenario,
} from './scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let scenario: Scenario;
  let clock = createClock();
  let aheadMinutes = 0;
  let scenarios = 0;

  beforeEach(async () => {
    clock = createClock();
    aheadMinutes = 0;
    await browser.store('local', { aheadMillis: 0 });
  });

  /** A new context path, so that each test starts without cookies. */
  const newContextPath = (): { basePath: string } => ({ basePath: `/jira${++scenarios}` });

  /** Moves both clocks. The pages get the new time a moment later. */
  async function passTime(minutes: number): Promise<void> {
    clock.advance(minutes);
    aheadMinutes += minutes;
    await browser.store('local', { aheadMillis: aheadMinutes * 60_000 });
    await pause(300);
  }

  /** alice opens her page, then goes to a page that isn't Jira's. */
  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    options: () => ({ ...newContextPath(), rememberMe: true, clock }),
    onLaunch: (launched) => (browser = launched),
    beforeEach: async (started) => {
      scenario = started;
      await waitForBadge(scenario.tab, '4h');
      await scenario.other.goto(`${scenario.server.url}/confluence/`);
      await scenario.other.activate();
    },
  });

  const proofCount = (): number =>
    scenario.server.jira.requests.filter(
      ({ path }) => path === '/rest/auth/1/session' || path === '/rest/api/2/myself',
    ).length;

  signedInTest('after 4 h 31 min without a request the badge shows minutes, after 5 h “?”', {}, async () => {
    const { tab } = scenario;
    await passTime(271);
    const badge = await waitForBadge(tab, '28m', 3_000);
    expect(badge.title).toContain('about to end');
    await waitForBanner(tab, 'about to end');
    await passTime(29);
    expect((await waitForBadge(tab, '?', 3_000)).title).toContain('may have ended');
    expect(proofCount()).toBe(0);
  });

  signedInTest('“Stay signed in” extends the session with one question', {}, async () => {
    const { tab } = scenario;
    // At the page already: coming back to it later would ask Jira too.
    await tab.activate();
    await passTime(271);
    expect((await waitForBanner(tab, 'about to end', 3_000)).buttons).toEqual(['Stay signed in', 'Dismiss']);
    await tab.press('Stay signed in');
    await waitForBadge(tab, '4h', 2_000);
    expect(proofCount()).toBe(1);
    await scenario.other.activate();
    await passTime(270);
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
  });

  describe.each(['7', '8.3', '9', '11'] as const)('on Jira %s', (profile) => {
    signedInTest('case 1: coming back after the end shows “signed out”', { profile }, async () => {
      await passTime(301);
      await waitForBadge(scenario.tab, '?', 3_000);
      await scenario.tab.activate();
      await waitForBadge(scenario.tab, 'out', 2_000);
      await waitForBanner(scenario.tab, 'You are signed out');
    });

    signedInTest(
      'case 3: coming back as a remembered user leads to a fresh page',
      { profile, remember: true },
      async () => {
        const { tab, server } = scenario;
        await passTime(301);
        await waitForBadge(tab, '?', 3_000);
        await tab.activate();
        if (profile === '7' || profile === '8.3') await waitForBadge(tab, '4h', 2_000);
        else {
          await waitForBadge(tab, '!', 2_000);
          await waitForBanner(tab, 'Renewing mends it in place');
          await tab.press('Renew this page');
          await waitForBadge(tab, '4h', 2_000);
        }
        await tab.drop('#dropzone', [makeFile('door.log').path]);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect(server.jira.attachments).toHaveLength(1);
      },
    );
  });

  inOneBrowser(kind).each([
    ['a proxy’s 502', 'bad-gateway', 'Your Jira can’t be reached'],
    ['a server that hangs up', 'hang-up', 'Your Jira can’t be reached'],
    ['a server that takes 1.4 s', { delayMillis: 1_400 }, 'answer'],
    ['a server that takes 1.9 s', { delayMillis: 1_900 }, 'either'],
    ['a server that takes 2.1 s', { delayMillis: 2_100 }, 'either'],
    ['a server that takes 2.5 s', { delayMillis: 2_500 }, 'Jira did not answer'],
  ] as const)('with %s, the badge claims only what is known', async (_name, fault, expected) => {
    scenario = await startScenario(browser, { ...newContextPath(), clock });
    const { tab, other, server } = scenario;
    await waitForBadge(tab, '4h');
    await other.goto(`${server.url}/confluence/`);
    await other.activate();
    await passTime(301);
    await waitForBadge(tab, '?', 3_000);
    server.jira.faults.proof = fault;
    await tab.activate();
    if (expected === 'answer') await waitForBadge(tab, 'out', 3_000);
    else if (expected === 'either') {
      // Close to the time limit both are right: the answer may still count.
      await waitForBanner(tab, /Jira did not answer|You are signed out/, 3_500);
    } else {
      await waitForBanner(tab, expected, 3_500);
      expect((await tab.badge()).text).toBe('?');
      server.jira.faults.proof = undefined;
      await tab.press('Try again');
      await waitForBadge(tab, 'out', 2_000);
    }
    await scenario.end();
  });

  signedInTest('a dashboard with a polling gadget stays fresh for longer than the timeout', {}, async () => {
    const { tab, other, server } = scenario;
    await tab.goto(`${server.url}/secure/Dashboard.jspa?poll=0.3`);
    await other.activate();
    for (let hour = 0; hour < 6; hour++) {
      await passTime(58);
      const polls = server.jira.requests.length;
      await until('the gadget polls', 4_000, async () => server.jira.requests.length > polls);
      // The reported poll may be from before the clock was moved: then the next one, a minute later, is reported.
      await passTime(2);
      await until('the badge counts a poll', 4_000, async () => (await tab.badge()).text === '4h');
    }
    expect(proofCount()).toBe(0);
  });

  signedInTest(
    'a signed-out page renews itself when the same user is back, and keeps the typed text',
    {},
    async () => {
      const { tab, other, server } = scenario;
      await tab.page.type('#comment', 'half a sentence');
      await other.activate();
      await logOut(other, server);
      await waitForBadge(tab, 'out');
      await pause(2_200);
      await logIn(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await waitForBanner(tab, 'You are signed in again, and this page is fresh', 2_000);
      expect(await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe('half a sentence');
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
    },
  );

  signedInTest('a signed-out page does not renew itself when mallory signs in', {}, async () => {
    const { tab, other, server } = scenario;
    await logOut(other, server);
    await waitForBadge(tab, 'out');
    await pause(2_200);
    await logIn(other, server, 'mallory');
    await tab.activate();
    await waitForBadge(tab, 'user', 2_000);
    expect((await waitForBanner(tab, 'mallory is signed in now')).buttons).toEqual(['Reload', 'Dismiss']);
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    await waitForBanner(tab, '1 file is safe here: door.log', 3_000);
    expect([server.jira.attachments, server.jira.uploads]).toEqual([[], []]);
    await tab.press('Discard files');
    await waitForBanner(tab, '1 file was discarded');
  });

  signedInTest('case 8: the first question to Jira detects a lost node', {}, async () => {
    const { tab, server } = scenario;
    await passTime(271);
    await browser.refreshAllTabs();
    server.jira.sessions.dropAll();
    await tab.activate();
    // Coming back after so long asks Jira at once.
    await waitForBadge(tab, 'out', 3_000);
    expect(proofCount()).toBe(1);
  });

  inOneBrowser(kind)('20 hidden tabs ask nothing in 24 hours, and only once when they are visited again', async () => {
    scenario = await startScenario(browser, { ...newContextPath(), clock });
    const { other, server } = scenario;
    const tabs: Tab[] = [];
    try {
      for (let n = 0; n < 19; n++) tabs.push(await browser.open(`${server.url}/browse/RAIL-7`));
      await other.goto(`${server.url}/confluence/`);
      await other.activate();
      const before = server.jira.requests.length;
      for (let step = 0; step < 8; step++) await passTime(180);
      await waitForBadge(tabs[0]!, '?', 5_000);
      expect(server.jira.requests.slice(before)).toEqual([]);
      await tabs[0]!.activate();
      for (const tab of [0, 1, 2, 18]) await waitForBadge(tabs[tab]!, 'out', 5_000);
      for (const tab of tabs.slice(1, 3)) await tab.activate();
      await pause(500);
      const asked = server.jira.requests.slice(before);
      expect(asked.filter(({ path }) => path.startsWith('/rest'))).toHaveLength(1);
      expect(asked.every(({ method }) => method === 'GET')).toBe(true);
    } finally {
      for (const tab of tabs) await tab.close();
      await scenario.end();
    }
  });

  const frozen = `a frozen tab does not delay the other tabs${
    kind === 'firefox' ? ' (not run: Firefox freezes no tabs)' : ''
  }`;
  test.skipIf(kind === 'firefox')(frozen, async () => {
    scenario = await startScenario(browser, { ...newContextPath(), clock });
    const { tab, server } = scenario;
    const front = await browser.open(`${server.url}/browse/RAIL-7`);
    try {
      const session = await tab.page.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await waitForBadge(front, '4h');
      await pause(500);
      await passTime(301);
      // The visible page got the new time and asked Jira: without a question the badge would show “?”.
      await waitForBadge(front, 'out', 3_000);
    } finally {
      await front.close();
      await tab.close();
      await scenario.end();
    }
  });

  signedInTest('keeps contacts and verdicts when the background is killed ten times', {}, async () => {
    const { tab } = scenario;
    for (let n = 0; n < 9; n++) {
      await browser.killBackground();
      // A message to a dying worker is lost. In real life the clock doesn't jump at that moment.
      await pause(400);
      await passTime(30);
    }
    await waitForBadge(tab, '29m', 4_000);
    await browser.killBackground();
    await passTime(30);
    await waitForBadge(tab, '?', 4_000);
  });

  test('a private window has its own clock and verdict, and stores nothing in the local storage', async () => {
    scenario = await startScenario(browser, { ...newContextPath(), clock });
    const { server, tab } = scenario;
    const privateTab = await browser.openPrivate(`${server.url}/login.jsp`);
    try {
      await logIn(privateTab, server, 'bob');
      await privateTab.goto(`${server.url}/browse/RAIL-7`);
      await waitForBadge(privateTab, '4h', 2_000);
      await logOut(privateTab, server);
      await waitForBadge(privateTab, 'out', 2_000);
      expect((await tab.badge()).text).toBe('4h');
      expect(await tab.banner()).toBeNull();
      const [local] = JSON.parse(await browser.storage()) as [Record<string, unknown>];
      // The tests themselves have moved the clock.
      const ofOthers = ['aheadMillis', kind === 'chromium' ? 'session 0 ' : 'session firefox-default '];
      expect(Object.keys(local).filter((key) => !ofOthers.some((start) => key.startsWith(start)))).toEqual([]);
      expect(JSON.stringify(local)).not.toContain('bob');
    } finally {
      // A retry of the test would open its tabs in the private window.
      await privateTab.close();
      await scenario.end();
    }
  });

  test.runIf(kind === 'firefox')('a container has its own clock and verdict', async () => {
    scenario = await startScenario(browser, { ...newContextPath(), clock });
    const { server, tab, other } = scenario;
    const containerTab = await browser.openContainer(`${server.url}/login.jsp`);
    await logIn(containerTab, server, 'bob');
    await containerTab.goto(`${server.url}/browse/RAIL-7`);
    await waitForBadge(containerTab, '4h', 2_000);
    await logOut(other, server);
    await waitForBadge(tab, 'out', 2_000);
    expect((await containerTab.badge()).text).toBe('4h');
    expect(await containerTab.banner()).toBeNull();
    await containerTab.close();
    await scenario.end();
  });

  /** Options of a Jira whose pages state the session's end, or don't. */
  const timeoutOptions = (timeoutMinutes: 10 | 30 | 300, statesTimeout: boolean): Partial<JiraOptions> =>
    ({ timeoutMinutes, statesTimeout }) as Partial<JiraOptions>;

  describe.each([
    [10, '9m', 'Timeout: 10 min, as your Jira states.'],
    [30, '29m', 'Timeout: 30 min, as your Jira states.'],
    [300, '4h', 'Timeout: 5 hr, as your Jira states.'],
  ] as const)('with pages that state a timeout of %i minutes', (minutes, badge, line) => {
    inOneBrowser(kind)('badge and popup use it, and coming back after it shows “signed out”', async () => {
      scenario = await startScenario(browser, { ...newContextPath(), ...timeoutOptions(minutes, true), clock });
      const { tab, other, server } = scenario;
      try {
        await waitForBadge(tab, badge, 3_000);
        const popup = await tab.popup();
        await until('the popup says so', 3_000, async () => (await popup.text()).includes(line));
        await popup.close();
        await other.goto(`${server.url}/confluence/`);
        await other.activate();
        const before = proofCount();
        await passTime(minutes + 1);
        await waitForBadge(tab, '?', 3_000);
        await tab.activate();
        await waitForBadge(tab, 'out', 3_000);
        expect(proofCount() - before).toBe(1);
      } finally {
        await scenario.end();
      }
    });
  });

  inOneBrowser(kind)('without a stated timeout, coming back after a quarter of an hour asks Jira once', async () => {
    scenario = await startScenario(browser, { ...newContextPath(), ...timeoutOptions(30, false), clock });
    const { tab, other, server } = scenario;
    const leave = async (minutes: number): Promise<void> => {
      await other.activate();
      await passTime(minutes);
      await browser.refreshAllTabs();
      await waitForBadge(tab, '4h', 3_000);
      await tab.activate();
    };
    try {
      await waitForBadge(tab, '4h', 3_000);
      await other.goto(`${server.url}/confluence/`);
      await leave(14);
      await pause(1_000);
      expect(proofCount()).toBe(0);
      await leave(2);
      await until('Jira is asked', 3_000, async () => proofCount() === 1);
      await tab.page.type('#comment', 'She goes on working.');
      await pause(500);
      expect(proofCount()).toBe(1);
      await leave(31);
      await waitForBadge(tab, 'out', 3_000);
      expect(proofCount()).toBe(2);
    } finally {
      await scenario.end();
    }
  });

  inOneBrowser(kind)(
    '“stay signed in” asks Jira once, at two thirds of the timeout, while the user works without sending anything',
    async () => {
      // Too short for the question that coming back to a page asks.
      await browser.store('local', { settings: { staySignedIn: true, timeoutMinutes: 12 } });
      scenario = await startScenario(browser, { ...newContextPath(), clock });
      const { tab } = scenario;
      await waitForBadge(tab, '11m');
      await passTime(7);
      await tab.page.type('#comment', 'not yet');
      await pause(400);
      expect(proofCount()).toBe(0);
      await passTime(2);
      await pause(400);
      expect(proofCount()).toBe(0);
      await until('Jira is asked', 4_000, async () => {
        await tab.page.type('#comment', ' now');
        return proofCount() > 0;
      });
      await pause(500);
      await tab.page.type('#comment', ' and again');
      expect(proofCount()).toBe(1);
      await waitForBadge(tab, '11m', 2_000);
      await browser.store('local', { settings: {} });
      await scenario.end();
    },
  );

  test('stores no token and logs no error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    expect(await browser.loggedErrors()).toEqual([]);
  });
});
