/** Faults between a browser and Jira: something else answers in Jira's place, or nothing does. */
import type { Silence } from '../../src/session/proof-request.ts';

/** Each with what the product calls it. */
export const NETWORK_FAULTS = {
  redirect: 'gateway',
  'status 401': 'gateway',
  'status 403': 'gateway',
  'status 502': 'offline',
  'status 503': 'offline',
  'status 504': 'offline',
  'no network': 'offline',
  'status 429': 'busy',
} as const satisfies Record<string, Silence>;
export type NetworkFault = keyof typeof NETWORK_FAULTS;

/**
 * The response that `fetch` gives. Throws, as `fetch` does, if the connection fails, or if the request follows
 * redirects and is redirected to another host.
 */
export function responseOf(fault: NetworkFault, followsRedirects: boolean): Response {
  if (fault === 'no network' || (fault === 'redirect' && followsRedirects)) throw new TypeError(fault);
  if (fault === 'redirect')
    return new Response(null, { status: 302, headers: { Location: 'https://sign-in.example.com/' } });
  const headers = new Headers(fault === 'status 429' ? { 'Retry-After': '3' } : {});
  return new Response('<h1>Not now</h1>', { status: Number(fault.slice(-3)), headers });
}
