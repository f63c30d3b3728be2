/** What the server does, beside the table of cases: sessions, cookies, headers, forms, and what its tests can rely on. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MemoryBrowser, type MemoryPage } from './browser.ts';
import { createClock, type MovableClock } from './clock.ts';
import { createJira, type Jira, type JiraOptions, type Profile } from './jira.ts';

interface World {
  readonly jira: Jira;
  readonly browser: MemoryBrowser;
  readonly clock: MovableClock;
  readonly page: MemoryPage;
  /** A request of alice's browser. */
  readonly ask: (path: string, init?: RequestInit & { method?: string }) => Promise<Response>;
}

/** alice, signed in, on an issue page. */
async function alice(options: JiraOptions = {}): Promise<World> {
  const clock = createClock();
  const jira = createJira({ ...options, clock });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice', true);
  const page = await browser.open(jira);
  const ask: World['ask'] = (path, init = {}) => browser.request(jira, init.method ?? 'GET', path, init);
  return { jira, browser, clock, page, ask };
}

const post = (fields: Record<string, string>): RequestInit & { method: string } => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});

describe('a session', () => {
  test('ends with its timeout of silence, and every request renews it', async () => {
    const { clock, page, ask } = await alice({ timeoutMinutes: 10 });
    for (let round = 0; round < 6; round++) {
      clock.advance(9);
      await ask('/rest/gadget/1.0/activity');
    }
    expect(await page.attachByDrop('a')).toBe('ok');
    clock.advance(10);
    expect(await page.attachByDrop('b')).toBe('session-expired');
  });

  test('can be lost alone', async () => {
    const { jira, ask } = await alice();
    const session = jira.sessions.all.find(({ user }) => user === 'alice');
    expect(session).toMatchObject({ maxInactiveInterval: 18_000, xsrfToken: expect.stringMatching(/_lin$/) });
    jira.sessions.drop(session!);
    expect((await ask('/rest/auth/1/session')).status).toBe(401);
  });

  test('is told by its hash, which changes with it, and never by its id', async () => {
    const { jira, browser, ask } = await alice({ clustered: true });
    const { headers } = await ask('/rest/api/2/myself');
    const id = jira.sessions.all.find(({ user }) => user === 'alice')!.id;
    expect(headers.get('X-AUSERNAME')).toBe('alice');
    expect(headers.get('X-ANODEID')).toBe('node1');
    expect(headers.get('X-Seraph-LoginReason')).toBe('OK');
    expect(id).not.toContain(headers.get('X-ASESSIONID')!.toUpperCase());
    expect((await ask('/rest/api/2/myself')).headers.get('X-ASESSIONID')).toBe(headers.get('X-ASESSIONID'));
    await browser.signOut(jira);
    await browser.signIn(jira, 'alice');
    expect((await ask('/rest/api/2/myself')).headers.get('X-ASESSIONID')).not.toBe(headers.get('X-ASESSIONID'));
  });

  test('is had only for the right password', async () => {
    const { jira, browser, ask } = await alice();
    await browser.signOut(jira);
    const wrong = await ask('/login.jsp', post({ os_username: 'alice', os_password: 'bob' }));
    expect(wrong.headers.get('X-Seraph-LoginReason')).toBe('AUTHENTICATED_FAILED');
    expect(wrong.headers.get('X-AUSERNAME')).toBe('anonymous');
  });

  test('can be of a user whose name is an e-mail address', async () => {
    const users = [{ name: 'alice@northwind.example', password: 'secret' }];
    const jira = createJira({ users });
    const browser = new MemoryBrowser();
    await browser.signIn(jira, users[0]!.name);
    expect((await browser.open(jira)).user).toBe('alice@northwind.example');
  });
});

describe('remember-me', () => {
  test('signs in again for two weeks, and no longer', async () => {
    const { clock, ask } = await alice({ rememberMe: true });
    clock.advance(13 * 24 * 60);
    expect((await ask('/rest/auth/1/session')).status).toBe(200);
    clock.advance(2 * 24 * 60);
    expect((await ask('/rest/auth/1/session')).status).toBe(401);
  });

  test('ends with a logout', async () => {
    const { jira, browser, ask } = await alice({ rememberMe: true });
    await browser.signOut(jira);
    expect((await ask('/rest/auth/1/session')).status).toBe(401);
  });

  test('is not given by a Jira that does not offer it', async () => {
    const { clock, ask } = await alice({ rememberMe: false });
    clock.advance(301);
    expect((await ask('/rest/auth/1/session')).status).toBe(401);
  });
});

describe('the question who is signed in', () => {
  test('is answered with the name, and of nobody with a 401 that turns the cookie', async () => {
    const { clock, browser, ask } = await alice();
    expect(await (await ask('/rest/auth/1/session')).json()).toMatchObject({ name: 'alice' });
    clock.advance(301);
    expect((await ask('/rest/auth/1/session')).status).toBe(401);
    expect(browser.cookiesFor('/')).toMatch(/_lout/);
  });

  test.each([401, 403, 404] as const)('is refused by a Jira 11 with a %i, and the other answered', async (status) => {
    const { page, ask } = await alice({ profile: '11', sessionRefusal: status });
    expect((await ask('/rest/auth/1/session')).status).toBe(status);
    expect(await (await ask('/rest/api/2/myself')).json()).toEqual({ name: 'alice', key: 'JIRAUSER10100' });
    expect(await page.attachByDrop('a')).toBe('ok');
  });
});

describe('cookies', () => {
  test.each<Profile>(['7', '9'])(
    'of two Jiras at / and /jira of one host live beside each other (%s)',
    async (profile) => {
      const root = createJira({ profile });
      const below = createJira({ profile, basePath: '/jira', serverId: 'AOTH-ERJI-RAXX-0002' });
      const browser = new MemoryBrowser();
      await browser.signIn(root, 'alice');
      await browser.signIn(below, 'bob');
      expect(browser.cookiesFor('/jira/browse').match(/xsrf\.token=\w{4}/g)).toEqual([
        'xsrf.token=AOTH',
        'xsrf.token=BSTA',
      ]);
      expect(await (await browser.open(below)).attachByDrop('a')).toBe('ok');
      expect(await (await browser.open(root)).attachByDrop('b')).toBe('ok');
      expect(below.attachments).toMatchObject([{ user: 'bob' }]);
      expect(root.attachments).toMatchObject([{ user: 'alice' }]);
    },
  );

  test('of one Jira are two jars at two names of it', async () => {
    const { jira, browser } = await alice();
    browser.reach(jira, 'localhost');
    expect((await browser.open(jira)).user).toBe('');
    browser.reach(jira, '127.0.0.1');
    expect((await browser.open(jira)).user).toBe('alice');
  });

  test('are written in quotes with blanks, and read back', async () => {
    const { browser, page } = await alice({ profile: '7', quotedCookie: true });
    expect(browser.cookiesFor('/')).toContain('" BSTA-NDIN-JIRA-0001 |');
    expect(await page.attachByDrop('a')).toBe('ok');
  });

  test('made HttpOnly by a proxy are out of the page’s reach, and work', async () => {
    const { browser, page } = await alice({ httpOnlyCookie: true });
    expect(browser.documentCookie('/')).toBe('');
    expect(await page.attachByDrop('a')).toBe('ok');
    const plain = await alice();
    expect(plain.browser.documentCookie('/')).toBe(`atlassian.xsrf.token=${plain.page.metaToken}`);
  });

  test('are not touched by static files and neighbours, which renew no session either', async () => {
    const { jira, ask } = await alice();
    const before = jira.requests.length;
    for (const path of ['/assets/jira.js', '/assets/jira.css', '/confluence/']) {
      const { status, headers } = await ask(path);
      expect([status, headers.getSetCookie()]).toEqual([200, []]);
    }
    expect(jira.requests).toHaveLength(before);
  });

  test('need a context path that is one', () => {
    expect(() => createJira({ basePath: 'jira/' })).toThrow(/basePath/);
  });
});

describe('an upload', () => {
  const upload = (page: MemoryPage, size = 5): [string, RequestInit & { method: string }] => [
    `/rest/internal/1.0/AttachTemporaryFile?filename=a&size=${size}&atl_token=${page.metaToken}&issueId=RAIL-7`,
    { method: 'POST', body: 'bytes' },
  ];

  test('waits for its commit, and is lost with the session', async () => {
    const { jira, browser, page, ask } = await alice();
    const { id } = (await (await ask(...upload(page))).json()) as { id: string };
    expect(jira.uploads).toMatchObject([{ id, name: 'a', size: 5, user: 'alice' }]);
    expect(jira.attachments).toEqual([]);
    jira.sessions.dropAll();
    expect(jira.uploads).toEqual([]);
    await browser.signIn(jira, 'alice');
    await page.reload();
    const commit = await ask(`/rest/jddap/1.0/attachment?id=${id}&issue=RAIL-7&atl_token=${page.metaToken}`, {
      method: 'POST',
    });
    expect(commit.status).toBe(404);
    expect(jira.attachments).toEqual([]);
  });

  test('of a bad token is refused by a 500 that brings a good one', async () => {
    const { browser, jira, page, ask } = await alice();
    await browser.signOut(jira);
    await browser.signIn(jira, 'alice');
    const refused = await ask(...upload(page));
    expect(refused.status).toBe(500);
    const { token } = (await refused.json()) as { token: string };
    page.metaToken = token;
    expect((await ask(...upload(page))).status).toBe(201);
  });

  test('that was cut short is refused', async () => {
    const { page, ask } = await alice();
    expect((await ask(...upload(page, 6))).status).toBe(400);
  });

  test('for a new issue is committed with it, and told as lost where its session is gone', async () => {
    const { jira, browser, page, ask } = await alice();
    const create = async (id: string): Promise<unknown> =>
      (
        await ask(
          '/secure/QuickCreateIssue.jspa',
          post({ atl_token: page.metaToken, summary: 'x', filetoconvert: id }),
        )
      ).json();
    const first = (await (await ask(...upload(page))).json()) as { id: string };
    const second = (await (await ask(...upload(page))).json()) as { id: string };
    expect(await create(first.id)).toEqual({ issue: 'RAIL-101', lost: [] });
    expect(jira.attachments).toMatchObject([{ issue: 'RAIL-101', name: 'a' }]);
    jira.sessions.dropAll();
    await browser.signIn(jira, 'alice');
    await page.reload();
    expect(await create(second.id)).toEqual({ issue: 'RAIL-102', lost: [second.id] });
  });

  test('that asks to skip the check is let through, and the log tells on it', async () => {
    const { jira, ask } = await alice();
    expect(jira.requests.some(({ noCheck }) => noCheck)).toBe(false);
    const path = '/rest/internal/2/AttachTemporaryFile?filename=a&size=5';
    const init = { method: 'POST', body: 'bytes' };
    expect((await ask(path, init)).status).toBe(500);
    expect((await ask(path, { ...init, headers: { 'X-Atlassian-Token': 'no-check' } })).status).toBe(201);
    expect(jira.requests.filter(({ noCheck }) => noCheck)).toMatchObject([{ method: 'POST', status: 201 }]);
  });
});

describe('a form or a link', () => {
  test.each([
    ['a comment', '/secure/AddComment.jspa', { id: 'RAIL-7', comment: 'hello' }],
    ['a transition', '/secure/CommentAssignIssue.jspa', { id: 'RAIL-7', comment: 'hello' }],
    ['a vote', '/secure/VoteOrWatchIssue.jspa', { id: 'RAIL-7' }],
    ['an administrator’s form', '/secure/admin/SaveScheme.jspa', { name: 'Default' }],
  ])('%s is refused with an old token, and done by the retry form', async (_name, path, fields) => {
    const { jira, browser, page, ask } = await alice();
    await browser.signOut(jira);
    await browser.signIn(jira, 'alice');
    const failure = await (await ask(path, post({ ...fields, atl_token: page.metaToken }))).text();
    expect(failure).toMatch(/<!-- ?SecurityTokenMissing ?-->[^]*id="xsrf-error" class="xsrf-check-failed"/);
    expect([...jira.comments, ...jira.changes]).toEqual([]);

    const form = /<form id="atl_token_retry_form" method="post" action="([^"]*)"[^]*?<\/form>/.exec(failure)!;
    const inputs = [...form[0].matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    await ask(form[1]!, post(Object.fromEntries(inputs) as Record<string, string>));
    expect([...jira.comments, ...jira.changes].length).toBeGreaterThan(0);
    for (const { user } of [...jira.comments, ...jira.changes]) expect(user).toBe('alice');
  });

  test('of a user who was signed out says that the session has expired', async () => {
    const { clock, page, ask } = await alice();
    clock.advance(301);
    for (let n = 0; n < 2; n++) {
      const failure = await ask('/secure/AddComment.jspa', post({ atl_token: page.metaToken, comment: 'a' }));
      expect(await failure.text()).toContain('xsrf-session-expired');
    }
  });
});

describe('pages', () => {
  const metasOf = (html: string): string[] =>
    [...html.matchAll(/<meta[^>]*?\sname="([^"]*)"/g)].map(([, name]) => name!);
  const real = (file: string): string => readFileSync(new URL(`../pages/${file}`, import.meta.url), 'utf8');
  const text = async (jira: Jira, path: string): Promise<string> =>
    (await new MemoryBrowser().request(jira, 'GET', path)).text();

  test.each<[string, Profile, string]>([
    ['jira-9.12.0-admin-lin.html', '9', '/secure/admin/ViewSchemes.jspa'],
    ['jira-9.4.18-dashboard-lout.html', '9', '/secure/Dashboard.jspa'],
    ['jira-7.5.0-login-lout-context-path.html', '7', '/login.jsp'],
  ])('carry the metas of %s in their order', async (file, profile, path) => {
    const html = await text(createJira({ profile }), path);
    expect(metasOf(html)).toEqual(metasOf(real(file)));
    expect(html).toMatch(/<body\s+id="jira"/);
  });

  test('of administrators carry 300 links with the token; login forms an input without one', async () => {
    const jira = createJira();
    const admin = await text(jira, '/secure/admin/ViewSchemes.jspa');
    expect(admin.match(/href="[^"]*atl_token=BSTA/g)).toHaveLength(300);
    expect(await text(jira, '/login.jsp')).toContain('<input name="atl_token" type="hidden" />');
  });

  test('of a 403 carry Jira’s metas and no token; a neighbour’s carries a token of its own', async () => {
    const jira = createJira();
    const forbidden = await text(jira, '/secure/forbidden');
    expect(metasOf(forbidden)).toContain('application-name');
    expect(forbidden).not.toContain('atlassian-token');
    expect(await text(jira, '/confluence/')).not.toContain('application-name');
  });
});

describe('for its tests', () => {
  test('the log says who asked what, when and with which result, and keeps no token', async () => {
    const { jira, clock, page } = await alice({ basePath: '/jira' });
    clock.set(Date.UTC(2030, 0, 1));
    expect(await page.attachByDrop('a')).toBe('session-expired');
    const [last] = jira.requests.slice(-1);
    expect(last).toMatchObject({
      method: 'GET',
      path: '/rest/auth/1/session',
      user: 'anonymous',
      status: 401,
    });
    expect(new Date(last!.at).getUTCFullYear()).toBe(2030);
    expect(JSON.stringify(jira.requests)).not.toMatch(/[0-9a-f]{40}/);
  });

  test.each([
    ['bad-gateway', 502],
    ['html', 200],
  ] as const)('a fault "%s" meets the question, and nothing else', async (fault, status) => {
    const { jira, ask } = await alice();
    jira.faults.proof = fault;
    const reply = await ask('/rest/auth/1/session');
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([status, []]);
    expect(await reply.text()).toContain('<h1>');
    expect((await ask('/browse/RAIL-7')).status).toBe(200);
    jira.faults.proof = undefined;
    expect((await ask('/rest/auth/1/session')).status).toBe(200);
  });

  test('a connection that breaks is an error to the browser, and so is a redirect to another host', async () => {
    const { jira, ask, page } = await alice();
    jira.faults.everything = 'hang-up';
    await expect(ask('/browse/RAIL-7')).rejects.toThrow(TypeError);
    expect(await page.attachByDrop('a')).toBe('error');
    jira.faults.everything = 'sso-redirect';
    await expect(ask('/browse/RAIL-7')).rejects.toThrow(TypeError);
  });

  test('a strict policy lets only scripts with the page’s nonce run', async () => {
    const { ask } = await alice({ strictCsp: true, jquery: '3' });
    const reply = await ask('/browse/RAIL-7');
    const policy = reply.headers.get('Content-Security-Policy')!;
    const nonce = /script-src 'nonce-(\w+)';/.exec(policy)![1];
    const html = await reply.text();
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html.match(new RegExp(`<script[^>]*nonce="${nonce}"`, 'g'))).toHaveLength(3);
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(html).not.toContain('stylesheet');
  });

  test('a clock is moved by minutes, or set', () => {
    const clock = createClock(1_000);
    clock.advance(2);
    expect(Math.round(clock.now() / 1_000)).toBe(121);
    clock.set(5_000);
    expect(Math.round(clock.now() / 1_000)).toBe(5);
  });

  test('the browser knows its tabs', async () => {
    const { jira, browser, page } = await alice();
    const second = await browser.open(jira, '/secure/Dashboard.jspa');
    expect([...browser.tabs]).toEqual([page, second]);
    page.close();
    expect([...browser.tabs]).toEqual([second]);
  });
});
