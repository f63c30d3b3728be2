/**
 * The guard: holds what the user is about to send until it is sure that it will be accepted, then lets it go on.
 *
 *                 may pass (proven fresh, nothing waiting) -> passes, untouched
 *   attempt ----- otherwise -> held -- asked --> release ---------------------------> released
 *                                           \--> keep: a form or a link -> let be (what was written is still there)
 *                                                files -> kept -- its user is back --> released, if the page takes them
 *                                                           \---- discarded -- undone -> kept
 *   Where nothing gets through to Jira the user may have what is kept, or the last that was let be, go all the same.
 *
 * Invariants: what is held is released at most once, and in the order in which it came, files before and after a sign-in
 * alike; whatever fails on the way releases it, because Jira must never be worse off for having us, but for files that have waited.
 * Those that the page then did not take, or that have changed on the disk, stay kept for their user to see to.
 */
import type { Sent } from '../session/page-session.ts';
import type { Sending } from '../verdict/verdict.ts';

export interface Attempt {
  readonly sending: Sending;
  /** The names of the files in it; none for a form or a link. */
  readonly files: readonly string[];
  /** The token that it would send, where that is not the page's. */
  readonly sent: Sent;
  /** The form, link or input that it is of. */
  readonly subject?: object;
  /** The kind of event that it is held of: a key that would have submitted a form gives way to its submission. */
  readonly event?: string;
  /** The key of the issue that it is for, where the page shows one. */
  readonly issue?: string | undefined;
  /** Whether the place is still there that it was meant for; where it isn't, it must not go anywhere else. */
  isInPlace?(): boolean;
  /** The names of its files that can't be given as they were: they have changed on their disk, or gone. */
  changed?(): Promise<readonly string[]>;
  /** Gives the page what was held, as if nothing had been. False if the page did not take it. */
  release(): unknown;
  /** It is not wanted any more, or wanted again. */
  onDiscard?(): void;
  onUndo?(): void;
}

/** What the guard has, for whoever tells the user. */
export interface QueueState {
  /** What is being asked about now. */
  readonly checking: readonly Attempt[];
  /** Files that wait for their user, or for somebody to see that their place is gone. */
  readonly parked: readonly Attempt[];
  /** How many that had waited Jira has taken, by its own answers. */
  readonly releasedCount: number;
  readonly discarded: readonly Attempt[];
  /** What was let be, and neither sent nor given up since: nothing was sent. */
  readonly blocked: readonly Attempt[];
}

export interface QueueDependencies {
  /** Whether an attempt may go as it is, told at once. */
  mayPass(sending: Sending, sent: Sent): boolean;
  /** Whether the page was proven fresh a moment ago: then its user is back. */
  isProven(): boolean;
  makeSure(sending: Sending, sent: Sent): Promise<'release' | 'keep'>;
  /** Whether the user may have an attempt go though nothing gets through to Jira. */
  mayGoAnyway(sending: Sending, sent: Sent): boolean;
  /**
   * The next task: a form can't be submitted again while its submission is being told of, nor is any event over before its
   * task is.
   */
  nextTask(work: () => void): void;
  /** What the guard has is another. */
  onChange(holding: QueueState): void;
  /** Something failed that should not have; what was held has been let go all the same. */
  onError(error: unknown): void;
}

export class Guard {
  readonly #dependencies: QueueDependencies;
  #checking: Attempt[] = [];
  #parked: Attempt[] = [];
  #discarded: Attempt[] = [];
  #blocked: Attempt[] = [];
  readonly #waited = new WeakSet<Attempt>();
  /** What had to be kept although the page's user is there: its own token can't be renewed, or the page did not take it. */
  readonly #stuck = new WeakSet<Attempt>();
  #releasedCount = 0;
  /** What its user has said to let go without Jira's word. */
  readonly #anyway = new WeakSet<Attempt>();
  /** The files that have changed on the disk. */
  readonly #changed = new WeakMap<Attempt, readonly string[]>();
  readonly #released = new WeakSet<Attempt>();
  /** What is being settled: in none of the lists for a moment. */
  #current: Attempt | undefined;
  #isWorking = false;
  /** While it lets something go, what comes is what it let go. */
  isReleasing = false;

  constructor(dependencies: QueueDependencies) {
    this.#dependencies = dependencies;
  }

  get holding(): QueueState {
    const [checking, discarded, blocked] = [this.#checking, this.#discarded, this.#blocked];
    // What has waited and is asked about again can still be lost with the page.
    const parked = [...checking.filter((each) => this.hasWaited(each)), ...this.#parked];
    return { checking, parked, discarded, blocked, releasedCount: this.#releasedCount };
  }

  /** Whether an attempt may go on untouched. Nothing overtakes what came before it. */
  mayPass({ sending, sent }: Attempt): boolean {
    return this.#checking.length === 0 && !this.isWaiting && this.#dependencies.mayPass(sending, sent);
  }

  /** An attempt has gone on untouched. */
  passed(attempt: Attempt): void {
    if (attempt.sending !== 'attach') this.#giveUp(attempt);
    this.#tell();
  }

  /**
   * Takes an attempt. It is released, kept or let be once Jira was asked. A form that is pressed again meanwhile is not
   * sent twice: the page, had it heard of the first press, would have seen to that. Nor is one whose key was held, which the
   * page may or may not make a submission of: the press that surely is one takes its place.
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

  /** What was let be before is sent now, or was given up. A dialog's form, such as a search, says so of itself alone. */
  #giveUp({ sending, subject }: Attempt): void {
    this.#blocked = this.#blocked.filter((each) => sending === 'script' && each.subject !== subject);
  }

  /** The page was looked at again: what waited goes on, if its user is proven to be back. */
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

  /** What may go though nothing gets through to Jira: all files, or else the last form or link. */
  get goers(): readonly Attempt[] {
    const files = this.#parked.filter((attempt) => this.isAwaited(attempt));
    const meant = files.length > 0 ? files : this.#blocked.slice(-1).filter(isInPlace);
    return meant.every(({ sending, sent }) => this.#dependencies.mayGoAnyway(sending, sent)) ? meant : [];
  }

  /** Lets go, at its user's word, what may. */
  goAnyway(): void {
    const { goers } = this;
    for (const attempt of goers) this.#anyway.add(attempt);
    this.#holdAgain(goers);
  }

  /** Lets go of what is kept; of one input's files alone, if that is given, also of those that are only just held. */
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

  /** That something was discarded has been told of for long enough. */
  forgetDiscarded(): void {
    this.#discarded = [];
  }

  /** The user has read that nothing was sent. */
  forgetBlocked(): void {
    this.#blocked = [];
  }

  /**
   * This copy of the script ends: what is being asked about is let go. What is kept would be refused, or be done by
   * another; it is given back, for the copy that follows.
   */
  end(): readonly Attempt[] {
    for (const attempt of this.#checking.splice(0)) {
      // It must not overtake what came before it, nor go without a proof once it has waited. What a form was to say is still in it.
      if (this.#parked.length === 0 && !this.#waited.has(attempt)) this.release(attempt);
      else if (attempt.sending === 'attach') this.#park(attempt);
    }
    // What the page did not take is not given to it again.
    return this.#parked
      .splice(0)
      .map((each) => (this.#released.has(each) ? { ...each, isInPlace: () => false } : each));
  }

  /** Goes on keeping what the copy before had kept. */
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
        // What should not happen must not cost anybody a file.
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
        // What came in the last moment.
        if (this.#checking.length > 0) this.#start();
      });
  }

  /** One after the other. */
  async #work(): Promise<void> {
    /** Each waits at most once more in a run: one whose own token can't be renewed must not hold up the others. */
    const asked = new Set<Attempt>();
    while (this.#checking.length > 0) {
      const [attempt] = this.#checking as [Attempt];
      const outcome = await this.#outcomeOf(attempt);
      // It may have been let go meanwhile, by the end of this copy.
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

  /** Releases an attempt after what waited before it; where that may not go, this one must wait too. What has waited wants a proof. */
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

  /** Whether files wait that may yet go on. */
  get isWaiting(): boolean {
    return this.#parked.some((attempt) => this.isAwaited(attempt));
  }

  /** Whether what is kept goes on by itself, once its user is there. */
  isAwaited(attempt: Attempt): boolean {
    return isInPlace(attempt) && !this.#stuck.has(attempt);
  }

  #park(attempt: Attempt): void {
    this.#waited.add(attempt);
    this.#parked.push(attempt);
  }

  /** What waits, waits for a proof: here failing open could be to act as somebody else. */
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

  /** The names of the kept files that have changed on the disk, or are gone. */
  get changed(): readonly string[] {
    return this.#parked.flatMap((attempt) => this.#changed.get(attempt) ?? []);
  }

  /** Whether files have waited for their user. */
  hasWaited(attempt: Attempt): boolean {
    return this.#waited.has(attempt);
  }

  /** Lets an attempt go, if that has not been done already, and its place is still there: what the page shows can be another's. */
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

  /** Jira has taken all files of an attempt, also of one that is kept because the page did not seem to take it. */
  answered(attempt: Attempt): void {
    if (!this.#waited.has(attempt) || !this.#released.has(attempt)) return;
    this.#parked = this.#parked.filter((each) => each !== attempt);
    this.#releasedCount++;
    this.#tell();
  }

  /** Gives the page something, of which what it makes is not held again. False if it was not taken. */
  #give(give: () => unknown): boolean {
    this.isReleasing = true;
    const isTaken = this.#quietly(() => give() !== false, false);
    this.isReleasing = false;
    return isTaken;
  }

  #tell(): void {
    this.#quietly(() => this.#dependencies.onChange(this.holding), undefined);
  }

  /** Gives what a work gives; where it fails, that is told, and the other is given. */
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
      // Telling of a failure must not become one.
    }
  }
}

/** Whether what an attempt was meant for is still there. */
function isInPlace(attempt: Attempt): boolean {
  return attempt.isInPlace?.() ?? true;
}
