/** The table of cases in docs/jira-xsrf.md, without the extension: which attach fails, and how. */
import { describe, expect, test } from 'vitest';
import { MemoryBrowser, type MemoryPage } from './browser.ts';
import { createClock } from './clock.ts';
import { createJira, type Jira } from './jira.ts';
import { isBoundToSession, PROFILES, type JiraOptions, type Profile } from './options.ts';

interface World {
  readonly jira: Jira;
  readonly browser: MemoryBrowser;
  readonly clock: ReturnType<typeof createClock>;
  readonly page: MemoryPage;
}

/** alice, signed in, on an issue page. */
async function alice(options: Partial<JiraOptions>, remember = false): Promise<World> {
  const clock = createClock();
  const jira = createJira({ ...options, clock });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice', remember);
  return { jira, browser, clock, page: await browser.open(jira) };
}

/** Two tries by file input and two by drop, each on a page as it was before. */
async function tries({ page }: World): Promise<{ input: string[]; drop: string[] }> {
  const drop = [await page.attachByDrop('a'), await page.attachByDrop('b')];
  const input = [await page.attachByInput('c'), await page.attachByInput('d')];
  return { input, drop };
}

describe.each(PROFILES)('Jira %s, without the extension', (profile) => {
  // Jira 11's pages are told nothing by the question who is signed in: the upload itself finds out.
  const expired = profile === '11' ? 'missing-token' : 'session-expired';

  test('a fresh page attaches', async () => {
    const world = await alice({ profile });
    expect(await tries(world)).toEqual({ input: ['ok', 'ok'], drop: ['ok', 'ok'] });
    expect(world.jira.attachments.map(({ user }) => user)).toEqual(['alice', 'alice', 'alice', 'alice']);
  });

  test('case 1: idle past the timeout, the first attach finds out', async () => {
    const byInput = await alice({ profile });
    byInput.clock.advance(301);
    expect(await byInput.page.attachByInput('a')).toBe('session-expired');
    const byDrop = await alice({ profile });
    byDrop.clock.advance(301);
    expect(await byDrop.page.attachByDrop('a')).toBe(expired);
  });

  test('case 2: the same, after some request has turned the cookie', async () => {
    const world = await alice({ profile });
    world.clock.advance(301);
    await world.browser.request(world.jira, 'GET', '/rest/gadget/1.0/activity');
    expect(world.browser.cookiesFor('/')).toMatch(/lout/);
    expect(await world.page.attachByDrop('a')).toBe(expired);
    expect(await world.page.attachByInput('a')).toBe('missing-token');
  });

  test('case 3: idle, and remembered: the drop zone never recovers where the token is the session’s', async () => {
    const world = await alice({ profile, rememberMe: true }, true);
    world.clock.advance(301);
    const bound = isBoundToSession(profile);
    expect(await tries(world)).toEqual(
      bound
        ? { drop: ['missing-token', 'missing-token'], input: ['missing-token', 'ok'] }
        : { drop: ['ok', 'ok'], input: ['ok', 'ok'] },
    );
  });

  test('case 4: out and in again in another tab: the input fails once, the drop zone always', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'alice');
    expect(await tries(world)).toEqual({
      drop: ['missing-token', 'missing-token'],
      input: ['missing-token', 'ok'],
    });
  });

  test('case 5: logged out in another tab', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    expect(world.browser.cookiesFor('/')).toMatch(/lout/);
    expect((await tries(world)).drop).toEqual([expired, expired]);
    expect(await world.page.attachByInput('e')).not.toBe('ok');
    expect(world.jira.attachments).toHaveLength(0);
  });

  test('case 6: another user signed in: the second try by input uploads as the other', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'mallory');
    expect(await tries(world)).toEqual({
      drop: ['missing-token', 'missing-token'],
      input: ['missing-token', 'ok'],
    });
    expect(world.jira.attachments.map(({ user }) => user)).toEqual(['mallory']);
  });

  test('case 7: a page for nobody, signed in elsewhere', async () => {
    const jira = createJira({ profile });
    const browser = new MemoryBrowser();
    const page = await browser.open(jira);
    await browser.signIn(jira, 'alice');
    expect(page.metaToken).toMatch(/lout$/);
    expect(await page.attachByDrop('a')).toBe('missing-token');
    expect(await page.attachByInput('a')).toBe('missing-token');
  });

  test('case 8: a node was lost', async () => {
    const world = await alice({ profile });
    world.jira.sessions.dropAll();
    expect(await world.page.attachByDrop('a')).toBe(expired);
    expect(world.jira.attachments).toHaveLength(0);
  });

  test('case 9: another Jira on this host, another port, took the cookie', async () => {
    const world = await alice({ profile });
    const other = createJira({ profile, serverId: 'AOTH-ERJI-RAXX-0002' });
    await world.browser.open(other);
    expect(world.browser.cookiesFor('/')).toContain('AOTH-ERJI-RAXX-0002');
    expect(await world.page.attachByDrop('a')).not.toBe('ok');
  });

  test('case 10: a cross-site embed turned the cookie twice, with no login', async () => {
    const world = await alice({ profile });
    await world.browser.request(world.jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
    expect(world.browser.cookiesFor('/')).toMatch(/lout/);
    expect(await world.page.attachByDrop('a')).not.toBe('ok');
  });

  test('case 11: cookies cleared', async () => {
    const world = await alice({ profile });
    world.browser.clearCookies();
    expect(await world.page.attachByInput('a')).not.toBe('ok');
    expect(world.jira.attachments).toHaveLength(0);
  });

  test('case 12: a page out of the back/forward cache holds the token of before', async () => {
    const world = await alice({ profile });
    await world.browser.signOut(world.jira);
    await world.browser.signIn(world.jira, 'alice');
    await world.browser.open(world.jira);
    expect(await world.page.attachByDrop('a')).toBe('missing-token');
  });
});

describe('the server', () => {
  test('tells a session from its silence, and every request renews it', async () => {
    const world = await alice({ timeoutMinutes: 10 });
    for (let hour = 0; hour < 6; hour++) {
      world.clock.advance(9);
      await world.browser.request(world.jira, 'GET', '/rest/gadget/1.0/activity');
    }
    expect(await world.page.attachByDrop('a')).toBe('ok');
    world.clock.advance(10);
    expect(await world.page.attachByDrop('b')).toBe('session-expired');
  });

  test.each<Profile>(['7', '9'])(
    'of profile %s lets two Jiras live at / and /jira of one host',
    async (profile) => {
      const root = createJira({ profile });
      const below = createJira({ profile, basePath: '/jira', serverId: 'AOTH-ERJI-RAXX-0002' });
      const browser = new MemoryBrowser();
      await browser.signIn(root, 'alice');
      await browser.signIn(below, 'bob');
      expect(browser.cookiesFor('/jira/browse').split('atlassian.xsrf.token')).toHaveLength(3);
      expect(await (await browser.open(below)).attachByDrop('a')).toBe('ok');
      expect(await (await browser.open(root)).attachByDrop('b')).toBe('ok');
      expect(below.attachments[0]).toMatchObject({ user: 'bob' });
    },
  );

  test('writes its cookie in quotes, and reads it back', async () => {
    const world = await alice({ profile: '7', quotedCookie: true });
    expect(world.browser.cookiesFor('/')).toContain('" BSTA-NDIN-JIRA-0001 |');
    expect(await world.page.attachByDrop('a')).toBe('ok');
  });

  test('loses what was uploaded and not committed with the session', async () => {
    const world = await alice({});
    const reply = await world.browser.request(
      world.jira,
      'POST',
      `/rest/internal/2/AttachTemporaryFile?filename=a&atl_token=${world.page.metaToken}&issueId=RAIL-7`,
      { body: 'bytes' },
    );
    const { id } = (await reply.json()) as { id: string };
    world.jira.sessions.dropAll();
    await world.browser.signIn(world.jira, 'alice');
    const page = await world.browser.open(world.jira);
    const commit = await world.browser.request(
      world.jira,
      'POST',
      `/rest/jddap/1.0/attachment?id=${id}&atl_token=${page.metaToken}`,
    );
    expect(commit.status).toBe(404);
  });

  test('keeps no token in its log', async () => {
    const world = await alice({});
    await world.page.attachByDrop('a');
    expect(JSON.stringify(world.jira.requests)).not.toMatch(/[0-9a-f]{40}/);
  });
});
