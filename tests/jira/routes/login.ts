/** Signing in and out. */
import { page, type App, type Ctx, type Parts } from '../context.ts';
import { loggedOutPage, loginPage, ownPath } from '../pages/login.ts';
import type { Visit } from '../security.ts';

export function addLogin(app: App, parts: Parts): void {
  const { settings, security } = parts;
  const login = { title: 'Log in', pageType: 'login' } as const;

  const form = (c: Ctx, destination: string, failed: boolean): Response | Promise<Response> =>
    page(parts, c, login, loginPage(settings, c.get('nonce'), destination, failed));

  /** Signs in if the password is the user's, and says whether it was. */
  const signIn = (visit: Visit, user: string, password: string, remember: boolean): boolean => {
    const isRight = settings.users.some((known) => known.name === user && known.password === password);
    if (isRight) security.signIn(visit, user, remember);
    else visit.loginReason = 'AUTHENTICATED_FAILED';
    return isRight;
  };

  app.get('/login.jsp', (c) => form(c, c.req.query('os_destination') ?? '', false));

  app.post('/login.jsp', async (c) => {
    const fields = await c.req.parseBody();
    const text = (name: string): string => String(fields[name] ?? '');
    const [user, password, destination] = [text('os_username'), text('os_password'), text('os_destination')];
    return signIn(c.get('visit'), user, password, fields['os_cookie'] === 'true')
      ? c.redirect(settings.basePath + ownPath(destination))
      : form(c, destination, true);
  });

  // What the login page of Jira 10 and 11 sends. The way in stays login.jsp.
  app.post('/rest/tsv/1.0/authenticate', async (c) => {
    const { username, password, rememberMe } = await c.req.json<Credentials>();
    const visit = c.get('visit');
    return signIn(visit, username, password, rememberMe)
      ? c.json({ result: 'SUCCESS' })
      : c.json({ errorMessages: ['wrong password'] }, 401);
  });

  app.get('/logout', (c) => {
    security.signOut(c.get('visit'));
    return c.redirect(`${settings.basePath}/secure/Logout!default.jspa`);
  });

  app.get('/secure/Logout!default.jspa', (c) =>
    page(parts, c, { title: 'Logout', pageType: 'message' }, loggedOutPage(settings)),
  );
}

interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly rememberMe: boolean;
}
