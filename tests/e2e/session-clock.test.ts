/**
 * The session clock and the proof, with hours passing at the server and in the product by the same move of both
 * clocks. Case numbers are those of docs/jira-xsrf.md.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../fixtures/jira/clock.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { byTurns } from './turns.ts';
import { aliceIn, atAnIssue, attachLog, badgeOf, bannerOf, logIn, logOut, type World } from './scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let world: World;
  let clock = createClock();
  let aheadMinutes = 0;
  let worlds = 0;

  beforeEach(async () => {
    clock = createClock();
    aheadMinutes = 0;
    await browser.store('session', { aheadMillis: 0 });
  });

  /** A context path of its own keeps the cookies of one test out of the next. */
  const ownPath = (): { basePath: string } => ({ basePath: `/jira${++worlds}` });

  /** Lets time pass, at the server and in the product. The pages hear of it a moment later. */
  async function pass(minutes: number): Promise<void> {
    clock.advance(minutes);
    aheadMinutes += minutes;
    await browser.store('session', { aheadMillis: aheadMinutes * 60_000 });
    await pause(300);
  }

  /** alice at her page, then at another that isn't Jira's. */
  const alice = aliceIn(kind, {
    isByTurns: true,
    options: () => ({ ...ownPath(), rememberMe: true, clock }),
    onLaunch: (own) => (browser = own),
    onBegin: async (own) => {
      world = own;
      await badgeOf(world.tab, '4h');
      await world.other.goto(`${world.server.url}/confluence/`);
      await world.other.activate();
    },
  });

  const proofs = (): number =>
    world.server.jira.requests.filter(({ path }) => path === '/rest/auth/1/session' || path === '/rest/api/2/myself')
      .length;

  alice('4 h 31 min of silence is told in minutes, and 5 h as not known', {}, async () => {
    const { tab } = world;
    await pass(271);
    const badge = await badgeOf(tab, '28m', 3_000);
    expect(badge.title).toContain('about to end');
    await bannerOf(tab, 'about to end');
    await pass(29);
    expect((await badgeOf(tab, '?', 3_000)).title).toContain('may have ended');
    expect(proofs()).toBe(0);
  });

  alice('“Stay signed in” asks once, and the session goes on', {}, async () => {
    const { tab } = world;
    // Whoever comes back later would be asked about by that alone.
    await tab.activate();
    await pass(271);
    expect((await bannerOf(tab, 'about to end', 3_000)).buttons).toEqual(['Stay signed in', 'Dismiss']);
    await tab.press('Stay signed in');
    await badgeOf(tab, '4h', 2_000);
    expect(proofs()).toBe(1);
    await world.other.activate();
    await pass(270);
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
  });

  describe.each(['7', '8.3', '9', '11'] as const)('on Jira %s', (profile) => {
    alice('case 1: after the end, coming back gives the truth', { profile }, async () => {
      await pass(301);
      await badgeOf(world.tab, '?', 3_000);
      await world.tab.activate();
      await badgeOf(world.tab, 'out', 2_000);
      await bannerOf(world.tab, 'You are signed out');
    });

    alice('case 3: remembered, coming back gives the truth', { profile, remember: true }, async () => {
      const { tab, server } = world;
      await pass(301);
      await badgeOf(tab, '?', 3_000);
      await tab.activate();
      if (profile === '7' || profile === '8.3') await badgeOf(tab, '4h', 2_000);
      else {
        await badgeOf(tab, '!', 2_000);
        await bannerOf(tab, 'Renewing mends it in place');
        await tab.press('Renew this page');
        await badgeOf(tab, '4h', 2_000);
      }
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(server.jira.attachments).toHaveLength(1);
    });
  });

  byTurns(kind).each([
    ['a proxy’s 502', 'bad-gateway', 'Your Jira can’t be reached'],
    ['a server that hangs up', 'hang-up', 'Your Jira can’t be reached'],
    ['a server that takes 1.4 s', { delayMillis: 1_400 }, 'answer'],
    ['a server that takes 1.9 s', { delayMillis: 1_900 }, 'either'],
    ['a server that takes 2.1 s', { delayMillis: 2_100 }, 'either'],
    ['a server that takes 2.5 s', { delayMillis: 2_500 }, 'Jira did not answer'],
  ] as const)('with %s, nothing is claimed but what is known', async (_name, fault, expected) => {
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { tab, other, server } = world;
    await badgeOf(tab, '4h');
    await other.goto(`${server.url}/confluence/`);
    await other.activate();
    await pass(301);
    await badgeOf(tab, '?', 3_000);
    server.jira.faults.proof = fault;
    await tab.activate();
    if (expected === 'answer') await badgeOf(tab, 'out', 3_000);
    else if (expected === 'either') {
      // At the limit's edge a busy browser may still hear the answer; both sentences are true.
      await bannerOf(tab, /Jira did not answer|You are signed out/, 3_500);
    } else {
      await bannerOf(tab, expected, 3_500);
      expect((await tab.badge()).text).toBe('?');
      server.jira.faults.proof = undefined;
      await tab.press('Try again');
      await badgeOf(tab, 'out', 2_000);
    }
    await world.end();
  });

  alice('a dashboard whose gadget polls stays fresh for longer than a session lasts by itself', {}, async () => {
    const { tab, other, server } = world;
    await tab.goto(`${server.url}/secure/Dashboard.jspa?poll=0.3`);
    await other.activate();
    for (let hour = 0; hour < 6; hour++) {
      await pass(58);
      const polls = server.jira.requests.length;
      await until('the gadget polls', 4_000, async () => server.jira.requests.length > polls);
      // The poll that is told can be of before the test has moved the time: then the next is, a minute later.
      await pass(2);
      await until('a poll is noticed', 4_000, async () => (await tab.badge()).text === '4h');
    }
    expect(proofs()).toBe(0);
  });

  alice('signed out, the page renews itself when the same user is back, and keeps what was typed', {}, async () => {
    const { tab, other, server } = world;
    await tab.page.type('#comment', 'half a sentence');
    await other.activate();
    await logOut(other, server);
    await badgeOf(tab, 'out');
    await pause(2_200);
    await logIn(other, server, 'alice');
    await badgeOf(tab, '!');
    await tab.activate();
    await bannerOf(tab, 'You are signed in again, and this page is fresh', 2_000);
    expect(await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe('half a sentence');
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
  });

  alice('signed out, the page is not renewed when it is mallory who comes', {}, async () => {
    const { tab, other, server } = world;
    await logOut(other, server);
    await badgeOf(tab, 'out');
    await pause(2_200);
    await logIn(other, server, 'mallory');
    await tab.activate();
    await badgeOf(tab, 'user', 2_000);
    expect((await bannerOf(tab, 'mallory is signed in now')).buttons).toEqual(['Reload', 'Dismiss']);
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    await bannerOf(tab, '1 file is safe here: door.log', 3_000);
    expect([server.jira.attachments, server.jira.uploads]).toEqual([[], []]);
    await tab.press('Discard files');
    await bannerOf(tab, '1 file was discarded');
  });

  alice('case 8: a lost node is found out by the first question', {}, async () => {
    const { tab, server } = world;
    await pass(271);
    await browser.refreshAllTabs();
    server.jira.sessions.dropAll();
    await tab.activate();
    // Who comes back after so long is asked about at once.
    await badgeOf(tab, 'out', 3_000);
    expect(proofs()).toBe(1);
  });

  test('20 tabs that nobody is at ask nothing in 24 hours, and waking together they ask once', async () => {
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { other, server } = world;
    const tabs: Tab[] = [];
    try {
      for (let n = 0; n < 19; n++) tabs.push(await browser.open(`${server.url}/browse/RAIL-7`));
      await other.goto(`${server.url}/confluence/`);
      await other.activate();
      const before = server.jira.requests.length;
      for (let step = 0; step < 8; step++) await pass(180);
      await badgeOf(tabs[0]!, '?', 5_000);
      expect(server.jira.requests.slice(before)).toEqual([]);
      for (const tab of tabs.slice(0, 3)) await tab.activate();
      await badgeOf(tabs[2]!, 'out', 3_000);
      await until('all others have heard', 5_000, async () => (await tabs[18]!.badge()).text === 'out');
      const asked = server.jira.requests.slice(before);
      expect(asked.filter(({ path }) => path.startsWith('/rest')).length).toBeLessThanOrEqual(1);
      expect(asked.every(({ method }) => method === 'GET')).toBe(true);
    } finally {
      for (const tab of tabs) await tab.close();
      await world.end();
    }
  });

  const frozen = `a tab that the browser has frozen holds up no other${
    kind === 'firefox' ? ' (not run: Firefox freezes none)' : ''
  }`;
  test.skipIf(kind === 'firefox')(frozen, async () => {
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { tab, server } = world;
    const front = await browser.open(`${server.url}/browse/RAIL-7`);
    try {
      const session = await tab.page.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await badgeOf(front, '4h');
      await pause(500);
      await pass(301);
      // Its page was told of it, and has asked: by the clock alone the badge would be “?”.
      await badgeOf(front, 'out', 3_000);
    } finally {
      await front.close();
      await tab.close();
      await world.end();
    }
  });

  alice('the background killed at ten moments loses no contact and changes no verdict', {}, async () => {
    const { tab } = world;
    for (let n = 0; n < 9; n++) {
      await browser.killBackground();
      // What a dying worker is told is lost; time does not jump at the very moment of its death.
      await pause(400);
      await pass(30);
    }
    await badgeOf(tab, '29m', 4_000);
    await browser.killBackground();
    await pass(30);
    await badgeOf(tab, '?', 4_000);
  });

  test('a private window has a clock and a verdict of its own, and leaves nothing in the local storage', async () => {
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { server, tab } = world;
    const secret = await browser.openPrivate(`${server.url}/login.jsp`);
    try {
      await logIn(secret, server, 'bob');
      await secret.goto(`${server.url}/browse/RAIL-7`);
      await badgeOf(secret, '4h', 2_000);
      await logOut(secret, server);
      await badgeOf(secret, 'out', 2_000);
      expect((await tab.badge()).text).toBe('4h');
      expect(await tab.banner()).toBeNull();
      const [kept] = JSON.parse(await browser.storage()) as [Record<string, unknown>];
      const ofNormalTabs = kind === 'chromium' ? 'session 0 ' : 'session firefox-default ';
      expect(Object.keys(kept).filter((key) => !key.startsWith(ofNormalTabs))).toEqual([]);
      expect(JSON.stringify(kept)).not.toContain('bob');
    } finally {
      // A second try would be made in its window.
      await secret.close();
      await world.end();
    }
  });

  test.runIf(kind === 'firefox')('a container has a clock and a verdict of its own', async () => {
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { server, tab, other } = world;
    const apart = await browser.openContainer(`${server.url}/login.jsp`);
    await logIn(apart, server, 'bob');
    await apart.goto(`${server.url}/browse/RAIL-7`);
    await badgeOf(apart, '4h', 2_000);
    await logOut(other, server);
    await badgeOf(tab, 'out', 2_000);
    expect((await apart.badge()).text).toBe('4h');
    expect(await apart.banner()).toBeNull();
    await apart.close();
    await world.end();
  });

  /** Pages of the stand-in that state their session's end, as Jira's do, or don't. */
  const stating = (timeoutMinutes: 10 | 30 | 300, statesTimeout: boolean): Partial<JiraOptions> =>
    ({ timeoutMinutes, statesTimeout }) as Partial<JiraOptions>;

  describe.each([
    [10, '9m', 'Timeout: 10 min, as your Jira states.'],
    [30, '29m', 'Timeout: 30 min, as your Jira states.'],
    [300, '4h', 'Timeout: 5 hr, as your Jira states.'],
  ] as const)('whose pages state a timeout of %i minutes', (minutes, badge, line) => {
    byTurns(kind)('the badge and the popup go by it, and coming back after it gives the truth', async () => {
      world = await atAnIssue(browser, { ...ownPath(), ...stating(minutes, true), clock });
      const { tab, other, server } = world;
      try {
        await badgeOf(tab, badge, 3_000);
        const popup = await tab.popup();
        await until('the popup says so', 3_000, async () => (await popup.text()).includes(line));
        await popup.close();
        await other.goto(`${server.url}/confluence/`);
        await other.activate();
        const before = proofs();
        await pass(minutes + 1);
        await badgeOf(tab, '?', 3_000);
        await tab.activate();
        await badgeOf(tab, 'out', 3_000);
        expect(proofs() - before).toBe(1);
      } finally {
        await world.end();
      }
    });
  });

  test('where nothing is stated, coming back after a quarter of an hour gives the truth by one proof', async () => {
    world = await atAnIssue(browser, { ...ownPath(), ...stating(30, false), clock });
    const { tab, other, server } = world;
    const leave = async (minutes: number): Promise<void> => {
      await other.activate();
      await pass(minutes);
      await browser.refreshAllTabs();
      await badgeOf(tab, '4h', 3_000);
      await tab.activate();
    };
    try {
      await badgeOf(tab, '4h', 3_000);
      await other.goto(`${server.url}/confluence/`);
      await leave(14);
      await pause(1_000);
      expect(proofs()).toBe(0);
      await leave(2);
      await until('it has asked', 3_000, async () => proofs() === 1);
      await tab.page.type('#comment', 'She goes on working.');
      await pause(500);
      expect(proofs()).toBe(1);
      await leave(31);
      await badgeOf(tab, 'out', 3_000);
      expect(proofs()).toBe(2);
    } finally {
      await world.end();
    }
  });

  test('“stay signed in”, switched on, asks once at two thirds while the user works in a page that sends nothing', async () => {
    // So short that no coming back is asked about before.
    await browser.store('local', { settings: { staySignedIn: true, timeoutMinutes: 12 } });
    world = await atAnIssue(browser, { ...ownPath(), clock });
    const { tab } = world;
    await badgeOf(tab, '11m');
    await pass(7);
    await tab.page.type('#comment', 'not yet');
    await pause(400);
    expect(proofs()).toBe(0);
    await pass(2);
    await pause(400);
    expect(proofs()).toBe(0);
    await until('it has asked', 4_000, async () => {
      await tab.page.type('#comment', ' now');
      return proofs() > 0;
    });
    await pause(500);
    await tab.page.type('#comment', ' and again');
    expect(proofs()).toBe(1);
    await badgeOf(tab, '11m', 2_000);
    await browser.store('local', { settings: {} });
    await world.end();
  });

  test('nothing that was kept holds a token, and nothing was logged as an error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    expect(await browser.complaints()).toEqual([]);
  });
});
