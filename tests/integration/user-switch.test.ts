/**
 * Another user signs in without a logout, and the cookie stays the same: a proof counts for pages that were loaded
 * before it, and for later pages of the user whom it names.
 */
import { expect, test, vi } from 'vitest';
import type { Answers } from '../../src/messages/protocol.ts';
import { BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const FIRST = { id: 1, url: `${SITE}/browse/RAIL-7` };
const SECOND = { id: 2, url: `${SITE}/browse/RAIL-8` };
const NOW = Date.now();

test('shares no proof of alice with a later page of mallory, but one of mallory with alice’s page', async () => {
  const { harness, messages } = twoTabs();
  const answerTo = async (tab: typeof FIRST, user: string, loadedAt: number, proof?: unknown) =>
    (await report(harness, tab, user, loadedAt, proof))!;
  const ofAlice = proofOf('alice', NOW + 10);
  await answerTo(FIRST, 'alice', NOW + 1, ofAlice);
  expect(await answerTo(SECOND, 'mallory', NOW + 20)).not.toHaveProperty('proof.user');
  expect(harness.shownVerdict(SECOND.id)).toBe('fresh');
  expect(messages).toEqual([]);
  const ofMallory = proofOf('mallory', NOW + 30);
  await answerTo(SECOND, 'mallory', NOW + 20, ofMallory);
  expect(messages).toEqual([[FIRST.id, { kind: 'refresh' }]]);
  // The older proof stays outdated, even if it is reported again.
  expect(await answerTo(FIRST, 'alice', NOW + 1, ofAlice)).toMatchObject({ proof: ofMallory });
  expect(harness.shownVerdict(FIRST.id)).toBe('other-user');
  expect(await answerTo(SECOND, 'mallory', NOW + 20, ofMallory)).toMatchObject({ proof: ofMallory });
});

test('shares a proof of alice with a page that she loads later', async () => {
  const { harness } = twoTabs();
  await report(harness, FIRST, 'alice', NOW + 1, proofOf('alice', NOW + 10));
  expect(await report(harness, SECOND, 'alice', NOW + 20)).toMatchObject({ proof: proofOf('alice', NOW + 10) });
});

test('does not share a proof that another host’s cookie may have caused', async () => {
  const { harness, messages } = twoTabs();
  await report(harness, FIRST, 'alice', NOW + 1);
  const proof = { outcome: 'signed-in', user: 'mallory', at: Date.now(), isCertain: true };
  const evidence = { product: 'jira', pageUser: 'alice', isCookieUnreadable: true, proof };
  await harness.send(SECOND, { kind: 'report', site: SITE, evidence, files: [] });
  await harness.settle();
  expect(messages).toEqual([]);
  expect(await report(harness, FIRST, 'alice', NOW + 1)).not.toHaveProperty('proof.user');
  expect(harness.shownVerdict(FIRST.id)).toBe('fresh');
});

test('counts the changes of a page’s cookie, without other hosts’ cookies and equal values', async () => {
  const { harness } = twoTabs();
  const changeCount = async () => {
    const answer = await harness.send(FIRST, { kind: 'cookie', site: SITE });
    return (answer as { changeCount: number }).changeCount;
  };
  const before = await changeCount();
  await harness.removeCookie('one.example');
  await harness.removeCookie('.one.example');
  // Some servers set the same value with each response, and Chrome reports that too.
  await harness.removeCookie('one.example');
  expect(await changeCount()).toBe(before + 1);
});

test('shares no proof from the future, after the clock was set back, and replaces it by the next one', async () => {
  const { harness } = twoTabs();
  vi.useFakeTimers({ toFake: ['Date'], now: NOW + 3_600_000 });
  await report(harness, FIRST, 'alice', NOW, proofOf('mallory', Date.now()));
  vi.setSystemTime(NOW);
  expect(await report(harness, SECOND, 'alice', NOW - 10)).not.toHaveProperty('proof.user');
  const ofAlice = proofOf('alice', NOW);
  await report(harness, FIRST, 'alice', NOW - 10, ofAlice);
  expect(await report(harness, SECOND, 'alice', NOW - 10)).toMatchObject({ proof: ofAlice });
  vi.useRealTimers();
});

const proofOf = (user: string, at: number) => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest: '00000001',
  isCertain: true,
});

/** A browser with both tabs, and the messages that their pages receive. */
function twoTabs(): { harness: BackgroundHarness; messages: unknown[] } {
  const harness = new BackgroundHarness();
  const messages: unknown[] = [];
  harness.tabs.push(FIRST, SECOND);
  harness.onMessage = (id, message) => void messages.push([id, message]);
  return { harness, messages };
}

async function report(
  harness: BackgroundHarness,
  tab: typeof FIRST,
  pageUser: string,
  loadedAt: number,
  proof?: unknown,
): Promise<Answers['report'] | undefined> {
  const token = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const answer = await harness.send(tab, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser, pageToken: token, cookieToken: token, relation: 'equal', proof },
    contactAt: Date.now(),
    loadedAt,
    files: [],
  });
  await harness.settle();
  return answer as Answers['report'] | undefined;
}
