/**
 * What a neighbour, another host of the same domain, can plant, case by case: alice's page, the planted cookies, and
 * what she sends. The shipped content script and background run with the stand-in Jira; the browser is in memory, and
 * lists cookies as Firefox or as Chrome does. Each case also runs without the extension: with it, nothing is sent as
 * mallory that would not be without it, and nothing waits that would be sent.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import type { Site } from '../../src/jira/page.ts';
import { Token } from '../../src/jira/token.ts';
import { MemoryBrowser, type MemoryPage } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { BackgroundHarness } from './background-harness.ts';
import { startContentScript, type ContentScript } from './content-script.ts';

const SITE = 'http://127.0.0.1' as Site;
const MINUTE = 60_000;

type BrowserKind = 'firefox' | 'chrome';
type Kind = 'drop' | 'form';

const harness = new BackgroundHarness();
/** The scenario that is scenario. */
let running: Scenario;

beforeAll(async () => {
  // The background's modules are loaded in real time, before the clock is replaced.
  await harness.restart();
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  Object.defineProperty(performance, 'timeOrigin', { configurable: true, get: () => Date.now() - performance.now() });
  vi.stubGlobal('fetch', (url: string) => running.fetch(url));
});
beforeEach(() => void vi.setSystemTime(Date.UTC(2026, 0, 5, 8)));
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

class Scenario {
  readonly jira: Jira;
  readonly browser = new MemoryBrowser();
  readonly #mallorysBrowser = new MemoryBrowser();
  readonly #tab: BackgroundHarness['tabs'][number];
  #page!: MemoryPage;
  /** Undefined without the extension. */
  #script: ContentScript | undefined;
  /** Runs after each answer to the extension's question. */
  onAnswer: () => Promise<unknown> = async () => undefined;

  constructor(browserKind: BrowserKind, options: JiraOptions) {
    this.jira = createJira({ ...options, clock: createClock() });
    const cookieStoreId = browserKind === 'firefox' ? 'firefox-default' : undefined;
    this.#tab = { id: 1, url: `${SITE}/browse/RAIL-7`, cookieStoreId };
  }

  /** Opens alice's page, with or without the extension. */
  async begin(isWatched: boolean): Promise<void> {
    await this.browser.signIn(this.jira, 'alice');
    await this.#mallorysBrowser.signIn(this.jira, 'mallory');
    const page = await this.browser.open(this.jira);
    this.#page = page;
    if (!isWatched) return;
    harness.clear();
    harness.tabs.push(this.#tab);
    harness.cookiesSentTo = (address) =>
      this.browser.cookiesSeen([address]).map((each) => ({
        ...each,
        domain: each.hostOnly ? 'h' : '.h',
        httpOnly: /SESSION/.test(each.name),
      }));
    const version = this.jira.options.profile;
    this.#script = startContentScript(
      {
        readPage: () => {
          const token = Token.parse(page.metaToken);
          return { product: 'jira', site: SITE, user: page.user, version, issue: 'RAIL-7', token };
        },
        cookies: () => this.browser.documentCookie(page.path),
        address: () => SITE + page.path,
        write: ({ old, current }) => {
          if (Token.parse(page.metaToken)?.equals(old)) page.metaToken = current.revealInPlaceOf(old);
        },
        send: (message) => harness.send(this.#tab, message),
        onSnapshot: () => undefined,
        onChange: () => undefined,
      },
      true,
    );
    await this.#settle();
  }

  end(): void {
    this.#script?.end(false);
  }

  /** The question who is signed in: the background's `fetch`. */
  async fetch(url: string): Promise<Response> {
    const response = await this.browser.request(this.jira, 'GET', new URL(url).pathname);
    await this.onAnswer();
    return response;
  }

  /** Plants mallory's own session at a path. */
  plant(path: string): void {
    const { sessionCookie } = this.jira.options;
    const own = this.#mallorysBrowser.cookiesSeen([`${SITE}/`]).find(({ name }) => name === sessionCookie)!;
    this.browser.plant(sessionCookie, own.value, path);
  }

  async signInAgain(): Promise<void> {
    await this.browser.signOut(this.jira);
    await this.browser.signIn(this.jira, 'alice');
  }

  /** alice presses "Renew this page", if the extension is there. */
  async renew(): Promise<void> {
    await Promise.all([this.#script?.watch.renew(), this.#settle()]);
  }

  /** The extension asks who is signed in, if it is there. */
  async prove(): Promise<void> {
    await Promise.all([this.#script?.watch.ensureAccepted('attach', () => []), this.#settle()]);
  }

  async wait(millis: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(millis);
    await this.#settle();
  }

  /** alice drops a file or submits a form. The extension sends it, now or later, or holds it. */
  async submit(kind: Kind): Promise<void> {
    const attempt: PageAttempt = {
      sending: kind === 'form' ? 'send' : 'attach',
      files: kind === 'form' ? [] : ['door.log'],
      contents: [],
      subject: {},
      sent: () => [],
      release: () => void (sent = this.#send(kind)),
    };
    let sent: Promise<unknown> | undefined;
    if (this.#script?.submit(attempt) ?? true) attempt.release();
    await this.#settle();
    await sent;
  }

  async #send(kind: Kind): Promise<unknown> {
    if (kind === 'drop') return this.#page.attachByDrop('door.log');
    const body = new URLSearchParams({ id: 'RAIL-7', comment: 'hello', atl_token: this.#page.metaToken });
    return this.browser.request(this.jira, 'POST', '/secure/AddComment.jspa', { body });
  }

  /** Lets the page and the background run until they have nothing to do for a while. */
  async #settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await harness.settle(6);
      await vi.advanceTimersByTimeAsync(100);
    }
    await harness.settle(6);
  }

  /** The users as whom files and comments have been sent. */
  get sentAs(): string[] {
    return [...this.jira.attachments, ...this.jira.comments].map(({ user }) => user);
  }
}

/** Plays a case with or without the extension. Gives the users as whom things were sent. */
async function play(
  browserKind: BrowserKind,
  options: JiraOptions,
  isWatched: boolean,
  act: (scenario: Scenario) => Promise<unknown>,
): Promise<string[]> {
  const scenario = new Scenario(browserKind, options);
  running = scenario;
  await scenario.begin(isWatched);
  await act(scenario);
  scenario.end();
  return scenario.sentAs;
}

const UPLOADS = ['/rest/internal', '/rest/jddap'];

interface Case {
  readonly name: string;
  readonly options: JiraOptions;
  /** What alice submits in the end. */
  readonly kind: Kind;
  /** What happens before. */
  readonly before: (scenario: Scenario) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    name: 'a session at the paths of uploads, on a stale page',
    options: { profile: '8.3' },
    kind: 'drop',
    before: async (scenario) => {
      UPLOADS.forEach((path) => scenario.plant(path));
      await scenario.signInAgain();
    },
  },
  {
    name: 'a session under another name at the paths of uploads, on a stale page',
    options: { profile: '8.3', sessionCookie: 'JIRASESSIONID' },
    kind: 'drop',
    before: async (scenario) => {
      UPLOADS.forEach((path) => scenario.plant(path));
      await scenario.signInAgain();
    },
  },
  {
    name: 'a session only at the path at which uploads are committed',
    options: { profile: '8.3' },
    kind: 'drop',
    before: async (scenario) => {
      scenario.plant('/rest/jddap');
      await scenario.signInAgain();
    },
  },
  {
    name: 'a session only at the path of one form',
    options: { profile: '8.3' },
    kind: 'form',
    before: async (scenario) => {
      scenario.plant('/secure/AddComment.jspa');
      await scenario.signInAgain();
    },
  },
  {
    name: 'a session at the path of forms, after the page was renewed',
    options: { profile: '8.3' },
    kind: 'form',
    before: async (scenario) => {
      await scenario.signInAgain();
      await scenario.renew();
      scenario.plant('/secure');
    },
  },
  {
    name: 'a session at the paths of uploads, after the page was renewed',
    options: { profile: '8.3' },
    kind: 'drop',
    before: async (scenario) => {
      await scenario.signInAgain();
      await scenario.renew();
      UPLOADS.forEach((path) => scenario.plant(path));
    },
  },
  {
    name: 'a session only at the path of the question',
    options: { profile: '8.3' },
    kind: 'drop',
    before: async (scenario) => scenario.plant('/rest/auth'),
  },
  {
    name: 'a session only at the path of the question, two minutes after the last contact',
    options: { profile: '8.3' },
    kind: 'form',
    before: async (scenario) => {
      scenario.plant('/rest/auth');
      await scenario.wait(2 * MINUTE);
    },
  },
  {
    name: 'a session at the path of a form, and images from there that change the cookie',
    options: { profile: '9' },
    kind: 'form',
    before: async (scenario) => {
      scenario.plant('/secure/AddComment.jspa');
      const loadImage = () => scenario.browser.request(scenario.jira, 'GET', '/secure/AddComment.jspa');
      scenario.onAnswer = loadImage;
      await loadImage();
    },
  },
];

describe.each(['firefox', 'chrome'] as const)('in a browser that lists cookies like %s', (browserKind) => {
  test.each(CASES.map((each) => [each.name, each] as const))(
    'a neighbour plants %s',
    async (_name, { options, kind, before }) => {
      const act = async (scenario: Scenario): Promise<void> => {
        await before(scenario);
        await scenario.submit(kind);
      };
      const [bare, watched] = [
        await play(browserKind, options, false, act),
        await play(browserKind, options, true, act),
      ];
      if (!bare.includes('mallory')) expect(watched).not.toContain('mallory');
      if (bare.join() === 'alice') expect(watched).toEqual(['alice']);
    },
  );

  test('a drop just after a question is sent, although a neighbour’s session was sent with the question', async () => {
    const act = async (scenario: Scenario): Promise<void> => {
      scenario.plant('/rest/auth');
      await scenario.prove();
      await scenario.submit('drop');
    };
    expect(await play(browserKind, { profile: '8.3' }, false, act)).toEqual(['alice']);
    expect(await play(browserKind, { profile: '8.3' }, true, act)).toEqual(['alice']);
  });

  test('a neighbour’s session takes no form of a renewed page while Jira does not answer', async () => {
    const act = async (scenario: Scenario): Promise<void> => {
      await scenario.signInAgain();
      await scenario.renew();
      await scenario.wait(MINUTE);
      await scenario.submit('form');
      scenario.jira.faults.proof = 'bad-gateway';
      await scenario.wait(MINUTE);
      scenario.plant('/secure/AddComment.jspa');
      await scenario.submit('form');
    };
    expect(await play(browserKind, { profile: '8.3' }, false, act)).not.toContain('mallory');
    expect(await play(browserKind, { profile: '8.3' }, true, act)).toEqual(['alice']);
  });
});
