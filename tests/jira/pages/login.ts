/** The way in, and the page after the way out. */
import { html, raw } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Markup } from './frame.ts';

/** Up to 9 the server renders the form. From 10 on a script draws it, and sends it as JSON. */
export function loginPage(settings: JiraSettings, nonce: string, destination: string, failed: boolean): Markup {
  return settings.profile === '10' || settings.profile === '11'
    ? drawnLogin(settings, nonce, destination, failed)
    : renderedLogin(settings, destination, failed);
}

function drawnLogin(
  { basePath, rememberMe }: JiraSettings,
  nonce: string,
  destination: string,
  failed: boolean,
): Markup {
  const script = `<script nonce="${nonce}" type="module" src="${basePath}/assets/login.js"></script>`;
  return html`<h1>Log in</h1>
    <div id="login-root" data-destination="${ownPath(destination)}" data-remember="${rememberMe ? 'true' : ''}">
      <p class="error" ${failed ? '' : 'hidden'}>${WRONG}</p>
    </div>
    ${raw(script)}`;
}

/** Where a login leads: only to paths of this Jira. */
export function ownPath(destination: string): string {
  return /^\/(?!\/)/.test(destination) ? destination : '/secure/Dashboard.jspa';
}

const WRONG = 'Sorry, your user name and password are incorrect.';

/** Its token input has no value: that is no token, and no mismatch. */
function renderedLogin({ basePath, rememberMe }: JiraSettings, destination: string, failed: boolean): Markup {
  return html`<h1>Log in</h1>
    ${failed ? html`<p class="error">${WRONG}</p>` : ''}
    <form id="login-form" class="stacked" method="post" action="${basePath}/login.jsp">
      <label>User name <input id="login-form-username" name="os_username" autocomplete="username" /></label>
      <label>
        Password
        <input id="login-form-password" name="os_password" type="password" autocomplete="current-password" />
      </label>
      ${
        rememberMe
          ? html`<label class="check">
              <input id="login-form-remember-me" type="checkbox" name="os_cookie" value="true" /> Remember my login on
              this computer
            </label>`
          : ''
      }
      <input type="hidden" name="os_destination" value="${destination}" />
      <input name="atl_token" type="hidden" />
      <div class="row"><button class="primary" id="login-form-submit">Log in</button></div>
    </form>`;
}

export function loggedOutPage({ basePath }: JiraSettings): Markup {
  return html`<h1>You are now logged out</h1>
    <p>Any automatic login has also been stopped. <a href="${basePath}/login.jsp">Log in again.</a></p>`;
}
