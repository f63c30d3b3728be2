/**
 * A browser in memory: a cookie jar, and tabs whose pages keep the token they were rendered with. Attaches are made by
 * the very code that the stand-in's pages run.
 */
import type { SeenCookie } from '../../src/page-cookie.ts';
import { attachByDrop, attachByInput, type AttachPage, type Outcome, type Reply } from './assets/attach.js';
import { CookieJar, headerOf } from './cookie-jar.ts';
import { HUNG_UP } from './faults.ts';
import type { Jira } from './jira.ts';
import { sessionRefusals, UPLOAD_PATH } from './pages/frame.ts';
import { REMEMBER_ME_COOKIE } from './remember-me.ts';

const HOST = '127.0.0.1';

interface Init extends RequestInit {
  /** As a cross-site embed: the session's cookies are Lax and neither go nor come, the token's does (case 10). */
  readonly withoutSession?: boolean;
}

export class MemoryBrowser {
  readonly #jar = new CookieJar();
  readonly #hosts = new WeakMap<Jira, string>();
  /** The open ones, the newest last. */
  readonly tabs = new Set<MemoryPage>();

  /** Where a Jira is reached, if not at 127.0.0.1 as all others, whose cookies are then one jar's: ports don't separate. */
  reach(jira: Jira, host: string): void {
    this.#hosts.set(jira, host);
  }

  /** The header that a request to a path carries. */
  cookiesFor(path: string, host = HOST): string {
    return headerOf(this.#jar.cookiesFor(host, path));
  }

  /** What the scripts of a page can read. */
  documentCookie(path: string, host = HOST): string {
    return headerOf(this.#jar.cookiesFor(host, path).filter(({ isHttpOnly }) => !isHttpOnly));
  }

  /** As an extension sees them: every cookie that is sent to one of these addresses, each once. */
  cookiesSeen(addresses: readonly string[]): SeenCookie[] {
    const sent = addresses.map((address) => new URL(address));
    return [...new Set(sent.flatMap(({ hostname, pathname }) => this.#jar.cookiesFor(hostname, pathname)))];
  }

  /** A host of the same domain plants a cookie. */
  plant(name: string, value: string, path: string, host = HOST): void {
    this.#jar.keep(host, `${name}=${value}; Path=${path}; Domain=${host}`);
  }

  /** It plants so many that the browser lets those of the host itself go. */
  evictCookies(): void {
    this.#jar.evict();
  }

  withdrawPlanted(): void {
    this.#jar.withdraw();
  }

  clearCookies(): void {
    this.#jar.clear();
  }

  /** Ends and starts again with its tabs: session cookies are gone, what is remembered stays (case 11). */
  restart(): void {
    this.#jar.endSession();
  }

  /** A request as the browser makes it, redirects followed. Throws as `fetch` does where the connection breaks. */
  async request(jira: Jira, method: string, path: string, init: Init = {}): Promise<Response> {
    const { basePath, sessionCookie } = jira.options;
    const host = this.#hosts.get(jira) ?? HOST;
    const url = `http://${host}${basePath}${path}`;
    const { withoutSession = false, ...rest } = init;
    const goesAlong = (name: string): boolean =>
      !withoutSession || (name !== sessionCookie && name !== REMEMBER_ME_COOKIE);
    const cookies = this.#jar.cookiesFor(host, new URL(url).pathname).filter(({ name }) => goesAlong(name));
    const headers = new Headers(init.headers);
    headers.set('Cookie', headerOf(cookies));

    const response = await jira.app.request(url, { ...rest, method, headers });
    if (response.status === HUNG_UP) throw new TypeError('The connection was broken.');
    for (const header of response.headers.getSetCookie()) {
      if (goesAlong(header.slice(0, header.indexOf('=')))) this.#jar.keep(host, header);
    }
    const location = response.headers.get('Location');
    if (response.status !== 302 || !location || init.redirect === 'manual') return response;
    if (!location.startsWith('/')) throw new TypeError('The redirect leads to another host.');
    return this.request(jira, 'GET', location.slice(basePath.length), { withoutSession });
  }

  /** Opens a page in a new tab. */
  async open(jira: Jira, path = '/browse/RAIL-7'): Promise<MemoryPage> {
    const page = new MemoryPage(this, jira, path);
    await page.reload();
    this.tabs.add(page);
    return page;
  }

  async signIn(jira: Jira, user: string, remember = false): Promise<void> {
    const password = jira.options.users.find(({ name }) => name === user)?.password ?? '';
    const form = { os_username: user, os_password: password, ...(remember && { os_cookie: 'true' }) };
    await this.request(jira, 'POST', '/login.jsp', { body: new URLSearchParams(form) });
  }

  async signOut(jira: Jira): Promise<void> {
    await this.request(jira, 'GET', '/logout');
  }
}

/** A page in a tab, with the token it was rendered with until something writes another into it. */
export class MemoryPage {
  readonly #browser: MemoryBrowser;
  readonly #jira: Jira;
  readonly path: string;
  /** Empty when anonymous. */
  user = '';
  /** Empty where the page has none. */
  metaToken = '';
  /** Of the file input's form: '' where its input is empty, undefined where there is none. */
  formToken: string | undefined;

  constructor(browser: MemoryBrowser, jira: Jira, path: string) {
    this.#browser = browser;
    this.#jira = jira;
    this.path = path;
  }

  async reload(): Promise<void> {
    const headers = { 'Sec-Fetch-Dest': 'document' };
    const html = await (await this.#browser.request(this.#jira, 'GET', this.path, { headers })).text();
    this.user = /name="ajs-remote-user" content="([^"]*)"/.exec(html)?.[1] ?? '';
    this.metaToken = /name="atlassian-token"\s+content="([^"]*)"/.exec(html)?.[1] ?? '';
    const form = /id="attach-form"[^]*?<\/form>/.exec(html)?.[0] ?? '';
    this.formToken = /name="atl_token" value="([^"]*)"/.exec(form)?.[1];
  }

  close(): void {
    this.#browser.tabs.delete(this);
  }

  /** `road` is what each of its requests goes by: where a test lets other things happen while they travel. */
  attachByInput(name: string, road: Road = atOnce): Promise<Outcome> {
    return attachByInput(fileOf(name), this.#forAttach(road));
  }

  attachByDrop(name: string, road: Road = atOnce): Promise<Outcome> {
    return attachByDrop(fileOf(name), this.#forAttach(road));
  }

  #forAttach(road: Road): AttachPage {
    return {
      issue: /^\/browse\/([\w-]+)/.exec(this.path)?.[1] ?? '',
      project: 'RAIL',
      uploadPath: UPLOAD_PATH,
      uploadFormToken: '',
      sessionRefusals: sessionRefusals(this.#jira.options),
      metaToken: () => this.metaToken,
      formToken: () => this.formToken,
      adoptToken: (token) => {
        this.metaToken = token;
        if (this.formToken !== undefined) this.formToken = token;
      },
      request: (method, path, query, file) => this.#request(road, method, path, query, file),
    };
  }

  async #request(
    road: Road,
    method: string,
    path: string,
    query: Record<string, string> | undefined,
    file: unknown,
  ): Promise<Reply> {
    const search = query ? `?${String(new URLSearchParams(query))}` : '';
    const init = file ? { body: (file as MemoryFile).content } : {};
    try {
      const response = await road(() => this.#browser.request(this.#jira, method, path + search, init));
      const isJson = response.headers.get('Content-Type')?.includes('json');
      return { status: response.status, body: isJson ? await response.json() : undefined };
    } catch {
      return { status: 0, body: undefined };
    }
  }
}

type Road = (request: () => Promise<Response>) => Promise<Response>;

const atOnce: Road = (request) => request();

interface MemoryFile {
  readonly name: string;
  readonly size: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A file that holds its own name. */
function fileOf(name: string): MemoryFile {
  const content = new TextEncoder().encode(name);
  return { name, size: content.length, content };
}
