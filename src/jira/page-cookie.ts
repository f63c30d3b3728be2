/**
 * Finds the page's cookies. Jira sets its own for its host alone, at `/` or its context path (fact: "The token and
 * where it lives"). Another host of the domain can set the same names for the whole domain, or at a longer path, and a
 * server takes the first that is sent. Such a cookie says nothing of the page and is never written into it.
 */
import type { Site } from './page.ts';
import { XSRF_COOKIE } from './token.ts';

/** A cookie as browsers describe it. */
export interface SeenCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Whether it is sent only to the host that set it, and not to the other hosts of a domain. */
  readonly hostOnly: boolean;
}

/**
 * Whose cookie holds the token. `page`: the page's own. `crowded`: its own, but another host's token or session is
 * sent beside it, so nobody can tell as whom Jira would act. `neighbour`: another host's alone, or another host's goes
 * only with our question, so no answer tells about the page. `none`: there is no such cookie.
 */
export type PageCookie<Cookie extends SeenCookie> =
  | { readonly whose: 'page' | 'crowded'; readonly cookie: Cookie }
  | { readonly whose: 'neighbour' | 'none'; readonly cookie?: undefined };

/** Takes all cookies, in any order, that are sent to any address of the site that a page uses. */
export function pageCookieIn<Cookie extends SeenCookie>(cookies: readonly Cookie[], site: Site): PageCookie<Cookie> {
  const contextPath = new URL(site).pathname;
  const isOfAll = ({ path }: Cookie): boolean => path === '/' || path.replace(/\/$/, '') === contextPath;
  const isJiras = (cookie: Cookie): boolean => cookie.hostOnly && isOfAll(cookie);
  // A session can have any name. If its cookie goes everywhere, it goes with our question, and the answer shows it.
  const others = cookies.filter((each) =>
    JIRA_COOKIES.test(each.name) ? !isJiras(each) : !each.hostOnly && !isOfAll(each),
  );
  const withToken = tokenCookiesIn(cookies);
  const isOfAnswers = others.every(({ path }) => /\/rest\/(auth|api)(\/|$)/.test(path));
  if (others.length > 0 && isOfAnswers) return { whose: 'neighbour' };
  // Jira's own can be two, if one Jira is at `/` and another at a context path.
  const cookie = withToken.find(isJiras);
  if (cookie) return { whose: others.length > 0 ? 'crowded' : 'page', cookie };
  return { whose: withToken.length > 0 ? 'neighbour' : 'none' };
}

/** The cookies with the token in the order in which a browser sends them: the longest path first. */
export function tokenCookiesIn<Cookie extends SeenCookie>(cookies: readonly Cookie[]): Cookie[] {
  return cookies.filter(({ name }) => name === XSRF_COOKIE).toSorted((a, b) => b.path.length - a.path.length);
}

/** The cookie of the token, and that of the session, whose name gets a suffix from some servers. */
const JIRA_COOKIES = /^(atlassian\.xsrf\.token$|JSESSIONID)/;

/** The addresses to which a site's pages send cookies: those of our question, of uploads, of an issue's forms. */
export const cookieAddresses = (site: Site): string[] => COOKIE_PATHS.split(' ').map((path) => site + path);

const COOKIE_PATHS =
  '/rest/auth/1/session /rest/api/2/myself /rest/internal/1.0/AttachTemporaryFile /rest/internal/2/AttachTemporaryFile /rest/jddap/1.0/attachment ' +
  '/secure/AttachFile.jspa /secure/AddComment.jspa /secure/EditComment.jspa /secure/DeleteComment.jspa /secure/CommentAssignIssue.jspa ' +
  '/secure/WorkflowUIDispatcher.jspa /secure/AssignIssue.jspa /secure/EditIssue.jspa /secure/QuickEditIssue.jspa /secure/QuickCreateIssue.jspa ' +
  '/secure/AjaxIssueAction.jspa /secure/VoteOrWatchIssue.jspa /secure/EditLabels.jspa /secure/CreateWorklog.jspa';
