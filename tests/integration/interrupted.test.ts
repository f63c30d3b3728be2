/** What comes between while the background is busy, at each of its steps: a site taken back, something set, a frozen tab. */
import { describe, expect, test, vi } from 'vitest';
import { Machine } from './background-harness.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/session-check.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };

test('a site taken back in the middle of a report is not watched, and its page told so', async () => {
  await atEachStep(async (steps) => {
    const { machine, told } = await reported();
    const hasHappened = machine.interrupt(steps, () => machine.takeBack());
    const answer = await report(machine, 'lout');
    const isOver = !hasHappened();
    if (isOver) machine.takeBack();
    await machine.rest();
    expectNotWatched(machine, steps);
    expect([answer, ...told], `after ${steps} steps`).toContainEqual(
      'stop' in (answer ?? {}) ? { stop: true } : { kind: 'stop' },
    );
    return isOver;
  });
});

test('a site taken back while all badges are painted is not watched', async () => {
  await atEachStep(async (steps) => {
    const { machine } = await reported();
    const hasHappened = machine.interrupt(steps, () => machine.takeBack());
    await machine.ring();
    const isOver = !hasHappened();
    if (isOver) machine.takeBack();
    await machine.rest();
    expectNotWatched(machine, steps);
    return isOver;
  });
});

test('what is set in the middle of a page’s first report reaches that page', async () => {
  await atEachStep(async (steps) => {
    const { machine, told } = newMachine();
    const turnOff = (): void => machine.set({ settings: { guard: 'off' } });
    const hasHappened = machine.interrupt(steps, turnOff);
    const answer = await report(machine, 'lin');
    const isOver = !hasHappened();
    if (isOver) turnOff();
    await machine.rest();
    const isOff = answer && 'settings' in answer && answer.settings.guard === 'off';
    if (!isOff) expect(told, `after ${steps} steps`).toContainEqual({ kind: 'refresh' });
    return isOver;
  });
});

test('of much that is set at once a page hears once or twice, and has it all', async () => {
  const { machine, told } = await reported();
  for (let minutes = 1; minutes <= 20; minutes++) machine.set({ settings: { warningMinutes: minutes } });
  await machine.rest();
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThanOrEqual(3);
  expect(await report(machine, 'lin')).toHaveProperty('settings.warningMinutes', 20);
});

test('what a login has overtaken is told to no other tab', async () => {
  const { machine } = await reported();
  const overtaken: Proof = {
    outcome: 'anonymous',
    at: Date.now(),
    cookieDigest: '00000003',
    isCertain: false,
  };
  const cookieToken = { digest: '00000003', login: 'lin' as const, serverId: 'AAAA' };
  await report(machine, 'lin', TAB, { proof: overtaken, cookieToken, relation: 'same-server' });
  const OTHER = { id: 3, url: `${SITE}/browse/RAIL-9` };
  machine.tabs.push(OTHER);
  expect(await report(machine, 'lin', OTHER)).toMatchObject({ proof: undefined });
});

describe('a page that reports a change of its session', () => {
  const OTHER = { id: 2, url: `${SITE}/browse/RAIL-8` };
  const anonymous: Proof = { outcome: 'anonymous', at: Date.now(), cookieDigest: '00000001', isCertain: true };

  async function two(): Promise<Awaited<ReturnType<typeof reported>>> {
    const { machine, told } = await reported();
    machine.tabs.push(OTHER);
    await report(machine, 'lin', OTHER);
    await machine.rest();
    told.length = 0;
    return { machine, told };
  }

  test('is answered before the others are told', async () => {
    const { machine, told } = await two();
    expect(await report(machine, 'lin', TAB, { proof: anonymous })).toHaveProperty('proof', anonymous);
    expect(told).toEqual([]);
    await machine.rest();
    expect(told).toEqual([{ kind: 'state-changed' }]);
  });

  test('has the others painted in a minute where the worker dies once it is answered', async () => {
    const before = (await two()).machine;
    let answered = 0;
    await atEachStep(async (steps) => {
      const { machine } = newMachine();
      machine.tabs.push(OTHER);
      Object.assign(machine.session, structuredClone(before.session));
      Object.assign(machine.local, structuredClone(before.local));
      machine.nextLife = () => steps;
      const answer = await report(machine, 'lin', TAB, { proof: anonymous });
      await machine.rest();
      machine.nextLife = () => Infinity;
      machine.isSpared = true;
      if (!answer) return false;
      answered++;
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
      await machine.ring().finally(() => vi.useRealTimers());
      expect(machine.shown(OTHER.id), `dead after ${steps} steps`).toBe('signed-out');
      return machine.deaths === 0;
    });
    expect(answered).toBeGreaterThan(2);
  });
});

test('a machine that wakes, where a page reports before the alarm that is due, shows the others’ verdicts too', async () => {
  const { machine } = await reported();
  const other = { id: 2, url: 'http://two.example/browse/RAIL-7' };
  machine.tabs.push(other);
  await report(machine, 'lin', other);
  await machine.rest();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 3_600_000 });
  await report(machine, 'lout');
  await machine.rest();
  vi.setSystemTime(Date.now() + 60_000);
  await machine.ring().finally(() => vi.useRealTimers());
  expect([machine.shown(TAB.id), machine.shown(other.id)]).toEqual(['signed-out', 'lapsed']);
});

describe('a tab that the browser has frozen', () => {
  const FROZEN = { id: 2, url: `${SITE}/browse/RAIL-8` };

  async function withFrozen(): Promise<Machine> {
    const { machine } = await reported();
    machine.tabs.unshift(FROZEN);
    await report(machine, 'lin', FROZEN);
    machine.frozen.add(FROZEN.id);
    return machine;
  }

  test('keeps no other page waiting that reports a change of their session', async () => {
    const machine = await withFrozen();
    expect(await report(machine, 'lin', TAB, { proof: PROOF })).toHaveProperty('proof', PROOF);
  });

  test('holds up nobody’s badge, and no taking back of the site', async () => {
    const machine = await withFrozen();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 3_600_000 });
    await machine.ring().finally(() => vi.useRealTimers());
    expect([machine.shown(TAB.id), machine.shown(FROZEN.id)]).toEqual(['lapsed', 'lapsed']);
    machine.takeBack();
    await machine.rest();
    expect([machine.shown(TAB.id), machine.shown(FROZEN.id)]).toEqual([undefined, undefined]);
  });
});

/** Once for each step, until what is done is through before the step comes. */
async function atEachStep(live: (steps: number) => Promise<boolean>): Promise<void> {
  for (let steps = 1; !(await live(steps)); steps++);
}

function expectNotWatched(machine: Machine, steps: number): void {
  expect(machine.shown(TAB.id), `taken back after ${steps} steps`).toBeUndefined();
  expect(machine.badges.get(TAB.id), `taken back after ${steps} steps`).toBe('');
}

function newMachine(): { machine: Machine; told: unknown[] } {
  const machine = new Machine();
  const told: unknown[] = [];
  machine.tabs.push(TAB);
  machine.onTell = (_id, message) => void told.push(message);
  return { machine, told };
}

/** A tab that has said once that it is fresh, its alarm due. */
async function reported(): Promise<{ machine: Machine; told: unknown[] }> {
  const { machine, told } = newMachine();
  await report(machine, 'lin');
  await machine.rest();
  expect(machine.shown(TAB.id)).toBe('fresh');
  for (const alarm of machine.alarms.values()) alarm.when = Date.now();
  return { machine, told };
}

const PROOF: Proof = {
  outcome: 'signed-in',
  user: 'alice',
  at: Date.now() + 1_000,
  cookieDigest: '00000001',
  isCertain: true,
};

async function report(
  machine: Machine,
  login: 'lin' | 'lout',
  tab = TAB,
  more: Partial<Evidence> = {},
): Promise<Answers['report'] | undefined> {
  const pageToken = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const cookieToken = login === 'lin' ? pageToken : { ...pageToken, digest: '00000002', login };
  const evidence = {
    product: 'jira' as const,
    pageUser: 'alice',
    pageToken,
    cookieToken,
    relation: login === 'lin' ? 'equal' : 'same-server',
    ...more,
  };
  const answer = await machine.send(tab, {
    kind: 'report',
    site: new URL(tab.url).origin,
    evidence,
    contactAt: Date.now(),
    files: [],
  });
  return answer as Answers['report'] | undefined;
}
