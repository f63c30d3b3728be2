/** The frame of pages that are made of real parts: AUI's layout and header, with jQuery, AUI and TinyMCE behind it. */
import { html, raw } from 'hono/html';
import { isBoundToSession, type JiraSettings } from '../../options.ts';
import type { Visit } from '../../security.ts';
import { bodyData, headOf, type Frame, type Markup } from '../frame.ts';
import { timingForm } from '../timing.ts';
import { header } from './header.ts';

export function realFrame(settings: JiraSettings, visit: Visit, nonce: string, about: Frame, body: Markup): Markup {
  const { basePath, aui, tinymce } = settings;
  const at = `${basePath}/assets`;
  const style = (file: string): Markup => html`<link rel="stylesheet" href="${at}/${file}" />`;
  const script = (file: string, type = ''): Markup =>
    raw(`<script nonce="${nonce}" src="${at}/${file}"${type && ` type="${type}"`}></script>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${about.title} - Northwind Rail</title>
        ${headOf(settings, visit, nonce, about)}
        <script nonce="${nonce}">
          ${raw(featureFlags(settings))};
        </script>
        ${style(`aui-${aui}/aui-prototyping.css`)} ${style('real/real.css')} ${script('jquery.js')}
        ${script(`aui-${aui}/aui-prototyping.js`)} ${script(`tinymce-${tinymce}/tinymce.min.js`)}
      </head>
      <body
        id="jira"
        class="aui-layout aui-theme-default ${about.bodyClass ?? ''} page-type-${about.pageType}"
        ${bodyData(settings, about)}
      >
        <div id="page">
          ${header(basePath, visit)}
          <section id="content" role="main">${OWN_LAYOUT.has(about.pageType) ? body : panel(body)}</section>
          <footer id="footer" role="contentinfo">
            <section class="footer-body">
              <p>Northwind Rail, rolling stock works. Depot hours are 05:00 to 23:00.</p>
            </section>
          </footer>
        </div>
        <ul id="attach-log"></ul>
        ${settings.statesTimeout ? timingForm(settings, visit) : ''} ${script('jira.js', 'module')}
        ${script('real/real.js', 'module')}
      </body>
    </html>`;
}

const OWN_LAYOUT: ReadonlySet<Frame['pageType']> = new Set(['issue', 'split', 'board']);

function panel(body: Markup): Markup {
  return html`<div class="aui-page-panel">
    <div class="aui-page-panel-inner">
      <main class="aui-page-panel-content">${body}</main>
    </div>
  </div>`;
}

/** Pages state in a script which features are on, among them whether the token is bound to the session. */
function featureFlags({ profile }: JiraSettings): string {
  const states = { 'com.atlassian.jira.security.xsrf.session.token': isBoundToSession(profile) };
  const value = JSON.stringify(JSON.stringify({ 'feature-flag-states': states }));
  return `window.WRM = { _unparsedData: { 'jira.core:feature-flags-data.feature-flag-data': ${value} } }`;
}
