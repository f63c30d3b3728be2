/**
 * Watches one Jira page: on an event it gathers the evidence, judges it, and informs the banner and the background.
 * Between events it is idle: it runs no timer, and until the first renewal it observes only the attribute of the meta
 * element.
 */
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { QueueDependencies } from '../../src/guard/attempt-queue.ts';
import { createSerializer, pause, withTimeout } from '../../src/lib/async.ts';
import type { Page } from '../../src/jira/page.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import { PageSession, type SentTokens } from '../../src/session/page-session.ts';
import { PROOF_LIMIT_MILLIS } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/definitions.ts';
import { isAccepted, verdictOf } from '../../src/verdict/verdict.ts';
import { quietly, reportError } from '../shared/errors.ts';
import type { SendToBackground } from './send-to-background.ts';
import { watchServerActivity } from './activity/server.ts';
import { watchDocumentLifecycle } from './document-lifecycle.ts';
import { isOrphan } from './script-lifecycle.ts';
import type { PageAccess } from './page-access.ts';
import { createProofScheduler, type JudgedPage, type SelfRenewal, type WaitingAttempts } from './proof-scheduler.ts';
import { watchPresence } from './activity/user.ts';

/** The result of one refresh. */
export interface Snapshot extends JudgedPage {
  readonly page: Page;
  /** Set when the page has just renewed itself: which message reports it. */
  readonly selfRenewal?: SelfRenewal | undefined;
  /** The names of files that waited here before and were lost silently. */
  readonly lostFiles?: readonly string[] | undefined;
}

/** What the guard and the banner use. `ensureAccepted` waits for no running refresh: the user waits for its result. */
export interface PageMonitor extends Pick<
  QueueDependencies,
  'mayPass' | 'isProven' | 'maySendAnyway' | 'ensureAccepted'
> {
  /** Refreshes now. Returns the snapshot, or null if the page is not Jira. */
  refresh(): Promise<Snapshot | null>;
  /** Schedules a refresh: at once if none ran lately, otherwise when the burst of events has passed. */
  scheduleRefresh(): void;
  /** The user has opened the popup on this page. */
  noteUserArrival(): void;
  /** Asks Jira who is signed in, then renews the page if that is allowed. Returns the snapshot taken afterwards. */
  renew(): Promise<Snapshot | null>;
  /** Whether a form was blocked because files that it names would be missing. */
  hasLostFormFiles(): boolean;
  /** Whether the guard is on for this site. */
  isGuardOn(): boolean;
  /** The user is about to write what a script will send: renews beforehand a page that would be refused. */
  prepareForInput(): void;
}

/** The guard's state: which attempts wait, and the names of all files that wait in the page, for any reason. */
export interface GuardState {
  waitingAttempts(): WaitingAttempts;
  parkedFiles(): readonly string[];
}

/** What the background has told the page last. */
type BackgroundState = Exclude<Answers['report'], { stop: true }>;

/** When this script started, by the wall clock: the page's own clock lags by the time that the machine slept. */
const startedAt = Date.now();
/**
 * How long to wait for the background to send the settings of the user and the organisation: a worker can take seconds
 * to wake. Until then nothing is judged; if no answer comes, attempts are released as they are.
 */
const FIRST_ANSWER_MILLIS = 5_000;
/** The background until its first answer. */
const NOT_ANSWERED: BackgroundState = { settings: DEFAULT_SETTINGS, aheadMillis: 0 };
/** What is reported of a page that is no Jira. */
const NO_JIRA = {};
const noToken: SentTokens = () => [];
/** A meta element can change a thousand times a second; one refresh per quarter of a second is enough. */
const REFRESH_GAP_MILLIS = 250;

/**
 * Takes the lifecycle of this copy of the script; whether it has run since the page's start (otherwise nobody knows
 * where the page's token is from); the page; how to send a message to the background, to listen to the user's events,
 * and to learn the guard's state. Calls `onSnapshot` with the result of each refresh; null if the page is no Jira.
 */
export function watchPage(
  lifecycle: AbortController,
  isFromStart: boolean,
  pageAccess: PageAccess,
  sendToBackground: SendToBackground,
  addHandler: (handler: (event: Event) => void) => void,
  guard: () => GuardState,
  onSnapshot: (snapshot: Snapshot | null) => void,
): PageMonitor {
  const { signal } = lifecycle;
  /** Until the background has answered a report, nothing is judged. */
  let background: BackgroundState = NOT_ANSWERED;
  let noteFirstAnswer!: (isHeard: true) => void;
  const firstAnswer = new Promise<true>((done) => (noteFirstAnswer = done));
  /** What the background was told last. */
  let reported: Partial<Evidence> = {};
  let page: Page | null = null;
  let proving: Promise<void> | undefined;
  let hasFailed = false;
  let refreshedAt = -Infinity;
  /** When the next refresh is due. */
  let refreshAt = Infinity;

  const documentId = watchDocumentLifecycle(
    () => page !== null,
    sendToBackground,
    signal,
    (wasCached) => {
      if (wasCached) serialize = createSerializer();
      // A request that was cut off when the user left the page or the network is not Jira's silence; don't wait for it
      // either.
      pageSession.forgetSilence();
      refreshOnReturn();
    },
  );
  const now = (): number => Date.now() + background.aheadMillis;
  const pageSession = new PageSession({
    ...pageAccess,
    async ask({ site, version }, isPressed) {
      proofs.noteQuestion();
      const answer = await sendToBackground({ kind: 'ask', site, version, isPressed }, PROOF_LIMIT_MILLIS);
      return answer ?? { outcome: 'unreachable' };
    },
    pause,
    now,
    isFromStart,
    currentVisit: documentId,
  });
  const presence = watchPresence(now, signal, addHandler, refreshOnReturn, proveAtWork);
  const proofs = createProofScheduler(presence.isUserPresent, () => guard().waitingAttempts());
  const serverActivity = watchServerActivity(() => page?.site, now, signal, scheduleRefresh);

  /** Refreshes when the user or the network is back, without the delay that earlier requests would cause. */
  function refreshOnReturn(wasAway = false): void {
    proofs.resetDelays(wasAway);
    // Firefox puts off the timers of a page by as long as it was in the back/forward cache.
    refreshAt = Infinity;
    scheduleRefresh();
  }

  /** Runs one refresh or renewal at a time, so that the last one to start is the last to report. */
  let serialize = createSerializer();
  const refresh = (): Promise<Snapshot | null> => serialize(refreshOnce);
  const renew = (): Promise<Snapshot | null> => serialize(() => renewNow());

  async function refreshOnce(): Promise<Snapshot | null> {
    refreshAt = Infinity;
    refreshedAt = performance.now();
    if (isOrphan()) lifecycle.abort();
    const snapshot = await takeSnapshot();
    if (!snapshot) return null;
    const next = proofs.next(snapshot);
    if (typeof next === 'string') return renewNow(next);
    onSnapshot(snapshot);
    if (signal.aborted || next === undefined) return snapshot;
    if (next > 0) refreshIn(next);
    else proving ??= prove(snapshot).finally(() => (proving = undefined));
    return snapshot;
  }

  /** Must run inside `serialize`, so that no refresh runs meanwhile. */
  async function renewNow(selfRenewal?: SelfRenewal): Promise<Snapshot | null> {
    const renewed = await pageSession.renew(background.settings, !selfRenewal);
    if (renewed) proofs.noteRenewal();
    const seen = await takeSnapshot();
    if (!seen) return null;
    // Don't report a page as fresh if it has put its old token back at once.
    const snapshot = renewed && isAccepted(seen.verdict) ? { ...seen, selfRenewal } : seen;
    onSnapshot(snapshot);
    return snapshot;
  }

  /** Reads the page and its cookie, reports, and judges. Null if the page is no Jira, or can't be judged yet. */
  async function takeSnapshot(): Promise<Snapshot | null> {
    page = pageSession.page;
    if (page && page.product !== 'cloud') await pageSession.readCookie(page);
    // The cookie may identify the user of a portal.
    page = pageSession.page;
    // If the lifecycle ended meanwhile, no page is read, which does not mean that there is none.
    if (signal.aborted) return null;
    if (!page) {
      if (reported !== NO_JIRA) void sendToBackground({ kind: 'no-jira' });
      reported = NO_JIRA;
      onSnapshot(null);
      return null;
    }
    pageAccess.observeToken();
    await report(page, pageSession.evidenceOf(page));
    return signal.aborted || background === NOT_ANSWERED || !page ? null : judge(page);
  }

  function judge(seen: Page): Snapshot {
    const { settings, lostFiles } = background;
    const evidence = pageSession.evidenceOf(seen);
    return { page: seen, evidence, settings, lostFiles, now: now(), verdict: verdictOf(evidence, settings, now()) };
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
    const answer = await sendToBackground(
      {
        kind: 'report',
        document: id,
        address: pageAccess.address(),
        site,
        issue,
        evidence,
        contactAt,
        statedMinutes: statedTimeoutMinutes,
        loadedAt: isFromStart ? startedAt : undefined,
        files: guard().parkedFiles(),
      },
      background !== NOT_ANSWERED ? 0 : FIRST_ANSWER_MILLIS,
    );
    if (contactAt) serverActivity.noteDelivery(!!answer);
    if (!answer) return refreshIn(FIRST_ANSWER_MILLIS);
    if ('stop' in answer) return lifecycle.abort();
    background = answer;
    pageSession.clock = answer.clock;
    pageSession.takeSharedProof(answer.proof);
    // A background that was just waking may have been too slow to read the cookie.
    if (evidence.isCookieUnreadable && !reported.isCookieUnreadable) scheduleRefresh();
    reported = evidence;
    noteFirstAnswer(true);
  }

  async function prove({ verdict }: Snapshot): Promise<void> {
    await pageSession.prove();
    // Ignore silence on a page without problems: a machine that wakes up has no network yet.
    if (isAccepted(verdict) && !guard().waitingAttempts()) pageSession.forgetSilence();
    refreshQuietly();
  }

  /** Whether the background has answered a report; sends another one and waits for its answer if not. */
  function hasBackgroundAnswered(): Promise<true | undefined> {
    if (background === NOT_ANSWERED) scheduleRefresh();
    return withTimeout(FIRST_ANSWER_MILLIS, firstAnswer);
  }

  const isProven = (): boolean => pageSession.isProven(background.settings);

  function proveAtWork(): void {
    if (background === NOT_ANSWERED || !page || !proofs.isDueAtWork(judge(page), isProven)) return;
    void pageSession.prove().then(scheduleRefresh);
  }

  const monitor: PageMonitor = {
    refresh,
    scheduleRefresh,
    renew,
    noteUserArrival: presence.noteArrival,
    mayPass: (sending, sent) => pageSession.mayPass(sending, sent, background.settings),
    isProven,
    maySendAnyway: (sending, sent) => pageSession.maySendAnyway(sending, sent),
    hasLostFormFiles: () => pageSession.filesLostAt > 0,
    isGuardOn: () => background.settings.guard !== 'off',
    prepareForInput() {
      void hasBackgroundAnswered().then((has) => {
        const isSure = !has || isProven() || monitor.mayPass('send', noToken);
        if (!isSure && page?.token && presence.isUserPresent()) void monitor.ensureAccepted('send', noToken);
      });
    },
    async ensureAccepted(sending, sent) {
      if (!(await hasBackgroundAnswered())) return 'release';
      const outcome = await pageSession.ensureAccepted(sending, sent, background.settings);
      // Show the verdict together with what is parked because of it. The decision stands even if showing it fails.
      quietly(() => {
        scheduleRefresh();
        page = pageSession.page;
        if (page && outcome === 'keep') onSnapshot(judge(page));
      });
      return outcome;
    },
  };
  return monitor;
}
