/** Which cookie with a token belongs to the page, in a table of the cookies that a browser can hold. */
import { describe, expect, test } from 'vitest';
import { cookieAddresses, pageCookieIn, tokenCookiesIn, type SeenCookie } from '../../src/jira/page-cookie.ts';
import type { Site } from '../../src/jira/page.ts';

const ROOT = 'https://jira.work.example' as Site;
const BELOW = 'https://jira.work.example/jira' as Site;

const own = (path: string, value = `own ${path}`): SeenCookie => ({
  name: 'atlassian.xsrf.token',
  value,
  path,
  hostOnly: true,
});
const domain = (path: string, value = `planted ${path}`): SeenCookie => ({
  ...own(path, value),
  hostOnly: false,
});
const session = (cookie: SeenCookie, name = 'JSESSIONID'): SeenCookie => ({ ...cookie, name });
const other = (cookie: SeenCookie): SeenCookie => ({ ...cookie, name: 'theme' });

type Row = [what: string, site: Site, cookies: SeenCookie[], expected: string];

const ROWS: Row[] = [
  ['no cookies', ROOT, [], 'none'],
  ['no cookies, for a Jira below a path', BELOW, [], 'none'],
  ['only other cookies', ROOT, [other(own('/')), other(domain('/'))], 'none'],
  ['only Jira’s session', ROOT, [session(own('/'))], 'none'],
  ['only a neighbour’s session', ROOT, [session(domain('/'))], 'none'],
  ['Jira’s own at /', ROOT, [own('/')], 'page: own /'],
  ['Jira’s own at its path', BELOW, [own('/jira')], 'page: own /jira'],
  ['Jira’s own at its path with a slash', BELOW, [own('/jira/')], 'page: own /jira/'],
  ['Jira’s own at / for a Jira below a path', BELOW, [own('/')], 'page: own /'],
  ['one Jira at / and another at a path', BELOW, [own('/'), own('/jira')], 'page: own /jira'],
  ['the same, in the other order', BELOW, [own('/jira'), own('/')], 'page: own /jira'],
  ['Jira’s own with its session', ROOT, [own('/'), session(own('/'))], 'page: own /'],
  ['Jira’s own with its session at a path', BELOW, [own('/jira'), session(own('/jira'))], 'page: own /jira'],
  ['Jira’s own with a session at /', BELOW, [own('/jira'), session(own('/'))], 'page: own /jira'],
  ['Jira’s own, and other cookies of the domain', ROOT, [own('/'), other(domain('/'))], 'page: own /'],
  ['Jira’s own, and other cookies at a longer path', ROOT, [own('/'), other(own('/browse'))], 'page: own /'],
  ['a session with a suffix in its name', ROOT, [own('/'), session(own('/'), 'JSESSIONID_A')], 'page: own /'],
  [
    'a cookie at a longer path whose name only ends like a session’s',
    ROOT,
    [own('/'), session(own('/browse'), 'MYJSESSIONID')],
    'page: own /',
  ],
  ['a neighbour’s at /, with Jira’s', ROOT, [own('/'), domain('/')], 'crowded: own /'],
  ['the same, the neighbour’s first', ROOT, [domain('/'), own('/')], 'crowded: own /'],
  ['a neighbour’s at /browse', ROOT, [own('/'), domain('/browse')], 'crowded: own /'],
  ['a neighbour’s at /rest/internal', ROOT, [own('/'), domain('/rest/internal')], 'crowded: own /'],
  ['a neighbour’s at /secure', ROOT, [own('/'), domain('/secure')], 'crowded: own /'],
  ['a neighbour’s at /, with Jira’s at its path', BELOW, [own('/jira'), domain('/')], 'crowded: own /jira'],
  ['a neighbour’s at Jira’s own path', BELOW, [own('/jira'), domain('/jira')], 'crowded: own /jira'],
  ['a neighbour’s below Jira’s path', BELOW, [own('/jira'), domain('/jira/rest')], 'crowded: own /jira'],
  ['a neighbour’s beside two Jiras', BELOW, [own('/'), own('/jira'), domain('/')], 'crowded: own /jira'],
  ['a neighbour’s with the same value', ROOT, [own('/', 'x'), domain('/', 'x')], 'crowded: x'],
  ['three neighbours’', ROOT, [domain('/a'), own('/'), domain('/b'), domain('/')], 'crowded: own /'],
  ['a neighbour’s session at /rest/internal', ROOT, [own('/'), session(domain('/rest/internal'))], 'crowded: own /'],
  ['a neighbour’s session at /', ROOT, [own('/'), session(own('/')), session(domain('/'))], 'crowded: own /'],
  ['a neighbour’s session with a suffix', ROOT, [own('/'), session(domain('/'), 'JSESSIONID_A')], 'crowded: own /'],
  ['a session of this host at a longer path', ROOT, [own('/'), session(own('/rest'))], 'crowded: own /'],
  ['a token of this host at a longer path', ROOT, [own('/'), own('/browse')], 'crowded: own /'],
  ['any other cookie of the domain, at a path', ROOT, [own('/'), other(domain('/rest/internal'))], 'crowded: own /'],
  ['the same at the context path', BELOW, [own('/jira'), other(domain('/jira'))], 'page: own /jira'],
  ['the same below it', BELOW, [own('/jira'), other(domain('/jira/rest'))], 'crowded: own /jira'],
  ['a session that is sent only with the proof request', ROOT, [own('/'), session(domain('/rest/auth'))], 'neighbour'],
  ['the same for Jira 11', BELOW, [own('/jira'), session(domain('/jira/rest/api'))], 'neighbour'],
  [
    'the same, and one more',
    ROOT,
    [own('/'), session(domain('/rest/auth')), session(domain('/secure'))],
    'crowded: own /',
  ],
  [
    'a session that is sent with the proof request and more',
    ROOT,
    [own('/'), session(domain('/rest'))],
    'crowded: own /',
  ],
  ['only a neighbour’s at /: Jira’s was evicted', ROOT, [domain('/')], 'neighbour'],
  ['only a neighbour’s at a path', ROOT, [domain('/browse')], 'neighbour'],
  ['only a neighbour’s, with Jira’s session', ROOT, [domain('/'), session(own('/'))], 'neighbour'],
  ['only two neighbours’', BELOW, [domain('/'), domain('/jira')], 'neighbour'],
  ['this host’s at another Jira’s path', ROOT, [own('/jira')], 'neighbour'],
  ['this host’s at a path that only starts the same', BELOW, [own('/jira2')], 'neighbour'],
  ['only this host’s at a longer path', BELOW, [own('/jira/browse')], 'neighbour'],
  [
    'a name that only starts the same',
    ROOT,
    [{ ...domain('/'), name: 'atlassian.xsrf.token2' }, own('/')],
    'page: own /',
  ],
];

describe('the owner of the token cookie', () => {
  test.each(ROWS)('%s', (_what, site, cookies, expected) => {
    const { whose, cookie } = pageCookieIn(cookies, site);
    expect(cookie ? `${whose}: ${cookie.value}` : whose).toBe(expected);
  });
});

test('token cookies are in the order in which they are sent', () => {
  const values = tokenCookiesIn([own('/'), session(own('/rest')), domain('/rest/internal'), own('/jira')]);
  expect(values.map(({ path }) => path)).toEqual(['/rest/internal', '/jira', '/']);
});

test('the compared addresses are those of uploads of every version, the proof request and forms', () => {
  const used = [`${BELOW}/browse/RAIL-7`, ...cookieAddresses(BELOW)];
  expect(used).toEqual(
    expect.arrayContaining([
      'https://jira.work.example/jira/browse/RAIL-7',
      'https://jira.work.example/jira/rest/internal/1.0/AttachTemporaryFile',
      'https://jira.work.example/jira/rest/internal/2/AttachTemporaryFile',
      'https://jira.work.example/jira/rest/jddap/1.0/attachment',
      'https://jira.work.example/jira/rest/auth/1/session',
      'https://jira.work.example/jira/rest/api/2/myself',
      'https://jira.work.example/jira/secure/AddComment.jspa',
      'https://jira.work.example/jira/secure/WorkflowUIDispatcher.jspa',
    ]),
  );
  expect(used.every((each) => each.startsWith(`${BELOW}/`) && URL.canParse(each))).toBe(true);
});
