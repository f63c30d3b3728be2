/** A browser's cookies: one jar a host, whatever the port, and the longest path first. A neighbour's are those with a domain. */

interface Cookie {
  readonly host: string;
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Set without a domain. */
  readonly hostOnly: boolean;
  /** Out of reach for `document.cookie`. */
  readonly isHttpOnly: boolean;
  /** Gone when the browser ends. */
  readonly isSessionCookie: boolean;
}

export class CookieJar {
  #cookies: Cookie[] = [];

  /** What a request to a path of a host carries, in the order of its `Cookie` header. */
  cookiesFor(host: string, path: string): readonly Cookie[] {
    return this.#cookies
      .filter((cookie) => cookie.host === host && isUnder(path, cookie.path))
      .toSorted((a, b) => b.path.length - a.path.length);
  }

  /** Keeps what a `Set-Cookie` header says. An age of nought takes the cookie away. */
  keep(host: string, header: string): void {
    const [pair = '', ...flags] = header.split(';').map((part) => part.trim());
    const flag = (name: string): string | undefined =>
      flags.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
    const name = pair.slice(0, pair.indexOf('='));
    const path = flag('Path') ?? '/';
    const age = flag('Max-Age');
    const cookie: Cookie = {
      host,
      name,
      value: pair.slice(name.length + 1),
      path,
      hostOnly: flag('Domain') === undefined,
      isHttpOnly: flags.includes('HttpOnly'),
      isSessionCookie: age === undefined,
    };
    const at = this.#cookies.findIndex(
      (each) => each.host === host && each.name === name && each.path === path && each.hostOnly === cookie.hostOnly,
    );
    if (at >= 0) this.#cookies.splice(at, 1);
    if (age !== '0') this.#cookies.push(cookie);
  }

  /** A browser that has too many of a domain lets some go: here those that the host itself has set. */
  evict(): void {
    this.#cookies = this.#cookies.filter(({ hostOnly }) => !hostOnly);
  }

  /** A neighbour takes back what it has planted. */
  withdraw(): void {
    this.#cookies = this.#cookies.filter(({ hostOnly }) => hostOnly);
  }

  clear(): void {
    this.#cookies = [];
  }

  endSession(): void {
    this.#cookies = this.#cookies.filter(({ isSessionCookie }) => !isSessionCookie);
  }
}

export function headerOf(cookies: readonly Cookie[]): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

function isUnder(path: string, folder: string): boolean {
  return folder === '/' || `${path}/`.startsWith(`${folder}/`);
}
