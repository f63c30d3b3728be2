/** The comment form. Its token stands in its address and in an input; at the server the address wins. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { idOf, type IssueContent } from '../issues.ts';

/** The visual editor is put beside the textarea by a script, and taken away again in text mode. */
export function commentForm(
  { basePath, visualEditor }: JiraSettings,
  { token }: Visit,
  { key }: Pick<IssueContent, 'key'>,
): Markup {
  const action = `${basePath}/secure/AddComment.jspa?atl_token=${encodeURIComponent(token)}`;
  return html`<div id="addcomment" class="module">
    <form id="issue-comment-add" class="aui top-label" method="post" action="${action}">
      <input type="hidden" name="atl_token" value="${token}" />
      <input type="hidden" name="id" value="${idOf(key)}" />
      <div class="jira-wikifield">
        <div class="editor-toggle-tabs" data-start="${visualEditor ? 'wysiwyg' : 'source'}">
          <button type="button" class="aui-button aui-button-subtle" data-mode="wysiwyg">Visual</button>
          <button type="button" class="aui-button aui-button-subtle" data-mode="source">Text</button>
        </div>
        <div class="wiki-edit">
          <div class="rte-container">
            <textarea
              id="comment"
              class="textarea long-field wiki-textfield"
              name="comment"
              rows="5"
              aria-label="Comment"
              placeholder="Add a comment"
            ></textarea>
            <rich-editor contenteditable></rich-editor>
          </div>
        </div>
      </div>
      <div class="buttons-container">
        <input
          id="issue-comment-add-submit"
          class="aui-button aui-button-primary"
          type="submit"
          value="Add"
        />
      </div>
    </form>
  </div>`;
}
