/** Any cookies that a browser can hold: the page's cookie is always Jira's own, never another host's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageCookieIn, type SeenCookie } from '../../src/jira/page-cookie.ts';
import { LONGEST_ADDRESS, type Site } from '../../src/jira/page.ts';
import { Token } from '../../src/jira/token.ts';
import { tokenText } from '../unit/tokens.ts';
import { anyText, fuzz } from './fuzz.ts';

const PATHS = ['/', '/jira', '/jira/', '/jira2', '/browse', '/rest/internal', '/jira/rest', ''];
const NAMES = ['atlassian.xsrf.token', 'JSESSIONID', 'JSESSIONID_A', 'atlassian.xsrf.token2'];

const cookie: fc.Arbitrary<SeenCookie> = fc.record({
  name: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, fc.string()),
  value: fc.oneof(fc.constant(tokenText({})), anyText).map((text) => text.slice(0, LONGEST_ADDRESS)),
  path: fc
    .oneof({ weight: 8, arbitrary: fc.constantFrom(...PATHS) }, anyText)
    .map((text) => text.slice(0, LONGEST_ADDRESS)),
  hostOnly: fc.boolean(),
});

/** A Jira without neighbours: random cookies are almost never like that. */
const usual = ['/', '/jira'].map((path) => [{ name: NAMES[0]!, value: tokenText({}), path, hostOnly: true }]);

test('the owner of the token cookie is found among any cookies', async () => {
  const whose = new Set<string>();
  await fuzz(
    fc.tuple(
      fc.oneof(
        { weight: 7, arbitrary: fc.array(cookie, { maxLength: 8 }) },
        { weight: 1, arbitrary: fc.constantFrom(...usual) },
      ),
      fc.constantFrom('https://jira.work.example' as Site, 'https://jira.work.example/jira' as Site),
    ),
    ([cookies, site]) => {
      const found = pageCookieIn(cookies, site);
      return { ...found, token: Token.parse(found.cookie?.value)?.traits };
    },
    (found, [cookies]) => {
      whose.add(found.whose);
      const others = cookies.filter(({ name, hostOnly }) => NAMES.slice(0, 3).includes(name) && !hostOnly);
      if (found.cookie) expect([found.cookie.name, found.cookie.hostOnly]).toEqual([NAMES[0], true]);
      if (found.whose === 'page') expect(others).toEqual([]);
    },
  );
  expect([...whose].toSorted()).toEqual(['crowded', 'neighbour', 'none', 'page']);
});
