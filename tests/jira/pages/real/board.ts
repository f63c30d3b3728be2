/** A board: cards, and one detail pane whose elements are used again for each issue. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { ISSUES, type IssueContent } from '../issues.ts';
import { attachmentModule } from './attachment-module.ts';
import { commentForm } from './comment-form.ts';
import { comments, issueTitle } from './issue-view.ts';
import { issueModule } from './parts.ts';

const COLUMNS = ['To do', 'In progress', 'Done'];

export function boardPage(settings: JiraSettings, visit: Visit, content: IssueContent, isSelected: boolean): Markup {
  const cards = Object.entries(ISSUES);
  return html`<div id="gh" class="ghx-board">
    <header class="ghx-header">
      <h1>Winter timetable</h1>
      <div class="aui-buttons" id="js-work-quickfilters">
        <button class="aui-button js-quickfilter-button" data-filter-id="1">Only my issues</button>
        <button class="aui-button js-quickfilter-button" data-filter-id="2">Recently updated</button>
      </div>
    </header>
    <div class="ghx-work">
      <div class="ghx-columns">
        ${COLUMNS.map(
          (column, at) =>
            html`<div class="ghx-column">
              <h2>${column}</h2>
              ${cards.slice(at, at + 1).map(
                ([key, title]) =>
                  html`<div class="ghx-issue" data-issue-key="${key}" tabindex="0">
                    <span class="ghx-key">${key}</span>
                    <div class="ghx-summary">${title}</div>
                  </div>`,
              )}
            </div>`,
        )}
      </div>
      <div id="ghx-detail-view" class="issue-view" ${isSelected ? '' : 'hidden'}>
        ${issueTitle(settings, content)} ${attachmentModule(settings, content)}
        ${issueModule('activitymodule', 'Activity', comments(content))} ${commentForm(settings, visit, content)}
      </div>
    </div>
  </div>`;
}
