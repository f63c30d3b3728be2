/** What an instance of the stand-in can be. */
import type { Clock } from './clock.ts';

/**
 * Version profiles, by what matters here. 7: separator `|`, token bound to the cookie. 8.3: `_`, cookie. 9, 10 and
 * 11: `_`, bound to the session as well. 11 refuses `/rest/auth/1/session`.
 */
export const PROFILES = ['7', '8.3', '9', '10', '11'] as const;
export type Profile = (typeof PROFILES)[number];

export interface JiraOptions {
  profile: Profile;
  /** The context path: '' or '/jira'. */
  basePath: string;
  serverId: string;
  /** Tomcat's session timeout. */
  timeoutMinutes: number;
  /** Whether a login that asks for it (`os_cookie=true`) is remembered for two weeks. */
  rememberMe: boolean;
  /** A proxy that makes the token's cookie HttpOnly. */
  httpOnlyCookie: boolean;
  /** The cookie in double quotes, with blanks round the server id, `Version=1` behind it. */
  quotedCookie: boolean;
  strictCsp: boolean;
  /** With what the page listens for drops and pastes, and where. */
  jquery: 'none' | '1.7' | '2.2' | '3';
  handlersOn: 'zone' | 'document' | 'window';
  clock: Clock;
  /** Whether the issue page walks a visitor through what to try. */
  tour: boolean;
}

export const DEFAULT_OPTIONS: JiraOptions = {
  profile: '9',
  basePath: '',
  serverId: 'BSTA-NDIN-JIRA-0001',
  timeoutMinutes: 300,
  rememberMe: false,
  httpOnlyCookie: false,
  quotedCookie: false,
  strictCsp: false,
  jquery: 'none',
  handlersOn: 'document',
  clock: { now: () => Date.now() },
  tour: false,
};

/** What can go wrong between the browser and Jira; tests set and clear it while the server runs. */
export type Fault = 'html' | 'never' | 'bad-gateway' | 'sso-redirect' | 'hang-up' | { delayMillis: number };

export interface Faults {
  /** Of the questions who is signed in. */
  proof?: Fault | undefined;
  /** Of every request. */
  everything?: Fault | undefined;
}

/** Made up, with the password alike. */
export const USERS = ['alice', 'bob', 'mallory'] as const;

export function versionOf(profile: Profile): string {
  return { '7': '7.13.18', '8.3': '8.3.5', '9': '9.12.0', '10': '10.3.2', '11': '11.1.0' }[profile];
}

export function separatorOf(profile: Profile): '|' | '_' {
  return profile === '7' ? '|' : '_';
}

/** From 8.4 on a token is the session's too, so that a new session means a new token. */
export function isBoundToSession(profile: Profile): boolean {
  return profile !== '7' && profile !== '8.3';
}
