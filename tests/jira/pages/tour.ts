/** What a visitor of `npm start` may try, in order. */
import { html } from 'hono/html';
import type { Markup } from './frame.ts';

export function tourPanel(basePath: string): Markup {
  return html`<aside class="tour">
    <b>Try it</b>
    <ol>
      <li>Type something into the comment box below, and leave it there.</li>
      <li>
        <a href="${basePath}/logout" target="_blank">Log out in another tab</a>: the badge turns to “out”, and a banner
        says so.
      </li>
      <li>
        <a href="${basePath}/login.jsp" target="_blank">Log in there again</a> as alice (the password is the name), and
        come back: this page is stale.
      </li>
      <li>Press “Renew this page”. Your comment is still here.</li>
      <li>Drop a file on the box below: it is saved. Without Freshtoken, Jira would have refused it.</li>
      <li>Now log in as mallory in the other tab: alice’s page is not renewed for her.</li>
    </ol>
  </aside>`;
}
