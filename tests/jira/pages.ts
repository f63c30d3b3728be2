/** What stands on each page. */
import { html } from 'hono/html';
import type { JiraOptions } from './options.ts';
import type { Markup } from './page-frame.ts';
import type { Visit } from './security.ts';
import type { Session } from './sessions.ts';

export interface IssueContent {
  readonly comments: readonly { user: string; body: string }[];
  readonly attachments: readonly { name: string }[];
  readonly votes: number;
}

export function issuePage(
  { basePath, tour }: JiraOptions,
  visit: Visit,
  key: string,
  content: IssueContent,
): Markup {
  return html`${tour ? tourPanel(basePath) : ''}
    <p class="crumbs">Rolling stock / ${key}</p>
    <h1>The doors of carriage 12 close too early</h1>
    <p>Seen on the morning train. The log of the door controller and a photo of the sill would help.</p>
    <div class="row">
      <a
        id="vote"
        href="${basePath}/secure/VoteOrWatchIssue.jspa?id=${key}&amp;vote=vote&amp;atl_token=${visit.token}"
        >Vote (${content.votes})</a
      >
      <button data-dialog="/secure/AttachFile!default.jspa">Attach in a dialog</button>
    </div>
    <h2>Attachments</h2>
    <ul id="attachments">
      ${content.attachments.map(({ name }) => html`<li>${name}</li>`)}
    </ul>
    <div id="dropzone">Drop files to attach, or paste a picture</div>
    <form id="attach-form" method="post" action="${basePath}/secure/AttachFile.jspa">
      <input type="hidden" name="atl_token" value="${visit.token}" />
      <p><input id="attach-input" type="file" multiple aria-label="Choose files" /></p>
    </form>
    <ul id="attach-log"></ul>
    <h2>Comments</h2>
    ${content.comments.map(({ user, body }) => html`<p class="comment"><b>${user}</b> ${body}</p>`)}
    <form id="comment-form" method="post" action="${basePath}/secure/AddComment.jspa">
      <input type="hidden" name="atl_token" value="${visit.token}" />
      <input type="hidden" name="id" value="${key}" />
      <textarea id="comment" name="comment" aria-label="Comment"></textarea>
      <div class="row">
        <button class="primary" id="comment-submit">Add</button>
        <button
          id="comment-resolve"
          name="resolve"
          value="true"
          formaction="${basePath}/secure/CommentAssignIssue.jspa?atl_token=${visit.token}"
        >
          Add and resolve
        </button>
      </div>
    </form>`;
}

/** What a visitor of `npm start` may try, in order. */
function tourPanel(basePath: string): Markup {
  return html`<aside class="tour">
    <b>Try it</b>
    <ol>
      <li>Type something into the comment box below, and leave it there.</li>
      <li>
        <a href="${basePath}/logout" target="_blank">Log out in another tab</a>: the badge turns to “out”, and
        a banner says so.
      </li>
      <li>
        <a href="${basePath}/login.jsp" target="_blank">Log in there again</a> as alice (the password is the
        name), and come back: this page is stale.
      </li>
      <li>Press “Renew this page”. Your comment is still here.</li>
      <li>Drop a file on the box below: it is saved. Without Freshtoken, Jira would have refused it.</li>
      <li>Now log in as mallory in the other tab: alice’s page is not renewed for her.</li>
    </ol>
  </aside>`;
}

export function loginPage({ basePath }: JiraOptions, destination: string, failed: boolean): Markup {
  return html`<h1>Log in</h1>
    ${failed ? html`<p class="error">Sorry, your user name and password are incorrect.</p>` : ''}
    <form id="login-form" method="post" action="${basePath}/login.jsp">
      <p>
        <label>User name <input id="login-form-username" name="os_username" /></label>
      </p>
      <p>
        <label>Password <input id="login-form-password" name="os_password" type="password" /></label>
      </p>
      <p>
        <label><input type="checkbox" name="os_cookie" value="true" /> Remember my login</label>
      </p>
      <input type="hidden" name="os_destination" value="${destination}" />
      <input name="atl_token" type="hidden" />
      <button class="primary" id="login-form-submit">Log in</button>
    </form>`;
}

export function loggedOutPage(): Markup {
  return html`<h1>You are now logged out</h1>`;
}

export function dashboardPage(): Markup {
  return html`<h1>Dashboard</h1>
    <p id="gadget">A gadget that polls</p>`;
}

export function adminPage({ basePath }: JiraOptions, visit: Visit): Markup {
  const links = Array.from({ length: 300 }, (_, n) => 10_000 + n);
  return html`<h1>Issue type schemes</h1>
    <form id="admin-form" method="post" action="${basePath}/secure/admin/SaveScheme.jspa">
      <input type="hidden" name="atl_token" value="${visit.token}" />
      <input name="name" value="Default scheme" aria-label="Name" />
      <button class="primary">Save</button>
    </form>
    <ul>
      ${links.map(
        (id) =>
          html`<li>
            <a href="ManageIssueTypeSchemes!default.jspa?atl_token=${visit.token}&amp;actionedSchemeId=${id}"
              >${id}</a
            >
          </li>`,
      )}
    </ul>`;
}

/** Messages are localised; what stays the same in it is the comment, the ids and the classes. */
export function xsrfFailurePage(
  { basePath }: JiraOptions,
  visit: Visit,
  action: string,
  expired: boolean,
): Markup {
  return html`<!-- SecurityTokenMissing -->
    <div id="xsrf-error" class="${expired ? 'xsrf-session-expired' : 'xsrf-check-failed'}">
      <h1>${expired ? 'Your session has expired' : 'XSRF security token missing'}</h1>
      <form id="atl_token_retry_form" method="post" action="${basePath}${action}">
        <input type="hidden" name="atl_token" value="${visit.token}" />
        <button>Retry operation</button>
      </form>
    </div>`;
}

export function forbiddenPage(): Markup {
  return html`<h1>Access denied</h1>
    <p>You do not have permission to see this.</p>`;
}

/** What administrators used to put on their servers to see what a session holds; the token is not shown whole. */
export function sessionAttributesPage(sessions: readonly Session[]): Markup {
  return html`<h1>Session attributes</h1>
    <table>
      ${sessions.map(
        (session) =>
          html`<tr>
            <td>${session.user || 'anonymous'}</td>
            <td>${new Date(session.created).toISOString()}</td>
            <td>${new Date(session.lastAccessed).toISOString()}</td>
            <td>${session.maxInactiveInterval} s</td>
            <td>atlassian.xsrf.token ${session.xsrfToken ? `…${session.xsrfToken.slice(-12)}` : 'none'}</td>
          </tr>`,
      )}
    </table>`;
}

/** Loaded by script and put into the page: its form and its drop zone are the dialog's own. */
export function createDialog(visit: Visit): Markup {
  return html`<h2>Create issue</h2>
    <form>
      <input type="hidden" name="atl_token" value="${visit.token}" />
      <p><input name="summary" aria-label="Summary" /></p>
      <div class="dialog-dropzone">Drop files to attach</div>
      <button type="button" class="close">Cancel</button>
    </form>`;
}

export function attachDialog(visit: Visit): Markup {
  return html`<h2>Attach files</h2>
    <form>
      <input type="hidden" name="atl_token" value="${visit.token}" />
      <p><input id="dialog-input" type="file" multiple aria-label="Choose files" /></p>
      <button type="button" class="close">Close</button>
    </form>`;
}

/** The same meta with a bare value, and no cookie to compare it with: not Jira. */
export const CONFLUENCE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Dashboard - Confluence look-alike</title>
<meta id="atlassian-token" name="atlassian-token" content="${'4'.repeat(40)}">
<meta name="ajs-context-path" content="/confluence">
<meta name="ajs-version-number" content="8.5.7">
<meta name="ajs-remote-user" content="">
<meta name="ajs-atl-token" content="${'4'.repeat(40)}">
</head>
<body id="com-atlassian-confluence" class="theme-default dashboard"></body>
</html>`;
