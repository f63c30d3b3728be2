/** An issue, and the form that moves it on. */
import { html, raw } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';
import type { IssueContent } from './issues.ts';
import { tourPanel } from './tour.ts';

export function issuePage(settings: JiraSettings, visit: Visit, content: IssueContent): Markup {
  const { basePath } = settings;
  const { key } = content;
  const vote = `${basePath}/secure/VoteOrWatchIssue.jspa?id=${key}&vote=vote&atl_token=${visit.token}`;
  const transition = `${basePath}/secure/CommentAssignIssue!default.jspa?id=${key}`;
  return html`${settings.tour ? tourPanel(basePath) : ''}
    <p class="crumbs">Rolling stock / ${key}</p>
    <h1>${content.title}</h1>
    <div class="row">
      <a class="button" id="resolve" href="${transition}">Resolve</a>
      <a class="button" id="vote" href="${vote}">Vote (${content.votes})</a>
      <button data-dialog="/secure/AttachFile!default.jspa">Attach in a dialog</button>
    </div>
    <dl class="details">
      <div>
        <dt>Status</dt>
        <dd><span class="lozenge">${content.status}</span></dd>
      </div>
      <div>
        <dt>Type</dt>
        <dd>Defect</dd>
      </div>
      <div>
        <dt>Assignee</dt>
        <dd>alice</dd>
      </div>
      <div>
        <dt>Reporter</dt>
        <dd>bob</dd>
      </div>
    </dl>
    <h2>Description</h2>
    ${descriptionOf(settings)}
    <h2>Attachments</h2>
    <ul id="attachments">
      ${content.attachments.map(
        ({ name, size, user }) => html`<li>${name} <small>${size} bytes, ${user}</small></li>`,
      )}
    </ul>
    ${attachArea(settings, visit)}
    <ul id="attach-log"></ul>
    <h2>Comments</h2>
    ${content.comments.map(({ user, body }) => html`<p class="comment"><b>${user}</b> ${body}</p>`)}
    ${commentForm(basePath, visit, key)}`;
}

/** What users wrote is shown as it is: tests of attacks put forms and links to other hosts there. */
export function descriptionOf({ userContent }: JiraSettings): Markup {
  return html`<p>Seen on the morning train. The log of the door controller and a photo of the sill would help.</p>
    ${raw(userContent)}`;
}

/** The drop zone, and the old file input in its form. `formToken` and `data-form-token` are other things than the token. */
function attachArea({ basePath, attachFormToken }: JiraSettings, { token }: Visit): Markup {
  return html`<div id="dropzone">
    Drop files to attach, or
    <form id="attach-form" method="post" action="${basePath}/secure/AttachFile.jspa" data-form-token="${FORM_TOKEN}">
      ${
        attachFormToken === 'none'
          ? ''
          : html`<input type="hidden" name="atl_token" value="${attachFormToken === 'own' ? token : ''}" />`
      }
      <input type="hidden" name="formToken" value="${FORM_TOKEN}" />
      <label class="browse">browse <input id="attach-input" type="file" multiple /></label>
    </form>
    <small>A picture can be pasted.</small>
  </div>`;
}

function commentForm(basePath: string, { token }: Visit, key: string): Markup {
  return html`<form id="comment-form" method="post" action="${basePath}/secure/AddComment.jspa">
    <input type="hidden" name="atl_token" value="${token}" />
    <input type="hidden" name="id" value="${key}" />
    <textarea id="comment" name="comment" aria-label="Comment" placeholder="Add a comment"></textarea>
    <div class="row">
      <button class="primary" id="comment-submit">Add</button>
      <button
        id="comment-resolve"
        formaction="${basePath}/secure/CommentAssignIssue.jspa?atl_token=${encodeURIComponent(token)}"
      >
        Add and resolve
      </button>
    </div>
  </form>`;
}

/** A workflow transition carries the token in its form's address. */
export function transitionPage({ basePath }: JiraSettings, { token }: Visit, key: string): Markup {
  const action = `${basePath}/secure/CommentAssignIssue.jspa?id=${key}&atl_token=${encodeURIComponent(token)}`;
  return html`<p class="crumbs">Rolling stock / ${key}</p>
    <h1>Resolve ${key}</h1>
    <form id="issue-workflow-transition" method="post" action="${action}">
      <textarea name="comment" aria-label="Comment" placeholder="Add a comment"></textarea>
      <div class="row">
        <button class="primary" id="issue-workflow-transition-submit">Resolve</button>
        <a class="button" href="${basePath}/browse/${key}">Cancel</a>
      </div>
    </form>`;
}

/** The same shape as a token's middle, and none. */
const FORM_TOKEN = 'f'.repeat(40);
