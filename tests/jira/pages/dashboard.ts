/** A dashboard, whose gadget polls for as long as the page is open. */
import { html } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Markup } from './frame.ts';
import { ISSUES } from './issues.ts';

export function dashboardPage({ basePath }: JiraSettings): Markup {
  return html`<h1>Dashboard</h1>
    <h2>Open defects</h2>
    <ul class="issues">
      ${Object.entries(ISSUES).map(
        ([key, title]) => html`<li><a href="${basePath}/browse/${key}">${key}</a> ${title}</li>`,
      )}
    </ul>
    <h2>Activity</h2>
    <p id="gadget">Nothing new</p>`;
}
