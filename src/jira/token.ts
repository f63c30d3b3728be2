/**
 * What an XSRF token is: its shapes, how two of them compare, and how one is kept from being seen.
 *
 * The shapes are those of "The token and where it lives" in docs/jira-xsrf.md, but for Jira 4's ten letters. The
 * separator is `|` or `_`. Both may stand in other parts of a page, so a token is matched as a whole and never split.
 */

/** Whether a token was issued to a signed-in browser. */
export type Login = 'lin' | 'lout';

/** How a page's token relates to the cookie's. Tokens of two servers are not compared any further. */
export type Relation = 'equal' | 'same-server' | 'other-server';

/** What may be reported of a token: enough to recognise it, nothing to act with. Safe to send and to show. */
export interface TokenTraits {
  readonly digest: string;
  readonly login: Login;
  readonly serverId?: string | undefined;
}

const SHAPE = /^(?:([A-Za-z0-9-]{1,64})\s*[|_]\s*)?([0-9a-f]{40})\s*[|_]\s*(lin|lout)$/;

/** These also occur in an address. Blanks occur only around the server id. */
const SEPARATOR = '(?:[|_]|%7[Cc])';
const BLANKS = String.raw`(?:[\s+]|%20){0,9}`;

/**
 * A token that cannot be logged, serialised or stored by accident: only `revealInPlaceOf` and `writtenInto` give its
 * text, so that a renewal can write it into a page or a query. What is to be known of another token, its own methods
 * say: that token can be of an earlier copy of the script, whose private fields this copy can't read.
 */
export class Token {
  readonly hasBlanks: boolean;
  readonly login: Login;
  readonly serverId: string | undefined;
  readonly #text: string;
  /** Without the blanks. */
  readonly #canonical: string;
  /** Without what says nothing about the secret: blanks, and the kind of separator. */
  readonly #key: string;
  readonly #secret: string;
  /** Also matches the token in an address: percent-encoded, with `+` for a blank. */
  readonly #asWritten: RegExp;

  private constructor(text: string, secret: string, login: Login, serverId?: string) {
    this.#text = text;
    this.#canonical = text.replaceAll(/\s/g, '');
    this.hasBlanks = text !== this.#canonical;
    this.#key = this.#canonical.replaceAll('|', '_');
    this.#secret = secret;
    const before = serverId ? BLANKS + serverId + BLANKS + SEPARATOR : '';
    this.#asWritten = new RegExp(`${before}${secret}${SEPARATOR}${login}(?![A-Za-z])`, 'g');
    this.login = login;
    this.serverId = serverId;
  }

  /**
   * Reads a token from a meta tag, an input, a query or a cookie, also in double quotes and with blanks around the
   * server id. Null for anything else, including the empty string of a login form.
   */
  static parse(value: string | null | undefined): Token | null {
    if (!value || value.length > 256) return null;
    const text = value.trim().replace(/^"(.*)"$/, '$1');
    const [, serverId, secret, login] = SHAPE.exec(text.trim()) ?? [];
    return secret ? new Token(text, secret, login as Login, serverId) : null;
  }

  /**
   * The text to write in place of `old`. Jira compares texts: if this site's pages carry the blanks that some proxies'
   * cookies have, the renewed page must carry them too.
   */
  revealInPlaceOf(old: Token): string {
    return old.hasBlanks ? this.#text : this.#canonical;
  }

  /** Whether a text holds this token, in any notation. */
  isIn(text: string): boolean {
    return text.includes(this.#secret) && text.search(this.#asWritten) >= 0;
  }

  /** A text with this token in place of each `old`, in the same notation; the rest stays unchanged. */
  writtenInto(text: string, old: Token): string {
    return old.replacedIn(text, this.revealInPlaceOf(old));
  }

  /** A text with another one in place of this token. */
  replacedIn(text: string, by: string): string {
    // This test is cheap: it runs for every attribute of a page.
    if (!text.includes(this.#secret)) return text;
    return text.replace(this.#asWritten, (found) => (/[%+]/.test(found) ? encodeURIComponent(by) : by));
  }

  equals(other: Token): boolean {
    return this.serverId === other.serverId && other.isIn(this.#key);
  }

  get traits(): TokenTraits {
    return { digest: digestOf(this.#key), login: this.login, serverId: this.serverId };
  }
}

/** How the page's token relates to the cookie's. One without a server id never belongs to a server that has one. */
export function relationOf(page: Token, cookie: Token): Relation {
  if (page.serverId !== cookie.serverId) return 'other-server';
  return page.equals(cookie) ? 'equal' : 'same-server';
}

/**
 * The token in a page's cookies, if exactly one cookie has the name: of two, a page can't tell whose each is. Takes
 * `document.cookie` or a Cookie header; null if there is none, or none that is a token, or more than one.
 */
export function tokenInCookies(cookies: string): Token | null {
  const [own, another] = cookies.matchAll(/(?:^|;\s*)atlassian\.xsrf\.token=([^;]*)/g);
  return another ? null : Token.parse(own?.[1]);
}

export const XSRF_COOKIE = 'atlassian.xsrf.token';

/**
 * A 32-bit FNV-1a hash in hex: tells a handful of tokens apart and does not reveal 128 bits of each. `crypto.subtle`
 * would be asynchronous, and is missing on http pages.
 */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
