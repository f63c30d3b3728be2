/** A site taken back while the background is busy with it, at each of its steps: it ends as not watched all the same. */
import { expect, test } from 'vitest';
import { Machine } from './machine.ts';
import type { Answers } from '../../src/messages.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };

test('a site taken back in the middle of a report, at any step of it, is not watched, and its page told so', async () => {
  let isOver = false;
  for (let steps = 1; !isOver; steps++) {
    const { machine, told } = await reported();
    machine.stepsGranted = steps;
    const answer = await report(machine, 'lout');
    isOver = machine.isGranted;
    if (isOver) machine.takeBack();
    await machine.rest();
    expect(machine.shown(TAB.id), `taken back after ${steps} steps`).toBeUndefined();
    expect(machine.badges.get(TAB.id), `taken back after ${steps} steps`).toBe('');
    expect([answer, ...told], `taken back after ${steps} steps`).toContainEqual(
      'stop' in (answer ?? {}) ? { stop: true } : { kind: 'stop' },
    );
  }
});

test('a site taken back while all badges are painted, at any step of it, is not watched', async () => {
  let isOver = false;
  for (let steps = 1; !isOver; steps++) {
    const { machine } = await reported();
    machine.stepsGranted = steps;
    await machine.ring();
    isOver = machine.isGranted;
    if (isOver) machine.takeBack();
    await machine.rest();
    expect(machine.shown(TAB.id), `taken back after ${steps} steps`).toBeUndefined();
    expect(machine.badges.get(TAB.id), `taken back after ${steps} steps`).toBe('');
  }
});

/** A tab that has said once that it is fresh, its alarm due. */
async function reported(): Promise<{ machine: Machine; told: unknown[] }> {
  const machine = new Machine();
  const told: unknown[] = [];
  machine.tabs.push(TAB);
  machine.onTell = (_id, message) => void told.push(message);
  await report(machine, 'lin');
  await machine.rest();
  expect(machine.shown(TAB.id)).toBe('fresh');
  for (const alarm of machine.alarms.values()) alarm.when = Date.now();
  return { machine, told };
}

async function report(machine: Machine, login: 'lin' | 'lout'): Promise<Answers['report'] | undefined> {
  const pageToken = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const cookieToken = login === 'lin' ? pageToken : { ...pageToken, digest: '00000002', login };
  const evidence = {
    product: 'jira' as const,
    pageUser: 'alice',
    pageToken,
    cookieToken,
    relation: login === 'lin' ? 'equal' : 'same-server',
  };
  const answer = await machine.send(TAB, {
    kind: 'report',
    site: SITE,
    evidence,
    contactAt: Date.now(),
    isLogin: false,
    keepsFiles: false,
  });
  return answer as Answers['report'] | undefined;
}
