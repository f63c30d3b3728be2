/** Validation of messages and stored values: texts that are too long, and numbers out of range. */
import { describe, expect, test } from 'vitest';
import {
  isSessionValue,
  readSessionValue,
  readTabState,
  readToBackground,
  type SessionValues,
} from '../../src/messages/schemas.ts';

const NOW = Date.UTC(2026, 0, 5, 8);
const SITE = 'https://jira.example.com';
const traits = { digest: '0123abcd', login: 'lin', serverId: 'AAAA-BBBB' };
const proof = {
  outcome: 'signed-in',
  user: 'alice',
  at: NOW,
  cookieDigest: traits.digest,
  isCertain: true,
  silentAt: NOW,
  session: '1kq1wn7',
  node: 'node1',
};
const evidence = {
  product: 'jira',
  version: '9.12.0',
  pageUser: 'alice',
  pageToken: traits,
  cookieToken: traits,
  relation: 'equal',
  clock: { lastContact: NOW, timeoutMinutes: 300 },
  proof,
  renewedFrom: traits.digest,
};
const place = {
  document: '4294967295-1',
  address: `${SITE}/browse/RAIL-7`,
  site: SITE,
  issue: 'RAIL-7',
};
const report = {
  kind: 'report',
  ...place,
  evidence,
  contactAt: NOW,
  statedMinutes: 300,
  loadedAt: NOW,
  files: [],
};
const state = {
  ...place,
  evidence,
  storeId: 'firefox-default',
  isPrivate: false,
  loadedAt: NOW,
  files: [],
};

/** A copy with the value at a path, such as `evidence.proof.user`, replaced. */
function changed(value: object, path: string, to: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  const names = path.split('.');
  const parent = names.slice(0, -1).reduce((each, name) => each[name] as Record<string, unknown>, copy);
  parent[names.at(-1)!] = to;
  return copy;
}

const readerOf =
  (kind: keyof SessionValues) =>
  (value: unknown): unknown =>
    readSessionValue(kind, value);

const READERS = {
  'a report': [report, readToBackground],
  'a tab’s state': [state, readTabState],
  'a proof': [proof, readerOf('proof')],
  'a session': [{ began: NOW, lastContact: NOW, statedMinutes: 300, session: '1kq1wn7' }, readerOf('session')],
} as const;

/** The paths to all values of a type. */
function pathsIn(value: object, kind: 'string' | 'number', before = ''): string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    if (typeof each === 'object') return pathsIn(each as object, kind, `${before}${name}.`);
    return typeof each === kind ? [`${before}${name}`] : [];
  });
}

describe.each(Object.entries(READERS))('%s', (_name, [valid, read]) => {
  test('is read unchanged if it is valid', () => {
    expect(read(valid)).toEqual(valid);
  });

  test.each(pathsIn(valid, 'string'))('is refused if its %s is too long', (path) => {
    // The address of a search can be long.
    const maxLength = path === 'address' ? 4096 : path === 'site' ? 512 : 255;
    const start = ['address', 'site'].includes(path) ? `${SITE}/` : '';
    expect(read(changed(valid, path, start + 'a'.repeat(maxLength + 1)))).toBe(read({}));
  });

  test.each(pathsIn(valid, 'number'))('is refused if its %s is out of range', (path) => {
    for (const number of [Infinity, -Infinity, NaN, -1, 1e14, 1e308])
      expect(read(changed(valid, path, number)), String(number)).toBe(read({}));
  });
});

test('a field that only an earlier version stored is ignored', () => {
  const cookieOwner = { user: 'alice', at: NOW };
  expect(readTabState({ ...state, evidence: { ...evidence, cookieOwner } })).toEqual(state);
});

test('parked files are read whatever their names are, and however many there are', () => {
  const files = Array.from({ length: 1_000 }, (_, n) => `${n}${'a'.repeat(10_000)}`);
  for (const [valid, read] of [
    [report, readToBackground],
    [state, readTabState],
  ] as const) {
    const names = (read({ ...valid, files }) as { files?: string[] }).files!;
    expect([names.length, ...new Set(names.map(({ length }) => length))]).toEqual([100, 255]);
    expect(read({ ...valid, files: ['door.log', 7] })).toBeNull();
  }
});

test('user names as long as Jira allows, and the addresses of searches, are read', () => {
  const address = `${SITE}/issues/?jql=${'a'.repeat(4000)}`;
  expect(readToBackground(changed(report, 'evidence.pageUser', 'ü'.repeat(255)))).not.toBeNull();
  expect(readToBackground({ ...report, address })).not.toBeNull();
});

const ask = { kind: 'ask', site: SITE, version: '9.12.0', isPressed: true };

test.each<[object]>([
  [{ kind: 'cookie', site: SITE, address: place.address }],
  [ask],
  [{ kind: 'gone', document: place.document }],
  [{ kind: 'no-jira' }],
  [{ kind: 'renew-always', site: SITE }],
])('the message $kind is read unchanged', (message) => {
  expect(readToBackground(message)).toEqual(message);
});

test('a message whose site is no site’s address is refused', () => {
  expect(readToBackground({ ...ask, site: 'javascript:alert(1)' })).toBeNull();
});

test.each([
  ['product', ['jira', 'portal', 'cloud']],
  ['relation', ['equal', 'same-server', 'other-server']],
  ['pageToken.login', ['lin', 'lout']],
])('each %s is read, and no other: %s', (path, values) => {
  for (const value of values) expect(readToBackground(changed(report, `evidence.${path}`, value))).not.toBeNull();
  expect(readToBackground(changed(report, `evidence.${path}`, 'other'))).toBeNull();
});

test.each(['anonymous', 'gateway', 'offline', 'busy', 'unreachable'])('the proof "%s" is read', (outcome) => {
  expect(readSessionValue('proof', { outcome, at: NOW })).toEqual({ outcome, at: NOW });
});

test('what is stored for a session is read by its kind, and nothing else is', () => {
  const cookieChanges = [{ ...traits, at: NOW }];
  expect(readSessionValue('cookieChanges', cookieChanges)).toEqual(cookieChanges);
  expect(readSessionValue('cookieChanges', [{ at: NOW }])).toBeUndefined();
  const history = [{ at: NOW, tabId: 7, verdict: 'stale' }];
  expect(readSessionValue('history', history)).toEqual(history);
  expect(readSessionValue('history', [{ ...history[0], verdict: 'another' }])).toBeUndefined();
  expect(readSessionValue('challenged', true)).toBe(true);
  expect(
    ['session', 'proof', 'cookieChanges', 'history', 'challenged', 'toString', ''].filter(isSessionValue),
  ).toEqual(['session', 'proof', 'cookieChanges', 'history', 'challenged']);
});
