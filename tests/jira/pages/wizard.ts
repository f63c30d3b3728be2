/** The steps of a bulk edit, and what there is to see where the session has forgotten them. */
import { html } from 'hono/html';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';

export function chooseIssuesPage(at: string, { token }: Visit): Markup {
  return html`<h1>Bulk edit: choose issues</h1>
    <form id="bulkedit" class="stacked" method="post" action="${at}/BulkEdit1.jspa">
      <input type="hidden" name="atl_token" value="${token}" />
      <label>Issues <input name="issues" value="RAIL-7, RAIL-8" /></label>
      <div class="row"><button class="primary" id="next">Next</button></div>
    </form>`;
}

export function editDetailsPage(at: string, { token }: Visit, issues: string): Markup {
  return html`<h1>Bulk edit: ${issues}</h1>
    <form id="bulkedit" class="stacked" method="post" action="${at}/BulkEditDetails.jspa">
      <input type="hidden" name="atl_token" value="${token}" />
      <label>Priority <input name="priority" value="High" /></label>
      <div class="row"><button class="primary" id="next">Confirm</button></div>
    </form>`;
}

export function forgottenPage(at: string): Markup {
  return html`<h1>Your session has timed out</h1>
    <p>The steps of this bulk edit are lost. <a href="${at}/BulkEdit1!default.jspa">Begin again.</a></p>`;
}
