/** What an administrator is told of a token that keeps changing. */
import { expect, test } from 'vitest';
import { troubleIn, withTurn, type Trouble, type Turn } from '../../src/session/cookie-changes.ts';

const at = (seconds: number, digest: string, login: Turn['login'] = 'lin', serverId = 'AAAA'): Turn => ({
  at: seconds * 1_000,
  digest,
  login,
  serverId,
});
const told = (...turns: Turn[]): Trouble | undefined => troubleIn(turns.reduce<Turn[]>(withTurn, []));

test.each<[string, Turn[]]>([
  ['three changes', [at(0, 'a'), at(60, 'b'), at(120, 'c'), at(180, 'd')]],
  ['changes that are far apart', [at(0, 'a'), at(660, 'b'), at(1_320, 'c'), at(1_980, 'd'), at(2_640, 'e')]],
  ['a cookie that stays as it is', [at(0, 'a'), at(60, 'a'), at(120, 'a'), at(180, 'a'), at(240, 'a')]],
  [
    'two logins by hand within ten minutes',
    [at(0, 'a'), at(60, 'b', 'lout'), at(75, 'c'), at(300, 'd', 'lout'), at(303, 'e')],
  ],
  [
    'a page that was opened by nobody just before a login',
    [at(0, 'a', 'lout'), at(1, 'b'), at(60, 'c', 'lout'), at(90, 'd'), at(120, 'e')],
  ],
])('%s: no cause is named', (_name, turns) => expect(told(...turns)).toBeUndefined());

test('cookies of two servers: another Jira on the same host', () => {
  const turns = [at(0, 'a'), at(60, 'b', 'lin', 'BBBB'), at(120, 'a'), at(180, 'b', 'lin', 'BBBB'), at(240, 'a')];
  expect(told(...turns)).toBe('second-jira');
});

test('a new token each time, and always a login’s: sessions get lost', () => {
  const turns = [at(0, 'a'), at(60, 'b'), at(120, 'c'), at(180, 'd'), at(240, 'e')];
  expect(told(...turns)).toBe('lost-session');
  // Also soon after a login, whose page was nobody's.
  expect(told(at(-60, 'z', 'lout'), ...turns)).toBe('lost-session');
  expect(told(...turns, at(300, 'f', 'lout'), at(360, 'g'))).toBeUndefined();
});

test('signed out and in again within two seconds: a cross-site embed, as no person is so fast', () => {
  const turns = [at(0, 'a'), at(60, 'b', 'lout'), at(62, 'c'), at(120, 'd', 'lout'), at(150, 'e')];
  expect(told(...turns)).toBe('embed');
  expect(told(...turns.map((turn) => (turn.digest === 'c' ? { ...turn, at: 62_001 } : turn)))).toBeUndefined();
});
