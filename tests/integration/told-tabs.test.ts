/** Which other tabs are told what one tab has found out, also if a worker died before it told them. */
import { expect, test, vi } from 'vitest';
import { pause } from '../../src/lib/async.ts';
import { BackgroundHarness, documentOf } from './background-harness.ts';

const SITE = 'http://one.example';
const FIRST = { id: 1, url: `${SITE}/browse/RAIL-7`, active: true };
const SECOND = { id: 2, url: `${SITE}/browse/RAIL-8`, active: false };
const [OLD, NEW] = ['00000001', '00000002'] as const;

test('tells the tabs of a Jira on a port of its own', async () => {
  const site = `${SITE}:8080`;
  const [first, second] = [FIRST, SECOND].map((tab) => ({ ...tab, url: tab.url.replace(SITE, site) }));
  const { harness, told } = await twoTabs([first!, second!]);
  await report(harness, first!, OLD, OLD, proofOf(OLD, 'mallory'));
  await harness.settle();
  expect(told).toEqual([2]);
});

test('tells a tab that does not know of a new cookie, if the worker died before it told', async () => {
  const { harness, told } = await twoTabs();
  await harness.stopWorker();
  await report(harness, FIRST, NEW, NEW, proofOf(NEW));
  await harness.settle();
  expect(told).toEqual([2]);
});

test('tells a page with parked files that its user is proven to be back', async () => {
  const { harness, told } = await twoTabs([FIRST]);
  harness.tabs.push(SECOND);
  await report(harness, SECOND, OLD, NEW, undefined, { files: ['a.txt'] });
  await report(harness, FIRST, NEW, NEW, proofOf(NEW));
  await harness.settle();
  expect(told).toEqual([2]);
});

test('tells a page that names another user that now a third one is signed in', async () => {
  const { harness, told } = await twoTabs([FIRST]);
  harness.tabs.push(SECOND);
  await report(harness, SECOND, OLD, OLD, proofOf(OLD, 'mallory'));
  await harness.settle();
  told.length = 0;
  await report(harness, FIRST, OLD, OLD, proofOf(OLD, 'bob', Date.now() + 50));
  await harness.settle();
  expect(told).toEqual([2]);
});

test('corrects all badges within a minute if the worker dies while tabs wait for their turns', async () => {
  const others = Array.from({ length: 10 }, (_each, n) => {
    return { id: n + 50, url: `http://two.example/browse/RAIL-${n}`, active: false };
  });
  const { harness } = await twoTabs([FIRST, SECOND, ...others]);
  for (const { id } of others) harness.frozen.add(id);
  await harness.removeCookie('two.example', 'default');
  await harness.removeCookie('one.example', 'default');
  const anonymous = { outcome: 'anonymous', at: Date.now(), cookieDigest: OLD, isCertain: true };
  await report(harness, FIRST, OLD, OLD, anonymous);
  await harness.settle();
  await harness.stopWorker();
  // What the dead worker would still do has no effect.
  harness.onMessage = () => undefined;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  await harness.ringAlarms().finally(() => vi.useRealTimers());
  expect(harness.shownVerdict(SECOND.id)).toBe('signed-out');
});

test('tells a page with parked files within a minute, if the worker dies before it told', async () => {
  const { harness, told } = await twoTabs([FIRST]);
  harness.tabs.push(SECOND);
  await report(harness, SECOND, OLD, NEW, undefined, { files: ['a.txt'] });
  await harness.settle();
  // The worker dies before any page is told.
  harness.frozen.add(SECOND.id);
  await report(harness, FIRST, NEW, NEW, proofOf(NEW));
  await harness.stopWorker();
  harness.frozen.delete(SECOND.id);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  await harness.ringAlarms().finally(() => vi.useRealTimers());
  await harness.settle();
  expect(told).toEqual([2]);
});

test('rings no alarm within a minute once all are told', async () => {
  const { harness, told } = await twoTabs();
  await report(harness, FIRST, OLD, OLD, proofOf(OLD, 'mallory'));
  await harness.settle();
  expect(told).toEqual([2]);
  expect(harness.alarms.get('badges')?.when ?? Infinity).toBeGreaterThan(Date.now() + 60_000);
});

test('asks a slow page that somebody sees few times', async () => {
  const slow = { ...FIRST, id: 100 };
  const hidden = Array.from({ length: 60 }, (_each, n) => ({ ...SECOND, id: n + 2 }));
  const { harness } = await twoTabs([FIRST, slow, ...hidden]);
  let asked = 0;
  harness.onMessage = (id) => {
    if (id !== slow.id) return report(harness, hidden[id - 2]!, OLD, OLD);
    asked++;
    return pause(300);
  };
  await report(harness, FIRST, OLD, OLD, proofOf(OLD, 'mallory'));
  await pause(1_500);
  await harness.settle();
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(8);
});

test('forgets a host that a tab has left for another one whose pages follow each other at once', async () => {
  const { harness } = await twoTabs([FIRST]);
  const next = { ...FIRST, url: 'http://two.example/browse/RAIL-1' };
  harness.tabs[0] = next;
  const leave = (tab: typeof FIRST, n: number): void =>
    void harness.send(tab, { kind: 'gone', document: documentOf(FIRST.id, n) });
  leave(FIRST, 1);
  await harness.settle();
  await report(harness, next, OLD, OLD, undefined, { document: documentOf(FIRST.id, 2) });
  leave(next, 2);
  await harness.settle();
  await report(harness, next, OLD, OLD, undefined, { document: documentOf(FIRST.id, 3) });
  await pause(600);
  await harness.settle();
  expect(Object.keys(harness.session).filter((key) => key.endsWith(SITE))).toEqual([]);
});

test('stores no setting of a page that was revoked a moment ago', async () => {
  const { harness } = await twoTabs([FIRST]);
  // The page with the button does this; the browser informs the background only later.
  harness.isGranted = false;
  await harness.send(FIRST, { kind: 'renew-always', site: SITE });
  expect(harness.local).not.toHaveProperty(`settings ${SITE}`);
});

function proofOf(cookieDigest: string, user = 'alice', at = Date.now()): object {
  return { outcome: 'signed-in', user, at, cookieDigest, isCertain: true };
}

/** A browser whose tabs have reported fresh pages of alice, and the tabs that are told something after that. */
async function twoTabs(tabs = [FIRST, SECOND]): Promise<{ harness: BackgroundHarness; told: number[] }> {
  const harness = new BackgroundHarness();
  const told: number[] = [];
  harness.tabs.push(...tabs);
  for (const tab of tabs) await report(harness, tab, OLD, OLD);
  await harness.settle();
  harness.onMessage = (id) => void told.push(id);
  return { harness, told };
}

async function report(
  harness: BackgroundHarness,
  tab: typeof FIRST,
  page: string,
  cookie: string,
  proof?: object,
  more: object = {},
): Promise<unknown> {
  const token = (digest: string) => ({ digest, login: 'lin', serverId: 'AAAA' });
  const evidence = {
    product: 'jira',
    version: '9.12.0',
    pageUser: 'alice',
    pageToken: token(page),
    cookieToken: token(cookie),
    relation: page === cookie ? 'equal' : 'same-server',
    proof,
  };
  const site = new URL(tab.url).origin;
  const times = { contactAt: Date.now() - 10, loadedAt: Date.now() - 1_000 };
  return harness.send(tab, { kind: 'report', site, evidence, ...times, files: [], ...more });
}
