/**
 * Watches one Jira page: gathers its evidence when something happened, has it judged, and tells the banner and
 * the background. It is still while nothing happens: no timer, and until it was renewed no observer but of the meta's own
 * attribute.
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

/** What a look saw. */
export interface Snapshot {
  readonly page: Page;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly settings: Settings;
  readonly now: number;
  /** The page has just renewed itself: how that is said. */
  readonly byItself?: 'renewed' | 'back_again' | undefined;
}

/** With what the guard asks. What is made sure of waits for no look that is under way: somebody waits for it. */
export interface Watch extends Pick<QueueDependencies, 'mayPass' | 'isProven' | 'mayGoAnyway' | 'makeSure'> {
  /** Looks now. Gives what it saw, null on a page that is no Jira. */
  refresh(): Promise<Snapshot | null>;
  /** Looks soon: at once if nothing was looked at lately, otherwise when the burst has passed. */
  scheduleRefresh(): void;
  /** The user has opened the popup on this page. */
  userCame(): void;
  /** Asks Jira who is signed in, then renews the page if it may be. Gives what it saw afterwards. */
  renew(): Promise<Snapshot | null>;
  /** Whether a form was let be because the files that it names would be missing. */
  isLost(): boolean;
  /** Whether the guard is on for this site. */
  isGuarding(): boolean;
  /** The user is about to write what a script will send: a page that would be refused is renewed before. */
  prepare(): void;
  /** What is held back for the page's user: the page renews itself once they are back, and files want to be sure of it. */
  guardState: () => 'files' | 'sending' | null;
  /** The names of the files that wait in the page, for whatever: the background is told. */
  files: readonly string[];
  /** The names of those that waited in the page before, which went without a word; none once the user has read it. */
  lostFiles?: readonly string[] | undefined;
}

/** When this script began, by the clock on the wall: the page's own lags behind it by as long as the machine has slept. */
const startedAt = Date.now();
/**
 * For how long the background is waited for that tells what the user and their organisation have set: a worker can take seconds to
 * wake. Until then nothing is judged, and what is held goes on as it is if nothing is heard.
 */
const FIRST_WORD_MILLIS = 5_000;
const noToken: Sent = () => [];
/** A meta can change a thousand times a second; a look every quarter of one is enough for anybody. */
const REFRESH_GAP_MILLIS = 250;
/**
 * Where a cookie flips all the time, asking each time would be a chatter of our own: three times, then ever slower. Once where
 * nothing gets through to Jira.
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
  /** The user has come back, and neither an answer nor a contact has shown since that the session lives. */
  let hasCome = false;
  let hasWorked = false;
  let isToldNoJira = false;
  let hasWord = false;
  let wasUnreadable: boolean | undefined;
  let haveWord!: (has: true) => void;
  const firstWord = new Promise<true>((done) => (haveWord = done));
  let hasFailed = false;
  let refreshedAt = -Infinity;
  /** When the next look is due. */
  let refreshAt = Infinity;

  const writeToken = createRenewer(document, signal);
  const documentId = watchDocumentLife(() => page !== null, signal);
  // What leaving the page or the network has cut off must not read as Jira's silence, nor be waited for. A script's own event must not
  // have a page ask without an end.
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
  signal.addEventListener('abort', () => {
    observer.disconnect();
    refreshAt = 0;
  });

  /** Who has just come is worth a look, and is not made to wait for what was asked before. */
  function refreshAnew(): void {
    askedAt = [];
    scheduleRefresh();
  }

  /** One look or renewal at a time, so that the last to start is the last to speak. */
  let serialize = createSerializer();
  const refresh = (): Promise<Snapshot | null> => serialize(refreshOnce);
  const renew = (): Promise<Snapshot | null> => serialize(() => renewNow());

  /** The page, of the user whom it named first: another one later is a script's doing, or the content's. */
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
    // Whose life has ended meanwhile sees no page, which is not to say that there is none.
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
    // A portal's user may be known by its cookie.
    page = pageSession.page;
    return page && pageSession.evidenceOf(page);
  }

  function takeSnapshot(): Snapshot {
    const evidence = pageSession.evidenceOf(page!);
    return { page: page!, evidence, settings, now: now(), verdict: verdictOf(evidence, settings, now()) };
  }

  /** Looks after so many milliseconds, if none is due before; no sooner after the last one than anybody needs. */
  function refreshIn(millis: number): void {
    const at = Math.max(performance.now() + millis, refreshedAt + REFRESH_GAP_MILLIS);
    if (at >= refreshAt) return;
    refreshAt = at;
    setTimeout(() => at === refreshAt && refreshQuietly(), at - performance.now());
  }

  function scheduleRefresh(): void {
    refreshIn(0);
  }

  /** A look that nobody waits for. An orphan's fails, and is its last; any other's fault is told once. */
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
    if (!answer) {
      if (presence.isHere()) refreshIn(FIRST_WORD_MILLIS);
      return;
    }
    if ('stop' in answer) return lifecycle.abort();
    ({ settings, aheadMillis } = answer);
    watch.lostFiles ??= answer.lostFiles;
    pageSession.clock = answer.clock;
    pageSession.hear(answer.proof);
    // A background that was just waking may have been too slow for the cookie.
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
      // One that was renewed, and is stale again and again, asks ever more rarely until its user comes anew.
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
    // Of a page that nothing was wrong with, silence is no news: a machine that wakes up has no network yet.
    if (isAccepted(verdict) && !watch.guardState()) pageSession.forgetSilence();
    refreshQuietly();
  }

  /** Runs as a look of its own, so that nothing else looks meanwhile. */
  async function renewNow(byItself?: Snapshot['byItself']): Promise<Snapshot | null> {
    const renewed = await pageSession.renew(settings, !byItself);
    if (renewed) signedOutAt = undefined;
    const seen = await readEvidence();
    if (!seen) return null;
    await report(page!, seen);
    if (signal.aborted || !hasWord) return null;
    const seenNow = takeSnapshot();
    // A page that has put its old token back at once is not said to be fresh.
    const snapshot = renewed && isAccepted(seenNow.verdict) ? { ...seenNow, byItself } : seenNow;
    onSnapshot(snapshot);
    return snapshot;
  }

  /** Whether the background has told what is set for the site, or does once it is asked again. */
  function heard(): Promise<true | undefined> {
    if (!hasWord) scheduleRefresh();
    return withTimeout(FIRST_WORD_MILLIS, firstWord);
  }

  /**
   * "Stay signed in", where it is switched on: work in a page that sends nothing renews the session. And whose a portal is that
   * does not say it is asked once, while its session lives: later nobody can tell.
   */
  function work(): void {
    const { clock } = pageSession;
    // What was just proven may be told a moment late.
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
      // What is kept is said with what it is kept for. What was decided holds, whatever becomes of the telling.
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
