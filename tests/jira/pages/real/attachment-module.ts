/** The attachments of an issue, and the drop zone that takes more of them. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Markup } from '../frame.ts';
import type { IssueContent } from '../issues.ts';
import { issueModule } from './parts.ts';

export function attachmentModule(settings: JiraSettings, { attachments }: IssueContent): Markup {
  const content = html`${dropZone(settings, 'AttachmentsDropZone', 'attachment-browse-button')}
    <ol id="attachments" class="item-attachments">
      ${attachments.map(
        ({ name, size, user }) =>
          html`<li class="attachment-content">${name} <small>${size} bytes, ${user}</small></li>`,
      )}
    </ol>`;
  return issueModule('attachmentmodule', 'Attachments', content, 'attachments-drop-zone-parent');
}

/** It states its limit. The browse input in it goes the drop zone's way, and not the old file input's. */
export function dropZone({ uploadLimitBytes }: JiraSettings, type: string, buttonId: string): Markup {
  const megabytes = `${(uploadLimitBytes / 1024 / 1024).toFixed(2)} MB`;
  return html`<div
    class="issue-drop-zone -dui-type-parsed"
    duitype="dndattachment/dropzones/${type}"
    data-upload-limit="${uploadLimitBytes}"
    data-upload-size="${megabytes}"
  >
    <div class="issue-drop-zone__target"></div>
    <span class="issue-drop-zone__text">
      <span class="aui-icon aui-icon-small aui-iconfont-upload" aria-hidden="true"></span>
      Drop files to attach, or
      <span class="issue-drop-zone__browse">
        <button type="button" id="${buttonId}" class="issue-drop-zone__button">browse.</button>
        <input class="issue-drop-zone__file ignore-inline-attach" type="file" multiple aria-label="Choose files" />
      </span>
    </span>
  </div>`;
}
