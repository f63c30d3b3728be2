/** While a tab keeps files, an update of the extension waits, and the browser does not discard the tab. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { documentOf, Machine } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const OTHER = { id: 2, url: `${SITE}/browse/RAIL-8` };
const HOUR = 3_600_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

describe('an update', () => {
  test('is installed at once where no files wait', async () => {
    const machine = newMachine();
    await report(machine, false);
    await machine.offerUpdate();
    expect(machine.reloads).toBe(1);
  });

  test('waits until the last files have gone, and for as long as they can be had back', async () => {
    const machine = newMachine();
    await report(machine, true);
    await report(machine, true, OTHER);
    await machine.offerUpdate();
    await report(machine, false);
    await pass(machine, 15_000);
    expect(machine.reloads).toBe(0);
    await report(machine, false, OTHER);
    await pass(machine, 10_000);
    expect(machine.reloads).toBe(0);
    await pass(machine, 5_000);
    expect(machine.reloads).toBe(1);
    // What Firefox keeps in memory does not have it reload for ever.
    await report(machine, true);
    await report(machine, false);
    await pass(machine, 15_000);
    await ringIn(machine, 13 * HOUR);
    expect(machine.reloads).toBe(1);
  });

  test('waits no longer for a page that has left, or has crashed', async () => {
    for (const leave of [leaveTab, ringNow]) {
      const machine = newMachine();
      await report(machine, true);
      await machine.offerUpdate();
      machine.tabs.splice(0, 1);
      await leave(machine);
      await pass(machine, 15_000);
      expect(machine.reloads).toBe(1);
    }
  });

  test('waits half a day at most, from the first of two on', async () => {
    const machine = newMachine();
    await report(machine, true);
    await machine.offerUpdate();
    await ringIn(machine, 7 * HOUR);
    await machine.offerUpdate();
    expect(machine.reloads).toBe(0);
    const [alarm] = machine.alarms.values();
    expect(alarm!.when - Date.now()).toBeLessThanOrEqual(5 * HOUR);
    await ringIn(machine, 5 * HOUR);
    expect(machine.reloads).toBe(1);
  });

  test('is not lost with a worker that dies over it, nor to a full store', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const machine = newMachine();
    await report(machine, true);
    await machine.offerUpdate();
    await machine.die();
    await report(machine, false);
    await machine.die();
    await ringIn(machine, 12 * HOUR);
    expect(machine.reloads).toBe(1);
    machine.isFull = true;
    await report(machine, false);
    await machine.offerUpdate();
    expect(machine.reloads).toBe(2);
    told.mockRestore();
  });
});

describe('a tab that the browser may discard', () => {
  test('is kept from it while files wait in it', async () => {
    const machine = newMachine(true);
    await report(machine, true);
    expect(states(machine)).toEqual([false, true]);
    await machine.die();
    await report(machine, true);
    await report(machine, false);
    expect(states(machine)).toEqual([true, true]);
  });

  test('is given back with the document that kept them, also one that leaves without a word', async () => {
    const machine = newMachine(true);
    await report(machine, true);
    await leaveTab(machine);
    expect(states(machine)).toEqual([true, true]);
    await report(machine, true);
    await report(machine, false, TAB, documentOf(TAB.id, 2));
    expect(states(machine)).toEqual([true, true]);
    await report(machine, true);
    machine.tabs.splice(0, 1, { ...machine.tabs[0]!, url: 'http://three.example/' });
    await ringNow(machine);
    expect(states(machine)).toEqual([true, true]);
  });

  test('stays as somebody else has set it', async () => {
    const machine = newMachine(false);
    await report(machine, true);
    await report(machine, false);
    expect(states(machine)).toEqual([false, false]);
  });

  test('is given back in the end, wherever the worker dies', async () => {
    for (let steps = 1, deaths = 1; deaths > 0; steps++) {
      const machine = newMachine(true);
      machine.nextLife = () => steps;
      await report(machine, true);
      machine.nextLife = () => Infinity;
      machine.isSpared = true;
      await report(machine, true);
      expect(states(machine), `dead after ${steps} steps`).toEqual([false, true]);
      machine.isSpared = false;
      await machine.die();
      machine.nextLife = () => steps;
      await report(machine, false);
      machine.nextLife = () => Infinity;
      machine.isSpared = true;
      await report(machine, false);
      expect(states(machine), `dead after ${steps} steps`).toEqual([true, true]);
      deaths = machine.deaths;
    }
  });

  test('is nothing that a browser without such a switch is asked for', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const machine = newMachine();
    await report(machine, true);
    await report(machine, false);
    expect([states(machine), told.mock.calls]).toEqual([[undefined, undefined], []]);
    told.mockRestore();
  });
});

function newMachine(autoDiscardable?: boolean): Machine {
  const machine = new Machine();
  machine.tabs.push(...[TAB, OTHER].map((tab) => ({ ...tab, autoDiscardable })));
  return machine;
}

function states({ tabs }: Machine): (boolean | undefined)[] {
  return tabs.map(({ autoDiscardable }) => autoDiscardable);
}

async function report(
  machine: Machine,
  hasParkedFiles: boolean,
  tab = TAB,
  document = documentOf(tab.id),
): Promise<void> {
  const token = { digest: '00000001', login: 'lin', serverId: 'AAAA' };
  const evidence = { product: 'jira', pageUser: 'alice', pageToken: token, cookieToken: token, relation: 'equal' };
  await machine.send(tab, {
    kind: 'report',
    document,
    site: SITE,
    evidence,
    files: hasParkedFiles ? ['door.log'] : [],
  });
  await machine.rest();
}

async function pass(machine: Machine, millis: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(millis);
  await machine.rest();
}

/** The page leaves, and the tabs that are then closed are listed no more. */
async function leaveTab(machine: Machine): Promise<void> {
  const left = machine.send(TAB, { kind: 'gone', document: documentOf(TAB.id) });
  await machine.rest();
  await pass(machine, 600);
  await left;
}

/** Lets time pass, and has the alarm ring that is due then. */
async function ringIn(machine: Machine, millis: number): Promise<void> {
  await pass(machine, millis);
  await machine.ring();
}

async function ringNow(machine: Machine): Promise<void> {
  machine.alarms.set('badges', { when: Date.now(), periodMillis: 60_000 });
  await machine.ring();
}
