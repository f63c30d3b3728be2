/**
 * Which of a browser's cookies are the page's. Jira sets its own for its host alone, at `/` or at its context path (fact: "The
 * token and where it lives"). Another host of the same domain can plant cookies of the same names for all of the domain, or at a
 * longer path, and a server takes the first that is sent: such a cookie says nothing of the page, and is never written into it.
 */
import type { Site } from './page.ts';
import { XSRF_COOKIE } from './token.ts';

/** As browsers tell of a cookie. */
export interface SeenCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Whether it is sent to the very host that has set it, and not to the other hosts of a domain. */
  readonly hostOnly: boolean;
}

/**
 * Whose the cookie with the token is. `page`: the page's own. `crowded`: its own, but beside it another host's is sent, or another
 * host's session, so that nobody can tell as whom Jira would act. `neighbour`: another host's alone. `none`: there is no such cookie.
 */
export type PageCookie<Cookie extends SeenCookie> =
  | { readonly whose: 'page' | 'crowded'; readonly cookie: Cookie }
  | { readonly whose: 'neighbour' | 'none'; readonly cookie?: undefined };

/** Takes all cookies that are sent to any address of the site that a page uses, in whatever order. */
export function pageCookieIn<Cookie extends SeenCookie>(
  cookies: readonly Cookie[],
  site: Site,
): PageCookie<Cookie> {
  const contextPath = new URL(site).pathname;
  const isJiras = ({ path, hostOnly }: Cookie): boolean =>
    hostOnly && (path === '/' || path.replace(/\/$/, '') === contextPath);
  const hasOthers = cookies.some((each) => NAMES.test(each.name) && !isJiras(each));
  const withToken = tokenCookiesIn(cookies);
  // Jira's own can be two, where there is one Jira at `/` and another at a context path.
  const cookie = withToken.find(isJiras);
  if (cookie) return { whose: hasOthers ? 'crowded' : 'page', cookie };
  return { whose: withToken.length > 0 ? 'neighbour' : 'none' };
}

/** The cookies with the token in the order in which a browser sends them, the longest path first. */
export function tokenCookiesIn<Cookie extends SeenCookie>(cookies: readonly Cookie[]): Cookie[] {
  return cookies.filter(({ name }) => name === XSRF_COOKIE).toSorted((a, b) => b.path.length - a.path.length);
}

/** The token's cookie, and the session's, which some servers give an ending of their own. */
const NAMES = /^(atlassian\.xsrf\.token$|JSESSIONID)/;

/** The addresses of a site to which a page sends its cookies: its own, those of uploads, of the session, and of forms. */
export function addressesUsed(site: Site, address: string): string[] {
  const paths = [
    '/rest/internal/2/AttachTemporaryFile',
    '/rest/auth/1/session',
    '/rest/api/2/myself',
    '/secure/',
  ];
  return [address, ...paths.map((path) => site + path)];
}
