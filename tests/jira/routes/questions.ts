/** Who is signed in, and the poll of a gadget: requests that change nothing and renew the session all the same. */
import type { App, Parts } from '../context.ts';

/** What a proof, or a page before an upload, asks. */
export const QUESTIONS = ['/rest/auth/1/session', '/rest/api/2/myself', '/rest/api/2/mypermissions'];

export function addQuestions(app: App, { settings }: Parts): void {
  app.get('/rest/auth/1/session', (c) => {
    if (settings.profile === '11') return c.json({ message: 'refused' }, settings.sessionRefusal);
    const { user } = c.get('visit');
    return user ? c.json({ name: user, loginInfo: {} }) : c.json({ errorMessages: ['not signed in'] }, 401);
  });

  app.get('/rest/api/2/myself', (c) => {
    const { user } = c.get('visit');
    const key = `JIRAUSER${10_100 + settings.users.findIndex(({ name }) => name === user)}`;
    return user ? c.json({ name: user, key }) : c.json({ errorMessages: ['not signed in'] }, 401);
  });

  // It answers anonymous visitors too, but without the permission that a page needs to go on.
  app.get('/rest/api/2/mypermissions', (c) => {
    const havePermission = c.get('visit').user !== '';
    return c.json({ permissions: { CREATE_ATTACHMENTS: { key: 'CREATE_ATTACHMENTS', havePermission } } });
  });

  let polls = 0;
  app.get('/rest/gadget/1.0/activity', (c) => c.json({ count: ++polls }));
}
