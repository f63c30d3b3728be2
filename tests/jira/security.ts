/**
 * The filter that every request passes: whose it is, and whether its answer brings a new token. The rules are
 * those of "What the server does" in docs/jira-xsrf.md.
 */
import { randomBytes } from 'node:crypto';
import { isBoundToSession, separatorOf, type JiraOptions } from './options.ts';
import { hashOf, type Session, type Sessions } from './sessions.ts';

/** A request, as far as the security filter sees it. */
export interface Visit {
  session: Session;
  /** Empty when anonymous. */
  user: string;
  /** The token the request came with, unquoted and without blanks; undefined if it had no cookie. */
  readonly sentToken: string | undefined;
  readonly sentRememberMe: string | undefined;
  /** The token that pages rendered for this request carry. */
  token: string;
  /** The `Set-Cookie` headers of the answer. */
  readonly setCookies: string[];
  readonly loginReason: string;
}

export interface Security {
  enter(cookieHeader: string): Visit;
  /** Signs in: a new session, from which on the answer's cookies and token are. */
  signIn(visit: Visit, user: string, remember: boolean): void;
  /** Ends the session. The token's cookie stays as it is until the next request. */
  signOut(visit: Visit): void;
  headersOf(visit: Visit): [string, string][];
}

export function createSecurity(options: JiraOptions, sessions: Sessions, secure = false): Security {
  const path = options.basePath || '/';
  const separator = separatorOf(options.profile);

  function enter(cookieHeader: string): Visit {
    const cookies = cookiesIn(cookieHeader);
    const sentRememberMe = cookies.get('seraph.rememberme.cookie');
    const live = sessions.touch(cookies.get('JSESSIONID'));
    const remembered = live?.user ? undefined : sessions.remembered(sentRememberMe);
    const session = live && !remembered ? live : sessions.create(remembered ?? '');
    const visit: Visit = {
      session,
      user: session.user,
      sentToken: unwrapped(cookies.get('atlassian.xsrf.token')),
      sentRememberMe,
      token: '',
      setCookies: [],
      loginReason: session.user ? 'OK' : 'OUT',
    };
    if (session !== live) visit.setCookies.push(`JSESSIONID=${session.id}; Path=${path}; HttpOnly`);
    visit.token = issue(visit, visit.sentToken);
    return visit;
  }

  /** A new token if the cookie is missing, another server's, or of the wrong login; from 8.4 on also of a new session. */
  function issue(visit: Visit, cookie: string | undefined): string {
    const { session } = visit;
    const login = visit.user ? 'lin' : 'lout';
    const good = cookie?.startsWith(options.serverId + separator) && cookie.endsWith(separator + login);
    if (good && !isBoundToSession(options.profile)) return cookie!;
    if (good && session.xsrfToken === cookie) return cookie!;
    const kept = good ? session.xsrfToken : undefined;
    const token = kept ?? [options.serverId, randomBytes(20).toString('hex'), login].join(separator);
    session.xsrfToken = token;
    visit.setCookies.push(xsrfCookie(token));
    return token;
  }

  function xsrfCookie(token: string): string {
    const value = options.quotedCookie
      ? `"${token.replace(options.serverId, ` ${options.serverId} `)}"; Version=1`
      : token;
    const flags = `${secure ? '; Secure; SameSite=None' : ''}${options.httpOnlyCookie ? '; HttpOnly' : ''}`;
    return `atlassian.xsrf.token=${value}; Path=${path}${flags}`;
  }

  return {
    enter,
    signIn(visit, user, remember) {
      // A session's id is changed at a login; the new one starts without the old one's attributes.
      sessions.end(visit.session);
      visit.session = sessions.create(user);
      visit.user = user;
      const cookie = visit.token;
      visit.setCookies.length = 0;
      visit.setCookies.push(`JSESSIONID=${visit.session.id}; Path=${path}; HttpOnly`);
      visit.token = issue(visit, cookie);
      if (remember && options.rememberMe) {
        visit.setCookies.push(
          `seraph.rememberme.cookie=${sessions.remember(user)}; Path=${path}; HttpOnly; Max-Age=1209600`,
        );
      }
    },
    signOut(visit) {
      sessions.end(visit.session);
      sessions.forget(visit.sentRememberMe);
      visit.setCookies.push(`seraph.rememberme.cookie=; Path=${path}; HttpOnly; Max-Age=0`);
    },
    headersOf: (visit) => [
      ['X-AUSERNAME', visit.user ? encodeURIComponent(visit.user) : 'anonymous'],
      ['X-ASESSIONID', hashOf(visit.session)],
      ['X-Seraph-LoginReason', visit.loginReason],
    ],
  };
}

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
