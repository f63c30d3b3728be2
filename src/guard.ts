/**
 * The guard: holds what the user is about to send until it is sure that it will be accepted, then lets it go on.
 *
 *                 may pass (proven fresh, nothing waiting) -> passes, untouched
 *   attempt ----- otherwise -> held -- asked --> release ---------------------------> released
 *                                           \--> keep: a form or a link -> let be (what was written is still there)
 *                                                files -> kept -- its user is back --> released
 *                                                           \---- discarded -- undone -> kept
 *
 * Invariants: what is held is released at most once, and in the order in which it came, files before and after a sign-in
 * alike; whatever fails on the way releases it, because Jira must never be worse off for having us.
 */
import type { Sent } from './inquiry.ts';
import type { Sending } from './verdict.ts';

export interface Attempt {
  readonly sending: Sending;
  /** The names of the files in it; none for a form or a link. */
  readonly files: readonly string[];
  /** The token that it would send, where that is not the page's. */
  readonly sent: Sent;
  /** Work that must be done before it can be released: reading the folders among what was dropped. */
  prepare?(): Promise<void>;
  /** Gives the page what was held, as if nothing had been. */
  release(): void;
}

/** What the guard has, for whoever tells the user. */
export interface Holding {
  /** What is being asked about now. */
  readonly held: readonly Attempt[];
  /** Files that wait for their user. */
  readonly kept: readonly Attempt[];
  readonly discarded: readonly Attempt[];
  /** What the last asking has let be: nothing was sent. */
  readonly letBe: readonly Attempt[];
}

export interface GuardHands {
  /** Whether an attempt may go as it is, told at once. */
  mayPass(sending: Sending, sent: Sent): boolean;
  /** Whether the page was proven fresh a moment ago: then its user is back. */
  isProven(): boolean;
  makeSure(sent: Sent): Promise<'release' | 'keep'>;
  /** What the guard has is another. */
  onChange(holding: Holding): void;
  /** Something failed that should not have; what was held has been let go all the same. */
  onError(error: unknown): void;
}

export class Guard {
  readonly #hands: GuardHands;
  #held: Attempt[] = [];
  #kept: Attempt[] = [];
  #discarded: Attempt[] = [];
  #letBe: Attempt[] = [];
  readonly #released = new WeakSet<Attempt>();
  /** What is being settled: in none of the lists for a moment. */
  #current: Attempt | undefined;
  #isWorking = false;
  /** While it lets something go, what comes is what it let go. */
  #isReleasing = false;

  constructor(hands: GuardHands) {
    this.#hands = hands;
  }

  get holding(): Holding {
    return { held: this.#held, kept: this.#kept, discarded: this.#discarded, letBe: this.#letBe };
  }

  get isReleasing(): boolean {
    return this.#isReleasing;
  }

  /** Whether an attempt may go on untouched. Nothing overtakes what came before it. */
  mayPass({ sending, sent }: Attempt): boolean {
    const isFirst = this.#held.length === 0 && this.#kept.length === 0;
    return isFirst && this.#hands.mayPass(sending, sent);
  }

  /** Takes an attempt. It is released, kept or let be once Jira was asked. */
  hold(attempt: Attempt): void {
    this.#held = [...this.#held, attempt];
    this.#letBe = [];
    this.#tell();
    this.#start();
  }

  /** The page was looked at again: what waited goes on, if its user is proven to be back. */
  review(): void {
    if (this.#isWorking || this.#kept.length === 0 || !this.#isProven()) return;
    this.#held = this.#kept.splice(0);
    this.#tell();
    this.#start();
  }

  discard(): void {
    this.#discarded = this.#kept;
    this.#kept = [];
    this.#tell();
  }

  undoDiscard(): void {
    this.#kept = [...this.#discarded, ...this.#kept];
    this.#discarded = [];
    this.#tell();
    this.review();
  }

  /** What was discarded or let be has been told of for long enough. */
  forget(): void {
    this.#discarded = [];
    this.#letBe = [];
  }

  /**
   * This copy of the script ends: what is being asked about is let go. What is kept would be refused, or be done by
   * another; it is given back, for the copy that follows.
   */
  end(): readonly Attempt[] {
    for (const attempt of this.#held.splice(0)) this.#release(attempt);
    return this.#kept.splice(0);
  }

  /** Goes on keeping what the copy before had kept. */
  takeOver(kept: readonly Attempt[]): void {
    if (kept.length === 0) return;
    this.#kept = [...kept];
    this.#tell();
  }

  #start(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work()
      .catch((error: unknown) => {
        // What should not happen must not cost anybody a file.
        this.#report(error);
        const [current, held] = [this.#current, this.#held];
        [this.#current, this.#held] = [undefined, []];
        if (current) this.#release(current);
        for (const attempt of held) this.#release(attempt);
      })
      .finally(() => (this.#isWorking = false));
  }

  /** One after the other. */
  async #work(): Promise<void> {
    /** Each waits at most once more in a run: one whose own token can't be renewed must not hold up the others. */
    const asked = new Set<Attempt>();
    while (this.#held.length > 0) {
      const [attempt] = this.#held as [Attempt];
      const outcome = await this.#outcomeOf(attempt);
      // It may have been let go meanwhile, by the end of this copy.
      if (this.#held[0] !== attempt) continue;
      this.#current = attempt;
      this.#held.shift();
      asked.add(attempt);
      if (attempt.sending === 'send') {
        if (outcome === 'keep') this.#letBe.push(attempt);
        else this.#release(attempt);
      } else if (outcome === 'keep') this.#kept.push(attempt);
      else this.#releaseInTurn(attempt, asked);
      this.#current = undefined;
      this.#tell();
    }
  }

  /** Releases an attempt after what waited before it; where that may not go, this one must wait too. */
  #releaseInTurn(attempt: Attempt, asked: ReadonlySet<Attempt>): void {
    const isProven = this.#kept.length === 0 || this.#isProven();
    const before = isProven ? this.#kept.filter((each) => !asked.has(each)) : [];
    if (before.length > 0) {
      this.#kept = this.#kept.filter((each) => asked.has(each));
      this.#held.unshift(...before, attempt);
    } else if (isProven) this.#release(attempt);
    else this.#kept.push(attempt);
  }

  #isProven(): boolean {
    try {
      return this.#hands.isProven();
    } catch (error) {
      // What waits, waits for a proof: here failing open could be to act as somebody else.
      this.#report(error);
      return false;
    }
  }

  async #outcomeOf(attempt: Attempt): Promise<'release' | 'keep'> {
    try {
      const ready = attempt.prepare?.().catch((error: unknown) => this.#report(error));
      const outcome = await this.#hands.makeSure(attempt.sent);
      await ready;
      return outcome;
    } catch (error) {
      this.#report(error);
      return 'release';
    }
  }

  /** Lets an attempt go, if that has not been done already. */
  letGo(attempt: Attempt): void {
    this.#release(attempt);
  }

  #release(attempt: Attempt): void {
    if (this.#released.has(attempt)) return;
    this.#released.add(attempt);
    this.#isReleasing = true;
    try {
      attempt.release();
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isReleasing = false;
    }
  }

  #tell(): void {
    try {
      this.#hands.onChange(this.holding);
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    try {
      this.#hands.onError(error);
    } catch {
      // Telling of a failure must not become one.
    }
  }
}
