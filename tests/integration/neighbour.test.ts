/**
 * What a host of the same domain plants, step by step: alice's page, her neighbour's cookies, and what she sends. The rules,
 * the page session, the reading of the cookies and the server are the real ones; the browser is in memory, and tells an extension of
 * cookies as Firefox does and as Chrome does. Beside it the same without us: nothing goes out as mallory that would not
 * have, and nothing stays that would have gone.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Cookie } from '../../src/verdict/evidence.ts';
import { PageSession } from '../../src/session/page-session.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import { pageCookieIn } from '../../src/jira/page-cookie.ts';
import { askWhoIsSignedIn, requestJira } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS as SETTINGS } from '../../src/settings/definitions.ts';
import { Token, tokenInCookies } from '../../src/jira/token.ts';
import { cookiesSent } from '../../extension/shared/storage/sessions.ts';
import { MemoryBrowser, type MemoryPage } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';

const SITE = 'http://127.0.0.1' as Site;

interface Ask {
  readonly url: string;
  readonly name?: string;
}
const api = vi.hoisted(() => ({
  getAll: (_ask: { url: string }): unknown => undefined,
  get: (_ask: { url: string; name: string }): unknown => undefined,
}));
vi.mock('../../extension/shared/browser.ts', () => ({
  browser: {
    cookies: { getAll: async (ask: Ask) => api.getAll(ask), get: async (ask: Ask) => api.get(ask as never) },
  },
}));

type Kind = 'firefox' | 'chrome';
type Way = 'drop' | 'form';

class Scene {
  readonly clock = createClock(Date.UTC(2026, 0, 5, 8));
  readonly jira: Jira;
  readonly browser = new MemoryBrowser();
  readonly mallory = new MemoryBrowser();
  readonly #isWatched: boolean;
  page!: MemoryPage;
  pageSession!: PageSession;
  /** What happens each time that an answer to our question has come. */
  onAnswer: () => Promise<unknown> = async () => undefined;

  constructor(kind: Kind, options: JiraOptions, isWatched: boolean) {
    this.#isWatched = isWatched;
    this.jira = createJira({ ...options, clock: this.clock });
    const sent = (url: string) =>
      this.browser.cookiesSeen([url]).map((each) => ({
        ...each,
        domain: each.hostOnly ? 'h' : '.h',
        httpOnly: /SESSION/.test(each.name),
      }));
    // Chrome lists those cookies alone whose own domain is granted, and gives the first of a name whoever's it is.
    api.getAll = ({ url }) => sent(url).filter(({ hostOnly }) => kind === 'firefox' || hostOnly);
    api.get = ({ url, name }) => sent(url).find((cookie) => cookie.name === name) ?? null;
  }

  async begin(): Promise<void> {
    await this.browser.signIn(this.jira, 'alice');
    await this.mallory.signIn(this.jira, 'mallory');
    this.page = await this.browser.open(this.jira);
    const { page, browser, clock } = this;
    this.pageSession = new PageSession({
      readPage: () => this.#readPage(),
      visibleCookie: () => tokenInCookies(browser.documentCookie(page.path)),
      readCookie: async (of, includesOtherHosts) => {
        const seen = tokenInCookies(browser.documentCookie(page.path));
        if (!includesOtherHosts && seen && (!of.token || seen.equals(of.token))) return { token: seen };
        return this.#cookie();
      },
      ask: async () => {
        const answer = await askWhoIsSignedIn(SITE, this.#readPage().version, (url) =>
          requestJira(url, 'cors', () => browser.request(this.jira, 'GET', new URL(url).pathname)),
        );
        await this.onAnswer();
        return answer;
      },
      write: ({ old, current }) => {
        if (Token.parse(page.metaToken)?.equals(old)) page.metaToken = current.revealInPlaceOf(old);
      },
      now: () => clock.now(),
      pause: async () => undefined,
      isFromStart: true,
      currentVisit: () => '',
    });
    this.pageSession.clock = { lastContact: clock.now(), timeoutMinutes: 300 };
  }

  async #cookie(): Promise<Cookie> {
    const found = pageCookieIn(await cookiesSent(SITE, SITE + this.page.path, '0'), SITE);
    if (found.whose === 'neighbour') return { token: null, isUnreadable: true };
    return { token: Token.parse(found.cookie?.value), isCrowded: found.whose === 'crowded' };
  }

  #readPage(): Page {
    const { metaToken, user } = this.page;
    const version = this.jira.options.profile;
    return { product: 'jira', site: SITE, user, version, issue: 'RAIL-7', token: Token.parse(metaToken) };
  }

  /** mallory's own session, at a path. */
  plant(path: string): void {
    const { sessionCookie } = this.jira.options;
    const own = this.mallory.cookiesSeen([`${SITE}/`]).find(({ name }) => name === sessionCookie)!;
    this.browser.plant(sessionCookie, own.value, path);
  }

  async signInAgain(): Promise<void> {
    await this.browser.signOut(this.jira);
    await this.browser.signIn(this.jira, 'alice');
  }

  /** She presses "Renew this page", where there is such a thing. */
  async renew(): Promise<void> {
    if (this.#isWatched) await this.pageSession.renew(SETTINGS, true);
  }

  /** What alice sends, as the guard has it go. */
  async send(way: Way): Promise<void> {
    const sending = way === 'form' ? 'send' : 'attach';
    if (this.#isWatched && !this.pageSession.mayPass(sending, () => [], SETTINGS)) {
      if ((await this.pageSession.ensureAccepted(sending, () => [], SETTINGS)) === 'keep') return;
    }
    if (way === 'drop') {
      await this.page.attachByDrop('door.log');
      return;
    }
    const body = new URLSearchParams({ id: 'RAIL-7', comment: 'hello', atl_token: this.page.metaToken });
    await this.browser.request(this.jira, 'POST', '/secure/AddComment.jspa', { body });
  }

  /** In whose name things have gone out. */
  get sentAs(): string[] {
    return [...this.jira.attachments, ...this.jira.comments].map(({ user }) => user);
  }
}

const UPLOADS = ['/rest/internal', '/rest/jddap'];

interface Story {
  readonly name: string;
  readonly options: JiraOptions;
  readonly way: Way;
  readonly tell: (scene: Scene) => Promise<unknown>;
}

const STORIES: readonly Story[] = [
  {
    name: 'his session where files go, and the page is stale',
    options: { profile: '8.3' },
    way: 'drop',
    tell: async (scene) => {
      UPLOADS.forEach((path) => scene.plant(path));
      await scene.signInAgain();
    },
  },
  {
    name: 'the same where the session’s cookie has another name',
    options: { profile: '8.3', sessionCookie: 'JIRASESSIONID' },
    way: 'drop',
    tell: async (scene) => {
      UPLOADS.forEach((path) => scene.plant(path));
      await scene.signInAgain();
    },
  },
  {
    name: 'his session where files are committed alone',
    options: { profile: '8.3' },
    way: 'drop',
    tell: async (scene) => {
      scene.plant('/rest/jddap');
      await scene.signInAgain();
    },
  },
  {
    name: 'his session where one form goes alone',
    options: { profile: '8.3' },
    way: 'form',
    tell: async (scene) => {
      scene.plant('/secure/AddComment.jspa');
      await scene.signInAgain();
    },
  },
  {
    name: 'his session once the page was renewed, before a form',
    options: { profile: '8.3' },
    way: 'form',
    tell: async (scene) => {
      await scene.signInAgain();
      await scene.renew();
      scene.plant('/secure');
    },
  },
  {
    name: 'his session once the page was renewed, before a file',
    options: { profile: '8.3' },
    way: 'drop',
    tell: async (scene) => {
      await scene.signInAgain();
      await scene.renew();
      UPLOADS.forEach((path) => scene.plant(path));
    },
  },
  {
    name: 'his session where the question goes alone',
    options: { profile: '8.3' },
    way: 'drop',
    tell: async (scene) => scene.plant('/rest/auth'),
  },
  {
    name: 'the same, and nothing was heard of the server for a while',
    options: { profile: '8.3' },
    way: 'form',
    tell: async (scene) => {
      scene.plant('/rest/auth');
      scene.clock.advance(2);
    },
  },
  {
    name: 'his session where a form goes, and pictures from there that turn the cookie',
    options: { profile: '9' },
    way: 'form',
    tell: async (scene) => {
      scene.plant('/secure/AddComment.jspa');
      const picture = () => scene.browser.request(scene.jira, 'GET', '/secure/AddComment.jspa');
      scene.onAnswer = picture;
      await picture();
    },
  },
];

describe.each(['firefox', 'chrome'] as const)('as %s tells of cookies', (kind) => {
  test.each(STORIES.map((story) => [story.name, story] as const))(
    'a neighbour plants %s',
    async (_name, { options, way, tell }) => {
      const play = async (isWatched: boolean): Promise<string[]> => {
        const scene = new Scene(kind, options, isWatched);
        await scene.begin();
        await tell(scene);
        await scene.send(way);
        return scene.sentAs;
      };
      const [bare, watched] = [await play(false), await play(true)];
      if (!bare.includes('mallory')) expect(watched).not.toContain('mallory');
      if (bare.join() === 'alice') expect(watched).toEqual(['alice']);
    },
  );
});

test.each(['firefox', 'chrome'] as const)(
  '%s: a drop just after a question goes on, although a neighbour’s session was sent with the question',
  async (kind) => {
    const play = async (isWatched: boolean): Promise<string[]> => {
      const scene = new Scene(kind, { profile: '8.3' }, isWatched);
      await scene.begin();
      scene.plant('/rest/auth');
      if (isWatched) await scene.pageSession.prove();
      await scene.send('drop');
      return scene.sentAs;
    };
    expect(await play(false)).toEqual(['alice']);
    expect(await play(true)).toEqual(['alice']);
  },
);

test.each(['firefox', 'chrome'] as const)(
  '%s: a neighbour’s session planted between two forms of a renewed page takes neither, while Jira does not answer',
  async (kind) => {
    const play = async (isWatched: boolean): Promise<string[]> => {
      const scene = new Scene(kind, { profile: '8.3' }, isWatched);
      await scene.begin();
      await scene.signInAgain();
      await scene.renew();
      scene.clock.advance(1);
      await scene.send('form');
      scene.jira.faults.proof = 'bad-gateway';
      scene.clock.advance(1);
      scene.plant('/secure/AddComment.jspa');
      await scene.send('form');
      return scene.sentAs;
    };
    expect(await play(false)).not.toContain('mallory');
    expect(await play(true)).toEqual(['alice']);
  },
);
