/**
 * The guard: holds what the user is about to send until it is sure that Jira will accept it, then releases it.
 *
 *                 may pass (proven fresh, nothing parked) -> passes, untouched
 *   attempt ----- otherwise -> checking -- asked --> release -----------------------> released
 *                                               \--> keep: form or link -> blocked (its text is still there)
 *                                                    files -> parked -- its user is back --> released, if taken
 *                                                                    \-- discarded -- undone -> parked
 *   If nothing gets through to Jira, the user may still send what is parked, or the last that was blocked.
 *
 * Invariants: each attempt is released at most once, and all in the order in which they came, also across a sign-in.
 * Whatever fails on the way releases the attempt, because Jira must never be worse off for having us; but parked files
 * stay. Those that the page then did not take, or that changed on the disk, stay parked for their user.
 */
import type { Sent } from '../session/page-session.ts';
import type { Sending } from '../verdict/verdict.ts';

export interface Attempt {
  readonly sending: Sending;
  /** The names of its files; none for a form or a link. */
  readonly files: readonly string[];
  /** The tokens that it would send, other than the page's. */
  readonly sent: Sent;
  /** Its form, link or input. */
  readonly subject?: object;
  /** The kind of event that was held: a key that would have submitted a form gives way to the form's submission. */
  readonly event?: string;
  /** The key of the issue that it is for, if the page shows one. */
  readonly issue?: string | undefined;
  /** Whether its target is still there; if not, it must not go anywhere else. */
  isInPlace?(): boolean;
  /** The names of its files that can't be given as they were: they changed on the disk, or are gone. */
  changed?(): Promise<readonly string[]>;
  /** Gives the page what was held, as if nothing had happened. False if the page did not take it. */
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
  mayPass(sending: Sending, sent: Sent): boolean;
  /** Whether the page was proven fresh a moment ago: then its user is back. */
  isProven(): boolean;
  makeSure(sending: Sending, sent: Sent): Promise<'release' | 'keep'>;
  /** Whether the user may send an attempt although nothing gets through to Jira. */
  mayGoAnyway(sending: Sending, sent: Sent): boolean;
  /**
   * Runs work in the next task: a form can't be submitted again while its submission event is dispatched, and no event
   * is over before its task is.
   */
  nextTask(work: () => void): void;
  /** The guard's state has changed. */
  onChange(holding: QueueState): void;
  /** Something failed unexpectedly; what was held was released all the same. */
  onError(error: unknown): void;
}

export class Guard {
  readonly #dependencies: QueueDependencies;
  #checking: Attempt[] = [];
  #parked: Attempt[] = [];
  #discarded: Attempt[] = [];
  #blocked: Attempt[] = [];
  readonly #waited = new WeakSet<Attempt>();
  /** Parked although the page's user is there: its own token can't be renewed, or the page did not take it. */
  readonly #stuck = new WeakSet<Attempt>();
  #releasedCount = 0;
  /** Attempts that the user wants to send without an answer from Jira. */
  readonly #anyway = new WeakSet<Attempt>();
  /** The names of the files that have changed on the disk. */
  readonly #changed = new WeakMap<Attempt, readonly string[]>();
  readonly #released = new WeakSet<Attempt>();
  /** The attempt that is being settled: it is in none of the lists for a moment. */
  #current: Attempt | undefined;
  #isWorking = false;
  /** True during a release: the events that come then are the guard's own. */
  isReleasing = false;

  constructor(dependencies: QueueDependencies) {
    this.#dependencies = dependencies;
  }

  get holding(): QueueState {
    const [checking, discarded, blocked] = [this.#checking, this.#discarded, this.#blocked];
    // A parked attempt that is checked again can still be lost with the page.
    const parked = [...checking.filter((each) => this.hasWaited(each)), ...this.#parked];
    return { checking, parked, discarded, blocked, releasedCount: this.#releasedCount };
  }

  /** Whether an attempt may pass untouched. Nothing overtakes what came before it. */
  mayPass({ sending, sent }: Attempt): boolean {
    return this.#checking.length === 0 && !this.isWaiting && this.#dependencies.mayPass(sending, sent);
  }

  /** An attempt has passed untouched. */
  passed(attempt: Attempt): void {
    if (attempt.sending !== 'attach') this.#giveUp(attempt);
    this.#tell();
  }

  /**
   * Takes an attempt, and releases, parks or blocks it once Jira was asked. A form that is pressed again meanwhile is
   * sent once: the page would have prevented the second submission if it had received the first. A held key, which may
   * or may not cause a submission, gives way to a press that surely does.
   */
  hold(attempt: Attempt): void {
    if (attempt.sending !== 'attach') {
      const before = this.#checking.find(({ subject }) => subject === attempt.subject);
      if (before && (before.event === attempt.event || attempt.event === 'keydown')) return;
      this.#checking = this.#checking.filter((each) => each !== before);
    }
    this.#checking = [...this.#checking, attempt];
    this.#giveUp(attempt);
    this.#tell();
    this.#start();
  }

  /** Drops what was blocked and is now sent or given up. A dialog's form, such as a search, replaces only itself. */
  #giveUp({ sending, subject }: Attempt): void {
    this.#blocked = this.#blocked.filter((each) => sending === 'script' && each.subject !== subject);
  }

  /** After a refresh: checks parked files again if their user is proven to be back. */
  review(): void {
    if (this.#isWorking || this.#parked.length === 0 || !this.#isProven()) return;
    const inPlace = this.#parked.filter((attempt) => this.isAwaited(attempt));
    if (inPlace.length > 0) this.#holdAgain(inPlace);
  }

  #holdAgain(attempts: readonly Attempt[]): void {
    const isOther = (each: Attempt): boolean => !attempts.includes(each);
    this.#parked = this.#parked.filter(isOther);
    this.#blocked = this.#blocked.filter(isOther);
    this.#checking = [...this.#checking, ...attempts];
    this.#tell();
    this.#start();
  }

  /** What may go although nothing gets through to Jira: all parked files, or else the last form or link. */
  get goers(): readonly Attempt[] {
    const files = this.#parked.filter((attempt) => this.isAwaited(attempt));
    const meant = files.length > 0 ? files : this.#blocked.slice(-1).filter(isInPlace);
    return meant.every(({ sending, sent }) => this.#dependencies.mayGoAnyway(sending, sent)) ? meant : [];
  }

  /** Releases, at the user's word, what may go. */
  goAnyway(): void {
    const { goers } = this;
    for (const attempt of goers) this.#anyway.add(attempt);
    this.#holdAgain(goers);
  }

  /** Discards what is parked; with a subject, only that input's files, also those being checked for the first time. */
  discard(subject?: object): void {
    const isOther = (each: Attempt): boolean => (subject ? each.subject !== subject : !this.hasWaited(each));
    const meant = [...this.#checking, ...this.#parked].filter((each) => !isOther(each));
    if (meant.length === 0) return;
    this.#discarded = meant;
    this.#checking = this.#checking.filter(isOther);
    this.#parked = this.#parked.filter(isOther);
    for (const attempt of meant) this.#give(() => attempt.onDiscard?.());
    this.#tell();
  }

  undoDiscard(): void {
    for (const attempt of this.#discarded) this.#give(() => attempt.onUndo?.());
    this.#parked = [...this.#discarded, ...this.#parked];
    this.#discarded = [];
    this.#tell();
    this.review();
  }

  /** The notice of discarded files was shown for long enough. */
  forgetDiscarded(): void {
    this.#discarded = [];
  }

  /** The user has read that nothing was sent. */
  forgetBlocked(): void {
    this.#blocked = [];
  }

  /**
   * Ends this copy of the script: releases what is being checked. Parked files would be refused, or sent as another
   * user; they are returned for the next copy.
   */
  end(): readonly Attempt[] {
    for (const attempt of this.#checking.splice(0)) {
      // Don't overtake earlier ones, or release without proof what was parked. A form still has its content.
      if (this.#parked.length === 0 && !this.#waited.has(attempt)) this.release(attempt);
      else if (attempt.sending === 'attach') this.#park(attempt);
    }
    // Don't give the page again what it did not take.
    return this.#parked
      .splice(0)
      .map((each) => (this.#released.has(each) ? { ...each, isInPlace: () => false } : each));
  }

  /** Takes over the files that the previous copy had parked. */
  takeOver(parked: readonly Attempt[]): void {
    if (parked.length === 0) return;
    for (const attempt of parked) this.#park(attempt);
    this.#tell();
  }

  #start(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    new Promise<void>((done) => this.#dependencies.nextTask(done))
      .then(() => this.#work())
      .catch((error: unknown) => {
        // An unexpected failure must not cost anybody a file.
        this.#report(error);
        const [current, checking] = [this.#current, this.#checking];
        [this.#current, this.#checking] = [undefined, []];
        this.#dependencies.nextTask(() => {
          for (const attempt of current ? [current, ...checking] : checking)
            if (this.#waited.has(attempt)) this.#park(attempt);
            else this.release(attempt);
        });
      })
      .finally(() => {
        this.#isWorking = false;
        // Attempts that came at the last moment.
        if (this.#checking.length > 0) this.#start();
      });
  }

  /** Settles the attempts one after the other. */
  async #work(): Promise<void> {
    /** The attempts of this run, each checked once: one whose own token can't be renewed must not delay the others. */
    const asked = new Set<Attempt>();
    while (this.#checking.length > 0) {
      const [attempt] = this.#checking as [Attempt];
      const outcome = await this.#outcomeOf(attempt);
      // It may have been released or discarded meanwhile.
      if (this.#checking[0] !== attempt) continue;
      this.#current = attempt;
      this.#checking.shift();
      asked.add(attempt);
      if (attempt.sending !== 'attach') {
        if (outcome === 'keep' || !isInPlace(attempt)) this.#blocked.push(attempt);
        else this.release(attempt);
      } else if (outcome === 'keep') {
        if (isInPlace(attempt) && this.#isProven()) this.#stuck.add(attempt);
        this.#park(attempt);
      } else if (outcome === 'anyway') this.release(attempt);
      else this.#releaseInOrder(attempt, asked);
      this.#current = undefined;
      this.#tell();
    }
  }

  /** Releases an attempt after those parked before it, or parks it if they may not go. Parked files need a proof. */
  #releaseInOrder(attempt: Attempt, asked: ReadonlySet<Attempt>): void {
    const hasWaited = this.isWaiting || this.#waited.has(attempt);
    const isProven = !hasWaited || this.#isProven();
    const isBefore = (each: Attempt): boolean => !asked.has(each) && !this.#released.has(each) && isInPlace(each);
    const before = isProven ? this.#parked.filter(isBefore) : [];
    if (before.length > 0) {
      this.#parked = this.#parked.filter((each) => !before.includes(each));
      this.#checking.unshift(...before, attempt);
    } else if (isProven) this.release(attempt);
    else this.#park(attempt);
  }

  /** Whether any parked files can still be released. */
  get isWaiting(): boolean {
    return this.#parked.some((attempt) => this.isAwaited(attempt));
  }

  /** Whether a parked attempt is released by itself once its user is back. */
  isAwaited(attempt: Attempt): boolean {
    return isInPlace(attempt) && !this.#stuck.has(attempt);
  }

  #park(attempt: Attempt): void {
    this.#waited.add(attempt);
    this.#parked.push(attempt);
  }

  /** Parked files need a proof: failing open could mean acting as somebody else. */
  #isProven(): boolean {
    return this.#quietly(() => this.#dependencies.isProven(), false);
  }

  async #outcomeOf(attempt: Attempt): Promise<'release' | 'keep' | 'anyway'> {
    const { sending, sent } = attempt;
    const hasWaited = this.#waited.has(attempt);
    try {
      if (hasWaited && (await this.#hasChanged(attempt))) return 'keep';
      const isMeant = this.#anyway.delete(attempt);
      if (isMeant && this.#dependencies.mayGoAnyway(sending, sent)) return 'anyway';
      const outcome = await this.#dependencies.makeSure(sending, sent);
      // It can also have changed while Jira was asked.
      return hasWaited && outcome === 'release' && (await this.#hasChanged(attempt)) ? 'keep' : outcome;
    } catch (error) {
      this.#report(error);
      return hasWaited ? 'keep' : 'release';
    }
  }

  async #hasChanged(attempt: Attempt): Promise<boolean> {
    const changed = (await attempt.changed?.()) ?? [];
    this.#changed.set(attempt, changed);
    return changed.length > 0;
  }

  /** The names of the parked files that have changed on the disk, or are gone. */
  get changed(): readonly string[] {
    return this.#parked.flatMap((attempt) => this.#changed.get(attempt) ?? []);
  }

  /** Whether an attempt has been parked before. */
  hasWaited(attempt: Attempt): boolean {
    return this.#waited.has(attempt);
  }

  /** Releases an attempt once, if its target is still there: the page may show something else by now. */
  release(attempt: Attempt): void {
    if (this.#released.has(attempt)) return;
    if (!isInPlace(attempt)) {
      if (attempt.sending === 'attach') this.#park(attempt);
      return;
    }
    this.#released.add(attempt);
    const isTaken = this.#give(() => attempt.release());
    if (isTaken || !this.#waited.has(attempt)) return;
    this.#stuck.add(attempt);
    this.#parked.push(attempt);
  }

  /** Jira has accepted all files of an attempt, even if the page did not seem to take them. */
  answered(attempt: Attempt): void {
    if (!this.#waited.has(attempt) || !this.#released.has(attempt)) return;
    this.#parked = this.#parked.filter((each) => each !== attempt);
    this.#releasedCount++;
    this.#tell();
  }

  /** Gives the page something; the events this causes are not held again. False if the page did not take it. */
  #give(give: () => unknown): boolean {
    this.isReleasing = true;
    const isTaken = this.#quietly(() => give() !== false, false);
    this.isReleasing = false;
    return isTaken;
  }

  #tell(): void {
    this.#quietly(() => this.#dependencies.onChange(this.holding), undefined);
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
