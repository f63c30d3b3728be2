/** Somebody else signs in over a session whose cookie stays as it is: the pages of the one before are told, and judged anew. */
import { expect, test } from 'vitest';
import type { Answers } from '../../src/messages.ts';
import { Machine } from './machine.ts';

const SITE = 'http://one.example';
const FIRST = { id: 1, url: `${SITE}/browse/RAIL-7` };
const SECOND = { id: 2, url: `${SITE}/browse/RAIL-8` };

test('alice’s page hears of mallory’s, once, because that was loaded after it', async () => {
  const { machine, told } = twoTabs();
  await report(machine, FIRST, 'alice', 1);
  expect(told).toEqual([]);
  await report(machine, SECOND, 'mallory', 2);
  expect(told).toEqual([[FIRST.id, { kind: 'look' }]]);
  expect(await report(machine, FIRST, 'alice', 1)).toMatchObject({ holder: { user: 'mallory' } });
  await report(machine, SECOND, 'mallory', 2);
  expect(told).toHaveLength(1);
});

test('a page that alice loads is no news to her other pages', async () => {
  const { machine, told } = twoTabs();
  await report(machine, FIRST, 'alice', 1);
  await report(machine, SECOND, 'alice', 2);
  await report(machine, FIRST, 'alice', 1);
  expect(told).toEqual([]);
});

test('an answer that another host’s cookie may have brought about is the page’s alone that asked', async () => {
  const { machine, told } = twoTabs();
  await report(machine, FIRST, 'alice', 1);
  const proof = { outcome: 'signed-in', user: 'mallory', at: Date.now(), isCertain: true };
  const evidence = { product: 'jira', pageUser: 'alice', isCookieUnreadable: true, proof };
  await machine.send(SECOND, { kind: 'report', site: SITE, evidence, keepsFiles: false });
  await machine.rest();
  expect(told).toEqual([]);
  expect(await report(machine, FIRST, 'alice', 1)).not.toHaveProperty('proof.user');
  expect(machine.shown(FIRST.id)).toBe('fresh');
});

test('a page that asks for its cookie is told how often its value has changed; other hosts’ cookies and equal values do not count', async () => {
  const { machine } = twoTabs();
  const turns = async () => {
    const answer = await machine.send(FIRST, { kind: 'cookie', site: SITE });
    return (answer as { turns: number }).turns;
  };
  const before = await turns();
  await machine.loseCookie('one.example');
  await machine.loseCookie('.one.example');
  // Some servers set the same value with each answer, and Chrome tells of that too.
  await machine.loseCookie('one.example');
  expect(await turns()).toBe(before + 1);
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
): Promise<Answers['report'] | undefined> {
  const token = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const answer = await machine.send(tab, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser, pageToken: token, cookieToken: token, relation: 'equal' },
    contactAt: Date.now(),
    loadedAt,
    keepsFiles: false,
  });
  await machine.rest();
  return answer as Answers['report'] | undefined;
}
