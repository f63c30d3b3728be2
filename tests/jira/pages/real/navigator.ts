/** The issue navigator with its split view: a list, and the chosen issue beside it. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { ISSUES, type IssueContent } from '../issues.ts';
import { issueView } from './issue-view.ts';

/** `addresses` says what a chosen issue's address becomes: KEY stands for its key. */
export function navigatorPage(settings: JiraSettings, visit: Visit, content: IssueContent, addresses: string): Markup {
  return html`<div class="split-view" data-addresses="${settings.basePath}${addresses}">
    <ol class="issue-list">
      ${Object.entries(ISSUES).map(
        ([key, title]) =>
          html`<li class="${key === content.key ? 'focused' : ''}">
            <a href="${settings.basePath}/browse/${key}" data-key="${key}"
              ><span class="issue-link-key">${key}</span> <span class="issue-link-summary">${title}</span></a
            >
          </li>`,
      )}
    </ol>
    <div class="detail-panel">
      <div id="issue-content" class="issue-view">${issueView(settings, visit, content)}</div>
    </div>
  </div>`;
}
