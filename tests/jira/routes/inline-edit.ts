/** Inline edit: a script posts one field with the page's token, and no form is submitted. */
import { check, page, type App, type Parts } from '../context.ts';
import { xsrfFailurePage } from '../pages/messages.ts';
import { fieldsOf } from './fields.ts';

export function addInlineEdit(app: App, parts: Parts): void {
  const { settings, sessions, changes, summaries } = parts;

  app.post('/secure/AjaxIssueAction.jspa', async (c) => {
    const { decorator, ...fields } = await fieldsOf(c);
    const { id: key = '', summary = '', atl_token: given } = fields;
    const visit = c.get('visit');
    const verdict = check(parts, c, given);
    if (verdict === 'accepted') {
      summaries.set(key, summary);
      changes.push({ what: `edit ${key} summary`, user: visit.user });
      if (decorator !== 'none') return c.redirect(`${settings.basePath}/browse/${key}`);
      return c.json({ issue: { key, summary } });
    }
    const action = `${settings.basePath}/secure/AjaxIssueAction.jspa`;
    const failure = await xsrfFailurePage(sessions.timeoutMinutes, action, visit, fields);
    if (decorator !== 'none') return page(parts, c, { title: 'XSRF check', pageType: 'message' }, failure);
    // Both answers bring a token, which the page takes over: in the retry form, and in the JSON beside it.
    if (verdict === 'missing-token') return c.html(failure);
    return c.json({ errorMessages: ['You are not signed in.'], token: visit.token, html: String(failure) }, 401);
  });
}
