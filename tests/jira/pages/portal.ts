/** A request form of the customer portal: no token, and where it says no more, no application name. */
import { html, raw } from 'hono/html';
import { versionOf, type JiraSettings } from '../options.ts';
import type { Markup } from './frame.ts';

export function portalPage(settings: JiraSettings, user: string, nonce: string): Markup {
  const { basePath, profile, portalSaysMore } = settings;
  const more = html`<meta
      name="application-name"
      content="JIRA"
      data-name="jira"
      data-version="${versionOf(profile)}"
    />
    <meta name="ajs-remote-user" content="${user}" />`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Report a fault - Northwind Rail help</title>
        <meta name="ajs-context-path" content="${basePath}" />
        <meta name="ajs-sdPluginVersion" content="5.12.0" />
        ${portalSaysMore ? more : ''}
        <link rel="stylesheet" href="${basePath}/assets/jira.css" />
      </head>
      <body data-base="${basePath}">
        <header class="top">
          <span class="brand">Northwind Rail help</span><span class="user">${user || 'Not signed in'}</span>
        </header>
        <main>
          <h1>Report a fault</h1>
          <form id="portal-form" class="stacked">
            <label>
              What happened?
              <textarea id="description" name="description"></textarea>
            </label>
            <div class="vp-attachment-dropzone">
              <label class="browse">
                Drop files or browse
                <input type="file" multiple />
              </label>
            </div>
            <ul id="attach-log"></ul>
            <div class="row"><button class="primary" type="submit">Send</button></div>
            <p id="portal-answer" role="status"></p>
          </form>
        </main>
        ${raw(`<script nonce="${nonce}" type="module" src="${basePath}/assets/portal.js"></script>`)}
      </body>
    </html>`;
}
