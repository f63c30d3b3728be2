/** Signing in and out. */
import { page, type App, type Parts } from '../context.ts';
import { loggedOutPage, loginPage } from '../pages/login.ts';

export function addLogin(app: App, parts: Parts): void {
  const { settings, security } = parts;
  const login = { title: 'Log in', pageType: 'login' } as const;

  app.get('/login.jsp', (c) =>
    page(parts, c, login, loginPage(settings, c.req.query('os_destination') ?? '', false)),
  );

  app.post('/login.jsp', async (c) => {
    const form = await c.req.parseBody();
    const [user, password, destination] = ['os_username', 'os_password', 'os_destination'].map((name) =>
      String(form[name] ?? ''),
    ) as [string, string, string];
    const visit = c.get('visit');
    if (!settings.users.some((known) => known.name === user && known.password === password)) {
      visit.loginReason = 'AUTHENTICATED_FAILED';
      return page(parts, c, login, loginPage(settings, destination, true));
    }
    security.signIn(visit, user, form['os_cookie'] === 'true');
    const isOwn = /^\/(?!\/)/.test(destination);
    return c.redirect(settings.basePath + (isOwn ? destination : '/secure/Dashboard.jspa'));
  });

  app.get('/logout', (c) => {
    security.signOut(c.get('visit'));
    return c.redirect(`${settings.basePath}/secure/Logout!default.jspa`);
  });

  app.get('/secure/Logout!default.jspa', (c) =>
    page(parts, c, { title: 'Logout', pageType: 'message' }, loggedOutPage(settings)),
  );
}
