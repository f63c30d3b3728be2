/** What lives on the same host and isn't Jira: a Confluence look-alike, and the door of a single sign-on. */
import type { App } from '../context.ts';
import { CONFLUENCE_PAGE } from '../pages/confluence.ts';

export function addNeighbours(app: App): void {
  app.get('/confluence/', (c) => c.html(CONFLUENCE_PAGE));
  app.get('/sso/login', (c) => c.html('<h1>Single sign-on</h1>'));
}
