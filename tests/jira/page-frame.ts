/** The frame of the stand-in's pages: the metas of real ones in their order, the header, the page's script. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { versionOf, type JiraOptions } from './options.ts';
import type { Visit } from './security.ts';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Frame {
  readonly title: string;
  readonly pageType: string;
  readonly issue?: string;
  /** Some of Jira's pages, its 403s among them, carry no token at all. */
  readonly withoutToken?: boolean;
  /** Seconds between a gadget's polls. */
  readonly poll?: number | undefined;
}

export function frame(options: JiraOptions, visit: Visit, nonce: string, about: Frame, body: Markup): Markup {
  const { basePath, profile, jquery } = options;
  const version = versionOf(profile);
  const script = (file: string, type = '') =>
    raw(`<script nonce="${nonce}"${type && ` type="${type}"`} src="${basePath}/assets/${file}"></script>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${about.title} - Northwind Rail Jira</title>
        <meta name="application-name" content="JIRA" data-name="jira" data-version="${version}" />
        <meta name="ajs-context-path" content="${basePath}" />
        <meta name="ajs-version-number" content="${version}" />
        <meta name="ajs-remote-user" content="${visit.user}" />
        <meta name="ajs-app-title" content="Northwind Rail Jira" />
        ${about.issue ? html`<meta name="ajs-issue-key" content="${about.issue}" />` : ''}
        ${
          about.withoutToken
            ? ''
            : html`<meta id="atlassian-token" name="atlassian-token" content="${visit.token}" />`
        }
        ${options.strictCsp ? '' : html`<link rel="stylesheet" href="${basePath}/assets/jira.css" />`}
      </head>
      <body
        id="jira"
        class="aui-layout aui-theme-default page-type-${about.pageType}"
        data-version="${version}"
        data-base="${basePath}"
        data-issue="${about.issue ?? ''}"
        data-upload-path="${UPLOAD_PATH}"
        data-handlers-on="${options.handlersOn}"
        data-poll="${about.poll ?? ''}"
      >
        <header class="top">
          <a class="brand" href="${basePath}/secure/Dashboard.jspa">Northwind Rail</a>
          <a href="${basePath}/browse/RAIL-7">RAIL-7</a>
          <button data-dialog="/secure/QuickCreateIssue!default.jspa">Create</button>
          <span class="user"
            >${
              visit.user
                ? html`${visit.user} ·
                    <a id="log_out" href="${basePath}/logout?atl_token=${encodeURIComponent(visit.token)}"
                      >Log out</a
                    >`
                : html`<a href="${basePath}/login.jsp">Log in</a>`
            }</span
          >
        </header>
        <main>${body}</main>
        ${jquery === 'none' ? '' : script('jquery.js')} ${script('jira.js', 'module')}
      </body>
    </html>`;
}

/** Where pages from 7 on upload to; before it was `/rest/internal/1.0/`, which the server still answers. */
export const UPLOAD_PATH = '/rest/internal/2/AttachTemporaryFile';
