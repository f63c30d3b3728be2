/** Somebody else signs in over a session whose cookie stays as it is: the pages of the one before are told, and judged anew. */
import { expect, test } from 'vitest';
import type { Answers } from '../../src/messages.ts';
import { Machine } from './machine.ts';

const SITE = 'http://one.example';
const ALICES = { id: 1, url: `${SITE}/browse/RAIL-7` };
const MALLORYS = { id: 2, url: `${SITE}/browse/RAIL-8` };

test('alice’s page hears of mallory’s, once, and only because that was loaded after it', async () => {
  const machine = new Machine();
  const told: unknown[] = [];
  machine.tabs.push(ALICES, MALLORYS);
  machine.onTell = (id, message) => void told.push([id, message]);
  expect(await report(machine, ALICES, 'alice')).not.toHaveProperty('switchedAt', expect.any(Number));
  expect(told).toEqual([]);
  await report(machine, MALLORYS, 'mallory');
  expect(told).toEqual([[ALICES.id, { kind: 'look' }]]);
  const answer = await report(machine, ALICES, 'alice', false);
  expect(answer).toHaveProperty('switchedAt', expect.any(Number));
  await report(machine, MALLORYS, 'mallory', false);
  expect(told).toHaveLength(1);
});

async function report(
  machine: Machine,
  tab: typeof ALICES,
  pageUser: string,
  isFirst = true,
): Promise<Answers['report'] | undefined> {
  const token = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
  const answer = await machine.send(tab, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser, pageToken: token, cookieToken: token, relation: 'equal' },
    contactAt: Date.now(),
    isLogin: false,
    isFirst,
  });
  await machine.rest();
  return answer as Answers['report'] | undefined;
}
