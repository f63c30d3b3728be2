/**
 * A browser in memory: a cookie jar, and pages that keep the token they were rendered with. Attaches are made by
 * the very code that the stand-in's pages run.
 */
import { attachByDrop, attachByInput, type AttachPage, type Outcome, type Reply } from './assets/attach.js';
import type { Jira } from './jira.ts';
import { UPLOAD_PATH } from './page-frame.ts';

/** Ports don't separate cookies, so one jar serves every Jira of a host. */
export class MemoryBrowser {
  #cookies: { name: string; value: string; path: string }[] = [];

  /** The header that a request to a path carries: the longest path first. */
  cookiesFor(path: string): string {
    return this.#cookies
      .filter((cookie) => `${path}/`.startsWith(cookie.path === '/' ? '/' : `${cookie.path}/`))
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  clearCookies(): void {
    this.#cookies = [];
  }

  /** A request as the browser makes it. `withoutSession` is a cross-site embed's: `JSESSIONID` is Lax, the token is not. */
  async request(
    jira: Jira,
    method: string,
    path: string,
    init: RequestInit & { withoutSession?: boolean } = {},
  ): Promise<Response> {
    const url = `http://127.0.0.1${jira.options.basePath}${path}`;
    const all = this.cookiesFor(new URL(url).pathname);
    const cookie = init.withoutSession
      ? all.replaceAll(/(JSESSIONID|seraph\.rememberme\.cookie)=[^;]*(; )?/g, '')
      : all;
    const response = await jira.app.request(url, {
      ...init,
      method,
      headers: { ...init.headers, Cookie: cookie },
    });
    for (const header of response.headers.getSetCookie()) this.#keep(header);
    const location = response.headers.get('Location');
    if (response.status !== 302 || !location || init.redirect === 'manual') return response;
    return this.request(
      jira,
      'GET',
      location.slice(jira.options.basePath.length),
      init.withoutSession ? { withoutSession: true } : {},
    );
  }

  async open(jira: Jira, path = '/browse/RAIL-7'): Promise<MemoryPage> {
    return new MemoryPage(this, jira, await (await this.request(jira, 'GET', path)).text());
  }

  async signIn(jira: Jira, user: string, remember = false): Promise<void> {
    const form = { os_username: user, os_password: user, ...(remember && { os_cookie: 'true' }) };
    await this.request(jira, 'POST', '/login.jsp', { body: new URLSearchParams(form) });
  }

  async signOut(jira: Jira): Promise<void> {
    await this.request(jira, 'GET', '/logout');
  }

  #keep(header: string): void {
    const [pair = '', ...flags] = header.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(name.length + 1);
    const path = flags.find((flag) => flag.startsWith('Path='))?.slice(5) ?? '/';
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!flags.includes('Max-Age=0')) this.#cookies.push({ name, value, path });
  }
}

/** A page, with the token it was rendered with until something writes another into it. */
export class MemoryPage {
  readonly #browser: MemoryBrowser;
  readonly #jira: Jira;
  readonly user: string;
  metaToken: string;
  formToken: string | undefined;

  constructor(browser: MemoryBrowser, jira: Jira, html: string) {
    this.#browser = browser;
    this.#jira = jira;
    this.metaToken = /name="atlassian-token"\s+content="([^"]*)"/.exec(html)?.[1] ?? '';
    this.formToken = this.metaToken;
    this.user = /name="ajs-remote-user" content="([^"]*)"/.exec(html)?.[1] ?? '';
  }

  attachByInput(name: string): Promise<Outcome> {
    return attachByInput({ name, size: name.length }, this.#forAttach());
  }

  attachByDrop(name: string): Promise<Outcome> {
    return attachByDrop({ name, size: name.length }, this.#forAttach());
  }

  #forAttach(): AttachPage {
    return {
      issue: 'RAIL-7',
      uploadPath: UPLOAD_PATH,
      metaToken: () => this.metaToken,
      formToken: () => this.formToken,
      adoptToken: (token) => {
        this.metaToken = token;
        this.formToken = token;
      },
      request: async (method, path, query, body): Promise<Reply> => {
        const search = query ? `?${String(new URLSearchParams(query))}` : '';
        const file = body as { name: string } | undefined;
        const response = await this.#browser.request(
          this.#jira,
          method,
          path + search,
          file ? { body: file.name } : {},
        );
        const isJson = response.headers.get('Content-Type')?.includes('json');
        return { status: response.status, body: isJson ? await response.json() : undefined };
      },
    };
  }
}
