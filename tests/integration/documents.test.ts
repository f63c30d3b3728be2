/** Which document of a tab a state is of: pages rewrite their addresses, and come and go in any order. */
import { describe, expect, test, vi } from 'vitest';
import { addressOf } from '../../src/jira/page.ts';
import { documentOf, Machine } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/` };
const [FIRST, SECOND] = [documentOf(TAB.id, 1), documentOf(TAB.id, 2)];

test('a page that rewrites its address while it loads has its badge', async () => {
  const machine = newMachine();
  // The tab's address has gone on; the sender's is that of the load, for ever.
  machine.tabs.splice(0, 1, { ...TAB, url: `${SITE}/secure/Dashboard.jspa` });
  await report(machine, FIRST, { address: `${SITE}/secure/Dashboard.jspa` });
  expect(machine.shown(TAB.id)).toBe('fresh');
  expect(machine.stored(TAB.id)).toMatchObject({ document: FIRST, address: `${SITE}/secure/Dashboard.jspa` });
});

test.each([
  ['', 0, 'active'],
  [', also where Chrome hears of it late, from a document without a frame', -1, 'pending_deletion'],
  [', also where Chrome gives it another frame in the back/forward cache', 9, 'cached'],
])('what is known of a document goes with it%s', async (_when, frameId, documentLifecycle) => {
  const machine = newMachine();
  await report(machine, FIRST);
  await machine.send(TAB, { kind: 'gone', document: FIRST }, { frameId, documentLifecycle });
  expect(machine.stored(TAB.id)).toBeUndefined();
});

test('a document that leaves late takes nothing of the next one’s along', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  await report(machine, SECOND);
  await leave(machine, FIRST);
  expect(machine.stored(TAB.id)).toMatchObject({ document: SECOND });
});

test('a report that is under way when its document leaves is not kept', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  const late = report(machine, FIRST, { files: ['door.log'] });
  const left = leave(machine, FIRST);
  await Promise.all([late, left]);
  await machine.rest();
  expect(machine.stored(TAB.id)).toBeUndefined();
});

describe('files that waited in a page that went without a word', () => {
  const files = ['door.log', 'sill.png'];

  test('are told to the next one, for as long as it lives, because an answer can be lost', async () => {
    const machine = newMachine();
    expect(await report(machine, FIRST, { files })).toMatchObject({ lostFiles: undefined });
    for (let n = 0; n < 2; n++) expect(await report(machine, SECOND)).toMatchObject({ lostFiles: files });
    await leave(machine, SECOND);
    expect(await report(machine, documentOf(TAB.id, 3))).toMatchObject({ lostFiles: undefined });
  });

  test('are told wherever the worker dies over it', async () => {
    for (let [life, isDead] = [1, true]; isDead; life++) {
      const machine = newMachine();
      machine.nextLife = () => life;
      machine.isSpared = true;
      await report(machine, FIRST, { files });
      await machine.rest();
      machine.nextLife = () => Infinity;
      machine.isSpared = false;
      const heard = (await report(machine, SECOND)) ?? (await report(machine, SECOND));
      expect(heard, `after ${life} steps`).toMatchObject({ lostFiles: files });
      isDead = machine.deaths > 0;
    }
  });

  test('are told in Chrome too, where a tab that is put to sleep has another id from then on', async () => {
    const machine = newMachine();
    await report(machine, FIRST, { files });
    await machine.putToSleep(TAB, 2);
    expect(machine.stored(TAB.id)).toBeUndefined();
    expect(await report(machine, SECOND, {}, { ...TAB, id: 2 })).toMatchObject({ lostFiles: files });
    await machine.putToSleep(machine.tabs[0]!, 3);
    expect(await report(machine, documentOf(3), {}, { ...TAB, id: 3 })).toMatchObject({ lostFiles: [] });
  });

  test('are not told to a page of another site', async () => {
    const machine = newMachine();
    await report(machine, FIRST, { files });
    const place = { site: `${SITE}/jira`, address: `${SITE}/jira/browse/RAIL-7` };
    expect(await report(machine, SECOND, place)).toMatchObject({ lostFiles: undefined });
  });

  test('are not told where that was said, or where they wait still, in a page that was written anew', async () => {
    const machine = newMachine();
    await report(machine, FIRST, { files });
    const left = leave(machine, FIRST);
    expect(await report(machine, SECOND)).toMatchObject({ lostFiles: undefined });
    await left;
    const anew = documentOf(TAB.id, 3);
    await report(machine, SECOND, { files });
    expect(await report(machine, anew, { files: files.slice(1) })).toMatchObject({ lostFiles: ['door.log'] });
  });
});

test('a tab’s button says that files wait, and which', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  expect([machine.badges.get(TAB.id), machine.titles.get(TAB.id)]).toEqual(['4h', 'Freshtoken: verdict_fresh']);
  await report(machine, FIRST, { files: ['door.log'] });
  const title = 'Freshtoken: verdict_fresh files_kept_one';
  expect([machine.badges.get(TAB.id), machine.titles.get(TAB.id)]).toEqual(['file', title]);
  expect(JSON.stringify(machine.local)).not.toContain('door.log');
});

test('a tab that is gone without a word is forgotten when badges are painted next', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  machine.tabs.splice(0, 1);
  for (const alarm of machine.alarms.values()) alarm.when = Date.now();
  await machine.ring();
  expect(machine.stored(TAB.id)).toBeUndefined();
});

test('what was known of private windows goes when the last one’s page has gone', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const machine = newMachine();
  const secret = { id: 2, url: `${SITE}/browse/RAIL-8`, incognito: true, cookieStoreId: 'firefox-private' };
  machine.tabs.push(secret);
  await report(machine, FIRST);
  await report(machine, documentOf(2), {}, secret);
  expect(Object.keys(machine.session).some((key) => key.includes('firefox-private'))).toBe(true);
  const late = report(machine, documentOf(2), {}, secret);
  const left = machine.send(secret, { kind: 'gone', document: documentOf(2) });
  await late;
  await machine.rest();
  machine.tabs.pop();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  await left;
  expect(Object.keys(machine.session).filter((key) => key.includes('firefox-private'))).toEqual([]);
  expect(machine.stored(TAB.id)).toBeDefined();
});

test('a tab that shows another site, and whose last page went without a word, is forgotten', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  machine.tabs.splice(0, 1, { ...TAB, url: 'http://elsewhere.example/' });
  for (const alarm of machine.alarms.values()) alarm.when = Date.now();
  await machine.ring();
  expect(machine.stored(TAB.id)).toBeUndefined();
});

test('a page of a watched host that is no Jira takes the place of the one before', async () => {
  const machine = newMachine();
  await report(machine, FIRST);
  await machine.send(TAB, { kind: 'no-jira' });
  expect(machine.stored(TAB.id)).toBeUndefined();
});

test('what was known of private windows goes with the last of them, wherever its tab was last', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const machine = newMachine();
  const secret = { id: 2, url: `${SITE}/browse/RAIL-8`, incognito: true, cookieStoreId: 'firefox-private' };
  machine.tabs.push(secret);
  await report(machine, documentOf(2), {}, secret);
  const closed = machine.closeWindow(({ incognito }) => incognito === true);
  await machine.rest();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  await closed;
  await machine.rest();
  expect(Object.keys(machine.session).filter((key) => key.includes('firefox-private'))).toEqual([]);
});

test('no token is kept with a page’s address', async () => {
  const address = new URL(`${SITE}/secure/Vote.jspa?id=1&atl_token=AAAA_${'a'.repeat(40)}_lin&x=1#here`);
  expect(addressOf(address)).toBe(`${SITE}/secure/Vote.jspa?id=1&&x=1`);
});

test('a page speaks for no other origin than its own', async () => {
  const machine = newMachine();
  for (const other of [{ address: 'http://two.example/' }, { site: 'http://two.example' }])
    expect(await report(machine, FIRST, other)).toBeUndefined();
  for (const [site, address] of [
    ['http://two.example', TAB.url],
    [SITE, 'http://two.example/'],
  ])
    expect(await machine.send(TAB, { kind: 'cookie', site, address })).toEqual({ state: 'unreadable' });
  const asked = { kind: 'ask', site: 'http://two.example', version: '9.12.0', isPressed: false };
  expect(await machine.send(TAB, asked)).toBeUndefined();
  expect(machine.stored(TAB.id)).toBeUndefined();
});

function newMachine(): Machine {
  const machine = new Machine();
  machine.tabs.push(TAB);
  return machine;
}

async function report(
  machine: Machine,
  document: string,
  more: object = {},
  tab: Parameters<Machine['send']>[0] = TAB,
): Promise<unknown> {
  const token = { digest: '00000001', login: 'lin', serverId: 'AAAA' };
  const evidence = {
    product: 'jira',
    pageUser: 'alice',
    pageToken: token,
    cookieToken: token,
    relation: 'equal',
  };
  const contactAt = Date.now();
  return machine.send(tab, {
    kind: 'report',
    document,
    site: SITE,
    evidence,
    contactAt,
    files: [],
    ...more,
  });
}

async function leave(machine: Machine, document: string): Promise<void> {
  await machine.send(TAB, { kind: 'gone', document });
}
