/** Seraph's remember-me: who asked for it at the login is signed in again silently, for two weeks. */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export const REMEMBER_ME_COOKIE = 'seraph.rememberme.cookie';
export const TWO_WEEKS_SECONDS = 14 * 24 * 60 * 60;

export interface RememberMe {
  /** The value of a new cookie. */
  remember(user: string): string;
  /** Whose cookie it is, or undefined if it is nobody's any more. */
  userOf(cookie: string | undefined): string | undefined;
  forget(cookie: string | undefined): void;
}

export function createRememberMe(clock: Clock): RememberMe {
  const remembered = new Map<string, { user: string; until: number }>();
  return {
    remember(user) {
      const cookie = randomBytes(12).toString('hex');
      remembered.set(cookie, { user, until: clock.now() + TWO_WEEKS_SECONDS * 1_000 });
      return cookie;
    },
    userOf(cookie) {
      const known = remembered.get(cookie ?? '');
      return known && clock.now() < known.until ? known.user : undefined;
    },
    forget(cookie) {
      remembered.delete(cookie ?? '');
    },
  };
}
