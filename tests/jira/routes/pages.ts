/** The pages that change nothing. Anonymous visitors may see them all: their token is a `lout` one. */
import { page, type App, type Ctx, type Parts } from '../context.ts';
import { issueContent } from '../issue-content.ts';
import { adminPage } from '../pages/admin.ts';
import { dashboardPage } from '../pages/dashboard.ts';
import { attachDialog, createDialog } from '../pages/dialogs.ts';
import { issuePage, transitionPage } from '../pages/issue.ts';
import { forbiddenPage, sessionAttributesPage } from '../pages/messages.ts';
import type { Markup } from '../pages/frame.ts';
import { createDialogData } from '../pages/real/create-dialog.ts';
import { realIssuePage } from '../pages/real/issue.ts';
import type { Visit } from '../security.ts';

const DASHBOARD = '/secure/Dashboard.jspa';
const CREATE_DIALOG = '/secure/QuickCreateIssue!default.jspa';

export function addPages(app: App, parts: Parts): void {
  const { settings, sessions } = parts;

  const dashboard = (c: Ctx): Response | Promise<Response> => {
    const poll = Number(c.req.query('poll')) || undefined;
    const rewrittenPath = settings.rewritesAddress ? DASHBOARD : undefined;
    const about = {
      title: 'Dashboard',
      pageType: 'dashboard',
      poll,
      linksFeed: true,
      rewrittenPath,
    } as const;
    return page(parts, c, about, dashboardPage(settings));
  };
  app.get(DASHBOARD, dashboard);
  // With a context path the empty path is the one that ends in a slash.
  app.on('GET', ['/', ''], (c) =>
    settings.rewritesAddress ? dashboard(c) : c.redirect(settings.basePath + DASHBOARD),
  );

  app.get('/browse/:key', (c) => {
    const issue = c.req.param('key');
    const visit = c.get('visit');
    const content = issueContent(parts, issue, visit.user);
    const draw = settings.anatomy === 'real' ? realIssuePage : issuePage;
    return page(parts, c, { title: issue, pageType: 'issue', issue }, draw(settings, visit, content));
  });

  app.get('/secure/CommentAssignIssue!default.jspa', (c) => {
    const issue = c.req.query('id') ?? '';
    const body = transitionPage(settings, c.get('visit'), issue);
    return page(parts, c, { title: `Resolve ${issue}`, pageType: 'generic' }, body);
  });

  app.get('/secure/admin/ViewSchemes.jspa', (c) =>
    page(parts, c, { title: 'Schemes', pageType: 'admin' }, adminPage(settings, c.get('visit'))),
  );

  app.get('/secure/forbidden', (c) =>
    page(parts, c, { title: 'Forbidden', pageType: 'message', withoutToken: true }, forbiddenPage(), 403),
  );

  app.get('/sessionattributes.jsp', (c) =>
    page(parts, c, { title: 'Session', pageType: 'message' }, sessionAttributesPage(sessions.all)),
  );

  const dialog = (content: (visit: Visit) => Markup) => async (c: Ctx) =>
    c.json({ html: String(await content(c.get('visit'))) });
  if (settings.anatomy === 'plain') app.get(CREATE_DIALOG, dialog(createDialog));
  else app.get(CREATE_DIALOG, async (c) => c.json(await createDialogData(settings, c.get('visit'))));
  app.get('/secure/AttachFile!default.jspa', dialog(attachDialog));
}
