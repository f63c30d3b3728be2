/**
 * The guard's queue of attempts: holds what the user is about to send until it is sure that Jira will accept it, then
 * releases it.
 *
 * Invariants: each attempt is released at most once, and all in the order in which they came, also across a sign-in.
 * Whatever fails on the way releases the attempt, as a browser without the extension would; but parked files stay.
 * Those that the page then did not take, or that changed on the disk, stay parked for their user.
 */
import type { SentTokens } from '../session/page-session.ts';
import type { AttemptKind } from '../verdict/verdict.ts';

export interface Attempt {
  readonly sending: AttemptKind;
  /** The names of its files; none for a form or a link. */
  readonly files: readonly string[];
  /** The tokens that it would send, other than the page's. */
  readonly sent: SentTokens;
  /** Its form, link or input. */
  readonly subject?: object;
  /** The type of the event: a key that would have submitted a form gives way to the form's submission. */
  readonly event?: string;
  /** The key of the issue that it is for, if the page shows one. */
  readonly issue?: string | undefined;
  /** Whether its target is still there; if not, it must not go anywhere else. */
  isInPlace?(): boolean;
  /** The names of its files that can't be given as they were: they changed on the disk, or are gone. */
  changed?(): Promise<readonly string[]>;
  /** Gives the page the event, as if nothing had happened. False if the page did not take it. */
  release(): unknown;
  /** The user discards it, or wants it back. */
  onDiscard?(): void;
  onUndo?(): void;
}

/** The guard's state, for the UI. */
export interface QueueState {
  /** Attempts that Jira is being asked about. */
  readonly checking: readonly Attempt[];
  /** Files that wait for their user, or for somebody to see that their target is gone. */
  readonly parked: readonly Attempt[];
  /** How many parked attempts Jira has accepted, by its own answers. */
  readonly releasedCount: number;
  readonly discarded: readonly Attempt[];
  /** Forms and links that were stopped, and neither sent nor given up since. */
  readonly blocked: readonly Attempt[];
}

export interface QueueDependencies {
  /** Whether an attempt may go as it is, decided at once. */
  mayPass(sending: AttemptKind, sent: SentTokens): boolean;
  /** Whether the page was proven fresh a moment ago: then its user is back. */
  isProven(): boolean;
  ensureAccepted(sending: AttemptKind, sent: SentTokens): Promise<'release' | 'keep'>;
  /** Whether the user may send an attempt although nothing gets through to Jira. */
  maySendAnyway(sending: AttemptKind, sent: SentTokens): boolean;
  /**
   * Runs work in the next task: a form can't be submitted again while its submission event is dispatched, and no event
   * is over before its task is.
   */
  nextTask(work: () => void): void;
  /** The guard's state has changed. */
  onChange(state: QueueState): void;
  /** Something failed unexpectedly; the attempt was released all the same. */
  onError(error: unknown): void;
}

/** The states of files that wait in the page. Only `parked` ones are released by themselves. */
const PARKED = ['parked', 'stuck', 'ignored'] as const;
type Parked = (typeof PARKED)[number];
export type State = 'checking' | Parked | 'blocked' | 'discarded' | 'released';

/**
 * Which states can follow each. docs/architecture.md says what they mean.
 *
 *   new -> checking -- accepted -> released -- the page ignores parked files -> ignored -- Jira has them -> released
 *            |  ^ ^
 *            |  | +----- "Send anyway" --------------------+
 *            +--|------- can't go: form, link ---------> blocked
 *            |  +------- the user is back, or says so -----+
 *            +---------- can't go: files --------------> parked, stuck
 *
 *   checking, parked, stuck, ignored -- "Discard files" -> discarded -- "Undo" -> parked, stuck or ignored, as before
 */
const NEXT: Readonly<Record<State | 'new', readonly State[]>> = {
  new: ['checking', 'parked'],
  checking: ['released', 'parked', 'stuck', 'blocked', 'discarded'],
  parked: ['checking', 'discarded'],
  stuck: ['checking', 'discarded'],
  ignored: ['released', 'discarded'],
  blocked: ['checking'],
  discarded: ['parked'],
  released: ['ignored'],
};

/** What the queue knows of an attempt. */
export interface Entry {
  readonly state: State;
  /** How its files were parked last, if they were. */
  readonly parkedAs?: Parked | undefined;
  /** The user wants to send it without an answer from Jira. */
  isForced?: boolean;
  /** The names of its files that have changed on the disk. */
  changed?: readonly string[];
}

/**
 * Changes the state of an attempt; without an entry it is new. Files that are parked again wait as they did before.
 * Throws if the table does not allow the change.
 */
export function transition(from: Entry | undefined, to: State): Entry {
  const old = from?.state ?? 'new';
  if (!NEXT[old].includes(to)) throw new Error(`${old} to ${to}`);
  const state = to === 'parked' ? (from?.parkedAs ?? to) : to;
  return { ...from, isForced: false, state, parkedAs: PARKED.find((each) => each === state) ?? from?.parkedAs };
}

export class AttemptQueue {
  readonly #dependencies: QueueDependencies;
  /** In the order in which they came; without those that nobody asks about any more. */
  readonly #attempts = new Map<Attempt, Entry>();
  #releasedCount = 0;
  #isProcessing = false;
  /** True during a release: the events that come then are the guard's own. */
  isReleasing = false;

  constructor(dependencies: QueueDependencies) {
    this.#dependencies = dependencies;
  }

  /** The attempts that are in one of the states, in their order. */
  #inState(...states: readonly State[]): Attempt[] {
    return [...this.#attempts.keys()].filter((each) => states.includes(this.#attempts.get(each)!.state));
  }

  #setState(attempts: readonly Attempt[], to: State): void {
    for (const attempt of attempts) this.#attempts.set(attempt, transition(this.#attempts.get(attempt), to));
  }

  get queueState(): QueueState {
    return {
      checking: this.#inState('checking'),
      // A parked attempt that is checked again can still be lost with the page.
      parked: this.#inState('checking', ...PARKED).filter((each) => this.wasParked(each)),
      discarded: this.#inState('discarded'),
      blocked: this.#inState('blocked'),
      releasedCount: this.#releasedCount,
    };
  }

  /** Whether an attempt may pass untouched. Nothing overtakes what came before it. */
  mayPass({ sending, sent }: Attempt): boolean {
    return (
      this.#inState('checking').length === 0 && !this.hasReleasableFiles && this.#dependencies.mayPass(sending, sent)
    );
  }

  /** An attempt has passed untouched. */
  notePassed(attempt: Attempt): void {
    if (attempt.sending !== 'attach') this.#forgetReplaced(attempt);
    this.#notify();
  }

  /**
   * Takes an attempt, and releases, parks or blocks it once Jira was asked. A form that is pressed again meanwhile is
   * sent once: the page would have prevented the second submission if it had received the first. A held key, which may
   * or may not cause a submission, gives way to a press that surely does.
   */
  addAttempt(attempt: Attempt): void {
    if (attempt.sending !== 'attach') {
      const before = this.#inState('checking').find(({ subject }) => subject === attempt.subject);
      if (before && (before.event === attempt.event || attempt.event === 'keydown')) return;
      if (before) this.#attempts.delete(before);
    }
    this.#setState([attempt], 'checking');
    this.#forgetReplaced(attempt);
    this.#notify();
    this.#startProcessing();
  }

  /** Forgets what was blocked and is now sent or given up. A dialog's form, such as a search, replaces only itself. */
  #forgetReplaced({ sending, subject }: Attempt): void {
    for (const each of this.#inState('blocked'))
      if (sending !== 'script' || each.subject === subject) this.#attempts.delete(each);
  }

  /** After a refresh: checks parked files again if their user is proven to be back. */
  recheckParked(): void {
    if (this.#isProcessing) return;
    const releasable = this.#releasable;
    if (releasable.length > 0 && this.#isProven()) this.#checkAgain(releasable);
  }

  #checkAgain(attempts: readonly Attempt[]): void {
    this.#setState(attempts, 'checking');
    this.#notify();
    this.#startProcessing();
  }

  /** What may go although nothing gets through to Jira: all parked files, or else the last form or link. */
  get sendableAnyway(): readonly Attempt[] {
    const files = this.#releasable;
    const last = this.#inState('blocked').slice(-1);
    const candidates = files.length > 0 ? files : last.filter((each) => this.#isInPlace(each));
    return candidates.every(({ sending, sent }) => this.#dependencies.maySendAnyway(sending, sent)) ? candidates : [];
  }

  /** Releases, at the user's word, what may go. */
  sendAnyway(): void {
    const { sendableAnyway } = this;
    this.#checkAgain(sendableAnyway);
    for (const attempt of sendableAnyway) this.#attempts.get(attempt)!.isForced = true;
  }

  /** Discards what is parked; with a subject, only that input's files, also those being checked for the first time. */
  discard(subject?: object): void {
    const isIncluded = (each: Attempt): boolean => (subject ? each.subject === subject : this.wasParked(each));
    const included = this.#inState('checking', ...PARKED).filter(isIncluded);
    if (included.length === 0) return;
    this.forgetDiscarded();
    this.#setState(included, 'discarded');
    for (const attempt of included) this.#passToPage(() => attempt.onDiscard?.());
    this.#notify();
  }

  undoDiscard(): void {
    const discarded = this.#inState('discarded');
    for (const attempt of discarded) this.#passToPage(() => attempt.onUndo?.());
    this.#setState(discarded, 'parked');
    this.#notify();
    this.recheckParked();
  }

  /** The notice of discarded files was shown for long enough. */
  forgetDiscarded(): void {
    for (const each of this.#inState('discarded')) this.#attempts.delete(each);
  }

  /** The user has read that nothing was sent. */
  forgetBlocked(): void {
    for (const each of this.#inState('blocked')) this.#attempts.delete(each);
  }

  /**
   * Ends this copy of the script: releases what is being checked. Parked files would be refused, or sent as another
   * user; they are returned for the next copy.
   */
  end(): readonly Attempt[] {
    // Don't overtake earlier ones. A form still has its content.
    for (const attempt of this.#inState('checking')) this.#failOpen(attempt, this.#inState(...PARKED).length === 0);
    // Don't give the page again what it did not take.
    const parked = this.#inState(...PARKED).map((each) =>
      this.#attempts.get(each)!.state === 'ignored' ? { ...each, isInPlace: () => false } : each,
    );
    this.#attempts.clear();
    return parked;
  }

  /** Takes over the files that the previous copy had parked. */
  takeOverParked(parked: readonly Attempt[]): void {
    if (parked.length === 0) return;
    this.#setState(parked, 'parked');
    this.#notify();
  }

  #startProcessing(): void {
    if (this.#isProcessing) return;
    const start = (): boolean => {
      this.#dependencies.nextTask(() => void this.#processQueue());
      return true;
    };
    // One failure must not cost anybody a file: try again.
    this.#isProcessing = this.#quietly(start, false) || start();
  }

  /** Settles the attempts one after the other. */
  async #processQueue(): Promise<void> {
    /** The attempts of this run, each checked once: one whose own token can't be renewed must not delay the others. */
    const checked = new Set<Attempt>();
    for (;;) {
      const [attempt] = this.#inState('checking');
      this.#isProcessing = attempt !== undefined;
      if (!attempt) return;
      const entry = this.#attempts.get(attempt);
      const outcome = await this.#outcomeOf(attempt);
      // It may have been released or discarded meanwhile, even had back, or earlier ones are checked again.
      if (this.#inState('checking')[0] !== attempt || this.#attempts.get(attempt) !== entry) continue;
      checked.add(attempt);
      try {
        if (outcome === 'keep') this.#parkOrBlock(attempt, this.#isInPlace(attempt) && this.#isProven());
        else if (outcome === 'anyway' || attempt.sending !== 'attach') this.release(attempt);
        else this.#releaseInOrder(attempt, checked);
      } catch (error) {
        this.#report(error);
        this.#failOpen(attempt);
      }
      this.#notify();
    }
  }

  /** Releases an attempt after those parked before it, or parks it if they may not go. Parked files need a proof. */
  #releaseInOrder(attempt: Attempt, checked: ReadonlySet<Attempt>): void {
    if ((this.hasReleasableFiles || this.wasParked(attempt)) && !this.#isProven()) return this.#parkOrBlock(attempt);
    const before = this.#inState('parked', 'stuck').filter((each) => !checked.has(each) && this.#isInPlace(each));
    this.#setState(before, 'checking');
    if (before.length === 0) this.release(attempt);
  }

  /** Parks files, or blocks a form or a link: its text is still there. */
  #parkOrBlock(attempt: Attempt, isStuck = false): void {
    this.#setState([attempt], attempt.sending !== 'attach' ? 'blocked' : isStuck ? 'stuck' : 'parked');
  }

  /** Releases an attempt that can't be checked. What has waited, or can't be released either, is kept. */
  #failOpen(attempt: Attempt, mayGo = true): void {
    if (mayGo && !this.wasParked(attempt)) this.#quietly(() => this.release(attempt), undefined);
    if (this.#attempts.get(attempt)?.state === 'checking') this.#parkOrBlock(attempt);
  }

  /** Whether any parked files can still be released. */
  get hasReleasableFiles(): boolean {
    return this.#releasable.length > 0;
  }

  get #releasable(): Attempt[] {
    return this.#inState('parked').filter((each) => this.isReleasable(each));
  }

  /** Whether a parked attempt is released by itself once its user is back. */
  isReleasable(attempt: Attempt): boolean {
    return this.#isInPlace(attempt) && (this.#attempts.get(attempt)?.parkedAs ?? 'parked') === 'parked';
  }

  /** Whether the target of an attempt is still there; if that can't be read, it counts as gone. */
  #isInPlace(attempt: Attempt): boolean {
    return this.#quietly(() => isInPlace(attempt), false);
  }

  /** Parked files need a proof: failing open could mean acting as somebody else. */
  #isProven(): boolean {
    return this.#quietly(() => this.#dependencies.isProven(), false);
  }

  async #outcomeOf(attempt: Attempt): Promise<'release' | 'keep' | 'anyway'> {
    const { sending, sent } = attempt;
    const wasParked = this.wasParked(attempt);
    try {
      if (wasParked && (await this.#hasChanged(attempt))) return 'keep';
      if (this.#attempts.get(attempt)?.isForced && this.#dependencies.maySendAnyway(sending, sent)) return 'anyway';
      const outcome = await this.#dependencies.ensureAccepted(sending, sent);
      // It can also have changed while Jira was asked.
      return wasParked && outcome === 'release' && (await this.#hasChanged(attempt)) ? 'keep' : outcome;
    } catch (error) {
      this.#report(error);
      return wasParked ? 'keep' : 'release';
    }
  }

  async #hasChanged(attempt: Attempt): Promise<boolean> {
    const changed = (await attempt.changed?.()) ?? [];
    const entry = this.#attempts.get(attempt);
    if (entry) entry.changed = changed;
    return changed.length > 0;
  }

  /** The names of the parked files that have changed on the disk, or are gone. */
  get changedFiles(): readonly string[] {
    return this.#inState(...PARKED).flatMap((attempt) => this.#attempts.get(attempt)!.changed ?? []);
  }

  /** Whether an attempt has been parked before. */
  wasParked(attempt: Attempt): boolean {
    return this.#attempts.get(attempt)?.parkedAs !== undefined;
  }

  /** Releases an attempt once, if its target is still there: the page may show something else by now. */
  release(attempt: Attempt): void {
    if (this.#attempts.get(attempt)?.state !== 'checking') return;
    if (!isInPlace(attempt)) return this.#parkOrBlock(attempt);
    this.#setState([attempt], 'released');
    const isTaken = this.#passToPage(() => attempt.release());
    // Nobody asks about it any more: keep neither its files nor its elements.
    if (!this.wasParked(attempt)) this.#attempts.delete(attempt);
    else if (!isTaken) this.#setState([attempt], 'ignored');
  }

  /** Jira has accepted all files of an attempt, even if the page did not seem to take them. */
  noteAccepted(attempt: Attempt): void {
    const { state, parkedAs } = this.#attempts.get(attempt) ?? {};
    if (state !== 'released' && parkedAs !== 'ignored') return;
    if (state === 'ignored') this.#setState([attempt], 'released');
    this.#releasedCount++;
    this.#notify();
  }

  /** Gives the page something; the events this causes are not held again. False if the page did not take it. */
  #passToPage(pass: () => unknown): boolean {
    this.isReleasing = true;
    const isTaken = this.#quietly(() => pass() !== false, false);
    this.isReleasing = false;
    return isTaken;
  }

  #notify(): void {
    this.#quietly(() => this.#dependencies.onChange(this.queueState), undefined);
  }

  /** Gives the result of work; if that fails, reports the failure and gives the fallback. */
  #quietly<T>(work: () => T, other: T): T {
    try {
      return work();
    } catch (error) {
      this.#report(error);
      return other;
    }
  }

  #report(error: unknown): void {
    try {
      this.#dependencies.onError(error);
    } catch {
      // A failed report must not become another failure.
    }
  }
}

/** Whether the target of an attempt is still there. */
function isInPlace(attempt: Attempt): boolean {
  return attempt.isInPlace?.() ?? true;
}
