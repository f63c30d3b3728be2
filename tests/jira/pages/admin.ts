/** An administrator's page: a form and 300 links with the token. */
import { html } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';

export function adminPage({ basePath }: JiraSettings, { token }: Visit): Markup {
  const ids = Array.from({ length: 300 }, (_, n) => 10_000 + n);
  return html`<h1>Issue type schemes</h1>
    <form id="admin-form" class="stacked" method="post" action="${basePath}/secure/admin/SaveScheme.jspa">
      <input type="hidden" name="atl_token" value="${token}" />
      <label>Name <input name="name" value="Default scheme" /></label>
      <div class="row"><button class="primary">Save</button></div>
    </form>
    <ul class="schemes">
      ${ids.map((id) => {
        const address = `ManageIssueTypeSchemes!default.jspa?atl_token=${token}&actionedSchemeId=${id}`;
        return html`<li><a href="${address}">Scheme ${id}</a></li>`;
      })}
    </ul>`;
}
