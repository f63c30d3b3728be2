/** The way in, and the page after the way out. */
import { html } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Markup } from './frame.ts';

/** Its token input has no value: that is no token, and no mismatch. */
export function loginPage(
  { basePath, rememberMe }: JiraSettings,
  destination: string,
  failed: boolean,
): Markup {
  return html`<h1>Log in</h1>
    ${failed ? html`<p class="error">Sorry, your user name and password are incorrect.</p>` : ''}
    <form id="login-form" class="stacked" method="post" action="${basePath}/login.jsp">
      <label>User name <input id="login-form-username" name="os_username" autocomplete="username" /></label>
      <label>
        Password
        <input id="login-form-password" name="os_password" type="password" autocomplete="current-password" />
      </label>
      ${
        rememberMe
          ? html`<label class="check">
              <input id="login-form-remember-me" type="checkbox" name="os_cookie" value="true" /> Remember my
              login on this computer
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
