/** The customer portal of Jira Service Management: files are uploaded at once, and belong to the session. */
import type { App, Parts } from '../context.ts';
import { portalPage } from '../pages/portal.ts';

export const PORTAL_UPLOAD_PATH = '/rest/servicedesk/1/portal/1/attachTemporaryFile';
const REQUEST_PATH = '/servicedesk/customer/portal/1/create/2';

export function addPortal(app: App, { settings, attachments, portalRequests }: Parts): void {
  app.get(REQUEST_PATH, (c) => {
    const { user } = c.get('visit');
    return c.html(portalPage(settings, user, c.get('nonce')));
  });

  app.post(PORTAL_UPLOAD_PATH, async (c) => {
    const visit = c.get('visit');
    if (!visit.user) return c.json({ errorMessage: 'You are not signed in.' }, 401);
    // The portal's script asks to skip the check. Whatever does not is refused.
    if (!visit.skipsCheck) return c.json({ errorMessage: 'XSRF check failed' }, 403);
    const { file } = await c.req.parseBody();
    if (!(file instanceof File)) return c.json({ errorMessage: 'no file' }, 400);
    const upload = attachments.upload(visit, file.name, new Uint8Array(await file.arrayBuffer()));
    return c.json({ temporaryAttachments: [{ temporaryAttachmentId: upload.id, fileName: upload.name }] }, 201);
  });

  // A file of an earlier session is left out, and nothing in the answer says so.
  app.post(REQUEST_PATH, async (c) => {
    const visit = c.get('visit');
    if (!visit.user) return c.json({ errorMessage: 'You are not signed in.' }, 401);
    const form = await c.req.parseBody({ all: true });
    const ids = [form['temporaryAttachmentId'] ?? []].flat().map(String);
    const waiting = new Map(attachments.waiting.map(({ id, name }) => [id, name]));
    const issue = `HELP-${portalRequests.length + 1}`;
    const files = ids.flatMap((id) => (attachments.commit(visit, id, issue, 'portal') ? [waiting.get(id) ?? ''] : []));
    portalRequests.push({ user: visit.user, description: String(form['description'] ?? ''), files });
    return c.json({ issue: { key: issue } }, 201);
  });
}
