/** The diagnosis for administrators of a token cookie that keeps changing. */
import { expect, test } from 'vitest';
import {
  diagnoseCookieChanges,
  withCookieChange,
  type CookieTrouble,
  type CookieChange,
} from '../../src/session/cookie-changes.ts';

const at = (
  seconds: number,
  digest: string,
  login: CookieChange['login'] = 'lin',
  serverId = 'AAAA',
): CookieChange => ({
  at: seconds * 1_000,
  digest,
  login,
  serverId,
});
const diagnosisOf = (...changes: CookieChange[]): CookieTrouble | undefined =>
  diagnoseCookieChanges(changes.reduce<readonly CookieChange[]>(withCookieChange, []));

test.each<[string, CookieChange[]]>([
  ['three changes', [at(0, 'a'), at(60, 'b'), at(120, 'c'), at(180, 'd')]],
  ['changes that are far apart', [at(0, 'a'), at(660, 'b'), at(1_320, 'c'), at(1_980, 'd'), at(2_640, 'e')]],
  ['a cookie that stays as it is', [at(0, 'a'), at(60, 'a'), at(120, 'a'), at(180, 'a'), at(240, 'a')]],
  [
    'two logins by hand within ten minutes',
    [at(0, 'a'), at(60, 'b', 'lout'), at(75, 'c'), at(300, 'd', 'lout'), at(303, 'e')],
  ],
  [
    'a page that an anonymous user opened just before a login',
    [at(0, 'a', 'lout'), at(1, 'b'), at(60, 'c', 'lout'), at(90, 'd'), at(120, 'e')],
  ],
])('%s: no diagnosis', (_name, changes) => expect(diagnosisOf(...changes)).toBeUndefined());

test('cookies of two servers: another Jira on the same host', () => {
  const changes = [at(0, 'a'), at(60, 'b', 'lin', 'BBBB'), at(120, 'a'), at(180, 'b', 'lin', 'BBBB'), at(240, 'a')];
  expect(diagnosisOf(...changes)).toBe('second-jira');
});

test('a new token of a signed-in user each time: sessions get lost', () => {
  const changes = [at(0, 'a'), at(60, 'b'), at(120, 'c'), at(180, 'd'), at(240, 'e')];
  expect(diagnosisOf(...changes)).toBe('lost-session');
  // Also soon after a login: the page before it was anonymous.
  expect(diagnosisOf(at(-60, 'z', 'lout'), ...changes)).toBe('lost-session');
  expect(diagnosisOf(...changes, at(300, 'f', 'lout'), at(360, 'g'))).toBeUndefined();
});

test('signed out and in again within two seconds: a cross-site embed, because no user is so fast', () => {
  const changes = [at(0, 'a'), at(60, 'b', 'lout'), at(62, 'c'), at(120, 'd', 'lout'), at(150, 'e')];
  expect(diagnosisOf(...changes)).toBe('embed');
  expect(
    diagnosisOf(...changes.map((change) => (change.digest === 'c' ? { ...change, at: 62_001 } : change))),
  ).toBeUndefined();
});
