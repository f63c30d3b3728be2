/** What stands between a browser and Jira, and what a Jira can be besides: sign-ins in front, dead networks, names, refusals. */
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryBrowser, type MemoryPage } from './browser.ts';
import { createClock, type MovableClock } from './clock.ts';
import type { Fault } from './faults.ts';
import { createJira, type Jira, type JiraOptions } from './jira.ts';
import { serveJira, type RunningJira } from './serve.ts';

const SESSION = '/rest/auth/1/session';

interface World {
  readonly jira: Jira;
  readonly browser: MemoryBrowser;
  readonly clock: MovableClock;
  readonly page: MemoryPage;
  readonly ask: (path: string, form?: Record<string, string>) => Promise<Response>;
}

async function signedIn(options: JiraOptions = {}, user = 'alice'): Promise<World> {
  const clock = createClock();
  const jira = createJira({ clock, ...options });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, user);
  const page = await browser.open(jira);
  const ask: World['ask'] = (path, form) =>
    browser.request(jira, form ? 'POST' : 'GET', path, form ? { body: new URLSearchParams(form) } : {});
  return { jira, browser, clock, page, ask };
}

describe('a sign-in in front of Jira that has ended', () => {
  const MARKS = ['X-AUSERNAME', 'X-ASESSIONID', 'X-Seraph-LoginReason', 'Set-Cookie'];

  test.each<[Fault, number]>([
    [{ status: 401 }, 401],
    [{ status: 403 }, 403],
    ['html', 200],
  ])('answers everything itself (%j), with no mark of Jira’s', async (gateway, status) => {
    const { jira, page, ask } = await signedIn();
    jira.faults.gateway = gateway;
    for (const path of [SESSION, '/browse/RAIL-7', '/secure/AddComment.jspa', '/assets/jira.js']) {
      const reply = await ask(path);
      expect([reply.status, ...MARKS.map((name) => reply.headers.get(name))]).toEqual([
        status,
        ...MARKS.map(() => null),
      ]);
    }
    const comment = await ask('/secure/AddComment.jspa', { atl_token: page.metaToken, id: 'RAIL-7', comment: 'a' });
    expect(comment.status).toBe(status);
    expect(await page.attachByInput('a')).not.toBe('ok');
    expect([jira.comments, jira.uploads]).toEqual([[], []]);
  });

  test('sends everything to another host', async () => {
    const { jira, page, ask } = await signedIn();
    jira.faults.gateway = 'sso-redirect';
    for (const path of [SESSION, '/browse/RAIL-7', '/assets/jira.js'])
      await expect(ask(path)).rejects.toThrow(TypeError);
    expect(await page.attachByDrop('a')).toBe('error');
  });

  test.each([true, false])(
    'signs in again by itself when a page is opened (Jira’s session alive: %s)',
    async (alive) => {
      const { jira, browser, ask } = await signedIn();
      jira.faults.gateway = { status: 401 };
      if (!alive) jira.sessions.dropAll();
      const page = await browser.open(jira, '/browse/RAIL-8?focusedCommentId=1');
      expect(page.user).toBe(alive ? 'alice' : '');
      expect(browser.cookiesFor('/')).toContain('gateway=');
      expect(browser.documentCookie('/')).not.toContain('gateway=');
      expect((await ask(SESSION)).status).toBe(alive ? 200 : 401);
      expect(jira.requests.filter(({ path }) => path === '/browse/RAIL-8')).toMatchObject([
        { status: 302, query: '?focusedCommentId=1' },
        { status: 200, query: '?focusedCommentId=1' },
      ]);
    },
  );
});

describe('what fails on the way', () => {
  test('can come in turn, and the last stays', async () => {
    const { jira, ask } = await signedIn();
    jira.faults.proof = [undefined, { status: 503 }, { status: 504 }];
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await ask(SESSION)).status);
    expect(statuses).toEqual([200, 503, 504, 504]);
  });

  test('can be too many questions, told in seconds or as a date, by nobody of Jira’s', async () => {
    const { jira, ask } = await signedIn();
    jira.faults.proof = [{ retryAfter: 1 }, { retryAfter: 5, asDate: true }, undefined];
    const first = await ask(SESSION);
    expect([first.status, first.headers.get('Retry-After'), first.headers.get('X-AUSERNAME')]).toEqual([
      429,
      '1',
      null,
    ]);
    const wait = Date.parse((await ask(SESSION)).headers.get('Retry-After')!) - Date.now();
    expect(wait).toBeGreaterThan(4_900);
    expect(wait).toBeLessThan(6_100);
    expect((await ask(SESSION)).status).toBe(200);
  });

  test.each([400, 403, 413] as const)('can be an upload alone, refused with a %i', async (status) => {
    const { jira, page } = await signedIn();
    jira.faults.upload = { status };
    expect(await page.attachByDrop('a')).toBe('error');
    expect(jira.uploads).toEqual([]);
    expect(jira.requests.at(-1)).toMatchObject({ method: 'POST', status });
  });

  test('can go right after a question', async () => {
    const { jira, ask, page } = await signedIn();
    jira.faults.proof = [undefined, 'hang-up'];
    jira.faults.upload = 'hang-up';
    expect((await ask(SESSION)).status).toBe(200);
    expect(await page.attachByDrop('a')).toBe('error');
    expect(await page.attachByInput('a')).toBe('error');
    expect(jira.uploads).toEqual([]);
  });

  test('can break an answer in its middle, after Jira has done what it was asked', async () => {
    const { jira, ask, page } = await signedIn();
    jira.faults.proof = 'cut-short';
    const reply = await ask(SESSION);
    expect([reply.status, reply.headers.get('X-AUSERNAME')]).toEqual([200, 'alice']);
    await expect(reply.text()).rejects.toThrow('broken');
    jira.faults.upload = 'cut-short';
    expect(await page.attachByInput('a')).toBe('error');
    expect(jira.uploads).toMatchObject([{ name: 'a' }]);
  });
});

describe('over a socket', () => {
  const running: RunningJira[] = [];
  const serve = async (): Promise<RunningJira> => {
    const server = await serveJira();
    running.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close();
  });

  test('a Jira is gone, and back at its place', async () => {
    const server = await serve();
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow(TypeError);
    await server.reopen();
    expect((await fetch(`${server.url}/browse/RAIL-7`)).status).toBe(200);
  });

  test('an answer breaks in its middle', async () => {
    const { url, jira } = await serve();
    jira.faults.everything = 'cut-short';
    const reply = await fetch(`${url}/browse/RAIL-7`);
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow(TypeError);
  });

  test('a form arrives empty', async () => {
    const { url, jira } = await serve();
    jira.faults.everything = 'empty-body';
    const body = new URLSearchParams({ comment: 'a' });
    const reply = await fetch(`${url}/secure/AddComment.jspa`, { method: 'POST', body });
    expect(await reply.text()).toContain('id="xsrf-no-params"');
  });

  test.each([
    ['percent', 'j%C3%BCrgen'],
    ['latin-1', 'j\xfcrgen'],
    ['utf-8', 'j\xc3\xbcrgen'],
  ] as const)('a name goes into a header as %s', async (nameHeader, header) => {
    const server = await serveJira({ nameHeader });
    running.push(server);
    const body = new URLSearchParams({ os_username: 'jürgen', os_password: 'jürgen' });
    const reply = await fetch(`${server.url}/login.jsp`, { method: 'POST', body, redirect: 'manual' });
    expect(reply.headers.get('X-AUSERNAME')).toBe(header);
  });
});

describe('names', () => {
  test.each([
    ['percent', 'anna maria', 'anna%20maria'],
    ['plus', 'anna maria', 'anna+maria'],
    ['utf-8', 'łukasz', '\xc5\x82ukasz'],
    ['latin-1', 'łukasz', '?ukasz'],
  ] as const)('in a header, as %s: %s', async (nameHeader, user, header) => {
    const { page, ask } = await signedIn({ nameHeader }, user);
    expect(page.user).toBe(user);
    const reply = await ask(SESSION);
    expect(reply.headers.get('X-AUSERNAME')).toBe(header);
    expect(await reply.json()).toMatchObject({ name: user });
  });

  test('one of two cases', async () => {
    const { page, browser, jira } = await signedIn({}, 'ALICE');
    expect(page.user).toBe('ALICE');
    await browser.signIn(jira, 'alice');
    expect((await browser.open(jira)).user).toBe('alice');
  });

  test.each(['denied', 'AUTHENTICATED_FAILED'] as const)('beside a login that is told as %s', async (loginReason) => {
    const { ask } = await signedIn({ loginReason });
    const reply = await ask(SESSION);
    expect([reply.status, reply.headers.get('X-Seraph-LoginReason')]).toEqual([200, loginReason]);
  });
});

test('a Jira that checks no token takes any, from whoever is signed in', async () => {
  const { jira, clock, page, ask } = await signedIn({ checksTokens: false });
  page.metaToken = 'made up';
  const comment = { atl_token: 'made up', id: 'RAIL-7', comment: 'a' };
  expect(await page.attachByDrop('a')).toBe('ok');
  await ask('/secure/AddComment.jspa', comment);
  expect(jira.comments).toHaveLength(1);
  clock.advance(301);
  expect(await page.attachByDrop('a')).toBe('session-expired');
  const refused = await ask('/secure/AddComment.jspa', comment);
  expect([refused.status, await refused.text()]).toEqual([403, expect.not.stringContaining('xsrf')]);
});

describe('a refusal', () => {
  test('of a session that has ended names its minutes', async () => {
    const { clock, page, ask } = await signedIn({ timeoutMinutes: 45 });
    clock.advance(46);
    const refused = await (await ask('/secure/AddComment.jspa', { atl_token: page.metaToken, comment: 'a' })).text();
    expect(refused).toMatch(/xsrf-session-expired[^]*after 45 minutes/);
  });

  test('of a form that arrived empty has nothing to send again', async () => {
    const { jira, page, ask } = await signedIn();
    jira.faults.everything = 'empty-body';
    const refused = await (await ask('/secure/AddComment.jspa', { atl_token: page.metaToken, comment: 'a' })).text();
    expect(refused).toContain('id="xsrf-no-params"');
    expect(refused).not.toContain('atl_token_retry_form');
    expect(jira.requests.at(-1)!.user).toBe('alice');
  });
});

describe('a bulk edit', () => {
  const STEPS = '/secure/views/bulkedit';
  const choose = async ({ ask, page }: World): Promise<string> =>
    (await ask(`${STEPS}/BulkEdit1.jspa`, { atl_token: page.metaToken, issues: 'RAIL-7, RAIL-8' })).text();
  const confirm = async ({ ask, page }: World): Promise<string> =>
    (await ask(`${STEPS}/BulkEditDetails.jspa`, { atl_token: page.metaToken, priority: 'High' })).text();

  test('goes by its steps', async () => {
    const world = await signedIn();
    expect(await (await world.ask(`${STEPS}/BulkEdit1!default.jspa`)).text()).toContain('BulkEdit1.jspa');
    expect(await choose(world)).toContain('Bulk edit: RAIL-7, RAIL-8');
    await confirm(world);
    expect(world.jira.changes).toEqual([{ what: 'bulk edit RAIL-7, RAIL-8 High', user: 'alice' }]);
  });

  test('is forgotten with the session, whatever the token', async () => {
    const world = await signedIn();
    await choose(world);
    await world.browser.signIn(world.jira, 'alice');
    await world.page.reload();
    expect(await confirm(world)).toContain('Your session has timed out');
    expect(await (await world.ask(`${STEPS}/BulkEditDetails!default.jspa`)).text()).toContain('timed out');
    expect(world.jira.changes).toEqual([]);
  });
});
