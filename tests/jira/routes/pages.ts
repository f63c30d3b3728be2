/** The pages that change nothing. Anonymous visitors may see them all: their token is a `lout` one. */
import { page, type App, type Ctx, type Parts } from '../context.ts';
import { adminPage } from '../pages/admin.ts';
import { dashboardPage } from '../pages/dashboard.ts';
import { attachDialog, createDialog } from '../pages/dialogs.ts';
import { issuePage, transitionPage } from '../pages/issue.ts';
import { forbiddenPage, sessionAttributesPage } from '../pages/messages.ts';
import type { Markup } from '../pages/frame.ts';
import type { Visit } from '../security.ts';

export function addPages(app: App, parts: Parts): void {
  const { settings, sessions, attachments, comments, changes } = parts;

  app.get('/', (c) => c.redirect(`${settings.basePath}/secure/Dashboard.jspa`));

  app.get('/secure/Dashboard.jspa', (c) => {
    const poll = Number(c.req.query('poll')) || undefined;
    const about = { title: 'Dashboard', pageType: 'dashboard', poll, linksFeed: true } as const;
    return page(parts, c, about, dashboardPage(settings));
  });

  app.get('/browse/:key', (c) => {
    const issue = c.req.param('key');
    const content = {
      comments: comments.filter((each) => each.issue === issue),
      attachments: attachments.committed.filter((each) => each.issue === issue),
      votes: changes.filter(({ what }) => what === `vote ${issue}`).length,
      isResolved: changes.some(({ what }) => what === `resolve ${issue}`),
    };
    const body = issuePage(settings, c.get('visit'), issue, content);
    return page(parts, c, { title: issue, pageType: 'issue', issue }, body);
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
  app.get('/secure/QuickCreateIssue!default.jspa', dialog(createDialog));
  app.get('/secure/AttachFile!default.jspa', dialog(attachDialog));
}
