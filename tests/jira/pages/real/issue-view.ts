/** An issue as pages of real parts show it: alone, in the navigator's split view, and on a board. */
import { html } from 'hono/html';
import type { JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import type { Markup } from '../frame.ts';
import { descriptionOf } from '../issue.ts';
import type { IssueContent } from '../issues.ts';
import { attachmentModule } from './attachment-module.ts';
import { commentForm } from './comment-form.ts';
import { operations } from './operations.ts';
import { avatar, issueModule } from './parts.ts';

export function issueView(settings: JiraSettings, visit: Visit, content: IssueContent): Markup {
  return html`<header id="stalker" class="issue-header">
      ${issueTitle(settings, content)} ${operations(settings, visit, content)}
    </header>
    <div class="issue-body">
      <div class="issue-main-column">
        ${issueModule('details-module', 'Details', details(content))}
        ${issueModule('descriptionmodule', 'Description', description(settings))}
        ${attachmentModule(settings, content)} ${issueModule('activitymodule', 'Activity', comments(content))}
        ${commentForm(settings, visit, content)}
      </div>
      <div class="issue-side-column">
        ${issueModule('peoplemodule', 'People', people(content))} ${issueModule('datesmodule', 'Dates', DATES)}
      </div>
    </div>`;
}

/** The key's link names the issue that is shown. The summary is edited in place. */
export function issueTitle({ basePath }: JiraSettings, { key, title }: IssueContent): Markup {
  return html`<div class="aui-page-header">
    <div class="aui-page-header-inner">
      <div class="aui-page-header-image">
        <span class="rail-avatar rail-avatar-project" data-letter="R"></span>
      </div>
      <div class="aui-page-header-main">
        <ol class="aui-nav aui-nav-breadcrumbs">
          <li><a id="project-name-val" href="${basePath}/projects/RAIL/issues/${key}">Rolling stock</a></li>
          <li>
            <a class="issue-link" id="key-val" data-issue-key="${key}" href="${basePath}/browse/${key}">${key}</a>
          </li>
        </ol>
        <h1 id="summary-val" title="Click to edit">${title}</h1>
      </div>
    </div>
  </div>`;
}

function details({ status }: IssueContent): Markup {
  const colour = status === 'Done' || status === 'Resolved' ? 'success' : 'current';
  return html`<dl class="rail-fields rail-fields-wide">
    ${field('Type', html`<span class="rail-type" aria-hidden="true"></span> Defect`)}
    ${field(
      'Status',
      html`<span id="status-val" class="aui-lozenge aui-lozenge-subtle aui-lozenge-${colour}">${status}</span>`,
    )}
    ${field('Priority', html`<span class="rail-priority" aria-hidden="true"></span> High`)}
    ${field('Resolution', html`${colour === 'success' ? 'Fixed' : 'Unresolved'}`)}
    ${field('Affects versions', html`Class 41`)} ${field('Fix versions', html`Winter timetable`)}
    ${field('Components', html`Doors`)} ${field('Labels', html`<span class="aui-label">carriage-12</span>`)}
  </dl>`;
}

function description(settings: JiraSettings): Markup {
  return html`<div class="user-content-block">${descriptionOf(settings)}</div>`;
}

function people({ votes }: IssueContent): Markup {
  return html`<dl class="rail-fields">
    ${field('Assignee', html`${avatar('alice')} alice`)} ${field('Reporter', html`${avatar('bob')} bob`)}
    ${field('Votes', html`<span id="vote-data" class="aui-badge">${votes}</span>`)}
  </dl>`;
}

const DATES = html`<dl class="rail-fields">
  ${field('Created', html`12 November, 07:41`)} ${field('Updated', html`Yesterday, 16:20`)}
</dl>`;

function field(name: string, value: Markup): Markup {
  return html`<div>
    <dt>${name}:</dt>
    <dd>${value}</dd>
  </div>`;
}

export function comments({ comments: all }: Pick<IssueContent, 'comments'>): Markup {
  return html`<div id="issue_actions_container">
    ${all.map(
      ({ user, body }) =>
        html`<div class="issue-data-block activity-comment">
          <div class="action-head">${avatar(user)} <b>${user}</b> added a comment</div>
          <div class="action-body">${body}</div>
        </div>`,
    )}
  </div>`;
}
