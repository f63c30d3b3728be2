/** The comment form. Its token stands in its address and in an input; at the server the address wins. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { idOf, type IssueContent } from '../issues.ts';
import { wikiField } from './wiki-field.ts';

export function commentForm(settings: JiraSettings, { token }: Visit, { key }: Pick<IssueContent, 'key'>): Markup {
  const action = `${settings.basePath}/secure/AddComment.jspa?atl_token=${encodeURIComponent(token)}`;
  return html`<div id="addcomment" class="module">
    <form id="issue-comment-add" class="aui top-label" method="post" action="${action}">
      <input type="hidden" name="atl_token" value="${token}" />
      <input type="hidden" name="id" value="${idOf(key)}" />
      ${wikiField(settings, { id: 'comment', name: 'comment', label: 'Add a comment' })}
      <div class="buttons-container">
        <input id="issue-comment-add-submit" class="aui-button aui-button-primary" type="submit" value="Add" />
      </div>
    </form>
  </div>`;
}
