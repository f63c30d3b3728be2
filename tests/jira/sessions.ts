/** Tomcat's sessions, with the attributes that a `sessionattributes.jsp` shows, and Seraph's remember-me. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface Session {
  readonly id: string;
  /** Empty for a visitor who hasn't signed in. */
  user: string;
  readonly created: number;
  lastAccessed: number;
  /** Seconds, as Tomcat counts them: 18 000 of silence by default. */
  maxInactiveInterval: number;
  /** The attribute `atlassian.xsrf.token`, from 8.4 on. */
  xsrfToken?: string;
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #remembered = new Map<string, string>();
  readonly #clock: Clock;
  timeoutMinutes: number;

  constructor(clock: Clock, timeoutMinutes: number) {
    this.#clock = clock;
    this.timeoutMinutes = timeoutMinutes;
  }

  /** The live session of an id, renewed by being asked for; undefined where it is unknown or has run out. */
  touch(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (!session) return undefined;
    const now = this.#clock.now();
    if (now - session.lastAccessed >= session.maxInactiveInterval * 1_000) {
      this.#sessions.delete(session.id);
      return undefined;
    }
    session.lastAccessed = now;
    return session;
  }

  create(user: string): Session {
    const now = this.#clock.now();
    const session: Session = {
      id: randomBytes(16).toString('hex').toUpperCase(),
      user,
      created: now,
      lastAccessed: now,
      maxInactiveInterval: this.timeoutMinutes * 60,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  end(session: Session): void {
    this.#sessions.delete(session.id);
  }

  /** A node that was restarted, or lost: nobody is told. */
  dropAll(): void {
    this.#sessions.clear();
  }

  get all(): Session[] {
    return [...this.#sessions.values()];
  }

  remember(user: string): string {
    const cookie = randomBytes(12).toString('hex');
    this.#remembered.set(cookie, user);
    return cookie;
  }

  remembered(cookie: string | undefined): string | undefined {
    return cookie === undefined ? undefined : this.#remembered.get(cookie);
  }

  forget(cookie: string | undefined): void {
    if (cookie !== undefined) this.#remembered.delete(cookie);
  }
}

/** What `X-ASESSIONID` carries: a hash, safe to keep, that changes with the session. */
export function hashOf(session: Session): string {
  return createHash('sha256').update(session.id).digest('hex').slice(0, 6);
}
