/**
 * The guard in random lives: logins and logouts, other users, idleness, lost nodes, other tabs, attaches in the middle of a
 * renewal and two at once, dead workers, slow and dead servers. The rules, the inquiry, the guard's own states, the way in
 * which pages attach and the server are the real ones; only the browser is in memory. Pages show one issue after another in the
 * same place, and draw their zone anew. Five zeros: no attach is refused for its token, no file is lost, none is sent twice, none
 * as another user, none to another issue.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cookie } from '../../src/evidence.ts';
import { Guard, type Attempt } from '../../src/guard.ts';
import { Inquiry } from '../../src/inquiry.ts';
import type { Page, Site } from '../../src/page.ts';
import { addressesUsed, pageCookieIn } from '../../src/page-cookie.ts';
import { askWhoIsSignedIn, requestJira, type Answer } from '../../src/proof.ts';
import { DEFAULT_SETTINGS as SETTINGS } from '../../src/settings.ts';
import { Token, tokenInCookies } from '../../src/token.ts';
import {
  isAccepted,
  isProvenFresh,
  isTiedToSession,
  needsProof,
  renewsByItself,
  verdictOf,
} from '../../src/verdict.ts';
import type { Outcome } from '../jira/assets/attach.js';
import { MemoryBrowser, type MemoryPage } from '../jira/browser.ts';
import { createClock } from '../jira/clock.ts';
import { createJira, type Jira } from '../jira/jira.ts';
import type { Profile } from '../jira/options.ts';

const STEPS = Number(process.env['STEPS'] ?? 4_000);
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
  'a minute',
  'shows another issue',
  'draws its zone anew',
  'takes its zone away',
  'has a zone that fails',
  'worker dies',
  'worker is back',
  'slow server',
  'dead server',
  'healthy server',
] as const;
type Other = (typeof OTHERS)[number];

type Doing = Change | Other | Plant;
const stepOf = (doings: readonly Doing[]) => fc.record({ doing: fc.constantFrom(...doings), which: fc.nat(1_000) });
type Step = { readonly doing: Doing; readonly which: number };

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
      const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
      await fc.assert(
        fc.asyncProperty(
          fc.array(stepOf([...CHANGES, ...OTHERS]), { minLength: 5, maxLength: MOST_STEPS, size: 'max' }),
          async (story) => {
            const life = new Life(profile, remembered, httpOnly);
            await life.live(story);
            steps += story.length;
            attached += life.attached;
            kept += life.kept;
            away += life.away;
          },
        ),
        { numRuns: runs, seed },
      );
      console.log(
        `seed ${seed}: ${steps} steps, ${attached} files attached, ${kept} times kept, ${away} times for another issue or a zone that was gone`,
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
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
    const story = fc.array(stepOf([...CHANGES, ...OTHERS, ...PLANTS, ...PLANTS]), {
      minLength: 5,
      maxLength: MOST_STEPS,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(story, async (all) => {
        const life = new Life(profile, false, false, true);
        await life.live(all);
        steps += all.length;
        attached += life.attached;
        renewed += life.renewed;
      }),
      { numRuns: runs, seed },
    );
    console.log(`seed ${seed}: ${steps} steps beside a neighbour, ${attached} files attached, ${renewed} renewals`);
    expect(Math.min(attached, renewed)).toBeGreaterThan(0);
  },
);

/** A file that somebody gave, and what became of it. */
interface Given {
  readonly name: string;
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
  outcome?: Outcome | undefined;
  isOffered: boolean;
}

interface Tab {
  readonly page: MemoryPage;
  readonly inquiry: Inquiry;
  readonly guard: Guard;
  signedOutAt: number | undefined;
  /** How often the world had changed when Jira was asked last. */
  askedAfter: number;
  /** How often it was renewed. */
  renewals: number;
  issue: (typeof ISSUES)[number];
  zone: 'there' | 'gone' | 'failing';
}

const ISSUES = ['RAIL-7', 'RAIL-8'] as const;

class Life {
  readonly #clock = createClock(Date.UTC(2026, 0, 5, 8));
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
  #speed: 'healthy' | 'slow' | 'dead' = 'healthy';
  readonly #background: Promise<unknown>[] = [];
  readonly #mallory = new MemoryBrowser();
  readonly #hasNeighbour: boolean;
  kept = 0;
  away = 0;

  constructor(profile: Profile, remembered: boolean, httpOnly: boolean, hasNeighbour = false) {
    this.#hasNeighbour = hasNeighbour;
    const clock = this.#clock;
    this.#profile = profile;
    this.#remembered = remembered;
    this.#jira = createJira({ profile, rememberMe: remembered, httpOnlyCookie: httpOnly, clock });
    this.#other = createJira({ serverId: 'AOTH-ERJI-RAXX-0002', sessionCookie: 'OTHERSESSION', clock });
  }

  get attached(): number {
    return this.#jira.attachments.length;
  }

  get renewed(): number {
    return this.#tabs.reduce((sum, { renewals }) => sum + renewals, 0);
  }

  async live(story: readonly Step[]): Promise<void> {
    await this.#browser.signIn(this.#jira, 'alice', this.#remembered);
    for (let n = 0; n < 2; n++) this.#tabs.push(await this.#open());
    for (const each of story) {
      await this.#do(each);
      await settle();
    }
    await this.#comeToRest();
    this.#judge();
  }

  async #open(): Promise<Tab> {
    const page = await this.#browser.open(this.#jira);
    const inquiry = new Inquiry({
      readPage: () => this.#readPage(page),
      glimpseCookie: () => tokenInCookies(this.#browser.documentCookie(page.path)),
      readCookie: async (of, looksFurther) => {
        const seen = tokenInCookies(this.#browser.documentCookie(page.path));
        const isOwn = seen !== null && (!of.token || seen.equals(of.token));
        if (isOwn && (!looksFurther || this.#isWorkerDead)) return { token: seen };
        return this.#cookieOf(page);
      },
      ask: () => this.#ask(tab),
      write: (_page, old, current) => {
        tab.renewals++;
        // As a renewal does: where the old one stood.
        if (Token.parse(page.metaToken)?.equals(old)) page.metaToken = current.revealInPlaceOf(old);
        if (Token.parse(page.formToken)?.equals(old)) page.formToken = current.revealInPlaceOf(old);
      },
      now: () => this.#clock.now(),
      pause: async () => undefined,
      isFromStart: true,
      visit: () => '',
    });
    const guard = new Guard({
      mayPass: (sending, sent) => inquiry.mayPass(sending, sent, SETTINGS),
      isProven: () => inquiry.isProven(SETTINGS),
      mayGoAnyway: (sending, sent) => inquiry.mayGoAnyway(sending, sent),
      makeSure: (sending, sent) => inquiry.makeSure(sending, sent, SETTINGS),
      nextTask: (work) => void setImmediate(work),
      onChange: ({ kept }) => {
        this.kept += kept.length;
        this.away += kept.filter((each) => !tab.guard.isAwaited(each)).length;
      },
      onError: (error) => {
        throw error;
      },
    });
    const tab: Tab = {
      page,
      inquiry,
      guard,
      signedOutAt: undefined,
      askedAfter: 0,
      renewals: 0,
      issue: 'RAIL-7',
      zone: 'there',
    };
    return tab;
  }

  /** The page's cookie, as the background tells it. */
  #cookieOf(page: MemoryPage): Cookie {
    const unreadable = { token: null, isUnreadable: true };
    if (this.#isWorkerDead) return unreadable;
    const seen = this.#browser.cookiesSeen([SITE + page.path, ...addressesUsed(SITE)]);
    const found = pageCookieIn(seen, SITE);
    if (found.whose === 'neighbour') return unreadable;
    return { token: Token.parse(found.cookie?.value), isCrowded: found.whose === 'crowded' };
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

  async #ask(tab: Tab): Promise<Answer> {
    const began = this.#clock.now();
    tab.askedAfter = this.#changes;
    const answer = await askWhoIsSignedIn(SITE, this.#profile, (url) =>
      requestJira(url, 'cors', () =>
        this.#onTheRoad(() => this.#browser.request(this.#jira, 'GET', new URL(url).pathname)),
      ),
    );
    // The limit, in the time of this life.
    return this.#clock.now() - began > 2_000 ? { outcome: 'unreachable' } : answer;
  }

  /** A request travels: it waits to be sent, and its answer to arrive, and other things happen in between. */
  async #onTheRoad<T>(request: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => this.#roads.push(go));
    if (this.#speed === 'dead') throw new TypeError('The connection was broken.');
    const answer = await request();
    await new Promise<void>((go) => this.#roads.push(go));
    if (this.#speed === 'slow') this.#clock.advance(2.5 / 60);
    return answer;
  }

  async #do({ doing, which }: Step): Promise<void> {
    const tab = this.#tabs[which % this.#tabs.length]!;
    if (isChange(doing)) {
      this.#disturb();
      return this.#change(doing, tab);
    }
    if (isPlant(doing)) {
      this.#disturb();
      return this.#plant(doing, PLANT_PATHS[which % PLANT_PATHS.length]!);
    }
    switch (doing) {
      case 'drop':
      case 'pick':
        return this.#give(tab, doing);
      case 'look':
        return this.#spawn(this.#look(tab));
      case 'travel':
        return this.#roads.splice(which % Math.max(1, this.#roads.length), 1)[0]?.();
      case 'a second':
        return this.#clock.advance(1 / 60);
      case 'a minute':
        return this.#clock.advance(1);
      case 'shows another issue':
        tab.issue = tab.issue === 'RAIL-7' ? 'RAIL-8' : 'RAIL-7';
        return tab.guard.review();
      case 'draws its zone anew':
        tab.zone = 'there';
        return tab.guard.review();
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
      case 'dead server':
      case 'healthy server':
        this.#speed = doing === 'slow server' ? 'slow' : doing === 'dead server' ? 'dead' : 'healthy';
    }
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
    else await this.#mallory.signIn(server, 'mallory');
    // What mallory's own browser has: her session, and the token of it.
    for (const { name, value } of this.#mallory.cookiesSeen([`${SITE}/`])) {
      const isSession = name === 'JSESSIONID';
      const isWanted = isSession ? ['plants a session', 'plants both'].includes(doing) : doing !== 'plants a session';
      if (isWanted) this.#browser.plant(name, value, path);
    }
  }

  async #change(doing: Change, tab: Tab): Promise<void> {
    switch (doing) {
      case 'idle six hours':
        return this.#clock.advance(360);
      case 'logout':
        return this.#browser.signOut(this.#jira);
      case 'login alice':
      case 'login mallory':
        await this.#browser.signOut(this.#jira);
        return this.#browser.signIn(this.#jira, doing.slice(6), this.#remembered);
      case 'mallory over alice':
      case 'alice over mallory':
        for (const given of this.#given.filter(({ outcome }) => outcome === undefined)) given.isOvertaken = true;
        return this.#browser.signIn(this.#jira, doing.split(' ')[0]!, this.#remembered);
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

  #give(tab: Tab, how: 'drop' | 'pick'): void {
    // Where there is no zone nobody can give anything.
    if (tab.zone === 'gone') return;
    const given: Given = {
      name: `${how}-${this.#given.length}.log`,
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
      isOffered: false,
    };
    this.#given.push(given);
    this.#attempt(given, how);
  }

  #attempt(given: Given, how: 'drop' | 'pick'): void {
    const { tab } = given;
    const attempt: Attempt = {
      sending: 'attach',
      files: [given.name],
      sent: () => [how === 'pick' ? Token.parse(tab.page.formToken) : null].filter((token) => token !== null),
      isInPlace: () => tab.issue === given.issue && tab.zone !== 'gone',
      release: () => {
        given.isUntaken = tab.zone === 'failing';
        if (given.isUntaken) return false;
        given.goneTo.push(tab.issue);
        given.releases++;
        given.isOffered = false;
        given.outcome = undefined;
        given.isDisturbed = tab.askedAfter !== this.#changes;
        given.isOvertaken = false;
        given.isBlind = !this.#isProven(tab, attempt.sent());
        given.isAsBare = tab.renewals === 0;
        given.isUnanswered = tab.inquiry.evidenceOf(this.#readPage(tab.page)).proof?.outcome === 'unreachable';
        this.#spawn(this.#attach(given, how));
        return true;
      },
    };
    if (tab.guard.mayPass(attempt)) attempt.release();
    else tab.guard.hold(attempt);
  }

  async #attach(given: Given, how: 'drop' | 'pick'): Promise<void> {
    const { page } = given.tab;
    const road = <T>(request: () => Promise<T>): Promise<T> => this.#onTheRoad(request);
    given.outcome =
      how === 'drop' ? await page.attachByDrop(given.name, road) : await page.attachByInput(given.name, road);
    if (given.outcome === 'ok' || given.outcome === 'error') return;
    // What failures.ts sees, and the user presses: "Attach again".
    given.isOffered = true;
    if (!given.isDisturbed && !given.isBlind && !this.#hasNeighbour)
      throw new Error(`${given.name}: refused, ${given.outcome}`);
  }

  /** Whether it was proven, for each token that is sent, that it would be accepted. */
  #isProven({ inquiry, page }: Tab, sent: readonly Token[]): boolean {
    const cookie = this.#isWorkerDead
      ? { token: tokenInCookies(this.#browser.documentCookie(page.path)) }
      : this.#cookieOf(page);
    const own = this.#readPage(page);
    return [own, ...sent.map((token) => ({ ...own, token }))].every((each) => {
      const evidence = inquiry.evidenceOf(each, cookie);
      return isProvenFresh(evidence, SETTINGS, this.#clock.now());
    });
  }

  /** As the watch does: asks where that settles something, and renews a page that waits for its user. */
  async #look(tab: Tab): Promise<void> {
    const { inquiry, guard } = tab;
    const keepsFiles = guard.isWaiting;
    const evidence = async () => {
      const page = this.#readPage(tab.page);
      await inquiry.readCookie(page);
      return inquiry.evidenceOf(page);
    };
    if (needsProof(await evidence(), SETTINGS, this.#clock.now(), { keepsFiles })) await inquiry.prove();
    const seen = await evidence();
    const verdict = verdictOf(seen, SETTINGS, this.#clock.now());
    const now = this.#clock.now();
    if (verdict.name === 'signed-out') tab.signedOutAt ??= now;
    const waiting = {
      signedOutForMillis: now - (tab.signedOutAt ?? now),
      holdsBack: keepsFiles,
      isHere: true,
    };
    if (isAccepted(verdict)) tab.signedOutAt = undefined;
    if (renewsByItself(seen, SETTINGS, this.#clock.now(), waiting)) await inquiry.renew(SETTINGS);
    guard.review();
  }

  #spawn(work: Promise<unknown>): void {
    const seen = work.catch((error: unknown) => error);
    this.#background.push(seen);
  }

  /** The server is well, alice signs in while things travel, and looks at each page: three seconds later nothing waits. */
  async #comeToRest(): Promise<void> {
    this.#speed = 'healthy';
    this.#isWorkerDead = false;
    this.#disturb();
    await this.#browser.signOut(this.#jira);
    await this.#browser.signIn(this.#jira, 'alice', this.#remembered);
    await this.#arrive();
    for (let round = 0; round < 3; round++) {
      this.#clock.advance(1 / 60);
      for (const [tab, issue] of this.#tabs.flatMap((each) => ISSUES.map((key) => [each, key] as const))) {
        [tab.issue, tab.zone] = [issue, 'there'];
        this.#spawn(this.#look(tab));
        await this.#arrive();
        for (const given of this.#given.filter((each) => each.tab === tab && each.issue === issue && each.isOffered)) {
          given.isOffered = false;
          this.#attempt(given, given.name.startsWith('drop') ? 'drop' : 'pick');
          await this.#arrive();
        }
      }
    }
  }

  async #arrive(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      await settle();
      const road = this.#roads.shift();
      if (road) road();
      quiet = road ? 0 : quiet + 1;
    }
    for (const failure of await Promise.all(this.#background.splice(0))) if (failure instanceof Error) throw failure;
  }

  #judge(): void {
    const { attachments } = this.#jira;
    // Up to Jira 8.3 no token shows who signs in over a session, and where Jira does not answer nobody can know.
    const isTied = isTiedToSession({ version: this.#profile });
    const excused = this.#given.filter(
      ({ isOvertaken, isAsBare, isUnanswered }) =>
        isOvertaken || (isAsBare && (this.#hasNeighbour || (isUnanswered && !isTied))),
    );
    const isExcused = new Set(excused.map(({ name }) => name));
    const others = attachments.filter(({ user }) => user !== 'alice').map(({ name }) => name);
    expect(others.filter((name) => !isExcused.has(name))).toEqual([]);
    expect(this.#given.filter(({ issue, goneTo }) => goneTo.some((key) => key !== issue))).toEqual([]);
    for (const given of this.#given) {
      const arrived = attachments.filter(({ name }) => name === given.name).length;
      expect(arrived, `${given.name} was sent so often`).toBeLessThanOrEqual(1);
      if (this.#hasNeighbour) continue;
      // Now that alice is back nothing waits any more, but for what a dead server has swallowed.
      // What the page's own handler failed on stays kept, if it had waited; else it is where a browser without us has it.
      const isThere = arrived === 1 || given.outcome === 'error' || given.isUntaken;
      expect(isThere, `${given.name} is lost: ${JSON.stringify({ ...given, tab: undefined })}`).toBe(true);
    }
    if (this.#hasNeighbour) return;
    for (const { guard } of this.#tabs) {
      const untaken = new Set(this.#given.filter(({ isUntaken }) => isUntaken).map(({ name }) => name));
      const { held, kept } = guard.holding;
      expect([held, kept.filter(({ files }) => !untaken.has(files[0]!))]).toEqual([[], []]);
    }
  }
}

/** Lets promises run that wait for nothing but each other. */
async function settle(): Promise<void> {
  for (let n = 0; n < 4; n++) await new Promise((done) => setImmediate(done));
}

function isChange(doing: Doing): doing is Change {
  return (CHANGES as readonly string[]).includes(doing);
}

function isPlant(doing: Doing): doing is Plant {
  return (PLANTS as readonly string[]).includes(doing);
}
