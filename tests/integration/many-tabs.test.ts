/** How often the pages of many tabs are asked to refresh. */
import { beforeEach, expect, test } from 'vitest';
import { BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const TABS = Array.from({ length: 60 }, (_each, n) => ({
  id: n + 1,
  url: `${SITE}/browse/RAIL-${n}`,
  active: n === 0,
}));
const FIRST = TABS[0]!;
const LOADED_AT = Date.now();

let harness: BackgroundHarness;
/** How often each tab was asked; its page then reports anew. */
let asked: Map<number, number>;

beforeEach(async () => {
  harness = new BackgroundHarness();
  asked = new Map();
  harness.tabs.push(...TABS);
  for (const tab of TABS) await report(tab);
  harness.onMessage = (id) => {
    asked.set(id, (asked.get(id) ?? 0) + 1);
    return report(TABS[id - 1]!);
  };
});

test('asks each of many tabs twice at most when one has found out that somebody else is signed in', async () => {
  await report(FIRST, proofOf('mallory'));
  await harness.settle();
  expect(TABS.map(({ id }) => harness.shownVerdict(id))).toEqual(TABS.map(() => 'other-user'));
  expectFewQuestions();
});

test('asks no other tab when one has found out what changes nothing for them, and tells them later', async () => {
  await report(FIRST, proofOf('alice'));
  await harness.settle();
  expect(asked).toEqual(new Map());
  expect(await report(TABS[1]!)).toMatchObject({ proof: proofOf('alice') });
});

test('asks each hidden tab twice at most when a cookie changes three times', async () => {
  await Promise.all([1, 2, 3].map(() => harness.removeCookie('one.example')));
  expectFewQuestions();
});

/** All hidden tabs were asked. */
function expectFewQuestions(): void {
  const ofHidden = TABS.slice(1).map(({ id }) => asked.get(id) ?? 0);
  expect(Math.min(...ofHidden)).toBeGreaterThan(0);
  expect(Math.max(...ofHidden)).toBeLessThanOrEqual(2);
}

function proofOf(user: string): object {
  return { outcome: 'signed-in', user, at: LOADED_AT + 10, cookieDigest: '00000001', isCertain: true };
}

async function report({ id, url }: (typeof TABS)[number], proof?: object): Promise<unknown> {
  const token = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const evidence = {
    product: 'jira',
    pageUser: 'alice',
    pageToken: token,
    cookieToken: token,
    relation: 'equal',
    proof,
  };
  const tab = { id, url };
  return harness.send(tab, { kind: 'report', site: SITE, evidence, loadedAt: LOADED_AT, files: [] });
}
