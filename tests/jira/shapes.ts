/**
 * Serves a shape of a real page (tests/pages) as that page: with its own token in the cookie, until its user signs in again.
 * Knows nothing else of Jira: what a page is made of is the captured page's to say.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const FOLDER = new URL('../pages/', import.meta.url);

/** The names of the shapes of signed-in users' pages on a Jira, without those of other products. */
export const SHAPES = readdirSync(FOLDER)
  .map((file) => file.replace(/\.html$/, ''))
  .filter((name) => /^jira-(?!cloud|service).*-lin$/.test(name));

export interface ShapeServer {
  readonly url: string;
  /** The token that the page was made with. */
  readonly old: string;
  /** The token of the session that there is now. */
  readonly current: () => string;
  /** Actions by links and forms: where to, and whether their token was accepted. */
  readonly actions: { readonly path: string; readonly isAccepted: boolean }[];
  close(): Promise<void>;
}

/** Takes what is added to the head, as the script that rewrites the page's address. */
export async function serveShape(name: string, addedToHead = ''): Promise<ShapeServer> {
  const shape = readFileSync(new URL(`${name}.html`, FOLDER), 'utf8');
  const old = /id="atlassian-token" name="atlassian-token" content="([^"]+)"/.exec(shape)![1]!;
  const user = /name="ajs-remote-user" content="([^"]*)"/.exec(shape)![1]!;
  const page = shape.replace('</head>', `${addedToHead}</head>`);
  const actions: { path: string; isAccepted: boolean }[] = [];
  let current = old;

  const app = new Hono();
  app.use(async (c, next) => {
    const given = c.req.query('atl_token');
    if (given !== undefined) {
      actions.push({ path: c.req.path, isAccepted: given === current });
      return c.html('<p>Done</p>');
    }
    await next();
    c.header('Set-Cookie', `atlassian.xsrf.token=${current}; Path=/`);
    c.header('X-AUSERNAME', user);
    c.header('Cache-Control', 'no-store');
    return undefined;
  });
  app.get('/rest/auth/1/session', (c) => c.json({ name: user }));
  app.get('/no-jira', (c) => c.html('<p>No Jira</p>'));
  app.get('/sign-in-again', (c) => {
    current = old.replace(/[0-9a-f]{40}/, 'e'.repeat(40));
    return c.html('<p>Signed in again</p>');
  });
  app.get('*', (c) => c.html(page));

  return new Promise((done) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
      done({ url: `http://127.0.0.1:${port}`, old, current: () => current, actions, close });
    });
  });
}
