/** The same Jira over a socket. */
import { afterEach, expect, test } from 'vitest';
import { serveJira, type RunningJira } from './serve.ts';

const running: RunningJira[] = [];

async function serve(...args: Parameters<typeof serveJira>): Promise<RunningJira> {
  const server = await serveJira(...args);
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

test('it answers under its URL, and two live on two ports of one host', async () => {
  const [first, second] = [await serve({ basePath: '/jira' }), await serve()];
  expect(first.url).toBe(`${first.origin}/jira`);
  expect(first.origin).not.toBe(second.origin);
  for (const { url } of [first, second]) expect((await fetch(`${url}/browse/RAIL-7`)).status).toBe(200);
  expect((await fetch(`${first.url}/login.jsp`)).headers.getSetCookie().join()).toContain('Path=/jira');
});

test('a user signs in over it, and is sent on to where they wanted to go', async () => {
  const { url } = await serve();
  const body = new URLSearchParams({
    os_username: 'bob',
    os_password: 'bob',
    os_destination: '/browse/RAIL-8',
  });
  const reply = await fetch(`${url}/login.jsp`, { method: 'POST', body, redirect: 'manual' });
  expect(reply.headers.get('Location')).toBe('/browse/RAIL-8');
  expect(reply.headers.getSetCookie().join()).toMatch(/JSESSIONID=.*atlassian\.xsrf\.token=.*_lin/);
});

test.each(['1.7', '2.2', '3'] as const)('its pages get jQuery %s where they are built with it', async (jquery) => {
  const { url } = await serve({ jquery });
  expect(await (await fetch(`${url}/assets/jquery.js`)).text()).toContain(`v${jquery}`);
});

test('a connection that breaks is logged as broken', async () => {
  const { url, jira } = await serve();
  jira.faults.everything = 'hang-up';
  await expect(fetch(`${url}/browse/RAIL-7`)).rejects.toThrow(TypeError);
  await expect(fetch(`${url}/assets/jira.css`)).rejects.toThrow(TypeError);
  expect(jira.requests.map(({ path, status }) => [path, status])).toEqual([['/browse/RAIL-7', 444]]);
});

test('a port that is taken is told, and a closed Jira is gone', async () => {
  const server = await serveJira();
  const { origin } = server;
  const port = Number(new URL(origin).port);
  await expect(serveJira({ port })).rejects.toThrow(/EADDRINUSE/);
  await server.close();
  await expect(fetch(origin)).rejects.toThrow(TypeError);
});
