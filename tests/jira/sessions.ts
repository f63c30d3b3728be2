/** Tomcat's sessions, with the attributes that a `sessionattributes.jsp` shows. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface Session {
  readonly id: string;
  /** What `X-ASESSIONID` carries: a hash, safe to keep, that changes with the session. */
  readonly hash: string;
  /** The cluster node that knows it. */
  readonly node: number;
  /** Empty for a visitor who hasn't signed in. */
  readonly user: string;
  readonly created: number;
  lastAccessed: number;
  /** The access before the last one, which Tomcat's `getLastAccessedTime` gives during a request. */
  previousAccess: number;
  /** Seconds, as Tomcat counts them: 18 000 of silence by default. */
  maxInactiveInterval: number;
  /** The attribute `atlassian.xsrf.token`, from 8.4 on. */
  xsrfToken?: string;
  /** The issues that were chosen at the first step of a bulk edit. */
  bulkEdit?: string | undefined;
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #clock: Clock;
  #sweepAtSize = 1_000;
  timeoutMinutes: number;
  /** The node that the requests reach. A session of another is unknown here (case 8: no sticky sessions). */
  node = 1;

  constructor(clock: Clock, timeoutMinutes: number) {
    this.#clock = clock;
    this.timeoutMinutes = timeoutMinutes;
  }

  /** The live session of an id, renewed by being asked for; undefined where it is unknown or has run out. */
  touch(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (!session || session.node !== this.node) return undefined;
    if (!this.#isLive(session)) {
      this.#sessions.delete(session.id);
      return undefined;
    }
    session.previousAccess = session.lastAccessed;
    session.lastAccessed = this.#clock.now();
    return session;
  }

  create(user: string): Session {
    if (this.#sessions.size >= this.#sweepAtSize) this.#sweep();
    const now = this.#clock.now();
    const id = randomBytes(16).toString('hex').toUpperCase();
    const session: Session = {
      id,
      hash: createHash('sha256').update(id).digest('hex').slice(0, 6),
      node: this.node,
      user,
      created: now,
      lastAccessed: now,
      previousAccess: now,
      maxInactiveInterval: this.timeoutMinutes * 60,
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** The live ones. */
  get all(): Session[] {
    return [...this.#sessions.values()].filter((session) => this.#isLive(session));
  }

  drop(session: Session): void {
    this.#sessions.delete(session.id);
  }

  /** A node that was restarted, or lost: nobody is told. */
  dropAll(): void {
    this.#sessions.clear();
  }

  #isLive({ lastAccessed, maxInactiveInterval }: Session): boolean {
    return this.#clock.now() - lastAccessed < maxInactiveInterval * 1_000;
  }

  /** As Tomcat's background process does; a simulation of 100 000 steps would fill the memory with the dead. */
  #sweep(): void {
    for (const session of this.#sessions.values()) if (!this.#isLive(session)) this.drop(session);
    this.#sweepAtSize = Math.max(1_000, 2 * this.#sessions.size);
  }
}
