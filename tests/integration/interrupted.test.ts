/**
 * What happens while the background works, at each of its steps: a site is revoked, a setting changes, a tab is
 * frozen.
 */
import { describe, expect, test, vi } from 'vitest';
import { BackgroundHarness } from './background-harness.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/proof-request.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };

test('stops watching a site that is revoked during a report, and tells its page', async () => {
  await atEachStep(async (steps) => {
    const { harness, messages } = await freshTab();
    const isInterrupted = harness.interruptAfter(steps, () => harness.revokeSites());
    const answer = await report(harness, 'lout');
    const isDone = !isInterrupted();
    if (isDone) harness.revokeSites();
    await harness.settle();
    expectNotWatched(harness, steps);
    expect([answer, ...messages], `after ${steps} steps`).toContainEqual(
      'stop' in (answer ?? {}) ? { stop: true } : { kind: 'stop' },
    );
    return isDone;
  });
});

test('stops watching a site that is revoked while all badges are updated', async () => {
  await atEachStep(async (steps) => {
    const { harness } = await freshTab();
    const isInterrupted = harness.interruptAfter(steps, () => harness.revokeSites());
    await harness.ringAlarms();
    const isDone = !isInterrupted();
    if (isDone) harness.revokeSites();
    await harness.settle();
    expectNotWatched(harness, steps);
    return isDone;
  });
});

test('sends a setting to a page during whose first report it was changed', async () => {
  await atEachStep(async (steps) => {
    const { harness, messages } = newHarness();
    const turnOff = (): void => harness.store('local', { settings: { guard: 'off' } });
    const isInterrupted = harness.interruptAfter(steps, turnOff);
    const answer = await report(harness, 'lin');
    const isDone = !isInterrupted();
    if (isDone) turnOff();
    await harness.settle();
    const isOff = answer && 'settings' in answer && answer.settings.guard === 'off';
    if (!isOff) expect(messages, `after ${steps} steps`).toContainEqual({ kind: 'refresh' });
    return isDone;
  });
});

test('coalesces many changes of settings into few messages, and sends the last value', async () => {
  const { harness, messages } = await freshTab();
  for (let minutes = 1; minutes <= 20; minutes++) harness.store('local', { settings: { warningMinutes: minutes } });
  await harness.settle();
  expect(messages.length).toBeGreaterThan(0);
  expect(messages.length).toBeLessThanOrEqual(3);
  expect(await report(harness, 'lin')).toHaveProperty('settings.warningMinutes', 20);
});

test('sends no other tab a proof that a login has outdated', async () => {
  const { harness } = await freshTab();
  const outdated: Proof = {
    outcome: 'anonymous',
    at: Date.now(),
    cookieDigest: '00000003',
    isCertain: false,
  };
  const cookieToken = { digest: '00000003', login: 'lin' as const, serverId: 'AAAA' };
  await report(harness, 'lin', TAB, { proof: outdated, cookieToken, relation: 'same-server' });
  const OTHER = { id: 3, url: `${SITE}/browse/RAIL-9` };
  harness.tabs.push(OTHER);
  expect(await report(harness, 'lin', OTHER)).toMatchObject({ proof: undefined });
});

describe('a page that reports a change of its session', () => {
  const OTHER = { id: 2, url: `${SITE}/browse/RAIL-8` };
  const anonymous: Proof = { outcome: 'anonymous', at: Date.now(), cookieDigest: '00000001', isCertain: true };

  async function twoTabs(): Promise<Awaited<ReturnType<typeof freshTab>>> {
    const { harness, messages } = await freshTab();
    harness.tabs.push(OTHER);
    await report(harness, 'lin', OTHER);
    await harness.settle();
    messages.length = 0;
    return { harness, messages };
  }

  test('gets its answer before the other pages are told', async () => {
    const { harness, messages } = await twoTabs();
    expect(await report(harness, 'lin', TAB, { proof: anonymous })).toHaveProperty('proof', anonymous);
    expect(messages).toEqual([]);
    await harness.settle();
    expect(messages).toEqual([{ kind: 'refresh' }]);
  });

  test('has the other badges updated within a minute, if the worker dies after the answer', async () => {
    const before = (await twoTabs()).harness;
    let answered = 0;
    await atEachStep(async (steps) => {
      const { harness } = newHarness();
      harness.tabs.push(OTHER);
      Object.assign(harness.session, structuredClone(before.session));
      Object.assign(harness.local, structuredClone(before.local));
      harness.stepsOfNextWorker = () => steps;
      const answer = await report(harness, 'lin', TAB, { proof: anonymous });
      await harness.settle();
      harness.stepsOfNextWorker = () => Infinity;
      harness.isWorkerProtected = true;
      if (!answer) return false;
      answered++;
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
      await harness.ringAlarms().finally(() => vi.useRealTimers());
      expect(harness.shownVerdict(OTHER.id), `dead after ${steps} steps`).toBe('signed-out');
      return harness.deathCount === 0;
    });
    expect(answered).toBeGreaterThan(2);
  });
});

test('updates all badges after sleep, also if a page reports before the alarm rings', async () => {
  const { harness } = await freshTab();
  const other = { id: 2, url: 'http://two.example/browse/RAIL-7' };
  harness.tabs.push(other);
  await report(harness, 'lin', other);
  await harness.settle();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 3_600_000 });
  await report(harness, 'lout');
  await harness.settle();
  vi.setSystemTime(Date.now() + 60_000);
  await harness.ringAlarms().finally(() => vi.useRealTimers());
  expect([harness.shownVerdict(TAB.id), harness.shownVerdict(other.id)]).toEqual(['signed-out', 'lapsed']);
});

describe('a tab that the browser has frozen', () => {
  const FROZEN = { id: 2, url: `${SITE}/browse/RAIL-8` };

  async function withFrozen(): Promise<BackgroundHarness> {
    const { harness } = await freshTab();
    harness.tabs.unshift(FROZEN);
    await report(harness, 'lin', FROZEN);
    harness.frozen.add(FROZEN.id);
    return harness;
  }

  test('does not delay another page that reports a change of the session', async () => {
    const harness = await withFrozen();
    expect(await report(harness, 'lin', TAB, { proof: PROOF })).toHaveProperty('proof', PROOF);
  });

  test('delays no badge, and no revocation of the site', async () => {
    const harness = await withFrozen();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * 3_600_000 });
    await harness.ringAlarms().finally(() => vi.useRealTimers());
    expect([harness.shownVerdict(TAB.id), harness.shownVerdict(FROZEN.id)]).toEqual(['lapsed', 'lapsed']);
    harness.revokeSites();
    await harness.settle();
    expect([harness.shownVerdict(TAB.id), harness.shownVerdict(FROZEN.id)]).toEqual([undefined, undefined]);
  });
});

/** Runs a test for each step of the background, until the work is done before that step. */
async function atEachStep(isDoneBefore: (steps: number) => Promise<boolean>): Promise<void> {
  for (let steps = 1; !(await isDoneBefore(steps)); steps++);
}

function expectNotWatched(harness: BackgroundHarness, steps: number): void {
  expect(harness.shownVerdict(TAB.id), `revoked after ${steps} steps`).toBeUndefined();
  expect(harness.badges.get(TAB.id), `revoked after ${steps} steps`).toBe('');
}

function newHarness(): { harness: BackgroundHarness; messages: unknown[] } {
  const harness = new BackgroundHarness();
  const messages: unknown[] = [];
  harness.tabs.push(TAB);
  harness.onMessage = (_id, message) => void messages.push(message);
  return { harness, messages };
}

/** A tab that has reported once that it is fresh, with an alarm that is due. */
async function freshTab(): Promise<{ harness: BackgroundHarness; messages: unknown[] }> {
  const { harness, messages } = newHarness();
  await report(harness, 'lin');
  await harness.settle();
  expect(harness.shownVerdict(TAB.id)).toBe('fresh');
  for (const alarm of harness.alarms.values()) alarm.when = Date.now();
  return { harness, messages };
}

const PROOF: Proof = {
  outcome: 'signed-in',
  user: 'alice',
  at: Date.now() + 1_000,
  cookieDigest: '00000001',
  isCertain: true,
};

async function report(
  harness: BackgroundHarness,
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
  const answer = await harness.send(tab, {
    kind: 'report',
    site: new URL(tab.url).origin,
    evidence,
    contactAt: Date.now(),
    files: [],
  });
  return answer as Answers['report'] | undefined;
}
