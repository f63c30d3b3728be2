/**
 * Which document of a tab a stored state belongs to: pages rewrite their addresses, and load and leave in any order.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { addressOf } from '../../src/jira/page.ts';
import { pause } from '../../src/lib/async.ts';
import { documentOf, BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/` };
const [FIRST, SECOND] = [documentOf(TAB.id, 1), documentOf(TAB.id, 2)];

afterEach(() => vi.useRealTimers());

test('shows the badge of a page that rewrites its address while it loads', async () => {
  const harness = newHarness();
  // The sender's address stays that of the load; the tab's does not.
  harness.tabs.splice(0, 1, { ...TAB, url: `${SITE}/secure/Dashboard.jspa` });
  await report(harness, FIRST, { address: `${SITE}/secure/Dashboard.jspa` });
  expect(harness.shownVerdict(TAB.id)).toBe('fresh');
  expect(harness.storedTab(TAB.id)).toMatchObject({ document: FIRST, address: `${SITE}/secure/Dashboard.jspa` });
});

test.each([
  ['', 0, 'active'],
  [', also if Chrome reports it late, without a frame', -1, 'pending_deletion'],
  [', also if Chrome gives it another frame in the back/forward cache', 9, 'cached'],
])('removes a document’s state when it leaves%s', async (_when, frameId, documentLifecycle) => {
  const harness = newHarness();
  await report(harness, FIRST);
  await harness.send(TAB, { kind: 'gone', document: FIRST }, { frameId, documentLifecycle });
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

test('keeps the next document’s state when a document leaves late', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  await report(harness, SECOND);
  await leave(harness, FIRST);
  expect(harness.storedTab(TAB.id)).toMatchObject({ document: SECOND });
});

test('does not store a report that is under way when its document leaves', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  const late = report(harness, FIRST, { files: ['door.log'] });
  const left = leave(harness, FIRST);
  await Promise.all([late, left]);
  await harness.settle();
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

describe('files that were parked in a page that vanished without a message', () => {
  const files = ['door.log', 'sill.png'];

  test('are reported to each refresh of the next page, because an answer can be lost', async () => {
    const harness = newHarness();
    expect(await report(harness, FIRST, { files })).toMatchObject({ lostFiles: undefined });
    for (let n = 0; n < 2; n++) expect(await report(harness, SECOND)).toMatchObject({ lostFiles: files });
    await leave(harness, SECOND);
    expect(await report(harness, documentOf(TAB.id, 3))).toMatchObject({ lostFiles: undefined });
  });

  test('are reported wherever the worker dies meanwhile', async () => {
    for (let [steps, isDead] = [1, true]; isDead; steps++) {
      const harness = newHarness();
      harness.stepsOfNextWorker = () => steps;
      harness.isWorkerProtected = true;
      await report(harness, FIRST, { files });
      await harness.settle();
      harness.stepsOfNextWorker = () => Infinity;
      harness.isWorkerProtected = false;
      const answer = (await report(harness, SECOND)) ?? (await report(harness, SECOND));
      expect(answer, `after ${steps} steps`).toMatchObject({ lostFiles: files });
      isDead = harness.deathCount > 0;
    }
  });

  test('are reported in Chrome too, where a tab that is put to sleep gets another id', async () => {
    const harness = newHarness();
    await report(harness, FIRST, { files });
    await harness.putToSleep(TAB, 2);
    expect(harness.storedTab(TAB.id)).toBeUndefined();
    expect(await report(harness, SECOND, {}, { ...TAB, id: 2 })).toMatchObject({ lostFiles: files });
    await harness.putToSleep(harness.tabs[0]!, 3);
    expect(await report(harness, documentOf(3), {}, { ...TAB, id: 3 })).toMatchObject({ lostFiles: [] });
  });

  test('are not reported to a page of another site', async () => {
    const harness = newHarness();
    await report(harness, FIRST, { files });
    const place = { site: `${SITE}/jira`, address: `${SITE}/jira/browse/RAIL-7` };
    expect(await report(harness, SECOND, place)).toMatchObject({ lostFiles: undefined });
  });

  test('are not reported if the page said that it leaves, though the worker dies at once', async () => {
    const harness = newHarness();
    await report(harness, FIRST, { files });
    void leave(harness, FIRST);
    await harness.settle();
    await harness.stopWorker();
    expect(await report(harness, SECOND)).toMatchObject({ lostFiles: undefined });
  });

  test('are not reported if the page said that it leaves, or if they still wait in a new document', async () => {
    const harness = newHarness();
    await report(harness, FIRST, { files });
    const left = leave(harness, FIRST);
    expect(await report(harness, SECOND)).toMatchObject({ lostFiles: undefined });
    await left;
    const rewritten = documentOf(TAB.id, 3);
    await report(harness, SECOND, { files });
    expect(await report(harness, rewritten, { files: files.slice(1) })).toMatchObject({ lostFiles: ['door.log'] });
  });
});

test('shows on a tab’s button that files are parked, and which', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  expect([harness.badges.get(TAB.id), harness.titles.get(TAB.id)]).toEqual(['4h', 'Freshtoken: verdict_fresh']);
  await report(harness, FIRST, { files: ['door.log'] });
  const title = 'Freshtoken: verdict_fresh files_kept_one';
  expect([harness.badges.get(TAB.id), harness.titles.get(TAB.id)]).toEqual(['file', title]);
  expect(JSON.stringify(harness.local)).not.toContain('door.log');
});

test('removes the state of a tab that vanished when badges are updated next', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  harness.tabs.splice(0, 1);
  for (const alarm of harness.alarms.values()) alarm.when = Date.now();
  await harness.ringAlarms();
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

test('removes what is stored of private windows when the page of the last one has left', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const harness = newHarness();
  const privateTab = { id: 2, url: `${SITE}/browse/RAIL-8`, incognito: true, cookieStoreId: 'firefox-private' };
  harness.tabs.push(privateTab);
  await report(harness, FIRST);
  await report(harness, documentOf(2), {}, privateTab);
  expect(Object.keys(harness.session).some((key) => key.includes('firefox-private'))).toBe(true);
  const late = report(harness, documentOf(2), {}, privateTab);
  const left = harness.send(privateTab, { kind: 'gone', document: documentOf(2) });
  await late;
  await harness.settle();
  harness.tabs.pop();
  await vi.runAllTimersAsync();
  await left;
  expect(Object.keys(harness.session).filter((key) => key.includes('firefox-private'))).toEqual([]);
  expect(harness.storedTab(TAB.id)).toBeDefined();
});

test('removes the names of two hosts whose last tabs close one shortly after the other', async () => {
  const harness = newHarness();
  const other = { id: 2, url: 'http://two.example/' };
  harness.tabs.push(other);
  await report(harness, FIRST);
  await report(harness, documentOf(2), { site: 'http://two.example' }, other);
  const proven = { outcome: 'signed-in', user: 'alice', at: Date.now(), cookieDigest: '00000001', isCertain: true };
  for (const host of ['one', 'two'])
    Object.assign(harness.session, { [`proof default http://${host}.example`]: proven });
  await harness.stopWorker();
  await report(harness, FIRST);
  // The browser still lists a tab for a moment after its page has left.
  const close = async (tab: typeof TAB): Promise<void> => {
    const left = harness.send(tab, { kind: 'gone', document: documentOf(tab.id, 1) });
    setTimeout(() => harness.tabs.splice(harness.tabs.indexOf(tab), 1), 300);
    await left;
  };
  const first = close(TAB);
  await pause(400);
  await Promise.all([first, close(other)]);
  await harness.settle();
  expect(harness.session).toEqual({});
});

test('removes the state of a tab that shows another site, though its last page sent no message', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  harness.tabs.splice(0, 1, { ...TAB, url: 'http://elsewhere.example/' });
  for (const alarm of harness.alarms.values()) alarm.when = Date.now();
  await harness.ringAlarms();
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

test('removes the state of a tab whose next page is not Jira', async () => {
  const harness = newHarness();
  await report(harness, FIRST);
  await harness.send(TAB, { kind: 'no-jira' });
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

test('removes what is stored of private windows with the last window, wherever its tab was last', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const harness = newHarness();
  const privateTab = { id: 2, url: `${SITE}/browse/RAIL-8`, incognito: true, cookieStoreId: 'firefox-private' };
  harness.tabs.push(privateTab);
  await report(harness, documentOf(2), {}, privateTab);
  const closed = harness.closeWindow(({ incognito }) => incognito === true);
  await harness.settle();
  await vi.runAllTimersAsync();
  await closed;
  await harness.settle();
  expect(Object.keys(harness.session).filter((key) => key.includes('firefox-private'))).toEqual([]);
});

test('stores no token with a page’s address', async () => {
  const address = new URL(`${SITE}/secure/Vote.jspa?id=1&atl_token=AAAA_${'a'.repeat(40)}_lin&x=1#here`);
  expect(addressOf(address)).toBe(`${SITE}/secure/Vote.jspa?id=1&&x=1`);
});

test('accepts no message of a page about another origin', async () => {
  const harness = newHarness();
  for (const other of [{ address: 'http://two.example/' }, { site: 'http://two.example' }])
    expect(await report(harness, FIRST, other)).toBeUndefined();
  for (const [site, address] of [
    ['http://two.example', TAB.url],
    [SITE, 'http://two.example/'],
  ])
    expect(await harness.send(TAB, { kind: 'cookie', site, address })).toEqual({ state: 'unreadable' });
  const asked = { kind: 'ask', site: 'http://two.example', version: '9.12.0', isPressed: false };
  expect(await harness.send(TAB, asked)).toBeUndefined();
  expect(harness.storedTab(TAB.id)).toBeUndefined();
});

test('asks little of the browser for a page that leaves and the next one', async () => {
  const harness = newHarness();
  await report(harness, FIRST, { contactAt: Date.now() - 1_000 });
  await harness.settle();
  const before = harness.callCount;
  const left = leave(harness, FIRST);
  await report(harness, SECOND, { contactAt: Date.now() - 900 });
  await left;
  // The storage: the session, the tab. The button: its four parts.
  expect(harness.callCount - before).toBeLessThanOrEqual(6);
});

test('leaves the alarm as it is if a page’s load moves it by less than a minute', async () => {
  const harness = newHarness();
  const [first, now] = [Date.now() - 600_000, Date.now()];
  const alarmAfter = async (contactAt: number): Promise<number> => {
    await report(harness, FIRST, { statedMinutes: 90, contactAt });
    return harness.alarms.get('badges')!.when;
  };
  const when = await alarmAfter(first);
  expect(await alarmAfter(first + 59_000)).toBe(when);
  expect(await alarmAfter(now)).toBe(when + now - first);
});

test('sets the alarm again a minute later, because a machine that has slept can make it late', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const harness = newHarness();
  const now = Date.now();
  const contactAt = now - 600_000;
  const setsAlarm = async (): Promise<boolean> => {
    harness.alarms.clear();
    await report(harness, FIRST, { contactAt });
    return harness.alarms.has('badges');
  };
  expect(await setsAlarm()).toBe(true);
  expect(await setsAlarm()).toBe(false);
  vi.setSystemTime(now + 60_000);
  expect(await setsAlarm()).toBe(true);
});

function newHarness(): BackgroundHarness {
  const harness = new BackgroundHarness();
  harness.tabs.push(TAB);
  return harness;
}

async function report(
  harness: BackgroundHarness,
  document: string,
  more: object = {},
  tab: Parameters<BackgroundHarness['send']>[0] = TAB,
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
  return harness.send(tab, {
    kind: 'report',
    document,
    site: SITE,
    evidence,
    contactAt,
    files: [],
    ...more,
  });
}

async function leave(harness: BackgroundHarness, document: string): Promise<void> {
  await harness.send(TAB, { kind: 'gone', document });
}
