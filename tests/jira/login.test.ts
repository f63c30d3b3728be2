/** The ways in: the form of old, and what a script draws from Jira 10 on. */
import { expect, test } from 'vitest';
import { MemoryBrowser } from './browser.ts';
import { createJira, type Jira } from './jira.ts';

const loginPage = async (jira: Jira): Promise<string> =>
  (await new MemoryBrowser().request(jira, 'GET', '/login.jsp?os_destination=/browse/RAIL-8')).text();

test.each(['7', '8.3', '9'] as const)('Jira %s renders the form', async (profile) => {
  const html = await loginPage(createJira({ profile }));
  expect(html).toContain('name="os_password"');
  expect(html).not.toContain('login-root');
});

test.each(['10', '11'] as const)('Jira %s renders no form, and signs in by JSON', async (profile) => {
  const jira = createJira({ profile });
  const html = await loginPage(jira);
  expect(html).not.toContain('os_password');
  expect(html).toMatch(/id="login-root"\s+data-destination="\/browse\/RAIL-8"/);

  const browser = new MemoryBrowser();
  const authenticate = (password: string): Promise<Response> =>
    browser.request(jira, 'POST', '/rest/tsv/1.0/authenticate', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'alice', password, rememberMe: false }),
    });
  expect((await authenticate('wrong')).status).toBe(401);
  expect((await browser.open(jira)).user).toBe('');
  expect((await authenticate('alice')).status).toBe(200);
  expect((await browser.open(jira)).user).toBe('alice');
});

test('a destination on another host leads to the dashboard', async () => {
  const reply = await new MemoryBrowser().request(
    createJira({ profile: '11' }),
    'GET',
    '/login.jsp?os_destination=//other.example/',
  );
  expect(await reply.text()).toContain('data-destination="/secure/Dashboard.jspa"');
});
