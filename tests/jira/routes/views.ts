/** Views that show an issue without a page load: the navigator's split view, and the board. */
import { page, type App, type Ctx, type Parts } from '../context.ts';
import { issueContent } from '../issue-content.ts';
import { idOf } from '../pages/issues.ts';
import { boardPage } from '../pages/real/board.ts';
import { issueView } from '../pages/real/issue-view.ts';
import { navigatorPage } from '../pages/real/navigator.ts';
import type { IssueContent } from '../pages/issues.ts';

export function addViews(app: App, parts: Parts): void {
  const { settings } = parts;
  if (settings.anatomy === 'plain') return;
  const contentOf = (c: Ctx, key: string): IssueContent => issueContent(parts, key, c.get('visit').user);

  const navigator = (c: Ctx, key: string, ownPath: string, addresses: string): Response | Promise<Response> => {
    const about = {
      title: 'Issue navigator',
      pageType: 'split',
      bodyClass: 'ka ajax-issue-search-and-view',
      rewrittenPath: ownPath,
    } as const;
    return page(parts, c, about, navigatorPage(settings, c.get('visit'), contentOf(c, key), addresses));
  };

  app.get('/issues/', (c) => {
    const jql = `?jql=${encodeURIComponent(c.req.query('jql') ?? '')}`;
    return navigator(c, 'RAIL-7', `/issues/${jql}`, `/browse/KEY${jql}`);
  });
  app.get('/projects/RAIL/issues/:key', (c) => {
    const key = c.req.param('key');
    return navigator(c, key, `/projects/RAIL/issues/${key}`, '/projects/RAIL/issues/KEY');
  });
  app.get('/secure/AjaxIssueView.jspa', (c) =>
    c.html(issueView(settings, c.get('visit'), contentOf(c, c.req.query('key') ?? ''))),
  );

  app.get('/secure/RapidBoard.jspa', (c) => {
    const selected = c.req.query('selectedIssue');
    const content = contentOf(c, selected ?? 'RAIL-7');
    const body = boardPage(settings, c.get('visit'), content, selected !== undefined);
    return page(parts, c, { title: 'Winter timetable', pageType: 'board', bodyClass: 'ghx-rapid' }, body);
  });
  app.get('/rest/greenhopper/1.0/xboard/issue/details.json', (c) => {
    const content = contentOf(c, c.req.query('issueIdOrKey') ?? '');
    return c.json({ ...content, id: idOf(content.key) });
  });
}
