/** What changes something by a form or a link that carries the token. */
import { check, page, type App, type Parts } from '../context.ts';
import { xsrfFailurePage } from '../pages/messages.ts';
import { fieldsOf, type Fields } from './fields.ts';

export function addActions(app: App, parts: Parts): void {
  const { settings, comments, changes } = parts;

  /** Runs what a form or a link asks for if its token is accepted; else the failure page, with the retry form. */
  const action = (path: string, back: (fields: Fields) => string, work: (fields: Fields, user: string) => void) =>
    app.on(['GET', 'POST'], path, async (c) => {
      const fields = await fieldsOf(c);
      const visit = c.get('visit');
      if (check(parts, c, fields['atl_token']) === 'accepted') {
        work(fields, visit.user);
        return c.redirect(settings.basePath + back(fields));
      }
      const body = xsrfFailurePage(settings.basePath + path, visit, fields);
      return page(parts, c, { title: 'XSRF check', pageType: 'message' }, body);
    });

  const toIssue = ({ id }: Fields): string => `/browse/${id || 'RAIL-7'}`;
  const toSchemes = (): string => '/secure/admin/ViewSchemes.jspa';
  const note = ({ id = '', comment = '' }: Fields, user: string): void => {
    if (comment) comments.push({ issue: id, user, body: comment });
  };

  action('/secure/AddComment.jspa', toIssue, note);
  action('/secure/CommentAssignIssue.jspa', toIssue, (fields, user) => {
    changes.push({ what: `resolve ${fields['id']}`, user });
    note(fields, user);
  });
  action('/secure/VoteOrWatchIssue.jspa', toIssue, ({ id, watch }, user) =>
    changes.push({ what: `${watch ?? 'vote'} ${id}`, user }),
  );
  // A transition without a screen is done at once.
  action('/secure/WorkflowUIDispatcher.jspa', toIssue, (fields, user) =>
    changes.push({ what: `transition ${fields['id']} ${fields['action']}`, user }),
  );
  action('/secure/AssignIssue.jspa', toIssue, ({ id }, user) => changes.push({ what: `assign ${id}`, user }));
  action('/secure/admin/SaveScheme.jspa', toSchemes, ({ name }, user) =>
    changes.push({ what: `scheme ${name}`, user }),
  );
  action('/secure/admin/ManageIssueTypeSchemes!default.jspa', toSchemes, ({ actionedSchemeId }, user) =>
    changes.push({ what: `scheme ${actionedSchemeId}`, user }),
  );
}
