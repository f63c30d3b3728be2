/** What can lie between a browser and Jira, and answer in its stead. */
import type { Silence } from '../../src/session/session-check.ts';

/** Each with what the user is told of it: a sign-in that has ended, no connection or no Jira behind it, too many requests. */
export const TROUBLES = {
  'a redirect': 'gateway',
  'a bare 401': 'gateway',
  'a bare 403': 'gateway',
  'a 502': 'offline',
  'a 503': 'offline',
  'a 504': 'offline',
  'no network': 'offline',
  'a 429': 'busy',
} as const satisfies Record<string, Silence>;
export type Trouble = keyof typeof TROUBLES;

/** As `fetch` gives it: throws where the connection fails, and where a page's request follows a redirect to another host. */
export function answerOf(trouble: Trouble, followsRedirects: boolean): Response {
  if (trouble === 'no network' || (trouble === 'a redirect' && followsRedirects)) throw new TypeError(trouble);
  if (trouble === 'a redirect')
    return new Response(null, { status: 302, headers: { Location: 'https://sign-in.example.com/' } });
  const headers = new Headers(trouble === 'a 429' ? { 'Retry-After': '3' } : {});
  return new Response('<h1>Not now</h1>', { status: Number(trouble.slice(-3)), headers });
}
