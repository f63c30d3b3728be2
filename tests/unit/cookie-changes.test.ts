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
  ['three changes between two servers', [at(0, 'a'), at(60, 'b', 'lin', 'B'), at(120, 'a'), at(180, 'b', 'lin', 'B')]],
  ['one quick return', [at(0, 'a'), at(60, 'b', 'lout'), at(61, 'c'), at(120, 'd')]],
  ['three changes since a logout', [at(0, 'z', 'lout'), at(60, 'a'), at(120, 'b'), at(180, 'c'), at(240, 'd')]],
  [
    'a quick login on a page that was opened after a logout',
    [at(0, 'a', 'lout'), at(60, 'b', 'lout'), at(61, 'c'), at(120, 'd', 'lout'), at(300, 'e', 'lout')],
  ],
  [
    'a cookie that changes again at once after a logout, without a login',
    [at(0, 'a'), at(60, 'b', 'lout'), at(61, 'c', 'lout'), at(120, 'd'), at(180, 'e', 'lout')],
  ],
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

test('only what happened less than ten minutes before the last change counts', () => {
  const changes = [at(60, 'b'), at(120, 'c'), at(180, 'd'), at(240, 'e')];
  expect(diagnosisOf(at(0, 'a'), ...changes, at(599, 'f'))).toBe('lost-session');
  expect(withCookieChange([at(0, 'a'), at(1, 'b')], at(600, 'c'))).toEqual([at(1, 'b'), at(600, 'c')]);
});

test('a change that is seen again, however late, is the same change', () => {
  const changes = [at(0, 'a'), at(60, 'b')];
  expect(withCookieChange(changes, at(120, 'b'))).toBe(changes);
  expect(withCookieChange(changes, at(630, 'b'))).toEqual([at(60, 'b')]);
  expect(withCookieChange(changes, at(6_000, 'b'))).toEqual([at(6_000, 'b')]);
});

test('changes from the future, because the clock was set back, count no longer than ten minutes either', () => {
  expect(withCookieChange([at(660, 'a')], at(0, 'b'))).toEqual([at(0, 'b')]);
  expect(withCookieChange([at(599, 'a')], at(0, 'b'))).toEqual([at(599, 'a'), at(0, 'b')]);
});

test('the last twelve changes are stored', () => {
  const changes = Array.from({ length: 14 }, (_, n) => at(n, `${n}`));
  expect(changes.reduce<readonly CookieChange[]>(withCookieChange, [])).toEqual(changes.slice(2));
});

test('a new token of a signed-in user each time: sessions get lost', () => {
  const changes = [at(0, 'a'), at(60, 'b'), at(120, 'c'), at(180, 'd'), at(240, 'e')];
  expect(diagnosisOf(...changes)).toBe('lost-session');
  // Also soon after a login: the page before it was anonymous.
  expect(diagnosisOf(at(-60, 'z', 'lout'), ...changes)).toBe('lost-session');
  expect(diagnosisOf(...changes, at(300, 'f', 'lout'))).toBeUndefined();
  expect(diagnosisOf(...changes, at(300, 'f', 'lout'), at(360, 'g'))).toBeUndefined();
});

test('signed out and in again within two seconds: a cross-site embed, because no user is so fast', () => {
  const changes = [at(0, 'a'), at(60, 'b', 'lout'), at(62, 'c'), at(120, 'd', 'lout'), at(150, 'e')];
  expect(diagnosisOf(...changes)).toBe('embed');
  expect(diagnosisOf(at(-60, 'z'), ...changes)).toBe('embed');
  expect(
    diagnosisOf(...changes.map((change) => (change.digest === 'c' ? { ...change, at: 62_001 } : change))),
  ).toBeUndefined();
});
