/** A field of wiki text. The visual editor is put beside the textarea by a script, and taken away again in text mode. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Markup } from '../frame.ts';

export function wikiField(
  { visualEditor }: JiraSettings,
  { id, name, label }: { id: string; name: string; label: string },
): Markup {
  return html`<div class="jira-wikifield">
    <div class="editor-toggle-tabs" data-start="${visualEditor ? 'wysiwyg' : 'source'}">
      <button type="button" class="aui-button aui-button-subtle" data-mode="wysiwyg">Visual</button>
      <button type="button" class="aui-button aui-button-subtle" data-mode="source">Text</button>
    </div>
    <div class="wiki-edit">
      <div class="rte-container">
        <textarea
          id="${id}"
          class="textarea long-field wiki-textfield"
          name="${name}"
          rows="5"
          aria-label="${label}"
          placeholder="${label}"
        ></textarea>
        <rich-editor contenteditable></rich-editor>
      </div>
    </div>
  </div>`;
}
