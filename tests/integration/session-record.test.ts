/** What the background remembers of a session, by what pages report. */
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/session-check.ts';
import { Machine } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const MINUTE = 60_000;
const START = Date.now() - 300 * MINUTE;

test('the timeout that a page states is the clock’s of all its site’s pages, until the session ends', async () => {
  const machine = newMachine();
  expect(await report(machine, { contactAt: at(0), statedMinutes: 30 })).toMatchObject({
    clock: { lastContact: at(0), timeoutMinutes: 30 },
  });
  // Rendered late in a silence, a page states less.
  await report(machine, { contactAt: at(20), statedMinutes: 10 });
  expect(await report(machine, {})).toMatchObject({ clock: { lastContact: at(20), timeoutMinutes: 30 } });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(60)) });
  expect(record(machine)).toBeUndefined();
  expect(await report(machine, { contactAt: at(61) })).toMatchObject({ clock: { timeoutMinutes: 300 } });
});

test.each([0, 0.5, -30, 10_081, NaN, '30'])('a report that states %j is none', async (statedMinutes) => {
  const machine = newMachine();
  expect(await report(machine, { contactAt: at(0), statedMinutes: statedMinutes as number })).toBeUndefined();
  expect(record(machine)).toBeUndefined();
});

test('a request of before the logout, told after it, begins no session', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(1)) });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(1)), contactAt: at(0.5) });
  expect(record(machine)).toBeUndefined();
});

test('a request under the cookie of another Jira’s logout goes on with the session', async () => {
  const machine = newMachine();
  const cookieToken = { ...LOUT, serverId: 'BBBB' };
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken, relation: 'other-server', contactAt: at(3) });
  expect(record(machine)).toMatchObject({ lastContact: at(3) });
});

test('no name is kept, and a browser that is started again knows the session still', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0), statedMinutes: 30, proof: alice(at(0)) });
  await machine.restart();
  expect(record(machine)).toEqual({ began: at(0), lastContact: at(0), statedMinutes: 30, session: 'a' });
});

test('what earlier versions kept is read by this one', async () => {
  const machine = newMachine();
  const seen = { user: 'alice', session: 'a' };
  machine.local[`session default ${SITE}`] = {
    began: at(0),
    lastContact: at(5),
    longestSilenceMinutes: 5,
    seen,
    turned: false,
  };
  await report(machine, { contactAt: at(9), statedMinutes: 30 });
  expect(record(machine)).toEqual({
    began: at(0),
    lastContact: at(9),
    statedMinutes: 30,
    session: undefined,
  });
});

test('what a tab of Chrome’s says as it closes is kept with what the others said', async () => {
  const machine = newMachine();
  const ofChrome = { ...TAB, cookieStoreId: undefined };
  await report(machine, { contactAt: at(0) }, ofChrome);
  machine.tabs.length = 0;
  await report(machine, { contactAt: at(2) }, ofChrome);
  expect(Object.keys(machine.local)).toEqual([`session 0 ${SITE}`]);
});

const LIN = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
const LOUT = { digest: '00000002', login: 'lout' as const, serverId: 'AAAA' };

function at(minutes: number): number {
  return START + minutes * MINUTE;
}

function nobody(time: number): Proof {
  return { outcome: 'anonymous', at: time, cookieDigest: LOUT.digest, isCertain: true };
}

function alice(time: number): Proof {
  const cookieDigest = LIN.digest;
  return { outcome: 'signed-in', user: 'alice', at: time, cookieDigest, isCertain: true, session: 'a' };
}

function record(machine: Machine): unknown {
  return machine.local[`session default ${SITE}`];
}

function newMachine(): Machine {
  const machine = new Machine();
  machine.tabs.push(TAB);
  return machine;
}

/** A look of alice's page, signed in if nothing else is said. */
async function report(
  machine: Machine,
  more: Partial<Evidence> & { contactAt?: number; statedMinutes?: number },
  sender: Machine['tabs'][number] = TAB,
): Promise<Answers['report'] | undefined> {
  const { contactAt, statedMinutes, ...known } = more;
  const answer = await machine.send(sender, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser: 'alice', pageToken: LIN, cookieToken: LIN, ...known },
    contactAt,
    statedMinutes,
    files: [],
  });
  await machine.rest();
  return answer as Answers['report'] | undefined;
}
