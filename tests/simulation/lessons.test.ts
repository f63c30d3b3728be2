/** What everyday does to a session that must not teach the background of its timeout. */
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/evidence.ts';
import type { Proof } from '../../src/proof.ts';
import { Machine } from './machine.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const MINUTE = 60_000;
const START = Date.now() - 300 * MINUTE;

test('a silence that nothing disturbed teaches: she left her page, and was nobody when she came back', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0) });
  await report(machine, { proof: nobody(at(40), LOUT), cookieToken: LOUT });
  expect(learned(machine)).toEqual({ suspectMinutes: 40 });
});

test('a request of before the logout, told after it, begins no session', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken: LOUT });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(1), LOUT) });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(1), LOUT), contactAt: at(0.5) });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(40), LOUT) });
  expect(learned(machine)).toEqual({});
});

test('a logout is one, though a page remembers what was proven of an earlier one', async () => {
  const machine = newMachine();
  const first = nobody(at(1), LOUT);
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken: LOUT, proof: first });
  await report(machine, { contactAt: at(5), proof: first });
  const cookieToken = { ...LOUT, digest: '00000003' };
  await report(machine, { cookieToken, proof: first });
  await report(machine, { cookieToken, proof: nobody(at(30), cookieToken) });
  expect(learned(machine)).toEqual({});
});

test('the logout of another Jira on the same host is none: she goes on, and her silence teaches', async () => {
  const machine = newMachine();
  const foreign = { ...LOUT, serverId: 'BBBB' };
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken: foreign, relation: 'other-server', contactAt: at(3) });
  await report(machine, { proof: nobody(at(43), LOUT), cookieToken: LOUT });
  expect(learned(machine)).toEqual({ suspectMinutes: 40 });
});

test('cookies that were cleared teach nothing: a timeout never takes Jira’s', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0) });
  await report(machine, { cookieToken: undefined });
  await report(machine, { cookieToken: LOUT, proof: nobody(at(30), LOUT) });
  expect(learned(machine)).toEqual({});
});

test('a browser that was closed over night teaches nothing: it may have lost its session itself', async () => {
  const machine = newMachine();
  await report(machine, { contactAt: at(0), proof: alice(at(0), 'a') });
  await machine.restart();
  expect(machine.local[`session default ${SITE}`]).toMatchObject({ lastContact: at(0) });
  await report(machine, { contactAt: at(200), proof: alice(at(200), 'b') });
  expect(learned(machine)).toEqual({});
});

test('what a tab of Chrome’s says as it closes is kept with what the others said', async () => {
  const machine = newMachine();
  const ofChrome = { ...TAB, cookieStoreId: undefined };
  await report(machine, { contactAt: at(0) }, ofChrome);
  machine.tabs.length = 0;
  await report(machine, { contactAt: at(2) }, ofChrome);
  expect(Object.keys(machine.local)).toEqual([`session 0 ${SITE}`]);
});

test('of a private window nothing is left, though its last tab still had something to say', async () => {
  const machine = newMachine();
  const secret = { ...TAB, cookieStoreId: undefined, incognito: true };
  machine.tabs.length = 0;
  await report(machine, { contactAt: at(0), proof: alice(at(0), 'a') }, secret);
  expect(Object.keys({ ...machine.local, ...machine.session }).filter((key) => key.includes(SITE))).toEqual(
    [],
  );
});

const LIN = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
const LOUT = { digest: '00000002', login: 'lout' as const, serverId: 'AAAA' };

function at(minutes: number): number {
  return START + minutes * MINUTE;
}

function nobody(time: number, { digest }: { digest: string }): Proof {
  return { outcome: 'anonymous', at: time, cookieDigest: digest, isCertain: true };
}

function alice(time: number, session: string): Proof {
  return {
    outcome: 'signed-in',
    user: 'alice',
    at: time,
    cookieDigest: LIN.digest,
    isCertain: true,
    session,
  };
}

function learned(machine: Machine): unknown {
  return machine.local[`learned ${SITE}`] ?? {};
}

function newMachine(): Machine {
  const machine = new Machine();
  machine.tabs.push(TAB);
  return machine;
}

/** A look of alice's page, signed in if nothing else is said. */
async function report(
  machine: Machine,
  more: Partial<Evidence> & { contactAt?: number },
  sender: Machine['tabs'][number] = TAB,
): Promise<void> {
  const { contactAt, ...known } = more;
  await machine.send(sender, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser: 'alice', pageToken: LIN, cookieToken: LIN, ...known },
    contactAt,
    keepsFiles: false,
  });
  await machine.rest();
}
