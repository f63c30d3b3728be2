/** One Jira: its routes, tied to its sessions, its token check and its pages. Answers in memory or over a socket. */
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { createAttachments, type Attachment, type Upload } from './attachments.ts';
import type { App, Change, Comment, Env, Middleware, Parts, PortalRequest } from './context.ts';
import { strictCsp } from './csp.ts';
import { gatewayIn, withFault, type Faults } from './faults.ts';
import { settingsFrom, type JiraOptions, type JiraSettings } from './options.ts';
import { logInto, skipsCheck, type LoggedRequest } from './request-log.ts';
import { addActions } from './routes/actions.ts';
import { addInlineEdit } from './routes/inline-edit.ts';
import { addLogin } from './routes/login.ts';
import { addNeighbours } from './routes/neighbours.ts';
import { addPages } from './routes/pages.ts';
import { addPortal, PORTAL_UPLOAD_PATH } from './routes/portal.ts';
import { addQuestions, QUESTIONS } from './routes/questions.ts';
import { addWizard } from './routes/wizard.ts';
import { addViews } from './routes/views.ts';
import { addUploads, UPLOAD_PATHS } from './routes/uploads.ts';
import { createSecurity } from './security.ts';
import { Sessions } from './sessions.ts';
import { addStaticFiles } from './static-files.ts';

export type { JiraOptions, Profile } from './options.ts';

export interface Jira {
  readonly app: App;
  readonly options: JiraSettings;
  readonly sessions: Sessions;
  /** What was committed. */
  readonly attachments: readonly Attachment[];
  /** What was uploaded and waits for its commit. */
  readonly uploads: readonly Upload[];
  readonly comments: readonly Comment[];
  readonly changes: readonly Change[];
  readonly portalRequests: readonly PortalRequest[];
  readonly requests: LoggedRequest[];
  readonly faults: Faults;
}

export function createJira(options: JiraOptions = {}): Jira {
  const settings = settingsFrom(options);
  const sessions = new Sessions(settings.clock, settings.timeoutMinutes);
  const attachments = createAttachments(settings.clock, sessions);
  const security = createSecurity(settings, sessions);
  const parts: Parts = {
    settings,
    sessions,
    security,
    attachments,
    comments: [],
    changes: [],
    summaries: new Map(),
    portalRequests: [],
  };
  const requests: LoggedRequest[] = [];
  const faults: Faults = {};

  const app: App = new Hono<Env>().basePath(settings.basePath);
  const gateway = gatewayIn(faults);
  app.use('/assets/*', gateway, (c, next) => withFault(faults.everything, c, next));
  addStaticFiles(app, settings);
  addNeighbours(app);

  app.use(logInto(requests, settings));
  app.use(gateway, (c, next) => withFault(faults.everything, c, next));
  for (const path of QUESTIONS) app.use(path, (c, next) => withFault(faults.proof, c, next));
  for (const path of [...UPLOAD_PATHS, PORTAL_UPLOAD_PATH])
    app.use(path, (c, next) => withFault(faults.upload, c, next));
  app.use(securityFilter(parts, faults));
  addLogin(app, parts);
  addPages(app, parts);
  addViews(app, parts);
  addPortal(app, parts);
  addActions(app, parts);
  addInlineEdit(app, parts);
  addWizard(app, parts);
  addQuestions(app, parts);
  addUploads(app, parts);

  return {
    app,
    options: settings,
    sessions,
    attachments: attachments.committed,
    get uploads() {
      return attachments.waiting;
    },
    comments: parts.comments,
    changes: parts.changes,
    portalRequests: parts.portalRequests,
    requests,
    faults,
  };
}

/** Knows the visitor before any route runs, and sends the cookies and headers that come of it with every answer. */
function securityFilter({ settings, security, sessions }: Parts, faults: Faults): Middleware {
  return async (c, next) => {
    sessions.node = faults.noStickySessions && sessions.node === 1 ? 2 : 1;
    const visit = security.enter(c.req.header('Cookie') ?? '', skipsCheck(c) || !settings.checksTokens);
    c.set('visit', visit);
    c.set('nonce', randomBytes(8).toString('hex'));
    await next();
    const isSecure = c.req.url.startsWith('https:');
    for (const cookie of visit.setCookies)
      c.header('Set-Cookie', isSecure ? `${cookie}; SameSite=None; Secure` : cookie, { append: true });
    for (const [name, value] of security.headersOf(visit)) c.header(name, value);
    c.header('Cache-Control', 'no-cache');
    c.header('Date', new Date(settings.clock.now()).toUTCString());
    if (settings.strictCsp) c.header('Content-Security-Policy', strictCsp(c.get('nonce')));
  };
}
