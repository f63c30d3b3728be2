/** Pages that only say something. */
import { html, raw } from 'hono/html';
import type { Session } from '../sessions.ts';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';

/**
 * Messages are localised; what stays the same in it is the comment, the ids and the classes, and the number of minutes. The retry
 * form says again what was asked, with a token that fits. A request that arrived empty has nothing to say again.
 */
export function xsrfFailurePage(
  timeoutMinutes: number,
  action: string,
  visit: Visit,
  fields: Readonly<Record<string, string>>,
): Markup {
  if (Object.keys(fields).length === 0)
    return html`${raw('<!-- SecurityTokenMissing -->')}
      <div id="xsrf-error" class="xsrf-check-failed">
        <h1>XSRF security token missing</h1>
        <p id="xsrf-no-params">The request arrived without its parameters. Nothing was changed.</p>
      </div>`;
  const isExpired = !visit.user && fields['atl_token']?.endsWith('lin');
  const others = Object.entries(fields).filter(([name]) => name !== 'atl_token');
  return html`${raw('<!-- SecurityTokenMissing -->')}
    <div id="xsrf-error" class="${isExpired ? 'xsrf-session-expired' : 'xsrf-check-failed'}">
      <h1>${isExpired ? 'Your session has expired' : 'XSRF security token missing'}</h1>
      <p>
        Jira could not complete this action. Nothing was changed.
        ${isExpired ? html`Sessions end after ${timeoutMinutes} minutes without a request.` : ''}
      </p>
      <form id="atl_token_retry_form" method="post" action="${action}">
        <input type="hidden" name="atl_token" value="${visit.token}" />
        ${others.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <button class="primary" id="atl_token_retry_button">Retry operation</button>
      </form>
    </div>`;
}

export function forbiddenPage(): Markup {
  return html`<h1>Access denied</h1>
    <p>You do not have permission to see this.</p>`;
}

/** What administrators used to put on their servers to see what a session holds; the token is not shown whole. */
export function sessionAttributesPage(sessions: readonly Session[]): Markup {
  const time = (at: number): string => new Date(at).toISOString();
  return html`<h1>Session attributes</h1>
    <table>
      <tr>
        <th>User</th>
        <th>Created</th>
        <th>Last accessed</th>
        <th>Max inactive interval</th>
        <th>atlassian.xsrf.token</th>
      </tr>
      ${sessions.map(
        ({ user, created, lastAccessed, maxInactiveInterval, xsrfToken }) =>
          html`<tr>
            <td>${user || 'anonymous'}</td>
            <td>${time(created)}</td>
            <td>${time(lastAccessed)}</td>
            <td>${maxInactiveInterval} s</td>
            <td>${xsrfToken ? `…${xsrfToken.slice(-12)}` : 'none'}</td>
          </tr>`,
      )}
    </table>`;
}
