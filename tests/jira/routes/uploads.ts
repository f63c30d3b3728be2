/** Attaching, in two steps: the raw file, then the commit. See "What happens at an upload" in docs/jira-xsrf.md. */
import { refusal, type App, type Ctx, type Parts } from '../context.ts';

export const UPLOAD_PATHS = ['/rest/internal/1.0/AttachTemporaryFile', '/rest/internal/2/AttachTemporaryFile'];

export function addUploads(app: App, parts: Parts): void {
  const { attachments } = parts;
  let lastIssue = 100;

  for (const path of UPLOAD_PATHS) {
    app.post(path, async (c) => {
      const { filename = '', size, atl_token: given } = c.req.query();
      const body = new Uint8Array(await c.req.arrayBuffer());
      const refused = refusal(parts, c, given);
      if (refused) return refused;
      // A file that was cut short on its way is none.
      if (Number(size) !== body.length) return c.json({ errorMessage: 'unexpected size' }, 400);
      const { id, name } = attachments.upload(c.get('visit'), filename, body);
      return c.json({ id, name }, 201);
    });
  }

  const commit = (success: 200 | 201) => (c: Ctx) => {
    const { atl_token: given, filetoconvert, id = '', issue = '', via = '' } = c.req.query();
    const refused = refusal(parts, c, given);
    if (refused) return refused;
    const known = attachments.commit(c.get('visit'), filetoconvert ?? id, issue, via);
    return known
      ? c.json({ id: filetoconvert ?? id }, success)
      : c.json({ errorMessage: 'temporary file not found' }, 404);
  };
  app.post('/rest/jddap/1.0/attachment', commit(201));
  app.post('/secure/AttachFile.jspa', commit(200));

  // The create dialog commits with the new issue. What was lost with an earlier session is named in the answer.
  app.post('/secure/QuickCreateIssue.jspa', async (c) => {
    const form = await c.req.parseBody({ all: true });
    const refused = refusal(parts, c, String(form['atl_token'] ?? ''));
    if (refused) return refused;
    const issue = `RAIL-${++lastIssue}`;
    const ids = [form['filetoconvert'] ?? []].flat().map(String);
    const lost = ids.filter((id) => !attachments.commit(c.get('visit'), id, issue, 'dialog-drop'));
    return c.json({ issue, lost });
  });
}
