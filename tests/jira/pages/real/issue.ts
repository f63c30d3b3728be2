/** An issue on a page of its own. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import type { IssueContent } from '../issues.ts';
import { tourPanel } from '../tour.ts';
import { issueView } from './issue-view.ts';
import { tokenTemplates } from './templates.ts';

export function realIssuePage(settings: JiraSettings, visit: Visit, content: IssueContent): Markup {
  return html`<div id="issue-content" class="issue-view">
      ${settings.tour ? tourPanel(settings.basePath) : ''} ${issueView(settings, visit, content)}
    </div>
    ${tokenTemplates(settings, visit)}`;
}
