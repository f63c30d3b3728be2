/** Addresses: a site's, one that somebody typed, and the pattern with which a browser is asked for access. */
import { LONGEST_ADDRESS, type Site } from './page.ts';

export interface TypedAddress {
  /** What the browser is asked for: scheme, host and port. */
  readonly origin: string;
  /** What was typed, completed, without query and fragment: they may carry a token, or an action. */
  readonly address: string;
}

/** Why an address is refused: keys of messages. */
export type AddressFault = 'address_empty' | 'address_scheme' | 'address_no_host' | 'address_user' | 'is_cloud';

/**
 * Reads what was typed or pasted. Without a scheme, https is meant. A host with a `*` is refused, because a browser
 * would take it for all hosts.
 */
export function parseTypedAddress(text: string): TypedAddress | { readonly refused: AddressFault } {
  const typed = text.slice(0, LONGEST_ADDRESS).replaceAll(AROUND, '');
  if (typed === '') return { refused: 'address_empty' };
  // A path alone: a URL parser would take its first folder for the host.
  if (/^\/(?!\/)/.test(typed)) return { refused: 'address_no_host' };
  const whole = SCHEME.test(typed) ? typed : `https://${typed.replace(/^\/\//, '')}`;
  if (!URL.canParse(whole)) return { refused: 'address_no_host' };
  const { protocol, hostname, username, password, origin, pathname } = new URL(whole);
  if (!/^https?:/.test(protocol)) return { refused: 'address_scheme' };
  if (username || password) return { refused: 'address_user' };
  if (hostname.includes('*')) return { refused: 'address_no_host' };
  if (isCloudHost(hostname)) return { refused: 'is_cloud' };
  return { origin, address: pathname === '/' ? origin : `${origin}${pathname}` };
}

/** Whether a text is a site's address: origin and context path. */
export function isSiteAddress(text: string): text is Site {
  return text.length <= LONGEST_SITE && ADDRESS.test(text);
}

/**
 * The site that an address in a policy or a file means, as browsers write it: host in lower case, no default port, no
 * slash at the end. Null if it is none: a wildcard (the browser would ask for more than one site), a name and
 * password, a query, anything but http and https; or Jira Cloud, where there is nothing to watch.
 */
export function siteOfAddress(text: unknown): Site | null {
  if (typeof text !== 'string' || text.length > LONGEST_SITE) return null;
  if (!isSiteAddress(text.replace(/\/+$/, '')) || !URL.canParse(text)) return null;
  const { origin, hostname, username, password, pathname } = new URL(text);
  const isPlain = !hostname.includes('*') && username === '' && password === '' && !isCloudHost(hostname);
  const address = `${origin}${pathname.replace(/\/+$/, '')}`;
  return isPlain && isSiteAddress(address) ? address : null;
}

/** The match pattern that asks a browser for one origin (it takes no port); null for what is no web page. */
export function matchPatternOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname } = new URL(url);
  return /^https?:/.test(protocol) ? `${protocol}//${hostname}/*` : null;
}

/** Jira Cloud's own hosts, where there is nothing to watch. */
function isCloudHost(hostname: string): boolean {
  return /(^|\.)atlassian\.net\.?$/.test(hostname);
}

/** Longer than any host name and context path, and short enough for the key that contains it. */
const LONGEST_SITE = 512;
const ADDRESS = /^https?:\/\/[^/?#\s]+(\/[\w.~-]+)*$/;

/** Characters that are copied along with an address from a sentence. */
const AROUND = /^[\s<"'(]+|[\s>"').,;]+$/g;

/** `localhost:8080` has a port and no scheme, and `alice:secret@host` has a password and no scheme. */
const SCHEME = /^[a-z][a-z\d+.-]*:(?!\d+(?:[/?#]|$)|[^/?#]*@)/i;
