/** Places where a page keeps tokens for later: hidden links of keyboard shortcuts, and templates that scripts draw from. */
import { html, raw } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';

export function tokenTemplates({ basePath }: JiraSettings, { token }: Visit): Markup {
  const query = `atl_token=${encodeURIComponent(token)}`;
  const assign = `${basePath}/secure/AssignIssue.jspa?id={0}&${query}`;
  const vote = `${basePath}/secure/VoteOrWatchIssue.jspa?id={0}&vote=vote&${query}`;
  return html`<div class="rail-templates">
    <a id="assign-to-me" href="${assign}" hidden>Assign to me</a>
    ${raw(`<script type="text/x-template" id="links-template"><a class="drawn-link" href="${vote}">Vote</a></script>`)}
    <template id="quick-links-template"><a class="quick-link" href="${assign}">Take it</a></template>
    <button type="button" id="redraw-links" class="aui-button aui-button-link">Show quick links</button>
    <span id="drawn-links"></span>
  </div>`;
}
