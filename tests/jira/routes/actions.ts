/** What changes something by a form or a link that carries the token. */
import { check, page, type App, type Parts } from '../context.ts';
import { forbiddenPage, xsrfFailurePage } from '../pages/messages.ts';
import type { Session } from '../sessions.ts';
import { fieldsOf, type Fields } from './fields.ts';

type Work = (fields: Fields, user: string, session: Session) => void;

/** Runs what a form or a link asks for if its token is accepted; else the failure page, with the retry form. */
export function actionsIn(app: App, parts: Parts) {
  const { settings, sessions } = parts;
  return (path: string, back: (fields: Fields, session: Session) => string, work: Work): App =>
    app.on(['GET', 'POST'], path, async (c) => {
      const fields = await fieldsOf(c);
      const visit = c.get('visit');
      if (check(parts, c, fields['atl_token']) === 'accepted') {
        const destination = back(fields, visit.session);
        work(fields, visit.user, visit.session);
        return c.redirect(settings.basePath + destination);
      }
      const about = { title: 'XSRF check', pageType: 'message' } as const;
      // What checks no token refuses nothing for one.
      if (!settings.checksTokens) return page(parts, c, about, forbiddenPage(), 403);
      return page(parts, c, about, xsrfFailurePage(sessions.timeoutMinutes, settings.basePath + path, visit, fields));
    });
}

export function addActions(app: App, parts: Parts): void {
  const { comments, changes } = parts;
  const action = actionsIn(app, parts);
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
