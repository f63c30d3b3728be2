/** A host next to Jira's, which sets cookies and records the requests that it gets. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Browser } from '../browsers/browser.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  /** The address with its query, and the body: the places where a token can be. */
  readonly text: string;
}

export interface OtherHost {
  readonly url: string;
  readonly received: Received[];
  /** Visits the host in a browser, which then stores these cookies (in the form of `Set-Cookie` headers). */
  visit(browser: Browser, cookies: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Serves the host under this name, which must end in `localhost`. */
export async function serveOtherHost(host: string): Promise<OtherHost> {
  const received: Received[] = [];
  let setCookies: readonly string[] = [];
  const app = new Hono();
  app.all('*', async (c) => {
    const { method, path, url } = c.req;
    // Browsers request the tab's icon only sometimes.
    if (path !== '/favicon.ico') received.push({ method, path, text: `${url}\n${await c.req.text()}` });
    for (const each of setCookies) c.header('Set-Cookie', each, { append: true });
    c.header('Cache-Control', 'no-store');
    return c.html('<p>A neighbour</p>');
  });
  return new Promise((done) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      const url = `http://${host}:${port}`;
      done({
        url,
        received,
        async visit(browser, cookies) {
          setCookies = cookies;
          const tab = await browser.open(`${url}/`);
          await tab.close();
          setCookies = [];
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
  });
}
