/**
 * The filter that every request passes: whose it is, and whether its answer brings a new token. The rules are
 * those of "What the server does" in docs/jira-xsrf.md.
 */
import { randomBytes } from 'node:crypto';
import { isBoundToSession, separatorOf, type JiraSettings, type NameHeader } from './options.ts';
import { createRememberMe, REMEMBER_ME_COOKIE, TWO_WEEKS_SECONDS } from './remember-me.ts';
import type { Session, Sessions } from './sessions.ts';

/** A request, as far as the security filter sees it. */
export interface Visit {
  session: Session;
  /** Empty when anonymous. */
  user: string;
  /** The token the request came with, unquoted and without blanks; undefined if it had no cookie. */
  readonly sentToken: string | undefined;
  readonly sentRememberMe: string | undefined;
  /** Whether it asked with `X-Atlassian-Token: no-check` to be let through unchecked, or this Jira checks nothing. */
  readonly skipsCheck: boolean;
  /** The token that pages rendered for this request carry. */
  token: string;
  /** The `Set-Cookie` headers of the answer. */
  readonly setCookies: string[];
  loginReason: 'OK' | 'OUT' | 'AUTHENTICATED_FAILED';
}

export interface Security {
  enter(cookieHeader: string, skipsCheck: boolean): Visit;
  /** Signs in: a new session, from which on the answer's cookies and token are. */
  signIn(visit: Visit, user: string, remember: boolean): void;
  /** Ends the session. The token's cookie stays as it is until the next request. */
  signOut(visit: Visit): void;
  headersOf(visit: Visit): [string, string][];
}

export function createSecurity(settings: JiraSettings, sessions: Sessions): Security {
  const { serverId, profile, clock } = settings;
  const path = settings.basePath || '/';
  const separator = separatorOf(profile);
  const rememberMe = createRememberMe(clock);

  function enter(cookieHeader: string, skipsCheck: boolean): Visit {
    const cookies = cookiesIn(cookieHeader);
    const sentRememberMe = cookies.get(REMEMBER_ME_COOKIE);
    const live = sessions.touch(cookies.get(settings.sessionCookie));
    const remembered = live?.user ? undefined : rememberMe.userOf(sentRememberMe);
    const session = live && remembered === undefined ? live : sessions.create(remembered ?? '');
    const visit: Visit = {
      session,
      user: session.user,
      sentToken: unwrapped(cookies.get('atlassian.xsrf.token')),
      sentRememberMe,
      skipsCheck,
      token: '',
      setCookies: [],
      loginReason: session.user ? 'OK' : 'OUT',
    };
    if (session !== live) visit.setCookies.push(sessionCookie(session));
    visit.token = issue(visit);
    return visit;
  }

  /**
   * A new token if the cookie is missing, another server's, or of the wrong login. From 8.4 on it must be the
   * session's too: a new session has a new one, and a cookie that isn't its own is put right.
   */
  function issue({ session, user, sentToken, setCookies }: Visit): string {
    const login = user ? 'lin' : 'lout';
    const fits = sentToken?.startsWith(serverId + separator) && sentToken.endsWith(separator + login);
    const bound = isBoundToSession(profile);
    if (fits && (!bound || session.xsrfToken === sentToken)) return sentToken!;
    const own = fits ? session.xsrfToken : undefined;
    const token = own ?? [serverId, randomBytes(20).toString('hex'), login].join(separator);
    if (bound) session.xsrfToken = token;
    setCookies.push(tokenCookie(token));
    return token;
  }

  const sessionCookie = ({ id }: Session): string => `${settings.sessionCookie}=${id}; Path=${path}; HttpOnly`;

  function tokenCookie(token: string): string {
    const value = settings.quotedCookie ? `"${token.replace(serverId, ` ${serverId} `)}"; Version=1` : token;
    return `atlassian.xsrf.token=${value}; Path=${path}${settings.httpOnlyCookie ? '; HttpOnly' : ''}`;
  }

  return {
    enter,
    signIn(visit, user, remember) {
      // A session's id is changed at a login; the new one starts without the old one's attributes.
      sessions.drop(visit.session);
      visit.session = sessions.create(user);
      visit.user = user;
      visit.loginReason = 'OK';
      visit.setCookies.length = 0;
      visit.setCookies.push(sessionCookie(visit.session));
      visit.token = issue(visit);
      if (!remember || !settings.rememberMe) return;
      const cookie = rememberMe.remember(user);
      visit.setCookies.push(`${REMEMBER_ME_COOKIE}=${cookie}; Path=${path}; HttpOnly; Max-Age=${TWO_WEEKS_SECONDS}`);
    },
    signOut(visit) {
      sessions.drop(visit.session);
      rememberMe.forget(visit.sentRememberMe);
      visit.loginReason = 'OUT';
      visit.setCookies.push(`${REMEMBER_ME_COOKIE}=; Path=${path}; HttpOnly; Max-Age=0`);
    },
    headersOf: ({ user, session, loginReason }) => [
      ['X-AUSERNAME', user ? NAME_WRITTEN[settings.nameHeader](user) : 'anonymous'],
      ['X-ASESSIONID', session.hash],
      ...(settings.clustered ? [['X-ANODEID', `node${sessions.node}`] as [string, string]] : []),
      ['X-Seraph-LoginReason', settings.loginReason ?? loginReason],
    ],
  };
}

/** A user name can be an e-mail address, or not be ASCII. A header's characters are bytes: what is raw has none above 255. */
const NAME_WRITTEN: Readonly<Record<NameHeader, (user: string) => string>> = {
  percent: encodeURIComponent,
  plus: (user) => encodeURIComponent(user).replaceAll('%20', '+'),
  'latin-1': (user) => user.replaceAll(/[^\0-\xff]/g, '?'),
  'utf-8': (user) => Buffer.from(user).toString('latin1'),
};

/** The first of a name counts: the browser sends the longest path first. */
function cookiesIn(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

function unwrapped(value: string | undefined): string | undefined {
  return value?.replaceAll(/["\s]/g, '');
}
