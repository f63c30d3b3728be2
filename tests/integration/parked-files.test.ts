/** While files are parked in a tab, an update of the extension waits, and the browser does not discard the tab. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { documentOf, BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const OTHER = { id: 2, url: `${SITE}/browse/RAIL-8` };
const HOUR = 3_600_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

describe('an update', () => {
  test('is installed at once if no files are parked', async () => {
    const harness = newHarness();
    await report(harness, false);
    await harness.offerUpdate();
    expect(harness.reloadCount).toBe(1);
  });

  test('waits until the last files are gone and can’t be had back by "Undo" any more', async () => {
    const harness = newHarness();
    await report(harness, true);
    await report(harness, true, OTHER);
    await harness.offerUpdate();
    await report(harness, false);
    await pass(harness, 15_000);
    expect(harness.reloadCount).toBe(0);
    await report(harness, false, OTHER);
    await pass(harness, 10_000);
    expect(harness.reloadCount).toBe(0);
    await pass(harness, 5_000);
    expect(harness.reloadCount).toBe(1);
    // Firefox keeps the stored time across a reload; it must not cause another one.
    await report(harness, true);
    await report(harness, false);
    await pass(harness, 15_000);
    await ringIn(harness, 13 * HOUR);
    expect(harness.reloadCount).toBe(1);
  });

  test('does not wait for a page that has left or crashed', async () => {
    for (const leave of [leaveTab, ringNow]) {
      const harness = newHarness();
      await report(harness, true);
      await harness.offerUpdate();
      harness.tabs.splice(0, 1);
      await leave(harness);
      await pass(harness, 15_000);
      expect(harness.reloadCount).toBe(1);
    }
  });

  test('waits twelve hours at most, counted from the first of two updates', async () => {
    const harness = newHarness();
    await report(harness, true);
    await harness.offerUpdate();
    await ringIn(harness, 7 * HOUR);
    await harness.offerUpdate();
    expect(harness.reloadCount).toBe(0);
    const [alarm] = harness.alarms.values();
    expect(alarm!.when - Date.now()).toBeLessThanOrEqual(5 * HOUR);
    await ringIn(harness, 5 * HOUR);
    expect(harness.reloadCount).toBe(1);
  });

  test('is not lost if the worker dies or the storage is full', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const harness = newHarness();
    await report(harness, true);
    await harness.offerUpdate();
    await harness.stopWorker();
    await report(harness, false);
    await harness.stopWorker();
    await ringIn(harness, 12 * HOUR);
    expect(harness.reloadCount).toBe(1);
    harness.isStorageFull = true;
    await report(harness, false);
    await harness.offerUpdate();
    expect(harness.reloadCount).toBe(2);
    errors.mockRestore();
  });
});

describe('a tab that the browser may discard', () => {
  test('is protected while files are parked in it', async () => {
    const harness = newHarness(true);
    await report(harness, true);
    expect(states(harness)).toEqual([false, true]);
    await harness.stopWorker();
    await report(harness, true);
    await report(harness, false);
    expect(states(harness)).toEqual([true, true]);
  });

  test('is released with the document that parked them, also if that one vanishes', async () => {
    const harness = newHarness(true);
    await report(harness, true);
    await leaveTab(harness);
    expect(states(harness)).toEqual([true, true]);
    await report(harness, true);
    await report(harness, false, TAB, documentOf(TAB.id, 2));
    expect(states(harness)).toEqual([true, true]);
    await report(harness, true);
    harness.tabs.splice(0, 1, { ...harness.tabs[0]!, url: 'http://three.example/' });
    await ringNow(harness);
    expect(states(harness)).toEqual([true, true]);
  });

  test('stays protected if somebody else has protected it', async () => {
    const harness = newHarness(false);
    await report(harness, true);
    await report(harness, false);
    expect(states(harness)).toEqual([false, false]);
  });

  test('is released in the end, wherever the worker dies', async () => {
    for (let steps = 1, deaths = 1; deaths > 0; steps++) {
      const harness = newHarness(true);
      harness.stepsOfNextWorker = () => steps;
      await report(harness, true);
      harness.stepsOfNextWorker = () => Infinity;
      harness.isWorkerProtected = true;
      await report(harness, true);
      expect(states(harness), `dead after ${steps} steps`).toEqual([false, true]);
      harness.isWorkerProtected = false;
      await harness.stopWorker();
      harness.stepsOfNextWorker = () => steps;
      await report(harness, false);
      harness.stepsOfNextWorker = () => Infinity;
      harness.isWorkerProtected = true;
      await report(harness, false);
      expect(states(harness), `dead after ${steps} steps`).toEqual([true, true]);
      deaths = harness.deathCount;
    }
  });

  test('is left alone in a browser without this property', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const harness = newHarness();
    await report(harness, true);
    await report(harness, false);
    expect([states(harness), errors.mock.calls]).toEqual([[undefined, undefined], []]);
    errors.mockRestore();
  });
});

function newHarness(autoDiscardable?: boolean): BackgroundHarness {
  const harness = new BackgroundHarness();
  harness.tabs.push(...[TAB, OTHER].map((tab) => ({ ...tab, autoDiscardable })));
  return harness;
}

function states({ tabs }: BackgroundHarness): (boolean | undefined)[] {
  return tabs.map(({ autoDiscardable }) => autoDiscardable);
}

async function report(
  harness: BackgroundHarness,
  hasParkedFiles: boolean,
  tab = TAB,
  document = documentOf(tab.id),
): Promise<void> {
  const token = { digest: '00000001', login: 'lin', serverId: 'AAAA' };
  const evidence = { product: 'jira', pageUser: 'alice', pageToken: token, cookieToken: token, relation: 'equal' };
  await harness.send(tab, {
    kind: 'report',
    document,
    site: SITE,
    evidence,
    files: hasParkedFiles ? ['door.log'] : [],
  });
  await harness.settle();
}

async function pass(harness: BackgroundHarness, millis: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(millis);
  await harness.settle();
}

/** The page leaves, and half a second later closed tabs are no longer listed. */
async function leaveTab(harness: BackgroundHarness): Promise<void> {
  const left = harness.send(TAB, { kind: 'gone', document: documentOf(TAB.id) });
  await harness.settle();
  await pass(harness, 600);
  await left;
}

/** Lets time pass, and rings the alarm if it is due then. */
async function ringIn(harness: BackgroundHarness, millis: number): Promise<void> {
  await pass(harness, millis);
  await harness.ringAlarms();
}

async function ringNow(harness: BackgroundHarness): Promise<void> {
  harness.alarms.set('badges', { when: Date.now(), periodMillis: 60_000 });
  await harness.ringAlarms();
}
