/** Somebody else signs in over a session whose cookie stays as it is: an answer tells of no page that was loaded after it, unless of its user. */
import { expect, test, vi } from 'vitest';
import type { Answers } from '../../src/messages/protocol.ts';
import { Machine } from './background-harness.ts';

const SITE = 'http://one.example';
const FIRST = { id: 1, url: `${SITE}/browse/RAIL-7` };
const SECOND = { id: 2, url: `${SITE}/browse/RAIL-8` };
const NOW = Date.now();

test('an answer that named alice is not told to the page that mallory has loaded since; one that names mallory is told to alice’s', async () => {
  const { machine, told } = twoTabs();
  const hears = async (tab: typeof FIRST, user: string, loadedAt: number, proof?: unknown) =>
    (await report(machine, tab, user, loadedAt, proof))!;
  const ofAlice = by('alice', NOW + 10);
  await hears(FIRST, 'alice', NOW + 1, ofAlice);
  expect(await hears(SECOND, 'mallory', NOW + 20)).not.toHaveProperty('proof.user');
  expect(machine.shown(SECOND.id)).toBe('fresh');
  expect(told).toEqual([]);
  const ofMallory = by('mallory', NOW + 30);
  await hears(SECOND, 'mallory', NOW + 20, ofMallory);
  expect(told).toEqual([[FIRST.id, { kind: 'state-changed' }]]);
  // What was said before says nothing any more, also where it is told again.
  expect(await hears(FIRST, 'alice', NOW + 1, ofAlice)).toMatchObject({ proof: ofMallory });
  expect(machine.shown(FIRST.id)).toBe('other-user');
  expect(await hears(SECOND, 'mallory', NOW + 20, ofMallory)).toMatchObject({ proof: ofMallory });
});

test('an answer that named alice is told to the page that she has loaded since', async () => {
  const { machine } = twoTabs();
  await report(machine, FIRST, 'alice', NOW + 1, by('alice', NOW + 10));
  expect(await report(machine, SECOND, 'alice', NOW + 20)).toMatchObject({ proof: by('alice', NOW + 10) });
});

test('an answer that another host’s cookie may have brought about is the page’s alone that asked', async () => {
  const { machine, told } = twoTabs();
  await report(machine, FIRST, 'alice', NOW + 1);
  const proof = { outcome: 'signed-in', user: 'mallory', at: Date.now(), isCertain: true };
  const evidence = { product: 'jira', pageUser: 'alice', isCookieUnreadable: true, proof };
  await machine.send(SECOND, { kind: 'report', site: SITE, evidence, files: [] });
  await machine.rest();
  expect(told).toEqual([]);
  expect(await report(machine, FIRST, 'alice', NOW + 1)).not.toHaveProperty('proof.user');
  expect(machine.shown(FIRST.id)).toBe('fresh');
});

test('a page that asks for its cookie is told how often its value has changed; other hosts’ cookies and equal values do not count', async () => {
  const { machine } = twoTabs();
  const changeCount = async () => {
    const answer = await machine.send(FIRST, { kind: 'cookie', site: SITE });
    return (answer as { changeCount: number }).changeCount;
  };
  const before = await changeCount();
  await machine.loseCookie('one.example');
  await machine.loseCookie('.one.example');
  // Some servers set the same value with each answer, and Chrome tells of that too.
  await machine.loseCookie('one.example');
  expect(await changeCount()).toBe(before + 1);
});

test('an answer that was dated by a clock which was set back since is told to nobody, and the next one takes its place', async () => {
  const { machine } = twoTabs();
  vi.useFakeTimers({ toFake: ['Date'], now: NOW + 3_600_000 });
  await report(machine, FIRST, 'alice', NOW, by('mallory', Date.now()));
  vi.setSystemTime(NOW);
  expect(await report(machine, SECOND, 'alice', NOW - 10)).not.toHaveProperty('proof.user');
  const ofAlice = by('alice', NOW);
  await report(machine, FIRST, 'alice', NOW - 10, ofAlice);
  expect(await report(machine, SECOND, 'alice', NOW - 10)).toMatchObject({ proof: ofAlice });
  vi.useRealTimers();
});

const by = (user: string, at: number) => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest: '00000001',
  isCertain: true,
});

/** A browser with both tabs, and what their pages are told. */
function twoTabs(): { machine: Machine; told: unknown[] } {
  const machine = new Machine();
  const told: unknown[] = [];
  machine.tabs.push(FIRST, SECOND);
  machine.onTell = (id, message) => void told.push([id, message]);
  return { machine, told };
}

async function report(
  machine: Machine,
  tab: typeof FIRST,
  pageUser: string,
  loadedAt: number,
  proof?: unknown,
): Promise<Answers['report'] | undefined> {
  const token = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const answer = await machine.send(tab, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser, pageToken: token, cookieToken: token, relation: 'equal', proof },
    contactAt: Date.now(),
    loadedAt,
    files: [],
  });
  await machine.rest();
  return answer as Answers['report'] | undefined;
}
