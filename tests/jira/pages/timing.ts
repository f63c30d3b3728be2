/** What pages state about their request, and about the session that it belongs to. */
import { html } from 'hono/html';
import type { JiraSettings } from '../options.ts';
import type { Visit } from '../security.ts';
import type { Markup } from './frame.ts';

/**
 * The inputs are known by their `title`. The end is counted from the access before this request, as Tomcat's
 * `getLastAccessedTime` gives it, so a page that is rendered late in a silence states too little.
 */
export function timingForm({ clock }: JiraSettings, { session, user }: Visit): Markup {
  const now = clock.now();
  const end = session.previousAccess + session.maxInactiveInterval * 1_000;
  const values: Record<string, string | number> = {
    'jira.request.start.millis': now,
    'jira.request.server.time': 42,
    'jira.request.id': `734x${now % 10_000_000}x1`,
    'jira.session.expiry.time': user ? end : '-',
    'jira.session.expiry.in.mins': user ? Math.floor((end - now) / 60_000) : '-',
  };
  return html`<form id="jira_request_timing_info" class="dont-default-focus">
    <fieldset class="parameters hidden">
      ${Object.entries(values).map(
        ([title, value]) => html`<input type="hidden" title="${title}" value="${value}" />`,
      )}
    </fieldset>
  </form>`;
}
