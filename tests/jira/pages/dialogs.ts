/** Dialogs that the server renders and a script puts into the page: their token is their own, and can be newer. */
import { html } from 'hono/html';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';

/** Brings a second meta into the body, as inline dialogs do. Its files wait for the issue that it creates. */
export function createDialog({ token }: Visit): Markup {
  return html`<meta id="atlassian-token" name="atlassian-token" content="${token}" />
    <h2>Create issue</h2>
    <form id="create-form" class="stacked" data-project="RAIL">
      <input type="hidden" name="atl_token" value="${token}" />
      <label>Summary <input name="summary" /></label>
      <div class="dialog-dropzone">Drop files to attach</div>
      <div class="row">
        <button class="primary" id="create-submit">Create</button>
        <button type="button" class="close">Cancel</button>
      </div>
    </form>`;
}

/** The old modal dialog, with a file input. */
export function attachDialog({ token }: Visit): Markup {
  return html`<h2>Attach files</h2>
    <form class="stacked">
      <input type="hidden" name="atl_token" value="${token}" />
      <label>Choose files <input id="dialog-input" type="file" multiple /></label>
      <div class="row"><button type="button" class="close">Close</button></div>
    </form>`;
}
