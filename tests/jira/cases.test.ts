/** The table of cases in docs/jira-xsrf.md, without the extension: which attach fails, and how. */
import { describe, expect, test } from 'vitest';
import { MemoryBrowser, type MemoryPage } from './browser.ts';
import { createClock, type MovableClock } from './clock.ts';
import { createJira, type Jira } from './jira.ts';
import { isBoundToSession, PROFILES, type JiraOptions } from './options.ts';

interface World {
  readonly jira: Jira;
  readonly browser: MemoryBrowser;
  readonly clock: MovableClock;
  readonly page: MemoryPage;
}

/** alice, signed in, on an issue page. */
async function alice(options: JiraOptions): Promise<World> {
  const clock = createClock();
  const jira = createJira({ ...options, clock });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice', options.rememberMe);
  return { jira, browser, clock, page: await browser.open(jira) };
}

/** Two tries by drop, then two by file input, on the same page. */
async function tries({ page }: World): Promise<{ drop: string[]; input: string[] }> {
  const drop = [await page.attachByDrop('a'), await page.attachByDrop('b')];
  const input = [await page.attachByInput('c'), await page.attachByInput('d')];
  return { drop, input };
}

const WORKS = { drop: ['ok', 'ok'], input: ['ok', 'ok'] };
/** The input goes on with the token that its refusal brought; the drop zone never does. */
const FAILS_UNTIL_RELOAD = { drop: ['missing-token', 'missing-token'], input: ['missing-token', 'ok'] };

const tokenOf = (browser: MemoryBrowser): string =>
  /atlassian\.xsrf\.token=([^;]*)/.exec(browser.cookiesFor('/'))?.[1] ?? '';

describe.each(PROFILES)('Jira %s, without the extension', (profile) => {
  const isBound = isBoundToSession(profile);

  test('a fresh page attaches, in the name of who opened it', async () => {
    const world = await alice({ profile });
    expect(await tries(world)).toEqual(WORKS);
    expect(world.jira.attachments.map(({ user, issue }) => [user, issue])).toEqual(
      Array.from({ length: 4 }, () => ['alice', 'RAIL-7']),
    );
  });

  test('a visitor who never signed in can read the issue, and not attach', async () => {
    const page = await new MemoryBrowser().open(createJira({ profile }));
    expect(page).toMatchObject({ user: '', metaToken: expect.stringMatching(/lout$/) });
    expect(await page.attachByDrop('a')).toBe('session-expired');
    expect(await page.attachByInput('a')).toBe('session-expired');
  });

  test('case 1: idle past the timeout, the first attach finds out', async () => {
    const byInput = await alice({ profile });
    byInput.clock.advance(301);
    expect(tokenOf(byInput.browser)).toBe(byInput.page.metaToken);
    expect(await byInput.page.attachByInput('a')).toBe('session-expired');
    const byDrop = await alice({ profile });
    byDrop.clock.advance(301);
    expect(await byDrop.page.attachByDrop('a')).toBe('session-expired');
  });

  test('case 2: the same, after some request has turned the cookie', async () => {
    const world = await alice({ profile });
    world.clock.advance(301);
    await world.browser.request(world.jira, 'GET', '/rest/gadget/1.0/activity');
    expect(tokenOf(world.browser)).toMatch(/lout$/);
    expect(await world.page.attachByDrop('a')).toBe('session-expired');
    expect(await world.page.attachByInput('a')).toBe('missing-token');
  });

  test('case 3: idle, and remembered: the drop zone never recovers where the token is the session’s', async () => {
    const world = await alice({ profile, rememberMe: true });
    world.clock.advance(301);
    expect(tokenOf(world.browser)).toBe(world.page.metaToken);
    expect(await tries(world)).toEqual(isBound ? FAILS_UNTIL_RELOAD : WORKS);
    expect(tokenOf(world.browser)).toMatch(/lin$/);
    await world.page.reload();
    expect(await tries(world)).toEqual(WORKS);
  });

  test('case 3: the same by file input at once: page and cookie agree, and from 8.4 on that proves nothing', async () => {
    const world = await alice({ profile, rememberMe: true });
    world.clock.advance(301);
    expect(tokenOf(world.browser)).toBe(world.page.metaToken);
    expect(await world.page.attachByInput('a')).toBe(isBound ? 'missing-token' : 'ok');
    expect(await world.page.attachByInput('b')).toBe('ok');
  });

  test('case 4: out and in again in another tab: the input fails once, the drop zone until the page is reloaded', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'alice');
    expect(tokenOf(world.browser)).toMatch(/lin$/);
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
    await world.page.reload();
    expect(await tries(world)).toEqual(WORKS);
  });

  test('case 5: logged out in another tab: nothing is attached, however often it is tried', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    expect(tokenOf(world.browser)).toMatch(/lout$/);
    expect(await tries(world)).toEqual({
      drop: ['session-expired', 'session-expired'],
      // The second try has the anonymous token that the first was given, and nobody signed in.
      input: ['missing-token', 'session-expired'],
    });
    expect(world.jira.attachments).toEqual([]);
  });

  test('case 6: another user signed in: the second try by input uploads as the other', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'mallory');
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
    expect(world.page.user).toBe('alice');
    expect(world.jira.attachments.map(({ user }) => user)).toEqual(['mallory']);
  });

  test('case 7: a page for nobody, signed in elsewhere', async () => {
    const jira = createJira({ profile });
    const browser = new MemoryBrowser();
    const page = await browser.open(jira);
    await browser.signIn(jira, 'alice');
    expect(page.metaToken).toMatch(/lout$/);
    expect(tokenOf(browser)).toMatch(/lin$/);
    expect(await page.attachByDrop('a')).toBe('missing-token');
    expect(await page.attachByInput('a')).toBe('missing-token');
  });

  test('case 8: a node was lost: as case 1, and as case 3 where remembered', async () => {
    const world = await alice({ profile });
    world.jira.sessions.dropAll();
    expect(await world.page.attachByInput('a')).toBe('session-expired');
    const remembered = await alice({ profile, rememberMe: true });
    remembered.jira.sessions.dropAll();
    expect(await tries(remembered)).toEqual(isBound ? FAILS_UNTIL_RELOAD : WORKS);
  });

  test('case 8: without sticky sessions the cookie flips again and again', async () => {
    const world = await alice({ profile, rememberMe: true });
    world.jira.faults.noStickySessions = true;
    const tokens = new Set<string>();
    for (let n = 0; n < 4; n++) {
      await world.browser.open(world.jira);
      tokens.add(tokenOf(world.browser));
    }
    expect(tokens.size).toBe(isBound ? 4 : 1);
    if (isBound) expect(await world.page.attachByDrop('a')).toBe('missing-token');
  });

  test('case 9: another Jira on this host took the cookie, and with it the session', async () => {
    const world = await alice({ profile });
    const other = createJira({ profile, serverId: 'AOTH-ERJI-RAXX-0002' });
    await world.browser.open(other);
    expect(tokenOf(world.browser)).toContain('AOTH-ERJI-RAXX-0002');
    expect(await world.page.attachByDrop('a')).toBe('session-expired');
    expect(await world.page.attachByInput('a')).toBe('missing-token');
  });

  test('case 9: the same with session cookies of two names: still signed in, and still refused', async () => {
    const world = await alice({ profile, sessionCookie: 'JSESSIONID_RAIL' });
    await world.browser.open(createJira({ profile, serverId: 'AOTH-ERJI-RAXX-0002' }));
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
  });

  test('case 10: a cross-site embed turned the cookie twice, with no login', async () => {
    const world = await alice({ profile });
    await world.browser.request(world.jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
    expect(tokenOf(world.browser)).toMatch(/lout$/);
    const again = await world.browser.open(world.jira);
    expect(again.user).toBe('alice');
    expect(tokenOf(world.browser)).toMatch(/lin$/);
    expect(tokenOf(world.browser)).not.toBe(world.page.metaToken);
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
  });

  test('case 10: the embed’s own anonymous token is refused from a signed-in user, though the cookie is the same', async () => {
    const world = await alice({ profile });
    await world.browser.request(world.jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
    world.page.metaToken = world.page.formToken = tokenOf(world.browser);
    expect(await world.page.attachByInput('a')).toBe('missing-token');
    // The upload itself was refused, not only its commit.
    expect(world.jira.uploads).toEqual([]);
  });

  test('case 11: cookies cleared', async () => {
    const byInput = await alice({ profile });
    byInput.browser.clearCookies();
    expect(await byInput.page.attachByInput('a')).toBe('missing-token');
    const byDrop = await alice({ profile });
    byDrop.browser.clearCookies();
    expect(await byDrop.page.attachByDrop('a')).toBe('session-expired');
  });

  test('case 11: the browser restarted with its tabs, and remembered: as case 4', async () => {
    const world = await alice({ profile, rememberMe: true });
    world.browser.restart();
    expect(tokenOf(world.browser)).toBe('');
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
    expect(world.jira.attachments.map(({ user }) => user)).toEqual(['alice']);
  });

  test('case 12: a page out of the back/forward cache holds the token of before', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'alice');
    const next = await world.browser.open(world.jira);
    expect(await next.attachByDrop('a')).toBe('ok');
    expect(await tries(world)).toEqual(FAILS_UNTIL_RELOAD);
  });
});

describe('the old file input', () => {
  test('takes an empty token of its form for a token, and fails once on a fresh page', async () => {
    const { page } = await alice({ attachFormToken: 'empty' });
    expect(page.formToken).toBe('');
    expect(await page.attachByInput('a')).toBe('missing-token');
    expect(await page.attachByInput('b')).toBe('ok');
  });

  test('takes the page’s token where its form has none', async () => {
    const { page } = await alice({ attachFormToken: 'none' });
    expect(page.formToken).toBeUndefined();
    expect(await page.attachByInput('a')).toBe('ok');
  });
});

describe('the drop zone', () => {
  test('takes the token of the moment of the drop, whatever comes while it asks who is signed in', async () => {
    const { browser, jira, page } = await alice({});
    const good = page.attachByDrop('a');
    page.metaToken = 'another';
    expect(await good).toBe('ok');

    await browser.signOut(jira);
    await browser.signIn(jira, 'alice');
    const bad = page.attachByDrop('b');
    page.metaToken = tokenOf(browser);
    expect(await bad).toBe('missing-token');
    expect(await page.attachByDrop('c')).toBe('ok');
  });
});
