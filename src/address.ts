/** What somebody means who types the address of their Jira: it may be a host alone, or an issue's whole address. */

export interface AskedSite {
  /** What is asked for: scheme, host and port. */
  readonly origin: string;
  /** What was typed, made whole, without its query and fragment: they may carry a token, or an action. */
  readonly address: string;
}

/** Why nothing is asked for: keys of messages. */
export type Refusal =
  'address_empty' | 'address_scheme' | 'address_no_host' | 'address_user' | 'popup_is_cloud';

/**
 * Reads what was typed or pasted. Where no scheme is given, https is meant. A host with a `*` is refused, because a
 * browser would take it for all hosts.
 */
export function originAsked(text: string): AskedSite | { readonly refused: Refusal } {
  const typed = text.replaceAll(AROUND, '');
  if (typed === '') return { refused: 'address_empty' };
  // A path alone: a URL's parser would take its first folder for the host.
  if (/^\/(?!\/)/.test(typed)) return { refused: 'address_no_host' };
  const whole = SCHEME.test(typed) ? typed : `https://${typed.replace(/^\/\//, '')}`;
  if (!URL.canParse(whole)) return { refused: 'address_no_host' };
  const { protocol, hostname, username, password, origin, pathname } = new URL(whole);
  if (!/^https?:$/.test(protocol)) return { refused: 'address_scheme' };
  if (username || password) return { refused: 'address_user' };
  if (hostname.includes('*')) return { refused: 'address_no_host' };
  if (isCloudHost(hostname)) return { refused: 'popup_is_cloud' };
  return { origin, address: pathname === '/' ? origin : `${origin}${pathname}` };
}

/** Jira Cloud's own hosts, where there is nothing to watch. */
export function isCloudHost(hostname: string): boolean {
  return /(^|\.)atlassian\.net\.?$/.test(hostname);
}

/** What comes along when an address is copied out of a sentence. */
const AROUND = /^[\s<"'(]+|[\s>"').,;]+$/g;

/** `localhost:8080` has a port and no scheme, and `alice:secret@host` a password. */
const SCHEME = /^[a-z][a-z\d+.-]*:(?!\d+(?:[/?#]|$)|[^/?#]*@)/i;
