/**
 * Runs one scenario: a user with two tabs of one Jira, step by step. The content script, the background, the code with
 * which Jira's pages attach, and the stand-in Jira are the real ones; only the browser is in memory. Requests and
 * responses wait until a step delivers them, so that other things happen in between. After the last step the user
 * signs in again, all faults end, and the three promises are checked.
 */
import { expect, vi } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import { tokenCookiesIn } from '../../src/jira/page-cookie.ts';
import { Token } from '../../src/jira/token.ts';
import type { Answers, ToBackground } from '../../src/messages/protocol.ts';
import { isSilent, type Proof, type ProofAnswer } from '../../src/session/proof-request.ts';
import { hasTokenPerSession } from '../../src/verdict/verdict.ts';
import { MemoryBrowser, type MemoryPage } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira, type Jira } from '../fixtures/jira/jira.ts';
import type { Profile } from '../fixtures/jira/options.ts';
import type { BackgroundHarness } from './background-harness.ts';
import { startContentScript, type ContentScript } from './content-script.ts';
import { NETWORK_FAULTS, type NetworkFault } from './network-faults.ts';
import {
  isNeighbourAction,
  isSessionAction,
  PLANTED_PATHS,
  type Kind,
  type NeighbourAction,
  type SessionAction,
  type Step,
} from './scenarios.ts';
import { SimulatedNetwork, type Phase } from './simulated-network.ts';
import { ISSUES, mayBeMissing, newSubmission, type Submission, type Tab } from './submissions.ts';
import { HEADER_ENCODINGS, type NAMES } from './user-names.ts';

const SITE = 'http://127.0.0.1' as Site;
const FAULTS = Object.keys(NETWORK_FAULTS) as NetworkFault[];

export interface SimulationOptions {
  readonly profile: Profile;
  readonly names: (typeof NAMES)[number];
  readonly rememberMe: boolean;
  readonly httpOnlyCookie: boolean;
  /** Whether another host of the domain sets cookies. It can cause refusals and losses, so these are not checked. */
  readonly hasNeighbour: boolean;
}

export class Simulation {
  readonly #harness: BackgroundHarness;
  readonly #options: SimulationOptions;
  readonly #count: (event: string) => void;
  readonly #browser = new MemoryBrowser();
  readonly #mallorysBrowser = new MemoryBrowser();
  readonly #jira: Jira;
  readonly #otherJira: Jira;
  readonly #tabs: Tab[] = [];
  readonly #submissions: Submission[] = [];
  readonly #network: SimulatedNetwork;
  /** What is done beside the steps. Gives the error of what has failed. */
  readonly #work: Promise<unknown>[] = [];
  #unfinishedCount = 0;
  /** The token's cookie as the background was told it last. */
  #cookie: string | undefined;
  #isBackgroundStopped = false;
  /** How often the session or the token may have changed. */
  #changeCount = 0;
  /** How often somebody has signed in without a logout. */
  #switchCount = 0;
  /** Both counts at the time of each question. */
  readonly #countsAt = new Map<number, { changeCount: number; switchCount: number }>();
  parkedCount = 0;
  /** How often an attempt was parked whose issue or drop zone was not on the page. */
  parkedElsewhereCount = 0;

  /** `count` is called for each event that shows what the scenarios have covered. */
  constructor(harness: BackgroundHarness, options: SimulationOptions, count: (event: string) => void) {
    this.#harness = harness;
    this.#options = options;
    this.#count = count;
    this.#network = new SimulatedNetwork(count);
    const { profile, rememberMe, httpOnlyCookie, names } = options;
    const clock = createClock();
    const users = [...new Set(names)].map((name) => ({ name, password: 'a' }));
    this.#jira = createJira({ profile, rememberMe, httpOnlyCookie, clock, users });
    this.#otherJira = createJira({
      serverId: 'AOTH-ERJI-RAXX-0002',
      sessionCookie: 'OTHERSESSION',
      clock,
      users,
    });
  }

  get attachedCount(): number {
    return this.#jira.attachments.length;
  }

  get renewalCount(): number {
    return this.#tabs.reduce((sum, { renewalCount }) => sum + renewalCount, 0);
  }

  /** Whether each login changes the token, so that a page can notice it. */
  get #isTied(): boolean {
    return hasTokenPerSession({ version: this.#options.profile });
  }

  /** Runs the steps, then checks the promises. Rejects if one is broken. */
  async run(steps: readonly Step[]): Promise<void> {
    this.#harness.clear();
    this.#harness.cookiesSentTo = (address) =>
      this.#browser.cookiesSeen([address]).map((each) => ({ ...each, domain: each.hostOnly ? 'h' : '.h' }));
    this.#harness.onMessage = (tabId) => {
      const { watch } = this.#tabs.find(({ listed }) => listed.id === tabId)!.script;
      this.#start(watch.refresh());
    };
    try {
      await this.#signIn('alice', 0);
      for (const id of [1, 2]) this.#tabs.push(await this.#open(id));
      for (const step of steps) {
        await this.#perform(step);
        await this.#settle();
        this.#checkReleasedCounts();
      }
      await this.#recover();
      this.#checkPromises();
    } finally {
      for (const { script } of this.#tabs) script.end(false);
      while (this.#network.deliver());
      await this.#settle(5_000);
    }
  }

  /** Has the simulation fail at its end. The product handles an error that is thrown at once. */
  fail(message: string): void {
    this.#work.push(Promise.resolve(new Error(message)));
  }

  /** The question who is signed in: the background's `fetch`. */
  async fetch(url: string, { redirect }: RequestInit): Promise<Response> {
    const encoding = Object.keys(HEADER_ENCODINGS)[this.#changeCount % 4]!;
    const request = () => this.#browser.request(this.#jira, 'GET', new URL(url).pathname, { redirect: redirect! });
    const response = await this.#network.transmit('question', request, () => false, false);
    const user = response.headers.get('X-AUSERNAME');
    if (!user || user === 'anonymous') return response;
    this.#count(`a name ${encoding}`);
    response.headers.set('X-AUSERNAME', HEADER_ENCODINGS[encoding]!(decodeURIComponent(user)));
    return response;
  }

  async #perform({ action, choice }: Step): Promise<void> {
    const tab = this.#tabs[choice % this.#tabs.length]!;
    const { guard } = tab.script;
    /** Decides between variants of the step, whatever the tab. */
    const variant = Math.floor(choice / this.#tabs.length);
    if (isSessionAction(action)) {
      this.#noteSessionChange();
      return this.#changeSession(action, tab, variant);
    }
    if (isNeighbourAction(action)) {
      this.#noteSessionChange();
      return this.#plant(action, PLANTED_PATHS[choice % PLANTED_PATHS.length]!);
    }
    switch (action) {
      case 'drop':
      case 'pick':
      case 'comment':
        return this.#submit(tab, action);
      case 'refresh':
        tab.script.dispatch(variant % 2 === 1 ? 'focus' : 'visibilitychange');
        return this.#settle(260);
      case 'deliver':
        this.#network.deliver(choice);
        return;
      case 'wait a second':
        return this.#wait(1_000);
      case 'wait four seconds':
        return this.#wait(4_000);
      case 'wait a minute':
        return this.#wait(60_000);
      case 'wait half an hour':
        return this.#wait(30 * 60_000, true);
      case 'show another issue':
        tab.issue = tab.issue === 'RAIL-7' ? 'RAIL-8' : 'RAIL-7';
        return tab.script.redraw();
      case 'redraw the drop zone':
        tab.dropZone = 'shown';
        return tab.script.redraw();
      case 'remove the drop zone':
        tab.dropZone = 'removed';
        return;
      case 'break the drop zone':
        tab.dropZone = 'broken';
        return;
      case 'stop the background':
      case 'start the background':
        this.#isBackgroundStopped = action === 'stop the background';
        return;
      case 'slow the server down':
        this.#network.isServerSlow = true;
        return;
      case 'start a network fault':
        this.#network.fault = FAULTS[variant % FAULTS.length];
        return;
      case 'fail one transmission':
        this.#network.nextFault = FAULTS[variant % FAULTS.length];
        return;
      case 'lose one transmission':
        this.#network.nextFault = 'no network';
        return;
      case 'end all faults':
        return this.#endFaults();
      case 'send anyway':
        for (const attempt of guard.sendableAnyway) this.#submissionOf(attempt).isMeant = true;
        return guard.sendAnyway();
      case 'update the extension':
        return this.#update(tab, variant % 2 === 1);
      case 'discard the tab':
        return this.#discard(tab);
      case 'change a parked file': {
        const { parked } = guard.queueState;
        const attempt = parked[variant % Math.max(1, parked.length)];
        if (attempt) this.#submissionOf(attempt).hasFileChanged = true;
      }
    }
  }

  async #changeSession(action: SessionAction, tab: Tab, variant: number): Promise<void> {
    switch (action) {
      case 'wait six hours':
        return this.#wait(360 * 60_000, true);
      case 'log out':
        return this.#browser.signOut(this.#jira);
      case 'log in as alice':
      case 'log in as mallory':
        await this.#browser.signOut(this.#jira);
        return this.#signIn(action === 'log in as alice' ? 'alice' : 'mallory', variant);
      case 'log in as mallory without logging out':
      case 'log in as alice without logging out':
        this.#switchCount++;
        for (const each of this.#submissions) if (each.outcome === undefined) each.hasUserChanged = true;
        return this.#signIn(action.startsWith('log in as alice') ? 'alice' : 'mallory', variant);
      case 'lose all sessions':
        return this.#jira.sessions.dropAll();
      case 'clear cookies':
        return this.#browser.clearCookies();
      case 'send another request':
        // Any request can change the cookie: by it a remembered user gets a new session.
        await this.#browser.request(this.#jira, 'GET', '/rest/gadget/1.0/activity');
        return;
      case 'close a dialog': {
        const dialog = await this.#browser.open(this.#jira);
        // Jira's own script copies the dialog's token into the page, whoever's it is.
        tab.page.metaToken = dialog.metaToken;
        return dialog.close();
      }
      case 'load a cross-site embed':
        await this.#browser.request(this.#jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
        return;
      case 'visit another Jira':
        await this.#browser.request(this.#otherJira, 'GET', '/login.jsp');
    }
  }

  async #plant(action: NeighbourAction, path: string): Promise<void> {
    if (action === 'evict cookies') return this.#browser.evictCookies();
    if (action === 'withdraw planted cookies') return this.#browser.withdrawPlanted();
    if (action === 'load an image from Jira') {
      // If a session is planted at this path, the response can change Jira's own cookie.
      await this.#browser.request(this.#jira, 'GET', path);
      return;
    }
    const server = action === 'plant a token of another Jira' ? this.#otherJira : this.#jira;
    if (action === 'plant a signed-out token') await this.#mallorysBrowser.signOut(server);
    else await this.#signIn('mallory', 0, this.#mallorysBrowser, server);
    for (const { name, value } of this.#mallorysBrowser.cookiesSeen([`${SITE}/`])) {
      const isPlanted =
        name === 'JSESSIONID'
          ? ['plant a session', 'plant a token and a session'].includes(action)
          : action !== 'plant a session';
      if (isPlanted) this.#browser.plant(name, value, path);
    }
  }

  /** Signs in alice, whose name the variant writes in either case, or mallory. */
  #signIn(who: 'alice' | 'mallory', variant: number, browser = this.#browser, server = this.#jira): Promise<void> {
    const { names, rememberMe } = this.#options;
    return browser.signIn(server, names[who === 'mallory' ? 2 : variant % 2 === 0 ? 0 : 1], rememberMe);
  }

  /** Attempts that are under way can be refused from now on. */
  #noteSessionChange(): void {
    this.#changeCount++;
    for (const each of this.#submissions)
      if (each.outcome === undefined && each.releaseCount > 0) each.hasSessionChanged = true;
  }

  async #open(id: number): Promise<Tab> {
    const page = await this.#browser.open(this.#jira);
    const listed = { id, url: SITE + page.path, cookieStoreId: 'firefox-default' };
    this.#harness.tabs.push(listed);
    const tab: Omit<Tab, 'script'> = {
      page,
      listed,
      isDiscarded: false,
      silence: undefined,
      askedAt: 0,
      provenAt: 0,
      clock: undefined,
      renewalCount: 0,
      acceptedCount: 0,
      issue: 'RAIL-7',
      dropZone: 'shown',
    };
    return Object.assign(tab, { script: this.#startScript(tab as Tab, true) });
  }

  #startScript(tab: Tab, isFromStart: boolean): ContentScript {
    const { page } = tab;
    Object.assign(tab, { acceptedCount: 0, silence: undefined, provenAt: 0 });
    return startContentScript(
      {
        readPage: () => this.#readPage(page),
        cookies: () => this.#browser.documentCookie(page.path),
        address: () => SITE + page.path,
        write: ({ old, current }) => {
          tab.renewalCount++;
          // A renewal replaces the old token wherever it stands.
          if (Token.parse(page.metaToken)?.equals(old)) page.metaToken = current.revealInPlaceOf(old);
          if (Token.parse(page.formToken)?.equals(old)) page.formToken = current.revealInPlaceOf(old);
        },
        send: (message) => this.#send(tab, message),
        onSnapshot: () => undefined,
        onChange: () => this.#noteGuardState(tab),
      },
      isFromStart,
    );
  }

  #readPage({ metaToken, user }: MemoryPage): Page {
    const token = Token.parse(metaToken);
    return { product: 'jira', site: SITE, user, version: this.#options.profile, issue: 'RAIL-7', token };
  }

  #noteGuardState({ script: { guard }, silence }: Tab): void {
    const { checking, parked, blocked } = guard.queueState;
    const waiting = parked.filter((each) => !checking.includes(each));
    this.parkedCount += waiting.length;
    this.parkedElsewhereCount += waiting.filter((each) => !guard.isReleasable(each)).length;
    for (const attempt of [...waiting, ...blocked]) this.#submissionOf(attempt).isMeant = false;
    if (waiting.length > 0)
      this.#count(`parked: ${guard.changedFiles.length > 0 ? 'changed' : (silence ?? 'answered')}`);
    const { names, kind } = guard.failures;
    if (names.length > 0 && Number(kind) >= 0) this.#count('offered again though not refused');
  }

  /** Sends a page's message to the background, and notes what the page learns from the answer. */
  async #send(tab: Tab, message: ToBackground): Promise<unknown> {
    const at = Date.now();
    if (message.kind === 'ask')
      this.#countsAt.set(at, { changeCount: this.#changeCount, switchCount: this.#switchCount });
    if (this.#isBackgroundStopped) {
      if (message.kind === 'ask') [tab.silence, tab.askedAt] = ['unreachable', at];
      throw new Error('Could not establish connection. Receiving end does not exist.');
    }
    const { signal } = tab.script ?? {};
    const answer = await this.#harness.send(tab.listed, message);
    // The next copy of the script does not learn what an ended one is told.
    if (tab.script.signal !== (signal ?? tab.script.signal)) return answer;
    if (message.kind === 'ask') {
      const reading = answer as ProofAnswer | undefined;
      const isLate = Date.now() - at > 2_800;
      this.#noteProof(tab, isLate || !reading ? { outcome: 'unreachable', at } : { ...reading, at });
      if (reading?.retryMillis) this.#count('asked again by a busy Jira');
    }
    if (message.kind === 'report') {
      const { proof, clock } = (answer ?? {}) as Exclude<Answers['report'], { stop: true }>;
      tab.clock = clock;
      // A silence that another tab has shared can be about another cookie.
      if (proof && !isSilent(proof)) this.#noteProof(tab, proof);
    }
    return answer;
  }

  #noteProof(tab: Tab, proof: Proof): void {
    if (proof.at < tab.askedAt) return;
    [tab.silence, tab.askedAt] = [isSilent(proof) ? proof.outcome : undefined, proof.at];
    if (!isSilent(proof)) tab.provenAt = proof.at;
  }

  #submissionOf({ files }: Attempt): Submission {
    return this.#submissions.find(({ name }) => name === files[0])!;
  }

  #submit(tab: Tab, kind: Kind): void {
    if (tab.dropZone === 'removed') return;
    const submission = newSubmission(`${kind}-${this.#submissions.length}.log`, kind, tab);
    this.#submissions.push(submission);
    const attempt = this.#attemptOf(submission);
    if (tab.script.submit(attempt)) attempt.release();
  }

  #attemptOf(submission: Submission): PageAttempt {
    const { name, file, kind, tab, issue } = submission;
    const attempt: PageAttempt = {
      sending: kind === 'comment' ? 'send' : 'attach',
      // A comment has a name too, so that it is found again. The guard does not read it.
      files: [name],
      contents: kind === 'comment' ? [] : [file],
      subject: kind === 'comment' ? tab : {},
      sent: () => [kind === 'pick' ? Token.parse(tab.page.formToken) : null].filter((token) => token !== null),
      isInPlace: () => !tab.isDiscarded && tab.issue === issue && tab.dropZone !== 'removed',
      release: () => this.#release(submission, attempt),
      changed: async () => (submission.hasFileChanged ? [name] : []),
      again: () => this.#attemptOf(submission),
    };
    return attempt;
  }

  /** The page receives an attempt. Gives whether it takes it. */
  #release(submission: Submission, attempt: Attempt): boolean {
    const { tab, name, kind, isMeant } = submission;
    const { guard, signal } = tab.script;
    const hasEnded = signal.aborted;
    if (guard.wasParked(attempt) && submission.hasFileChanged)
      this.fail(`${name}: released, though its file has changed`);
    if (kind !== 'comment' && !isMeant && !hasEnded && this.#isKnownBlocked(tab))
      this.fail(`${name}: released, though nothing gets through to Jira: ${tab.silence}`);
    submission.isIgnored = tab.dropZone === 'broken';
    if (submission.isIgnored) return false;
    if (isMeant) this.#count(kind === 'comment' ? 'a comment sent anyway' : 'a file attached anyway');
    if (hasEnded) this.#count('released at the end of the script');
    submission.releasedTo.push(tab.issue);
    submission.releaseCount++;
    const atQuestion = this.#countsAt.get(tab.provenAt);
    Object.assign(submission, {
      isMeant: false,
      hitFault: false,
      outcome: undefined,
      hasSessionChanged: atQuestion?.changeCount !== this.#changeCount,
      hasUserChanged: !this.#isTied && atQuestion?.switchCount !== this.#switchCount,
      isUnproven: !this.#isProven(tab, attempt.sent()),
      isUnrenewed: tab.renewalCount === 0,
      isUnanswered: tab.silence !== undefined,
      isReleasedAtEnd: hasEnded,
    } satisfies Partial<Submission>);
    this.#start(kind === 'comment' ? this.#postComment(submission) : this.#attach(submission, attempt));
    return true;
  }

  /** Whether the page knows that nothing gets through to Jira: by the last answer, if no contact has followed it. */
  #isKnownBlocked({ page, silence, askedAt, clock }: Tab): boolean {
    if (silence === undefined || silence === 'unreachable') return false;
    // Without the background the cookie is unknown, and an anonymous page has no user to protect: both release.
    if (this.#isBackgroundStopped || page.user === '') return false;
    // A contact may have been a response of the gateway itself.
    return silence === 'gateway' || !clock || clock.lastContact <= askedAt;
  }

  /** Whether it was proven that Jira would accept each token that is sent. */
  #isProven({ page, script }: Tab, sent: readonly Token[]): boolean {
    const [own] = tokenCookiesIn(this.#browser.cookiesSeen([SITE + page.path]));
    const cookie = Token.parse(own?.value);
    return script.watch.isProven() && sent.every((token) => cookie?.equals(token));
  }

  async #attach(submission: Submission, attempt: Attempt): Promise<void> {
    const { tab, name, kind } = submission;
    const { script } = tab;
    let phase: Phase = kind === 'drop' ? 'question' : 'upload';
    const transport = async (request: () => Promise<Response>, address: string): Promise<Response> => {
      const response = await this.#network
        .transmit(phase, request, () => tab.isDiscarded)
        .catch((error: unknown) => {
          submission.hitFault = true;
          if (!tab.isDiscarded) tab.script.observeRequest(SITE + address, 0);
          throw error;
        });
      submission.hitFault ||= response.headers.get('X-AUSERNAME') === null;
      const isUploaded = phase === 'upload' && response.status === 201;
      if (isUploaded && tab.script.guard.wasParked(attempt)) tab.acceptedCount++;
      tab.script.observeRequest(SITE + address, response.status);
      if (submission.hitFault) return response;
      if (phase === 'question' && response.status === 200) phase = 'upload';
      else if (isUploaded) phase = 'commit';
      return response;
    };
    submission.outcome =
      kind === 'drop' ? await tab.page.attachByDrop(name, transport) : await tab.page.attachByInput(name, transport);
    if (submission.outcome === 'ok' || submission.outcome === 'error') return;
    submission.isFailureHidden = phase !== 'upload' || tab.script !== script;
    this.#checkRefusal(submission);
  }

  async #postComment(submission: Submission): Promise<void> {
    const { tab, name, issue } = submission;
    const body = new URLSearchParams({ id: issue, comment: name, atl_token: tab.page.metaToken });
    const post = () =>
      this.#browser.request(this.#jira, 'POST', '/secure/AddComment.jspa', { body, redirect: 'manual' });
    const response = await this.#network.transmit('commit', post, () => tab.isDiscarded).catch(() => undefined);
    const isJiras = response !== undefined && response.headers.get('X-AUSERNAME') !== null;
    submission.outcome = response?.status === 302 ? 'ok' : isJiras ? 'missing-token' : 'error';
    if (submission.outcome === 'missing-token') this.#checkRefusal(submission);
  }

  /** Ends all faults. If the network was away, its return is an event in each page. */
  #endFaults(): void {
    const wasOffline = this.#network.fault === 'no network';
    this.#network.endFaults();
    if (wasOffline) for (const { script } of this.#tabs) script.dispatch('online');
  }

  /** A newer content script replaces the old one. In Firefox it takes over parked files; in Chromium they are lost. */
  #update(tab: Tab, takesOver: boolean): void {
    const parked = tab.script.end(takesOver);
    for (const each of this.#submissions)
      if (each.tab === tab && each.outcome !== undefined && each.outcome !== 'ok') each.isFailureHidden = true;
    tab.script = this.#startScript(tab, false);
    if (!takesOver) for (const attempt of parked) this.#submissionOf(attempt).isReportedLost = true;
    if (parked.length > 0)
      this.#count(takesOver ? 'taken over by a newer script' : 'lost with an update, and reported');
  }

  /** The browser discards a tab, and loads its page again when alice comes back to it and signs in. */
  async #discard(tab: Tab): Promise<void> {
    const { parked } = tab.script.guard.queueState;
    tab.isDiscarded = true;
    tab.script.end(false);
    this.#harness.tabs.splice(this.#harness.tabs.indexOf(tab.listed), 1);
    for (const each of this.#submissions) if (each.tab === tab && each.outcome !== 'ok') each.isReportedLost = true;
    if (parked.length > 0) this.#count('lost with its tab');
    this.#noteSessionChange();
    await this.#browser.signOut(this.#jira);
    await this.#signIn('alice', 0);
    this.#tabs[this.#tabs.indexOf(tab)] = await this.#open(tab.listed.id);
    tab.page.close();
  }

  /** Lets time pass, in which the machine may sleep, and rings the alarm if it is due. */
  async #wait(millis: number, isAsleep = false): Promise<void> {
    if (isAsleep) vi.setSystemTime(Date.now() + millis);
    await this.#settle(isAsleep ? 1 : millis);
    if (!this.#isBackgroundStopped) await this.#harness.ringAlarms();
  }

  #start(work: Promise<unknown>): void {
    this.#unfinishedCount++;
    this.#work.push(work.catch((error: unknown) => error).finally(() => this.#unfinishedCount--));
  }

  /** Tells the background a changed cookie, and lets everything run until it waits for a delivery or for later. */
  async #settle(millis = 1): Promise<void> {
    const own = tokenCookiesIn(this.#browser.cookiesSeen([`${SITE}/`])).find(({ hostOnly }) => hostOnly);
    if (own?.value !== this.#cookie && !this.#isBackgroundStopped)
      this.#start(this.#harness.changeCookie(own?.value ?? '', !own, '127.0.0.1', 'firefox-default'));
    this.#cookie = own?.value;
    await this.#harness.settle(6);
    await vi.advanceTimersByTimeAsync(millis);
    await this.#harness.settle(6);
  }

  /** Delivers everything, until nothing is under way any more. */
  async #deliverAll(): Promise<void> {
    for (let [idleRounds, rounds] = [0, 0]; idleRounds < 3 || this.#unfinishedCount > 0; rounds++) {
      if (rounds > 1_000) throw new Error('The pages never come to rest.');
      await this.#settle(100);
      idleRounds = this.#network.deliver() ? 0 : idleRounds + 1;
    }
    for (const failure of await Promise.all(this.#work.splice(0))) if (failure instanceof Error) throw failure;
  }

  /** All faults end, alice signs in, comes to each page and each issue, and attaches again what has failed. */
  async #recover(): Promise<void> {
    this.#endFaults();
    this.#isBackgroundStopped = false;
    this.#noteSessionChange();
    await this.#browser.signOut(this.#jira);
    await this.#signIn('alice', this.#changeCount);
    await this.#deliverAll();
    for (let round = 0; round < 3; round++) {
      await this.#wait(1_000);
      for (const [tab, issue] of this.#tabs.flatMap((each) => ISSUES.map((key) => [each, key] as const))) {
        [tab.issue, tab.dropZone] = [issue, 'shown'];
        tab.script.redraw();
        tab.script.dispatch('focus');
        await this.#deliverAll();
        if (tab.script.guard.failures.names.length === 0) continue;
        tab.script.guard.tryAgain();
        await this.#deliverAll();
      }
    }
  }

  /** Jira refuses nothing that was released with a proof, unless the session has changed since. */
  #checkRefusal({ name, outcome, hasSessionChanged, isUnproven, hitFault }: Submission): void {
    if (!hasSessionChanged && !isUnproven && !hitFault && !this.#options.hasNeighbour)
      this.fail(`${name}: refused, ${outcome}`);
  }

  /** Only what Jira has accepted is reported as released. */
  #checkReleasedCounts(): void {
    for (const { script, acceptedCount } of this.#tabs) {
      const { releasedCount } = script.guard.queueState;
      if (releasedCount > 0) this.#count('released');
      expect(releasedCount, 'reported as released').toBe(acceptedCount);
    }
  }

  #checkPromises(): void {
    this.#checkReleasedCounts();
    const comments = this.#jira.comments.map(({ user, body }) => ({ user, name: body }));
    const arrivals = [...this.#jira.attachments, ...comments];
    this.#checkUsers(arrivals);
    expect(this.#submissions.filter(({ issue, releasedTo }) => releasedTo.some((key) => key !== issue))).toEqual([]);
    for (const submission of this.#submissions) {
      const { name } = submission;
      const arrivalCount = arrivals.filter((arrival) => arrival.name === name).length;
      expect(arrivalCount, `${name} has arrived so often`).toBeLessThanOrEqual(1);
      // The text of a comment is still in its form.
      if (this.#options.hasNeighbour || submission.kind === 'comment' || arrivalCount === 1) continue;
      const details = JSON.stringify({ ...submission, tab: undefined });
      expect(mayBeMissing(submission), `${name} is lost: ${details}`).toBe(true);
    }
    if (!this.#options.hasNeighbour) this.#checkNothingWaits();
  }

  /** Nothing is sent as mallory, except what a page without the extension would have sent the same way. */
  #checkUsers(arrivals: readonly { readonly user: string; readonly name: string }[]): void {
    const { names, hasNeighbour } = this.#options;
    const [user, inOtherCase, mallory] = names;
    const excused = this.#submissions.filter(
      ({ hasUserChanged, isUnrenewed, isUnanswered, isReleasedAtEnd }) =>
        hasUserChanged || (isUnrenewed && (hasNeighbour || isReleasedAtEnd || (isUnanswered && !this.#isTied))),
    );
    const excusedNames = new Set(excused.map(({ name }) => name));
    const asMallory = arrivals.filter((arrival) => arrival.user === mallory).map(({ name }) => name);
    expect(asMallory.filter((name) => !excusedNames.has(name))).toEqual([]);
    if (user !== inOtherCase && arrivals.some((arrival) => arrival.user === inOtherCase))
      this.#count('sent under the name in another case');
  }

  /** Now that alice is back, only files that the page has ignored or that have changed may still be parked. */
  #checkNothingWaits(): void {
    const mayWait = new Set(
      this.#submissions.filter((each) => each.isIgnored || each.hasFileChanged).map(({ name }) => name),
    );
    for (const { script } of this.#tabs) {
      const { checking, parked } = script.guard.queueState;
      expect([checking, parked.filter(({ files }) => !mayWait.has(files[0]!))]).toEqual([[], []]);
    }
  }
}
