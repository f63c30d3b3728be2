/**
 * Watches one Jira page: on an event it gathers the evidence, judges it, and informs the banner and the background.
 * Between events it is idle: it runs no timer, and until the first renewal it observes only the attribute of the meta
 * element.
 */
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { QueueDependencies } from '../../src/guard/attempt-queue.ts';
import { createSerializer, withTimeout } from '../../src/lib/async.ts';
import { addressOf, metaOf, readPage, type Page } from '../../src/jira/page.ts';
import { PageSession, type Sent } from '../../src/session/page-session.ts';
import { PROOF_LIMIT_MILLIS } from '../../src/session/session-check.ts';
import { createRenewer } from '../../src/jira/write-token.ts';
import { isTimeToStay } from '../../src/session/clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings/settings.ts';
import {
  SETTLE_MILLIS,
  isAccepted,
  isBlocked,
  isDoubtful,
  needsProof,
  renewsByItself,
  verdictOf,
  type Verdict,
} from '../../src/verdict/verdict.ts';
import { quietly, reportError } from '../shared/errors.ts';
import { tellBackground } from './background.ts';
import { watchServerActivity } from './activity/server.ts';
import { currentCookie, glimpseCookie } from './cookie.ts';
import { watchDocumentLife } from './document-life.ts';
import { isOrphan } from './lifecycle.ts';
import { watchPresence } from './activity/user.ts';

/** The result of one refresh. */
export interface Snapshot {
  readonly page: Page;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly settings: Settings;
  readonly now: number;
  /** Set when the page has just renewed itself: which message reports it. */
  readonly byItself?: 'renewed' | 'back_again' | undefined;
}

/** What the guard uses to ask Jira. `makeSure` does not wait for a running refresh: the user waits for its result. */
export interface Watch extends Pick<QueueDependencies, 'mayPass' | 'isProven' | 'mayGoAnyway' | 'makeSure'> {
  /** Refreshes now. Returns the snapshot, or null if the page is not Jira. */
  refresh(): Promise<Snapshot | null>;
  /** Schedules a refresh: at once if none ran lately, otherwise when the burst of events has passed. */
  scheduleRefresh(): void;
  /** The user has opened the popup on this page. */
  userCame(): void;
  /** Asks Jira who is signed in, then renews the page if that is allowed. Returns the snapshot taken afterwards. */
  renew(): Promise<Snapshot | null>;
  /** Whether a form was blocked because files that it names would be missing. */
  isLost(): boolean;
  /** Whether the guard is on for this site. */
  isGuarding(): boolean;
  /** The user is about to write what a script will send: renews beforehand a page that would be refused. */
  prepare(): void;
  /** What the guard withholds until the user is back. The page then renews itself; files also need a proof of that. */
  guardState: () => 'files' | 'sending' | null;
  /** The names of all files that wait in the page, for any reason; the background gets them. */
  files: readonly string[];
  /** The names of files that waited here before and were lost silently; empty once the user has read the message. */
  lostFiles?: readonly string[] | undefined;
}

/** When this script started, by the wall clock: the page's own clock lags by the time that the machine slept. */
const startedAt = Date.now();
/**
 * How long to wait for the background to send the settings of the user and the organisation: a worker can take seconds
 * to wake. Until then nothing is judged; if no answer comes, attempts are released as they are.
 */
const FIRST_WORD_MILLIS = 5_000;
const noToken: Sent = () => [];
/** A meta element can change a thousand times a second; one refresh per quarter of a second is enough. */
const REFRESH_GAP_MILLIS = 250;
/**
 * If a cookie changes all the time, a request for each change would be a flood: send three without delay (one if
 * nothing gets through to Jira), then ever more rarely.
 */
const MOST_AT_ONCE = 3;
const FIRST_WAIT_MILLIS = 5_000;
const MOST_WAIT_MILLIS = 5 * 60_000;

export function watchPage(
  lifecycle: AbortController,
  isFromStart: boolean,
  hearEvents: (hear: (event: Event) => void) => void,
  onSnapshot: (snapshot: Snapshot | null) => void,
): Watch {
  const { signal } = lifecycle;
  let settings = DEFAULT_SETTINGS;
  let signedOutAt: number | undefined;
  let aheadMillis = 0;
  let page: Page | null = null;
  let first: Page | null = null;
  let askedAt: number[] = [];
  let proving: Promise<void> | undefined;
  /** The user has come back, and neither an answer nor server activity has since shown that the session is alive. */
  let hasCome = false;
  let hasWorked = false;
  let isToldNoJira = false;
  let hasWord = false;
  let wasUnreadable: boolean | undefined;
  let haveWord!: (has: true) => void;
  const firstWord = new Promise<true>((done) => (haveWord = done));
  let hasFailed = false;
  let refreshedAt = -Infinity;
  /** When the next refresh is due. */
  let refreshAt = Infinity;

  const writeToken = createRenewer(document, signal);
  const documentId = watchDocumentLife(() => page !== null, signal);
  // A request that was cut off when the user left the page or the network is not Jira's silence; don't wait for it
  // either. Ignore events made by scripts: they could make a page ask endlessly.
  for (const type of ['pageshow', 'online'])
    window.addEventListener(
      type,
      ({ isTrusted, persisted }: Partial<PageTransitionEvent>) => {
        if (!isTrusted) return;
        if (persisted) serialize = createSerializer();
        pageSession.forgetSilence();
        refreshAnew();
      },
      { signal },
    );

  const now = (): number => Date.now() + aheadMillis;
  const pageSession = new PageSession({
    readPage: () => (signal.aborted || isOrphan() ? null : readOwnPage()),
    glimpseCookie,
    readCookie: currentCookie,
    async ask({ site, version }, isPressed) {
      hasCome = false;
      askedAt.push(performance.now());
      const answer = await tellBackground({ kind: 'ask', site, version, isPressed }, PROOF_LIMIT_MILLIS);
      return answer ?? { outcome: 'unreachable' };
    },
    pause: (millis) => new Promise((done) => setTimeout(done, millis)),
    write: ({ site }, old, current) => writeToken({ site, old, current }),
    now,
    isFromStart,
    visit: documentId,
  });
  const presence = watchPresence(
    now,
    signal,
    hearEvents,
    (wasAway: boolean) => {
      hasCome ||= wasAway;
      refreshAnew();
    },
    work,
  );
  const serverActivity = watchServerActivity(() => page?.site, now, signal, scheduleRefresh);
  const observer = new MutationObserver(scheduleRefresh);
  signal.addEventListener('abort', () => observer.disconnect());

  /** Refreshes when the user or the network is back, without the delay that earlier requests would cause. */
  function refreshAnew(): void {
    askedAt = [];
    // Firefox puts off the timers of a page by as long as it was in the back/forward cache.
    refreshAt = Infinity;
    scheduleRefresh();
  }

  /** Runs one refresh or renewal at a time, so that the last one to start is the last to report. */
  let serialize = createSerializer();
  const refresh = (): Promise<Snapshot | null> => serialize(refreshOnce);
  const renew = (): Promise<Snapshot | null> => serialize(() => renewNow());

  /** Reads the page with the user whom it named first: a later name comes from a script or from the content. */
  function readOwnPage(): Page | null {
    const seen = readPage(document, location);
    first ??= seen;
    return seen && { ...seen, user: first!.user };
  }

  async function refreshOnce(): Promise<Snapshot | null> {
    refreshAt = Infinity;
    refreshedAt = performance.now();
    if (isOrphan()) lifecycle.abort();
    if (signal.aborted) return null;
    const evidence = await readEvidence();
    // If the lifecycle ended meanwhile, no page is read, which does not mean that there is none.
    if (signal.aborted) return null;
    if (!evidence) {
      if (!isToldNoJira) void tellBackground({ kind: 'no-jira' });
      isToldNoJira = true;
      onSnapshot(null);
      return null;
    }
    const meta = metaOf(document);
    if (meta) observer.observe(meta, { attributeFilter: ['content'] });
    await report(page!, evidence);
    if (signal.aborted || !hasWord) return null;
    const snapshot = takeSnapshot();
    if (pageSession.clock && !isDoubtful(snapshot.evidence, snapshot.now)) hasCome = false;
    if (snapshot.verdict.name === 'signed-out') signedOutAt ??= performance.now();
    else if (signedOutForMillis() <= SETTLE_MILLIS) signedOutAt = undefined;
    const holdsBack = watch.guardState() !== null;
    const waiting = { signedOutForMillis: signedOutForMillis(), holdsBack, isHere: presence.isHere() };
    if (renewsByItself(snapshot.evidence, settings, snapshot.now, waiting))
      return renewNow(holdsBack || signedOutAt !== undefined ? 'back_again' : 'renewed');
    onSnapshot(snapshot);
    if (isAccepted(snapshot.verdict)) signedOutAt = undefined;
    proveIfNeeded(snapshot);
    return snapshot;
  }

  async function readEvidence(): Promise<Evidence | null> {
    page = pageSession.page;
    if (page && page.product !== 'cloud') await pageSession.readCookie(page);
    // The cookie may identify the user of a portal.
    page = pageSession.page;
    return page && pageSession.evidenceOf(page);
  }

  function takeSnapshot(): Snapshot {
    const evidence = pageSession.evidenceOf(page!);
    return { page: page!, evidence, settings, now: now(), verdict: verdictOf(evidence, settings, now()) };
  }

  /** Refreshes after the given time unless one is due earlier, but at least REFRESH_GAP_MILLIS after the last one. */
  function refreshIn(millis: number): void {
    const at = Math.max(performance.now() + millis, refreshedAt + REFRESH_GAP_MILLIS);
    if (at >= refreshAt) return;
    refreshAt = at;
    setTimeout(() => at === refreshAt && refreshQuietly(), at - performance.now());
  }

  function scheduleRefresh(): void {
    refreshIn(0);
  }

  /** Refreshes with no caller waiting. A failed orphan ends its lifecycle; other pages report the first error. */
  function refreshQuietly(): void {
    refresh().catch((error) => {
      if (isOrphan()) return lifecycle.abort();
      if (!hasFailed) reportError(error);
      hasFailed = true;
    });
  }

  async function report(
    { product, site, user, issue, statedTimeoutMinutes }: Page,
    evidence: Evidence,
  ): Promise<void> {
    const id = documentId();
    if (!id) return;
    const contactAt = user || product === 'portal' ? serverActivity.take() : undefined;
    const contact = contactAt && { contactAt, statedMinutes: statedTimeoutMinutes };
    const answer = await tellBackground(
      {
        kind: 'report',
        document: id,
        address: addressOf(location),
        site,
        issue,
        evidence,
        ...contact,
        loadedAt: isFromStart ? startedAt : undefined,
        files: watch.files,
      },
      hasWord ? 0 : FIRST_WORD_MILLIS,
    );
    if (contact) serverActivity.answered(!!answer);
    if (!answer) return refreshIn(FIRST_WORD_MILLIS);
    if ('stop' in answer) return lifecycle.abort();
    ({ settings, aheadMillis } = answer);
    watch.lostFiles ??= answer.lostFiles;
    pageSession.clock = answer.clock;
    pageSession.hear(answer.proof);
    // A background that was just waking may have been too slow to read the cookie.
    if (evidence.isCookieUnreadable && !wasUnreadable) scheduleRefresh();
    wasUnreadable = evidence.isCookieUnreadable;
    hasWord = true;
    haveWord(true);
  }

  function proveIfNeeded(snapshot: Snapshot): void {
    const { evidence, verdict } = snapshot;
    if (signal.aborted) return;
    const occasion = { hasParkedFiles: watch.guardState() === 'files', hasCome };
    if (!needsProof(evidence, settings, now(), occasion)) {
      // A renewed page that is stale again and again asks ever more rarely until its user comes back.
      if (isAccepted(verdict) && !evidence.renewedFrom) askedAt = [];
      return;
    }
    if (!presence.isHere()) return;
    const settleMillis = verdict.name === 'signed-out' ? SETTLE_MILLIS - signedOutForMillis() : 0;
    const wait = Math.max(waitMillis(isBlocked(evidence.proof) ? 1 : MOST_AT_ONCE), settleMillis);
    if (wait > 0) refreshIn(wait);
    else proving ??= prove(snapshot).finally(() => (proving = undefined));
  }

  function waitMillis(atOnce: number): number {
    const slower = askedAt.length - atOnce;
    if (slower < 0) return 0;
    return askedAt.at(-1)! + Math.min(FIRST_WAIT_MILLIS * 2 ** slower, MOST_WAIT_MILLIS) - performance.now();
  }

  function signedOutForMillis(): number {
    return signedOutAt === undefined ? 0 : performance.now() - signedOutAt;
  }

  async function prove({ verdict }: Snapshot): Promise<void> {
    await pageSession.prove();
    // Ignore silence on a page without problems: a machine that wakes up has no network yet.
    if (isAccepted(verdict) && !watch.guardState()) pageSession.forgetSilence();
    refreshQuietly();
  }

  /** Must run inside `serialize`, so that no refresh runs meanwhile. */
  async function renewNow(byItself?: Snapshot['byItself']): Promise<Snapshot | null> {
    const renewed = await pageSession.renew(settings, !byItself);
    if (renewed) signedOutAt = undefined;
    const seen = await readEvidence();
    if (!seen) return null;
    await report(page!, seen);
    if (signal.aborted || !hasWord) return null;
    const seenNow = takeSnapshot();
    // Don't report a page as fresh if it has put its old token back at once.
    const snapshot = renewed && isAccepted(seenNow.verdict) ? { ...seenNow, byItself } : seenNow;
    onSnapshot(snapshot);
    return snapshot;
  }

  /** Whether the background has sent the settings for the site, or sends them when it is asked again. */
  function heard(): Promise<true | undefined> {
    if (!hasWord) scheduleRefresh();
    return withTimeout(FIRST_WORD_MILLIS, firstWord);
  }

  /**
   * "Stay signed in", if it is switched on: work in a page that sends nothing renews the session. A portal that does
   * not name its user asks once who that is, while the session lives: later this can't be found out.
   */
  function work(): void {
    const { clock } = pageSession;
    // The clock may not yet include a proof that was just made.
    const isTime = settings.staySignedIn && clock && isTimeToStay(clock, now()) && !pageSession.isProven(settings);
    const isNameless = hasWord && page?.product === 'portal' && page.user === undefined;
    if (!isTime && (hasWorked || !isNameless)) return;
    hasWorked = true;
    void pageSession.prove().then(scheduleRefresh);
  }

  const watch: Watch = {
    refresh,
    scheduleRefresh,
    renew,
    userCame: presence.came,
    guardState: () => null,
    files: [],
    mayPass: (sending, sent) => pageSession.mayPass(sending, sent, settings),
    isProven: () => pageSession.isProven(settings),
    mayGoAnyway: (sending, sent) => pageSession.mayGoAnyway(sending, sent),
    isLost: () => pageSession.lostAt > 0,
    isGuarding: () => settings.guard !== 'off',
    prepare() {
      void heard().then((has) => {
        const isSure = !has || pageSession.isProven(settings) || pageSession.mayPass('send', noToken, settings);
        if (!isSure && page?.token && presence.isHere()) void watch.makeSure('send', noToken);
      });
    },
    async makeSure(sending, sent) {
      if (!(await heard())) return 'release';
      const outcome = await pageSession.makeSure(sending, sent, settings);
      // Show the verdict together with what is parked because of it. The decision stands even if showing it fails.
      quietly(() => {
        scheduleRefresh();
        page = pageSession.page;
        if (page && outcome === 'keep') onSnapshot(takeSnapshot());
      });
      return outcome;
    },
  };
  return watch;
}
