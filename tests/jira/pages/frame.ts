/** The frame of the plain pages: the metas of real ones in their order, the header, the page's scripts. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { versionOf, type JiraSettings } from '../options.ts';
import type { Visit } from '../security.ts';
import { timingForm } from './timing.ts';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Frame {
  readonly title: string;
  readonly pageType: 'admin' | 'board' | 'dashboard' | 'generic' | 'issue' | 'login' | 'message' | 'split';
  readonly issue?: string;
  /** Some of Jira's pages, its 403s among them, carry no token at all. */
  readonly withoutToken?: boolean;
  /** Seconds between a gadget's polls. */
  readonly poll?: number | undefined;
  /** Whether the head has a `link[href]` with the token, one of the places where it can stand. */
  readonly linksFeed?: boolean;
  /** The path that an inline script in the head writes into the address bar while the page loads. */
  readonly rewrittenPath?: string | undefined;
  /** More classes of the body. Only the real anatomy has them. */
  readonly bodyClass?: string;
}

/** Where pages from 7 on upload to; before it was `/rest/internal/1.0/`, which the server still answers. */
export const UPLOAD_PATH = '/rest/internal/2/AttachTemporaryFile';

export function frame(settings: JiraSettings, visit: Visit, nonce: string, about: Frame, body: Markup): Markup {
  const { basePath } = settings;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${about.title} - Northwind Rail</title>
        ${headOf(settings, visit, nonce, about)}
        ${settings.strictCsp ? '' : html`<link rel="stylesheet" href="${basePath}/assets/jira.css" />`}
      </head>
      <body id="jira" class="aui-layout aui-theme-default page-type-${about.pageType}" ${bodyData(settings, about)}>
        ${header(basePath, visit)}
        <main>${body}</main>
        ${settings.statesTimeout ? timingForm(settings, visit) : ''} ${scripts(settings, nonce)}
      </body>
    </html>`;
}

/** What both anatomies have in their head. */
export function headOf(settings: JiraSettings, visit: Visit, nonce: string, about: Frame): Markup {
  const { basePath } = settings;
  const address = JSON.stringify(`${basePath}${about.rewrittenPath}`).replaceAll('<', '\\u003c');
  const rewrite = `history.replaceState({}, '', ${address});`;
  const feed = `${basePath}/activity?atl_token=${visit.token}`;
  return html`${metas(settings, visit, about)} ${about.linksFeed ? html`<link rel="alternate" href="${feed}" />` : ''}
  ${
    settings.listensEarly
      ? html`<script nonce="${nonce}">
          ${raw(LISTEN_EARLY)};
        </script>`
      : ''
  }
  ${
    about.rewrittenPath
      ? html`<script nonce="${nonce}">
          ${raw(rewrite)};
        </script>`
      : ''
  }`;
}

const LISTEN_EARLY = `window.heardEarly = [];
for (const type of ['drop', 'paste', 'change'])
  window.addEventListener(type, () => window.heardEarly.push(type), true)`;

/** What a page's scripts read from its body. */
export function bodyData(settings: JiraSettings, { issue, poll }: Frame): Markup {
  return html`data-version="${versionOf(settings.profile)}" data-base="${settings.basePath}"
  data-issue="${issue ?? ''}" data-upload-path="${UPLOAD_PATH}"
  data-session-refusals="${sessionRefusals(settings).join(' ')}" data-handlers-on="${settings.handlersOn}"
  data-poll="${poll ?? ''}"`;
}

/**
 * The statuses that make a page fall back from the question who is signed in to the other one. Only a Jira 11's page
 * can't take a 401 for an answer.
 */
export function sessionRefusals({ profile }: JiraSettings): number[] {
  return profile === '11' ? [401, 403, 404, 405] : [403, 404, 405];
}

/** As in captures of real pages; those of 7 have fewer, and on its login page none for the user. */
function metas({ basePath, profile }: JiraSettings, visit: Visit, about: Frame): Markup {
  const version = versionOf(profile);
  const isOld = profile === '7';
  const isAdmin = String(about.pageType === 'admin');
  const meta = (name: string, content: string): Markup => html`<meta name="${name}" content="${content}" />`;
  return html`<meta name="application-name" content="JIRA" data-name="jira" data-version="${version}" /> ${
      isOld
        ? ''
        : // The base URL that an administrator once typed: not where this Jira is.
          [meta('ajs-server-name', 'jira.northwind.example'), meta('ajs-base-url', 'https://jira.northwind.example')]
    }
    ${meta('ajs-context-path', basePath)} ${meta('ajs-version-number', version)}
    ${meta('ajs-build-number', version.replaceAll('.', '0'))}
    ${
      isOld && about.pageType === 'login'
        ? ''
        : [
            meta('ajs-remote-user', visit.user),
            meta('ajs-user-locale', 'en'),
            meta('ajs-app-title', 'Northwind Rail'),
            meta('ajs-keyboard-shortcuts-enabled', 'true'),
          ]
    }
    ${meta('ajs-in-admin-mode', isAdmin)} ${meta('ajs-is-sysadmin', isAdmin)} ${meta('ajs-is-admin', isAdmin)}
    ${about.issue ? meta('ajs-issue-key', about.issue) : ''}
    ${about.withoutToken ? '' : html`<meta id="atlassian-token" name="atlassian-token" content="${visit.token}" />`}`;
}

function header(basePath: string, { user, token }: Visit): Markup {
  return html`<header class="top">
    <a class="brand" href="${basePath}/secure/Dashboard.jspa">Northwind Rail</a>
    <nav>
      <a href="${basePath}/secure/Dashboard.jspa">Dashboard</a>
      <a href="${basePath}/browse/RAIL-7">RAIL-7</a>
      <a href="${basePath}/secure/admin/ViewSchemes.jspa">Schemes</a>
      <button class="primary" data-dialog="/secure/QuickCreateIssue!default.jspa">Create</button>
    </nav>
    <span class="user">
      ${
        user
          ? html`<b>${user}</b>
              <a id="log_out" href="${basePath}/logout?atl_token=${encodeURIComponent(token)}">Log out</a>`
          : html`<a href="${basePath}/login.jsp">Log in</a>`
      }
    </span>
  </header>`;
}

function scripts({ basePath, jquery, strictCsp }: JiraSettings, nonce: string): Markup {
  const script = (file: string): string => `<script nonce="${nonce}" src="${basePath}/assets/${file}"></script>`;
  const older = jquery === 'none' ? [] : [...(strictCsp ? ['trusted-types.js'] : []), 'jquery.js'];
  return html`${raw(older.map(script).join(''))} ${raw(script('jira.js').replace('<script', '<script type="module"'))}`;
}
