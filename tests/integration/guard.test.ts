/**
 * The guard in random lives: logins and logouts, other users, idleness, lost nodes, other tabs, attaches in the middle of a
 * renewal and two at once, dead workers, slow servers, sign-ins in front of Jira that end, lost networks, busy servers, updates,
 * discarded tabs, files that change while they wait. The content script's parts, the background, the way in which pages
 * attach and the server are the real ones; only the browser is in memory. Pages show one issue after another in the same place,
 * and draw their zone anew. Six zeros: no attach is refused for its token, no file is lost, none is sent twice, none as another
 * user, none to another issue, and nothing is claimed that did not happen.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import { tokenCookiesIn } from '../../src/jira/page-cookie.ts';
import type { Answers, ToBackground } from '../../src/messages/protocol.ts';
import type { SessionClock } from '../../src/session/clock.ts';
import { isSilent, type Proof, type Reading, type Silence } from '../../src/session/session-check.ts';
import { Token } from '../../src/jira/token.ts';
import { isTiedToSession } from '../../src/verdict/verdict.ts';
import type { Outcome } from '../fixtures/jira/assets/attach.js';
import { MemoryBrowser, type MemoryPage } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import type { Profile } from '../fixtures/jira/options.ts';
import { startCopy, type Copy } from './content-script.ts';
import { Machine } from './background-harness.ts';
import { HEADER_WAYS, PEOPLE } from './user-names.ts';
import { answerOf, TROUBLES, type Trouble } from './network-faults.ts';

const STEPS = Number(process.env['STEPS'] ?? 4_000);
/** `npm test` lives the same lives each time, so that nothing in it is luck. Longer runs live others. */
const SEED = Number(process.env['SEED'] ?? (process.env['STEPS'] ? Date.now() % 1_000_000_000 : 5));
const PROFILES: readonly Profile[] = ['7', '8.3', '9', '11'];
const MOST_STEPS = 60;
const SITE = 'http://127.0.0.1' as Site;

/** What changes who is signed in, or with which token. */
const CHANGES = [
  'idle six hours',
  'logout',
  'login alice',
  'login mallory',
  'mallory over alice',
  'alice over mallory',
  'lose sessions',
  'clear cookies',
  'another request',
  'a dialog closes',
  'embed',
  'another Jira',
] as const;
type Change = (typeof CHANGES)[number];

/** What a host of the same domain does to the cookies. */
const PLANTS = [
  'plants a token',
  'plants a token of nobody',
  'plants another server’s token',
  'plants a session',
  'plants both',
  'shows a picture',
  'evicts',
  'withdraws',
] as const;
type Plant = (typeof PLANTS)[number];
const PLANT_PATHS = [
  '/',
  '/browse',
  '/rest',
  '/rest/internal',
  '/rest/jddap',
  '/rest/auth',
  '/secure',
  '/secure/AttachFile.jspa',
  '/images',
] as const;

const OTHERS = [
  'drop',
  'drop',
  'pick',
  'pick',
  'look',
  'look',
  'look',
  'travel',
  'travel',
  'travel',
  'travel',
  'a second',
  'four seconds',
  'a minute',
  'half an hour',
  'shows another issue',
  'draws its zone anew',
  'takes its zone away',
  'has a zone that fails',
  'worker dies',
  'worker is back',
  'comment',
  'slow server',
  'trouble',
  'trouble',
  'trouble for one request',
  'no network for one request',
  'all is well',
  'press anyway',
  'press anyway',
  'update',
  'browser discards the tab',
  'a file changes',
] as const;
type Other = (typeof OTHERS)[number];

type Doing = Change | Other | Plant;
const USUAL: readonly Doing[] = ['drop', 'pick', 'look', 'travel', 'travel', 'travel'];
const stepOf = (doings: readonly Doing[]) => fc.record({ doing: fc.constantFrom(...doings), which: fc.nat(1_000) });
/** A life is of some kinds of events alone, beside those without which nothing goes on: so what is rare comes close together. */
const storyOf = (doings: readonly Doing[]) =>
  fc
    .subarray([...new Set(doings)], { minLength: 6 })
    .chain((some) => {
      const step = stepOf([...USUAL, ...doings.filter((doing) => some.includes(doing))]);
      const single = { weight: 8, arbitrary: step.map((each) => [each]) };
      const scenes = { weight: 1, arbitrary: SCENE };
      return fc.array(fc.oneof(single, scenes), { minLength: 5, maxLength: MOST_STEPS, size: 'max' });
    })
    .map((all) => all.flat().slice(0, MOST_STEPS));

/** What only a few events in a row bring about, most of all with what is given in trouble, and kept. */
type Scene = (how: How, travels: readonly Doing[]) => readonly Doing[];
/** A busy Jira is asked again after three seconds. */
const GIVEN_IN_TROUBLE: Scene = (how, travels) => ['trouble', how, ...travels, ...travels];
const GIVEN_TO_A_BUSY: Scene = (how, travels) => ['trouble', how, ...travels, 'four seconds', ...travels];
const CUT_OFF: Scene = (_how, travels) => [
  'all is well',
  'look',
  ...travels,
  'travel',
  'no network for one request',
  'travel',
];
/** A dialog brings her token to the page. */
const AS_MALLORY: readonly Doing[] = ['all is well', 'login mallory', 'a dialog closes', 'trouble'];
const AFTERWARDS: readonly Scene[] = [
  (_how, travels) => ['press anyway', ...travels],
  (_how, travels) => ['all is well', 'look', ...travels, 'trouble for one request', 'travel', 'travel'],
  CUT_OFF,
  CUT_OFF,
  (how, travels) => ['shows another issue', how, ...travels],
  (how, travels) => [
    ...AS_MALLORY,
    how,
    ...travels,
    ...travels,
    'all is well',
    'press anyway',
    ...travels,
    ...travels,
  ],
  (how, travels) => ['update', 'all is well', how, ...travels],
  () => ['browser discards the tab'],
  (_how, travels) => ['a file changes', 'all is well', 'look', ...travels, 'look', ...travels, 'look'],
];
const SCENE = fc
  .tuple(
    fc.constantFrom<How>('drop', 'pick', 'pick', 'comment', 'comment'),
    // A question travels twice, on Jira 11 four times, and is asked again in the page where nothing answers.
    fc.constantFrom(0, 1, 2, 4, 4, 8),
    fc.constantFrom(...AFTERWARDS),
    // One tab, and one trouble.
    fc.nat(1_000),
    fc.constantFrom(GIVEN_IN_TROUBLE, GIVEN_TO_A_BUSY),
  )
  .map(([how, some, afterwards, which, before]) => {
    const travels = Array<Doing>(some).fill('travel');
    const all = [...before(how, travels), ...afterwards(how, travels)];
    return all.map((doing) => ({ doing, which: doing === 'travel' ? 0 : which }));
  });
type Step = { readonly doing: Doing; readonly which: number };
const PEOPLE_OF_A_LIFE = fc.constantFrom(...PEOPLE);
type People = (typeof PEOPLE)[number];

/** The browser around the background, whose worker lives on from life to life. */
const machine = new Machine();
/** The life that is being lived. */
let life: Life;

beforeAll(async () => {
  // Its modules are loaded in real time, and no life should begin before.
  await machine.restart();
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Date.UTC(2026, 0, 5, 8),
  });
  Object.defineProperty(performance, 'timeOrigin', { configurable: true, get: () => Date.now() - performance.now() });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => life.ask(url, init));
  vi.spyOn(console, 'error').mockImplementation((text) => life.fail(String(text)));
});
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** How often what has happened in all lives. */
const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

describe.each(PROFILES)('on Jira %s', (profile) => {
  test.each([
    [false, false],
    [true, false],
    [true, true],
  ])(
    'nothing is refused, lost, sent twice, sent as another or to another issue (remembered: %s, HttpOnly: %s)',
    async (remembered, httpOnly) => {
      const runs = Math.ceil(STEPS / 12 / (MOST_STEPS / 2));
      let steps = 0;
      let attached = 0;
      let kept = 0;
      let away = 0;
      await fc.assert(
        fc.asyncProperty(PEOPLE_OF_A_LIFE, storyOf([...CHANGES, ...OTHERS]), async (people, story) => {
          life = new Life(profile, people, remembered, httpOnly);
          await life.live(story);
          steps += story.length;
          attached += life.attached;
          kept += life.kept;
          away += life.away;
        }),
        { numRuns: runs, seed: SEED, endOnFailure: true },
      );
      console.log(
        `seed ${SEED}: ${steps} steps, ${attached} files attached, ${kept} times kept, ${away} times for another issue or a zone that was gone`,
      );
      // A simulation in which nothing happens would prove nothing.
      expect(Math.min(attached, kept, away)).toBeGreaterThan(0);
    },
  );
});

test.each(PROFILES)(
  'on Jira %s, whatever a neighbour plants, nothing that a page was given by a renewal is sent as another',
  async (profile) => {
    const runs = Math.ceil(STEPS / 4 / (MOST_STEPS / 2));
    let [steps, attached, renewed] = [0, 0, 0];
    const story = storyOf([...CHANGES, ...OTHERS, ...PLANTS, ...PLANTS]);
    await fc.assert(
      fc.asyncProperty(PEOPLE_OF_A_LIFE, story, async (people, all) => {
        life = new Life(profile, people, false, false, true);
        await life.live(all);
        steps += all.length;
        attached += life.attached;
        renewed += life.renewed;
      }),
      { numRuns: runs, seed: SEED, endOnFailure: true },
    );
    console.log(`seed ${SEED}: ${steps} steps beside a neighbour, ${attached} files attached, ${renewed} renewals`);
    expect(Math.min(attached, renewed)).toBeGreaterThan(0);
  },
);

// A kind of event that never happens would prove nothing.
test.runIf(STEPS >= 4_000)('each kind of event has happened', () => {
  const silences = ['gateway', 'offline', 'busy'];
  const expected = [
    ...Object.keys(TROUBLES).map((trouble) => `${trouble} at a question`),
    ...silences.flatMap((silence) => [`kept: ${silence}`, `${silence} at the upload`]),
    ...['question', 'upload'].map((phase) => `network lost in the answer to the ${phase}`),
    ...Object.keys(HEADER_WAYS).map((way) => `a name ${way}`),
    'asked again by a busy Jira',
    'went anyway',
    'a comment went anyway',
    'released',
    'offered again though not refused',
    'taken over by a newer copy',
    'lost with an update, and told',
    'let go at the end of a copy',
    'gone with its tab',
    'kept: changed',
    'sent under the name in another case',
  ];
  console.log(Object.fromEntries([...counts].toSorted(([one], [other]) => one.localeCompare(other))));
  expect(expected.filter((what) => !counts.has(what))).toEqual([]);
});

type How = 'drop' | 'pick' | 'comment';
/** What a request of an attach is for. */
type Phase = 'question' | 'upload' | 'commit';

/** A file, or a comment in a form, that somebody gave, and what became of it. */
interface Given {
  readonly name: string;
  readonly file: File;
  readonly how: How;
  readonly tab: Tab;
  /** The issue that the page showed when it was given. */
  readonly issue: string;
  /** The issues that the page showed when it was let go. */
  readonly goneTo: string[];
  releases: number;
  /** The world changed between the last question and its end: then a refusal is nobody's fault, and it is offered again. */
  isDisturbed: boolean;
  /** Somebody signed in over alice while it was on its way, which no page can know. */
  isOvertaken: boolean;
  /** It was let go because Jira did not answer. */
  isBlind: boolean;
  /** It was let go as a browser without us would have sent it: with a token that we have not written. */
  isAsBare: boolean;
  /** Jira was asked about it, and did not answer. */
  isUnanswered: boolean;
  /** The page's own handler failed, so that it never was on its way. */
  isUntaken: boolean;
  /** The copy of the script ended while it was held, and let it go. */
  isLetGo: boolean;
  /** Its user has said to let it go though nothing gets through to Jira. */
  isMeant: boolean;
  /** Something between the browser and Jira has answered in Jira's stead, or has cut it off. */
  isCutOff: boolean;
  /** It has changed on the disk while it was kept. */
  isChanged: boolean;
  /** It went with its tab, or with a copy of the script that could only say so. */
  isTold: boolean;
  /** It was refused where only the page says so: not at its upload, or the copy that let it go has ended since. */
  isUnseen: boolean;
  outcome?: Outcome | undefined;
}

interface Tab {
  readonly page: MemoryPage;
  /** As the background knows it. */
  readonly place: Machine['tabs'][number];
  copy: Copy;
  isGone: boolean;
  /** What Jira's word was missing for when the page heard of an answer last. */
  silence: Silence | undefined;
  /** When that was asked. */
  askedAt: number;
  /** When the answer was asked for that the page goes by. */
  provenAt: number;
  clock: SessionClock | undefined;
  /** How often it was renewed. */
  renewals: number;
  /** How many attempts that had waited Jira has taken, by its own answers, since the copy was started. */
  taken: number;
  issue: (typeof ISSUES)[number];
  zone: 'there' | 'gone' | 'failing';
}

const ISSUES = ['RAIL-7', 'RAIL-8'] as const;

class Life {
  /** How often the world had changed, and somebody had signed in over another's session, when Jira was asked. */
  readonly #askedAfter = new Map<number, { changes: number; over: number }>();
  #cookie: string | undefined;
  readonly #jira: Jira;
  readonly #other: Jira;
  readonly #browser = new MemoryBrowser();
  readonly #remembered: boolean;
  readonly #profile: Profile;
  readonly #tabs: Tab[] = [];
  readonly #given: Given[] = [];
  /** Requests that wait to go on, each at its start and at its end. */
  readonly #roads: (() => void)[] = [];
  #isWorkerDead = false;
  #changes = 0;
  #over = 0;
  #isSlow = false;
  #trouble: Trouble | undefined;
  /** What only one request meets, or its answer. */
  #brief: Trouble | undefined;
  readonly #people: People;
  readonly #background: Promise<unknown>[] = [];
  /** How much of that is not done yet. */
  #underWay = 0;
  readonly #mallory = new MemoryBrowser();
  readonly #hasNeighbour: boolean;
  kept = 0;
  away = 0;

  constructor(profile: Profile, people: People, remembered: boolean, httpOnly: boolean, hasNeighbour = false) {
    this.#people = people;
    this.#hasNeighbour = hasNeighbour;
    const clock = createClock();
    this.#profile = profile;
    this.#remembered = remembered;
    const users = [...new Set(people)].map((name) => ({ name, password: 'a' }));
    this.#jira = createJira({ profile, rememberMe: remembered, httpOnlyCookie: httpOnly, clock, users });
    this.#other = createJira({ serverId: 'AOTH-ERJI-RAXX-0002', sessionCookie: 'OTHERSESSION', clock, users });
  }

  get #isTied(): boolean {
    return isTiedToSession({ version: this.#profile });
  }

  get attached(): number {
    return this.#jira.attachments.length;
  }

  get renewed(): number {
    return this.#tabs.reduce((sum, { renewals }) => sum + renewals, 0);
  }

  async live(story: readonly Step[]): Promise<void> {
    machine.clear();
    machine.cookiesSentTo = (address) =>
      this.#browser.cookiesSeen([address]).map((each) => ({ ...each, domain: each.hostOnly ? 'h' : '.h' }));
    machine.onTell = (id, { kind }) => {
      const { watch } = this.#tabs.find(({ place }) => place.id === id)!.copy;
      if (kind === 'state-changed') watch.scheduleRefresh();
      else this.#spawn(watch.refresh());
    };
    try {
      await this.#signIn('alice', 0);
      for (let n = 0; n < 2; n++) this.#tabs.push(await this.#open(n + 1));
      for (const each of story) {
        await this.#do(each);
        await this.#settle();
        this.#judgeClaims();
      }
      await this.#comeToRest();
      this.#judge();
    } finally {
      for (const { copy } of this.#tabs) copy.end(false);
      for (const go of this.#roads.splice(0)) go();
      await this.#settle(5_000);
    }
  }

  /** Lets all that is under way go on until it waits for a request that travels, or for the time. */
  async #settle(millis = 1): Promise<void> {
    const own = tokenCookiesIn(this.#browser.cookiesSeen([`${SITE}/`])).find(({ hostOnly }) => hostOnly);
    if (own?.value !== this.#cookie && !this.#isWorkerDead)
      this.#spawn(machine.changeCookie(own?.value ?? '', !own, '127.0.0.1', 'firefox-default'));
    this.#cookie = own?.value;
    await machine.rest(6);
    await vi.advanceTimersByTimeAsync(millis);
    await machine.rest(6);
  }

  async #open(id: number): Promise<Tab> {
    const page = await this.#browser.open(this.#jira);
    const place = { id, url: SITE + page.path, cookieStoreId: 'firefox-default' };
    machine.tabs.push(place);
    const tab: Omit<Tab, 'copy'> = {
      page,
      place,
      isGone: false,
      silence: undefined,
      askedAt: 0,
      provenAt: 0,
      clock: undefined,
      renewals: 0,
      taken: 0,
      issue: 'RAIL-7',
      zone: 'there',
    };
    return Object.assign(tab, { copy: this.#start(tab as Tab, true) });
  }

  /** Starts a copy of the script in a page. */
  #start(tab: Tab, isFromStart: boolean): Copy {
    const { page } = tab;
    Object.assign(tab, { taken: 0, silence: undefined, provenAt: 0 });
    const copy: Copy = startCopy(
      {
        readPage: () => this.#readPage(page),
        cookies: () => this.#browser.documentCookie(page.path),
        address: () => SITE + page.path,
        write: ({ old, current }) => {
          tab.renewals++;
          // As a renewal does: where the old one stood.
          if (Token.parse(page.metaToken)?.equals(old)) page.metaToken = current.revealInPlaceOf(old);
          if (Token.parse(page.formToken)?.equals(old)) page.formToken = current.revealInPlaceOf(old);
        },
        send: (message) => this.#send(tab, message),
        onSnapshot: () => undefined,
        onChange: () => this.#noteGuard(tab),
      },
      isFromStart,
    );
    return copy;
  }

  #noteGuard({ copy: { guard }, silence }: Tab): void {
    const { checking, parked, blocked } = guard.holding;
    const kept = parked.filter((each) => !checking.includes(each));
    this.kept += kept.length;
    this.away += kept.filter((each) => !guard.isAwaited(each)).length;
    for (const attempt of [...kept, ...blocked]) this.#givenIn(attempt).isMeant = false;
    if (kept.length > 0) count(`kept: ${guard.changed.length > 0 ? 'changed' : (silence ?? 'answered')}`);
    const { names, kind } = guard.failures;
    if (names.length > 0 && Number(kind) >= 0) count('offered again though not refused');
  }

  /** A page's message to the background, and what the page learns by its answer. */
  async #send(tab: Tab, message: ToBackground): Promise<unknown> {
    const at = Date.now();
    if (message.kind === 'ask') this.#askedAfter.set(at, { changes: this.#changes, over: this.#over });
    if (this.#isWorkerDead) {
      if (message.kind === 'ask') [tab.silence, tab.askedAt] = ['unreachable', at];
      throw new Error('Could not establish connection. Receiving end does not exist.');
    }
    const { signal } = tab.copy ?? {};
    const answer = await machine.send(tab.place, message);
    // What a copy is told that has ended, the next does not know.
    if (tab.copy.signal !== (signal ?? tab.copy.signal)) return answer;
    if (message.kind === 'ask') {
      const reading = answer as Reading | undefined;
      const isLate = Date.now() - at > 2_800;
      this.#learn(tab, isLate || !reading ? { outcome: 'unreachable', at } : { ...reading, at });
      if (reading?.retryMillis) count('asked again by a busy Jira');
    }
    if (message.kind === 'report') {
      const { proof, clock } = (answer ?? {}) as Exclude<Answers['report'], { stop: true }>;
      tab.clock = clock;
      // Another tab's answer can be for another cookie than this page's.
      if (proof && !isSilent(proof)) this.#learn(tab, proof);
    }
    return answer;
  }

  #learn(tab: Tab, proof: Proof): void {
    if (proof.at < tab.askedAt) return;
    [tab.silence, tab.askedAt] = [isSilent(proof) ? proof.outcome : undefined, proof.at];
    if (!isSilent(proof)) tab.provenAt = proof.at;
  }

  #givenIn({ files }: Attempt): Given {
    return this.#given.find(({ name }) => name === files[0])!;
  }

  /** What only the end of a life tells, because whoever hears of it at once fails open. */
  fail(message: string): void {
    this.#background.push(Promise.resolve(new Error(message)));
  }

  #readPage(page: MemoryPage): Page {
    const token = Token.parse(page.metaToken);
    const { user } = page;
    return {
      product: 'jira',
      site: SITE,
      user,
      version: this.#profile,
      issue: 'RAIL-7',
      token,
    };
  }

  /** The question who is signed in, by whoever sends it. */
  async ask(url: string, { redirect }: RequestInit): Promise<Response> {
    const way = Object.keys(HEADER_WAYS)[this.#changes % 4]!;
    const ask = () => this.#browser.request(this.#jira, 'GET', new URL(url).pathname, { redirect: redirect! });
    const response = await this.#onTheRoad(undefined, 'question', ask, false);
    const user = response.headers.get('X-AUSERNAME');
    if (!user || user === 'anonymous') return response;
    count(`a name ${way}`);
    response.headers.set('X-AUSERNAME', HEADER_WAYS[way]!(decodeURIComponent(user)));
    return response;
  }

  /**
   * A request travels: it waits to be sent, and its answer to arrive, and other things happen in between. What lies between the
   * browser and Jira answers in its stead.
   */
  async #onTheRoad(
    tab: Tab | undefined,
    phase: Phase,
    request: () => Promise<Response>,
    followsRedirects = true,
  ): Promise<Response> {
    await this.#stretch();
    if (tab?.isGone) throw new TypeError('The page is gone.');
    const trouble = this.#brief ?? this.#trouble;
    this.#brief = undefined;
    if (trouble) count(phase === 'question' ? `${trouble} at a question` : `${TROUBLES[trouble]} at the ${phase}`);
    const answer = trouble ? answerOf(trouble, followsRedirects) : await request();
    await this.#stretch();
    if (tab?.isGone) throw new TypeError('The page is gone.');
    if (this.#isSlow) await this.#stretch(2_500);
    const isCut = [this.#brief, this.#trouble].includes('no network');
    this.#brief = undefined;
    if (!isCut) return answer;
    count(`network lost in the answer to the ${phase}`);
    throw new TypeError('The connection was broken.');
  }

  async #stretch(millis = 0): Promise<void> {
    if (millis > 0) await new Promise((done) => setTimeout(done, millis));
    else await new Promise<void>((go) => this.#roads.push(go));
  }

  async #do({ doing, which }: Step): Promise<void> {
    const tab = this.#tabs[which % this.#tabs.length]!;
    const { guard } = tab.copy;
    /** Which of several, whatever the tab. */
    const rest = Math.floor(which / this.#tabs.length);
    if (isChange(doing)) {
      this.#disturb();
      return this.#change(doing, tab, rest);
    }
    if (isPlant(doing)) {
      this.#disturb();
      return this.#plant(doing, PLANT_PATHS[which % PLANT_PATHS.length]!);
    }
    switch (doing) {
      case 'drop':
      case 'pick':
      case 'comment':
        return this.#give(tab, doing);
      case 'look':
        tab.copy.come(rest % 2 === 1 ? 'focus' : 'visibilitychange');
        return this.#settle(260);
      case 'travel':
        return this.#roads.splice(which % Math.max(1, this.#roads.length), 1)[0]?.();
      case 'a second':
        return this.#pass(1_000);
      case 'four seconds':
        return this.#pass(4_000);
      case 'a minute':
        return this.#pass(60_000);
      case 'half an hour':
        return this.#pass(30 * 60_000, true);
      case 'shows another issue':
        tab.issue = tab.issue === 'RAIL-7' ? 'RAIL-8' : 'RAIL-7';
        return tab.copy.redraw();
      case 'draws its zone anew':
        tab.zone = 'there';
        return tab.copy.redraw();
      case 'takes its zone away':
        tab.zone = 'gone';
        return;
      case 'has a zone that fails':
        tab.zone = 'failing';
        return;
      case 'worker dies':
      case 'worker is back':
        this.#isWorkerDead = doing === 'worker dies';
        return;
      case 'slow server':
        this.#isSlow = true;
        return;
      case 'trouble':
        this.#trouble = (Object.keys(TROUBLES) as Trouble[])[rest % Object.keys(TROUBLES).length];
        return;
      case 'trouble for one request':
        this.#brief = (Object.keys(TROUBLES) as Trouble[])[rest % Object.keys(TROUBLES).length];
        return;
      case 'no network for one request':
        this.#brief = 'no network';
        return;
      case 'all is well':
        return this.#mend();
      case 'press anyway':
        for (const attempt of guard.goers) this.#givenIn(attempt).isMeant = true;
        return guard.goAnyway();
      case 'update':
        return this.#update(tab, rest % 2 === 1);
      case 'browser discards the tab':
        return this.#discard(tab);
      case 'a file changes': {
        const all = guard.holding.parked;
        const attempt = all[rest % Math.max(1, all.length)];
        if (attempt) this.#givenIn(attempt).isChanged = true;
      }
    }
  }

  /** The network is back, the user has signed in at whatever is in front of Jira, and the server has time. */
  #mend(): void {
    const hadNetwork = this.#trouble !== 'no network';
    [this.#trouble, this.#brief, this.#isSlow] = [undefined, undefined, false];
    if (hadNetwork) return;
    for (const tab of this.#tabs) {
      tab.copy.come('online');
    }
  }

  /** A newer copy of the script comes: to the same world in Firefox. In Chromium what was kept can only be told of. */
  #update(tab: Tab, isSameWorld: boolean): void {
    const kept = tab.copy.end(isSameWorld);
    for (const given of this.#given)
      if (given.tab === tab && given.outcome !== undefined && given.outcome !== 'ok') given.isUnseen = true;
    tab.copy = this.#start(tab, false);
    if (!isSameWorld) for (const attempt of kept) this.#givenIn(attempt).isTold = true;
    if (kept.length > 0) count(isSameWorld ? 'taken over by a newer copy' : 'lost with an update, and told');
  }

  /** The browser takes a tab's page out of memory, and loads it anew when its user comes back to it. */
  async #discard(tab: Tab): Promise<void> {
    const { parked: kept } = tab.copy.guard.holding;
    tab.isGone = true;
    tab.copy.end(false);
    machine.tabs.splice(machine.tabs.indexOf(tab.place), 1);
    for (const given of this.#given) if (given.tab === tab && given.outcome !== 'ok') given.isTold = true;
    if (kept.length > 0) count('gone with its tab');
    this.#disturb();
    await this.#browser.signOut(this.#jira);
    await this.#signIn('alice', 0);
    this.#tabs[this.#tabs.indexOf(tab)] = await this.#open(tab.place.id);
    tab.page.close();
  }

  /** Signs somebody in, by their name in either case. */
  #signIn(who: 'alice' | 'mallory', which: number, browser = this.#browser, server = this.#jira): Promise<void> {
    return browser.signIn(server, this.#people[who === 'mallory' ? 2 : which % 2 === 0 ? 0 : 1], this.#remembered);
  }

  async #plant(doing: Plant, path: string): Promise<void> {
    if (doing === 'evicts') return this.#browser.evictCookies();
    if (doing === 'withdraws') return this.#browser.withdrawPlanted();
    if (doing === 'shows a picture') {
      // From Jira, and as whoever's session is planted there: its answer can turn Jira's own cookie.
      await this.#browser.request(this.#jira, 'GET', path);
      return;
    }
    const server = doing === 'plants another server’s token' ? this.#other : this.#jira;
    if (doing === 'plants a token of nobody') await this.#mallory.signOut(server);
    else await this.#signIn('mallory', 0, this.#mallory, server);
    // What mallory's own browser has: her session, and the token of it.
    for (const { name, value } of this.#mallory.cookiesSeen([`${SITE}/`])) {
      const isSession = name === 'JSESSIONID';
      const isWanted = isSession ? ['plants a session', 'plants both'].includes(doing) : doing !== 'plants a session';
      if (isWanted) this.#browser.plant(name, value, path);
    }
  }

  async #change(doing: Change, tab: Tab, rest: number): Promise<void> {
    switch (doing) {
      case 'idle six hours':
        return this.#pass(360 * 60_000, true);
      case 'logout':
        return this.#browser.signOut(this.#jira);
      case 'login alice':
      case 'login mallory':
        await this.#browser.signOut(this.#jira);
        return this.#signIn(doing === 'login alice' ? 'alice' : 'mallory', rest);
      case 'mallory over alice':
      case 'alice over mallory':
        this.#over++;
        for (const given of this.#given.filter(({ outcome }) => outcome === undefined)) given.isOvertaken = true;
        return this.#signIn(doing === 'alice over mallory' ? 'alice' : 'mallory', rest);
      case 'lose sessions':
        return this.#jira.sessions.dropAll();
      case 'clear cookies':
        return this.#browser.clearCookies();
      case 'another request':
        // With a remembered user it can turn the cookie, as can any.
        await this.#browser.request(this.#jira, 'GET', '/rest/gadget/1.0/activity');
        return;
      case 'a dialog closes': {
        const dialog = await this.#browser.open(this.#jira);
        // Whoever's it is: Jira's own script copies its token.
        tab.page.metaToken = dialog.metaToken;
        return dialog.close();
      }
      case 'embed':
        await this.#browser.request(this.#jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
        return;
      case 'another Jira':
        await this.#browser.request(this.#other, 'GET', '/login.jsp');
    }
  }

  /** What is in flight has the world changed under it. */
  #disturb(): void {
    this.#changes++;
    for (const each of this.#given) if (each.outcome === undefined && each.releases > 0) each.isDisturbed = true;
  }

  #give(tab: Tab, how: How): void {
    // Where there is no zone nobody can give anything.
    if (tab.zone === 'gone') return;
    const name = `${how}-${this.#given.length}.log`;
    const given: Given = {
      name,
      file: new File([name], name),
      how,
      tab,
      issue: tab.issue,
      goneTo: [],
      isUntaken: false,
      releases: 0,
      isDisturbed: false,
      isOvertaken: false,
      isBlind: false,
      isAsBare: false,
      isUnanswered: false,
      isLetGo: false,
      isMeant: false,
      isCutOff: false,
      isChanged: false,
      isTold: false,
      isUnseen: false,
    };
    this.#given.push(given);
    const attempt = this.#attemptOf(given);
    if (tab.copy.give(attempt)) attempt.release();
  }

  #attemptOf(given: Given): PageAttempt {
    const { tab, how } = given;
    const attempt: PageAttempt = {
      sending: how === 'comment' ? 'send' : 'attach',
      // A comment's name is here to be found by; the guard reads it of nothing.
      files: [given.name],
      contents: how === 'comment' ? [] : [given.file],
      subject: how === 'comment' ? tab : {},
      sent: () => [how === 'pick' ? Token.parse(tab.page.formToken) : null].filter((token) => token !== null),
      isInPlace: () => !tab.isGone && tab.issue === given.issue && tab.zone !== 'gone',
      release: () => this.#release(given, attempt),
      changed: async () => (given.isChanged ? [given.name] : []),
      again: () => this.#attemptOf(given),
    };
    return attempt;
  }

  #release(given: Given, attempt: Attempt): boolean {
    const { tab, how, isMeant } = given;
    const { guard, signal } = tab.copy;
    const isEnded = signal.aborted;
    const hasWaited = guard.hasWaited(attempt);
    if (hasWaited && given.isChanged) this.fail(`${given.name}: released, though it has changed`);
    if (how !== 'comment' && !isMeant && !isEnded && this.#isKnownBlocked(tab))
      this.fail(`${given.name}: released, though it was known that nothing gets through: ${tab.silence}`);
    given.isUntaken = tab.zone === 'failing';
    if (given.isUntaken) return false;
    if (isMeant) count(how === 'comment' ? 'a comment went anyway' : 'went anyway');
    if (isEnded) count('let go at the end of a copy');
    given.goneTo.push(tab.issue);
    given.releases++;
    given.isMeant = false;
    given.isCutOff = false;
    given.outcome = undefined;
    const asked = this.#askedAfter.get(tab.provenAt);
    given.isDisturbed = asked?.changes !== this.#changes;
    given.isOvertaken = !this.#isTied && asked?.over !== this.#over;
    given.isBlind = !this.#isProven(tab, attempt.sent());
    given.isAsBare = tab.renewals === 0;
    given.isUnanswered = tab.silence !== undefined;
    given.isLetGo = isEnded;
    this.#spawn(how === 'comment' ? this.#comment(given) : this.#attach(given, attempt));
    return true;
  }

  /** Whether the last answer was that nothing gets through, and nothing has since, but what a sign-in in front of Jira may have answered. */
  #isKnownBlocked({ page, silence, askedAt, clock }: Tab): boolean {
    // Without the background nothing is known of the cookie, and what is held goes as it would without us; so does what nobody
    // who is signed in gives.
    if (silence === undefined || silence === 'unreachable' || this.#isWorkerDead || page.user === '') return false;
    return silence === 'gateway' || !clock || clock.lastContact <= askedAt;
  }

  async #attach(given: Given, attempt: Attempt): Promise<void> {
    const { tab, name, how } = given;
    const { copy } = tab;
    let phase: Phase = how === 'drop' ? 'question' : 'upload';
    const road = async (request: () => Promise<Response>, address: string): Promise<Response> => {
      const response = await this.#onTheRoad(tab, phase, request).catch((error: unknown) => {
        given.isCutOff = true;
        if (!tab.isGone) tab.copy.sees(SITE + address, 0);
        throw error;
      });
      given.isCutOff ||= response.headers.get('X-AUSERNAME') === null;
      if (phase === 'upload' && response.status === 201 && tab.copy.guard.hasWaited(attempt)) tab.taken++;
      tab.copy.sees(SITE + address, response.status);
      if (given.isCutOff) return response;
      if (phase === 'question' && response.status === 200) phase = 'upload';
      else if (phase === 'upload' && response.status === 201) {
        phase = 'commit';
      }
      return response;
    };
    given.outcome =
      how === 'drop' ? await tab.page.attachByDrop(name, road) : await tab.page.attachByInput(name, road);
    if (given.outcome === 'ok' || given.outcome === 'error') return;
    given.isUnseen = phase !== 'upload' || tab.copy !== copy;
    this.#judgeRefusal(given);
  }

  async #comment(given: Given): Promise<void> {
    const { tab, name } = given;
    const body = new URLSearchParams({ id: given.issue, comment: name, atl_token: tab.page.metaToken });
    const post = () =>
      this.#browser.request(this.#jira, 'POST', '/secure/AddComment.jspa', { body, redirect: 'manual' });
    const response = await this.#onTheRoad(tab, 'commit', post).catch(() => undefined);
    const isJiras = response !== undefined && response.headers.get('X-AUSERNAME') !== null;
    given.outcome = response?.status === 302 ? 'ok' : isJiras ? 'missing-token' : 'error';
    if (given.outcome === 'missing-token') this.#judgeRefusal(given);
  }

  #judgeRefusal({ name, outcome, isDisturbed, isBlind, isCutOff }: Given): void {
    if (!isDisturbed && !isBlind && !isCutOff && !this.#hasNeighbour) this.fail(`${name}: refused, ${outcome}`);
  }

  /** Whether it was proven, for each token that is sent, that it would be accepted. */
  #isProven({ page, copy }: Tab, sent: readonly Token[]): boolean {
    const [own] = tokenCookiesIn(this.#browser.cookiesSeen([SITE + page.path]));
    const cookie = Token.parse(own?.value);
    return copy.watch.isProven() && sent.every((token) => cookie?.equals(token));
  }

  /** Time passes, during which the machine may sleep, and the browser's alarm rings if it is due. */
  async #pass(millis: number, isAsleep = false): Promise<void> {
    if (isAsleep) vi.setSystemTime(Date.now() + millis);
    await this.#settle(isAsleep ? 1 : millis);
    if (!this.#isWorkerDead) await machine.ring();
  }

  #spawn(work: Promise<unknown>): void {
    this.#underWay++;
    const seen = work.catch((error: unknown) => error).finally(() => this.#underWay--);
    this.#background.push(seen);
  }

  /** The server is well, alice signs in while things travel, and looks at each page: three seconds later nothing waits. */
  async #comeToRest(): Promise<void> {
    this.#mend();
    this.#isWorkerDead = false;
    this.#disturb();
    await this.#browser.signOut(this.#jira);
    await this.#signIn('alice', this.#changes);
    await this.#arrive();
    for (let round = 0; round < 3; round++) {
      await this.#pass(1_000);
      for (const [tab, issue] of this.#tabs.flatMap((each) => ISSUES.map((key) => [each, key] as const))) {
        [tab.issue, tab.zone] = [issue, 'there'];
        tab.copy.redraw();
        tab.copy.come('focus');
        await this.#arrive();
        // As its user presses "Attach again".
        if (tab.copy.guard.failures.names.length === 0) continue;
        tab.copy.guard.tryAgain();
        await this.#arrive();
      }
    }
  }

  async #arrive(): Promise<void> {
    for (let [quiet, rounds] = [0, 0]; quiet < 3 || this.#underWay > 0; rounds++) {
      if (rounds > 1_000) throw new Error('The pages never come to rest.');
      await this.#settle(100);
      const road = this.#roads.shift();
      if (road) road();
      quiet = road ? 0 : quiet + 1;
    }
    for (const failure of await Promise.all(this.#background.splice(0))) if (failure instanceof Error) throw failure;
  }

  /** Only what Jira has accepted counts as released. */
  #judgeClaims(): void {
    for (const { copy, taken } of this.#tabs) {
      const { releasedCount } = copy.guard.holding;
      if (releasedCount > 0) count('released');
      expect(releasedCount, 'said to be released').toBe(taken);
    }
  }

  #judge(): void {
    this.#judgeClaims();
    const comments = this.#jira.comments.map(({ user, body }) => ({ user, name: body }));
    const arrivals = [...this.#jira.attachments, ...comments];
    // Up to Jira 8.3 no token shows who signs in over a session, and where Jira does not answer nobody can know.
    const isTied = this.#isTied;
    const excused = this.#given.filter(
      ({ isOvertaken, isAsBare, isUnanswered, isLetGo }) =>
        isOvertaken || (isAsBare && (this.#hasNeighbour || isLetGo || (isUnanswered && !isTied))),
    );
    const isExcused = new Set(excused.map(({ name }) => name));
    const others = arrivals.filter(({ user }) => user === this.#people[2]).map(({ name }) => name);
    expect(others.filter((name) => !isExcused.has(name))).toEqual([]);
    const [user, inOtherCase] = this.#people;
    if (user !== inOtherCase && arrivals.some((each) => each.user === inOtherCase))
      count('sent under the name in another case');
    expect(this.#given.filter(({ issue, goneTo }) => goneTo.some((key) => key !== issue))).toEqual([]);
    for (const given of this.#given) {
      const arrived = arrivals.filter(({ name }) => name === given.name).length;
      expect(arrived, `${given.name} was sent so often`).toBeLessThanOrEqual(1);
      // What a form was to say is still in it.
      if (this.#hasNeighbour || given.how === 'comment') continue;
      // Now that alice is back nothing waits any more, but for what was cut off after it had been let go.
      // What the page's own handler failed on stays kept, if it had waited; else it is where a browser without us has it.
      const hasFailed = given.outcome === 'error' && (given.isCutOff || given.isDisturbed || given.isBlind);
      const isThere =
        arrived === 1 || hasFailed || given.isUnseen || given.isUntaken || given.isChanged || given.isTold;
      expect(isThere, `${given.name} is lost: ${JSON.stringify({ ...given, tab: undefined })}`).toBe(true);
    }
    if (this.#hasNeighbour) return;
    for (const { copy } of this.#tabs) {
      const mayWait = new Set(this.#given.filter((each) => each.isUntaken || each.isChanged).map(({ name }) => name));
      const { checking: held, parked: kept } = copy.guard.holding;
      expect([held, kept.filter(({ files }) => !mayWait.has(files[0]!))]).toEqual([[], []]);
    }
  }
}

function isChange(doing: Doing): doing is Change {
  return (CHANGES as readonly string[]).includes(doing);
}

function isPlant(doing: Doing): doing is Plant {
  return (PLANTS as readonly string[]).includes(doing);
}
