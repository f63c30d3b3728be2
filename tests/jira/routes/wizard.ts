/** Bulk edit: a wizard, whose steps the session keeps. A new session has forgotten them. */
import { page, type App, type Parts } from '../context.ts';
import { chooseIssuesPage, editDetailsPage, forgottenPage } from '../pages/wizard.ts';
import { actionsIn } from './actions.ts';

const BULK_EDIT = '/secure/views/bulkedit';
const DETAILS = `${BULK_EDIT}/BulkEditDetails!default.jspa`;
const FORGOTTEN = `${BULK_EDIT}/SessionTimeoutMessage.jspa`;

export function addWizard(app: App, parts: Parts): void {
  const { settings, changes } = parts;
  const at = settings.basePath + BULK_EDIT;
  const about = { title: 'Bulk edit', pageType: 'generic' } as const;
  const action = actionsIn(app, parts);

  app.get(`${BULK_EDIT}/BulkEdit1!default.jspa`, (c) => page(parts, c, about, chooseIssuesPage(at, c.get('visit'))));
  action(
    `${BULK_EDIT}/BulkEdit1.jspa`,
    () => DETAILS,
    ({ issues }, _user, session) => (session.bulkEdit = issues),
  );

  app.get(DETAILS, (c) => {
    const visit = c.get('visit');
    const { bulkEdit } = visit.session;
    return bulkEdit
      ? page(parts, c, about, editDetailsPage(at, visit, bulkEdit))
      : c.redirect(settings.basePath + FORGOTTEN);
  });
  action(
    `${BULK_EDIT}/BulkEditDetails.jspa`,
    (_fields, { bulkEdit }) => (bulkEdit ? '/secure/Dashboard.jspa' : FORGOTTEN),
    ({ priority }, user, session) => {
      if (session.bulkEdit) changes.push({ what: `bulk edit ${session.bulkEdit} ${priority}`, user });
      session.bulkEdit = undefined;
    },
  );

  app.get(FORGOTTEN, (c) => page(parts, c, { ...about, pageType: 'message' }, forgottenPage(at)));
}
