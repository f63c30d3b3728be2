/** What comes in by messages and storage, and is too long or no sane number. */
import { describe, expect, test } from 'vitest';
import { readSessionValue, readTabState, readToBackground, type SessionValues } from '../../src/messages/schemas.ts';

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

/** A copy with one value another, by the names that lead to it. */
function changed(value: object, path: string, to: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  const names = path.split('.');
  const parent = names.slice(0, -1).reduce((each, name) => each[name] as Record<string, unknown>, copy);
  parent[names.at(-1)!] = to;
  return copy;
}

const doorOf =
  (kind: keyof SessionValues) =>
  (value: unknown): unknown =>
    readSessionValue(kind, value);

const DOORS = {
  'a report': [report, readToBackground],
  'a tab’s state': [state, readTabState],
  'a proof': [proof, doorOf('proof')],
  'a session': [{ began: NOW, lastContact: NOW, statedMinutes: 300, session: '1kq1wn7' }, doorOf('session')],
} as const;

/** The names that lead to each value of a kind. */
function pathsIn(value: object, kind: 'string' | 'number', before = ''): string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    if (typeof each === 'object') return pathsIn(each as object, kind, `${before}${name}.`);
    return typeof each === kind ? [`${before}${name}`] : [];
  });
}

describe.each(Object.entries(DOORS))('%s', (_name, [sound, read]) => {
  test('is read as it is', () => {
    expect(read(sound)).toEqual(sound);
  });

  test.each(pathsIn(sound, 'string'))('is none with a %s longer than any', (path) => {
    // An address can be long: a search is one.
    const most = path === 'address' ? 4096 : path === 'site' ? 512 : 255;
    const letters = ['address', 'site'].includes(path) ? `${SITE}/` : '';
    expect(read(changed(sound, path, letters + 'a'.repeat(most + 1)))).toBe(read({}));
  });

  test.each(pathsIn(sound, 'number'))('is none with a %s that no clock shows', (path) => {
    for (const number of [Infinity, -Infinity, NaN, -1, 1e14, 1e308])
      expect(read(changed(sound, path, number)), String(number)).toBe(read({}));
  });
});

test('a field that only an earlier version stored is passed over', () => {
  const cookieOwner = { user: 'alice', at: NOW };
  expect(readTabState({ ...state, evidence: { ...evidence, cookieOwner } })).toEqual(state);
});

test('that files wait is read whatever they are called, and however many there are', () => {
  const files = Array.from({ length: 1_000 }, (_, n) => `${n}${'a'.repeat(10_000)}`);
  for (const [sound, read] of [
    [report, readToBackground],
    [state, readTabState],
  ] as const) {
    const kept = (read({ ...sound, files }) as { files?: string[] }).files!;
    expect([kept.length, ...new Set(kept.map(({ length }) => length))]).toEqual([100, 255]);
    expect(read({ ...sound, files: ['door.log', 7] })).toBeNull();
  }
});

test('names as long as Jira keeps them, and the addresses of searches, are read', () => {
  const address = `${SITE}/issues/?jql=${'a'.repeat(4000)}`;
  expect(readToBackground(changed(report, 'evidence.pageUser', 'ü'.repeat(255)))).not.toBeNull();
  expect(readToBackground({ ...report, address })).not.toBeNull();
});
