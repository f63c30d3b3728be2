/** One Jira: its routes, tied to its sessions, its token check and its pages. Answers in memory or over a socket. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono, type Context, type Next } from 'hono';
import { createAttachments, type Attachment } from './attachments.ts';
import { DEFAULT_OPTIONS, USERS, type Fault, type Faults, type JiraOptions } from './options.ts';
import { frame, type Frame, type Markup } from './page-frame.ts';
import * as pages from './pages.ts';
import { createSecurity, type Visit } from './security.ts';
import { Sessions } from './sessions.ts';
import { checkToken } from './token-check.ts';

/** A request as the log keeps it: tokens are left out of the query. */
interface LoggedRequest {
  readonly method: string;
  /** Without the context path. */
  readonly path: string;
  readonly query: string;
  /** `anonymous` where nobody is signed in. */
  readonly user: string;
  readonly at: number;
  status: number;
  /** Whether it asked Jira to skip the check, which this product never does. */
  readonly noCheck: boolean;
}

export interface Jira {
  readonly app: Hono<Env>;
  readonly options: JiraOptions;
  readonly sessions: Sessions;
  readonly attachments: readonly Attachment[];
  readonly comments: readonly { issue: string; user: string; body: string }[];
  /** State changed by links and admin forms: what, and in whose name. */
  readonly changes: readonly { what: string; user: string }[];
  readonly requests: LoggedRequest[];
  readonly faults: Faults;
}

type Env = { Variables: { visit: Visit; nonce: string }; Bindings: { outgoing?: { destroy(): void } } };
type Ctx = Context<Env>;

const asset = (path: string): Buffer => readFileSync(new URL(path, `file://${import.meta.dirname}/`));
const JQUERY = {
  '1.7': '../../node_modules/jquery-1.7/tmp/jquery.js',
  '2.2': '../../node_modules/jquery-2.2/dist/jquery.js',
  '3': '../../node_modules/jquery-3/dist/jquery.js',
};

export function createJira(wanted: Partial<JiraOptions> = {}): Jira {
  const options: JiraOptions = { ...DEFAULT_OPTIONS, ...wanted };
  const sessions = new Sessions(options.clock, options.timeoutMinutes);
  const security = createSecurity(options, sessions);
  const uploads = createAttachments();
  const comments: { issue: string; user: string; body: string }[] = [];
  const changes: { what: string; user: string }[] = [];
  const requests: LoggedRequest[] = [];
  const faults: Faults = {};
  const app = new Hono<Env>().basePath(options.basePath);

  // Static files don't pass the security filter: they renew no session and bring no token.
  const assets: Record<string, () => [Buffer, string]> = {
    'jira.css': () => [asset('assets/jira.css'), 'text/css'],
    'jira.js': () => [asset('assets/jira.js'), 'text/javascript'],
    'attach.js': () => [asset('assets/attach.js'), 'text/javascript'],
    'jquery.js': () => [asset(JQUERY[options.jquery === 'none' ? '3' : options.jquery]), 'text/javascript'],
  };
  app.get('/assets/:file', (c) => {
    const file = assets[c.req.param('file')];
    if (!file) return c.notFound();
    const [body, type] = file();
    return c.body(new Uint8Array(body), 200, { 'Content-Type': type, 'Cache-Control': 'max-age=3600' });
  });
  app.get('/confluence/', (c) => c.html(pages.CONFLUENCE_PAGE));
  app.get('/favicon.ico', (c) => c.body(null, 204));
  app.get('/sso/login', (c) => c.html('<h1>Single sign-on</h1>'));

  app.use(logged);
  app.use(async (c, next) => withFault(faults.everything, c, next));
  for (const path of PROOF_PATHS) app.use(path, async (c, next) => withFault(faults.proof, c, next));
  app.use(secured);

  /** Writes each request down, also those that a fault keeps from an answer. */
  async function logged(c: Ctx, next: Next): Promise<void> {
    const url = new URL(c.req.url);
    const entry: LoggedRequest = {
      method: c.req.method,
      path: url.pathname.slice(options.basePath.length),
      query: url.search.replace(/(atl_token=)[^&]*/g, '$1…'),
      user: 'anonymous',
      at: options.clock.now(),
      status: 0,
      noCheck: c.req.header('X-Atlassian-Token') === 'no-check',
    };
    requests.push(entry);
    await next();
    entry.status = c.res.status;
    Object.assign(entry, { user: c.get('visit')?.user || 'anonymous' });
  }

  async function secured(c: Ctx, next: Next): Promise<void> {
    const visit = security.enter(c.req.header('Cookie') ?? '');
    c.set('visit', visit);
    c.set('nonce', randomBytes(8).toString('hex'));
    await next();
    for (const cookie of visit.setCookies) c.header('Set-Cookie', cookie, { append: true });
    for (const [name, value] of security.headersOf(visit)) c.header(name, value);
    c.header('Cache-Control', 'no-cache');
    c.header('Date', new Date(options.clock.now()).toUTCString());
    if (options.strictCsp) c.header('Content-Security-Policy', strictCsp(c.get('nonce')));
  }

  function page(c: Ctx, about: Frame, body: Markup, status: 200 | 403 = 200): Response | Promise<Response> {
    return c.html(frame(options, c.get('visit'), c.get('nonce'), about, body), status);
  }

  /** Runs what a form or a link asks for if its token is accepted; else the failure page, with the retry form. */
  async function checked(c: Ctx, given: string | undefined, work: () => void): Promise<Response> {
    const visit = c.get('visit');
    const check = checkToken(visit, given, options);
    if (check === 'accepted') {
      work();
      return c.redirect(`${options.basePath}/browse/RAIL-7`);
    }
    const action = new URL(c.req.url).pathname.slice(options.basePath.length);
    const expired = check === 'not-signed-in';
    return page(
      c,
      { title: 'XSRF check', pageType: 'message' },
      pages.xsrfFailurePage(options, visit, action, expired),
    );
  }

  app.get('/', (c) => c.redirect(`${options.basePath}/secure/Dashboard.jspa`));
  app.get('/login.jsp', (c) =>
    page(
      c,
      { title: 'Log in', pageType: 'login' },
      pages.loginPage(options, c.req.query('os_destination') ?? '', false),
    ),
  );
  app.post('/login.jsp', async (c) => {
    const form = await c.req.parseBody();
    const user = String(form['os_username'] ?? '');
    const destination = String(form['os_destination'] ?? '');
    if (!USERS.some((name) => name === user) || form['os_password'] !== user) {
      return page(c, { title: 'Log in', pageType: 'login' }, pages.loginPage(options, destination, true));
    }
    security.signIn(c.get('visit'), user, form['os_cookie'] === 'true');
    const target = /^\/(?!\/)/.test(destination) ? destination : '/secure/Dashboard.jspa';
    return c.redirect(options.basePath + target);
  });
  app.get('/logout', (c) => {
    security.signOut(c.get('visit'));
    return c.redirect(`${options.basePath}/secure/Logout!default.jspa`);
  });
  app.get('/secure/Logout!default.jspa', (c) =>
    page(c, { title: 'Logout', pageType: 'message' }, pages.loggedOutPage()),
  );
  app.get('/secure/Dashboard.jspa', (c) =>
    page(
      c,
      { title: 'Dashboard', pageType: 'dashboard', poll: Number(c.req.query('poll')) || undefined },
      pages.dashboardPage(),
    ),
  );
  app.get('/browse/:key', (c) => {
    const issue = c.req.param('key');
    const content = {
      comments: comments.filter((each) => each.issue === issue),
      attachments: uploads.committed.filter((each) => each.issue === issue),
      votes: changes.filter(({ what }) => what === 'vote').length,
    };
    return page(
      c,
      { title: issue, pageType: 'issue', issue },
      pages.issuePage(options, c.get('visit'), issue, content),
    );
  });
  app.get('/secure/admin/ViewSchemes.jspa', (c) =>
    page(c, { title: 'Schemes', pageType: 'admin' }, pages.adminPage(options, c.get('visit'))),
  );
  app.get('/secure/forbidden', (c) =>
    page(c, { title: 'Forbidden', pageType: 'message', withoutToken: true }, pages.forbiddenPage(), 403),
  );
  app.get('/sessionattributes.jsp', (c) =>
    page(c, { title: 'Session', pageType: 'message' }, pages.sessionAttributesPage(sessions.all)),
  );
  app.get('/secure/QuickCreateIssue!default.jspa', async (c) =>
    c.json({ html: String(await pages.createDialog(c.get('visit'))) }),
  );
  app.get('/secure/AttachFile!default.jspa', async (c) =>
    c.json({ html: String(await pages.attachDialog(c.get('visit'))) }),
  );

  app.post('/secure/AddComment.jspa', async (c) => {
    const form = await c.req.parseBody();
    return checked(c, textOf(form['atl_token']), () =>
      comments.push({ issue: String(form['id']), user: c.get('visit').user, body: String(form['comment']) }),
    );
  });
  app.post('/secure/CommentAssignIssue.jspa', async (c) => {
    const form = await c.req.parseBody();
    // The query's token comes first, as a servlet's parameters do.
    return checked(c, c.req.query('atl_token') ?? textOf(form['atl_token']), () => {
      changes.push({ what: 'resolve', user: c.get('visit').user });
      comments.push({ issue: String(form['id']), user: c.get('visit').user, body: String(form['comment']) });
    });
  });
  app.get('/secure/VoteOrWatchIssue.jspa', (c) =>
    checked(c, c.req.query('atl_token'), () => changes.push({ what: 'vote', user: c.get('visit').user })),
  );
  app.post('/secure/admin/SaveScheme.jspa', async (c) => {
    const form = await c.req.parseBody();
    return checked(c, textOf(form['atl_token']), () =>
      changes.push({ what: 'scheme', user: c.get('visit').user }),
    );
  });
  app.get('/secure/admin/ManageIssueTypeSchemes!default.jspa', (c) =>
    checked(c, c.req.query('atl_token'), () => changes.push({ what: 'scheme', user: c.get('visit').user })),
  );

  app.get('/rest/auth/1/session', (c) => {
    if (options.profile === '11') return c.json({ message: 'not found' }, 404);
    const { user } = c.get('visit');
    return user ? c.json({ name: user, loginInfo: {} }) : c.json({ errorMessages: ['not logged in'] }, 401);
  });
  app.get('/rest/api/2/myself', (c) => {
    const { user } = c.get('visit');
    return user ? c.json({ name: user, key: `JIRAUSER${user.length}` }) : c.json({ errorMessages: [] }, 401);
  });
  app.get('/rest/api/2/mypermissions', (c) => c.json({ permissions: {} }));
  let polls = 0;
  app.get('/rest/gadget/1.0/activity', (c) => c.json({ count: ++polls }));

  for (const version of ['1.0', '2']) {
    app.post(`/rest/internal/${version}/AttachTemporaryFile`, async (c) => {
      const visit = c.get('visit');
      const { filename = '', issueId = '', atl_token: given } = c.req.query();
      const body = new Uint8Array(await c.req.arrayBuffer());
      const check = checkToken(visit, given, options);
      if (check === 'missing-token') return missingToken(c, visit);
      if (check === 'not-signed-in') return c.json({ errorMessage: 'not signed in' }, 401);
      return c.json(uploads.upload(visit, issueId, filename, body), 201);
    });
  }
  const commit = (good: 200 | 201) => (c: Ctx) => {
    const visit = c.get('visit');
    const check = checkToken(visit, c.req.query('atl_token'), options);
    if (check === 'missing-token') return missingToken(c, visit);
    if (check === 'not-signed-in') return c.json({ errorMessage: 'not signed in' }, 401);
    const id = c.req.query('id') ?? c.req.query('filetoconvert') ?? '';
    const known = uploads.commit(visit, id, c.req.query('via') ?? '');
    return known ? c.json({ id }, good) : c.json({ errorMessage: 'temporary file not found' }, 404);
  };
  app.post('/rest/jddap/1.0/attachment', commit(201));
  app.post('/secure/AttachFile.jspa', commit(200));

  return { app, options, sessions, attachments: uploads.committed, comments, changes, requests, faults };
}

const PROOF_PATHS = ['/rest/auth/1/session', '/rest/api/2/myself', '/rest/api/2/mypermissions'];

/** What a refused upload answers: 500, with a token that a page could go on with. */
function missingToken(c: Ctx, visit: Visit): Response {
  return c.json({ errorMessage: 'XSRF check failed: missing token', token: visit.token }, 500);
}

async function withFault(fault: Fault | undefined, c: Ctx, next: Next): Promise<Response | void> {
  switch (fault) {
    case undefined:
      return next();
    case 'html':
      return c.html('<h1>Welcome to the portal</h1>');
    case 'bad-gateway':
      return c.html('<h1>502 Bad Gateway</h1>', 502);
    case 'sso-redirect':
      return c.redirect('http://sso.localhost:1/login');
    case 'hang-up':
      c.env.outgoing?.destroy();
      return new Response(null, { status: 500 });
    case 'never':
      return new Promise(() => undefined);
    default:
      await new Promise((done) => setTimeout(done, fault.delayMillis));
      return next();
  }
}

function strictCsp(nonce: string): string {
  return [
    "default-src 'none'",
    "style-src 'none'",
    `script-src 'nonce-${nonce}' 'self'`,
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
