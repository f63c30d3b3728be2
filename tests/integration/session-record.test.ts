/** What the background stores of a session from the reports of pages. */
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import type { Proof } from '../../src/session/proof-request.ts';
import { BackgroundHarness } from './background-harness.ts';

const SITE = 'http://one.example';
const TAB = { id: 1, url: `${SITE}/browse/RAIL-7` };
const MINUTE = 60_000;
const START = Date.now() - 300 * MINUTE;

test('uses the timeout that a page states for all pages of its site until the session ends', async () => {
  const harness = newHarness();
  expect(await report(harness, { contactAt: at(0), statedMinutes: 30 })).toMatchObject({
    clock: { lastContact: at(0), timeoutMinutes: 30 },
  });
  // A page that was rendered after a pause states less.
  await report(harness, { contactAt: at(20), statedMinutes: 10 });
  expect(await report(harness, {})).toMatchObject({ clock: { lastContact: at(20), timeoutMinutes: 30 } });
  await report(harness, { cookieToken: LOUT, proof: nobody(at(60)) });
  expect(record(harness)).toBeUndefined();
  expect(await report(harness, { contactAt: at(61) })).toMatchObject({ clock: { timeoutMinutes: 300 } });
});

test('uses the timeout that a page states as soon as its user is signed in again', async () => {
  const harness = newHarness();
  await report(harness, { contactAt: at(0), statedMinutes: 30 });
  await report(harness, { cookieToken: LOUT, proof: nobody(at(60)), statedMinutes: 30 });
  expect(record(harness)).toBeUndefined();
  const answer = await report(harness, { proof: alice(at(61)), statedMinutes: 30 });
  expect(answer).toMatchObject({ clock: { lastContact: at(61), timeoutMinutes: 30 } });
});

test.each([0, 0.5, -30, 10_081, NaN, '30'])('ignores a report that states a timeout of %j', async (statedMinutes) => {
  const harness = newHarness();
  expect(await report(harness, { contactAt: at(0), statedMinutes: statedMinutes as number })).toBeUndefined();
  expect(record(harness)).toBeUndefined();
});

test('starts no session for a contact before the logout that is reported after it', async () => {
  const harness = newHarness();
  await report(harness, { contactAt: at(0) });
  await report(harness, { cookieToken: LOUT, proof: nobody(at(1)) });
  await report(harness, { cookieToken: LOUT, proof: nobody(at(1)), contactAt: at(0.5) });
  expect(record(harness)).toBeUndefined();
});

test('continues the session at a contact under another Jira’s logout cookie', async () => {
  const harness = newHarness();
  const cookieToken = { ...LOUT, serverId: 'BBBB' };
  await report(harness, { contactAt: at(0) });
  await report(harness, { cookieToken, relation: 'other-server', contactAt: at(3) });
  expect(record(harness)).toMatchObject({ lastContact: at(3) });
});

test('stores no name, and still knows the session after a restart of the browser', async () => {
  const harness = newHarness();
  await report(harness, { contactAt: at(0), statedMinutes: 30, proof: alice(at(0)) });
  await harness.restart();
  expect(record(harness)).toEqual({ began: at(0), lastContact: at(0), statedMinutes: 30, session: 'a' });
});

test('reads what earlier versions have stored', async () => {
  const harness = newHarness();
  const seen = { user: 'alice', session: 'a' };
  harness.local[`session default ${SITE}`] = {
    began: at(0),
    lastContact: at(5),
    longestSilenceMinutes: 5,
    seen,
    turned: false,
  };
  await report(harness, { contactAt: at(9), statedMinutes: 30 });
  expect(record(harness)).toEqual({
    began: at(0),
    lastContact: at(9),
    statedMinutes: 30,
    session: undefined,
  });
});

test('stores what a closing tab of Chrome reports under the same key as before', async () => {
  const harness = newHarness();
  const ofChrome = { ...TAB, cookieStoreId: undefined };
  await report(harness, { contactAt: at(0) }, ofChrome);
  harness.tabs.length = 0;
  await report(harness, { contactAt: at(2) }, ofChrome);
  expect(Object.keys(harness.local)).toEqual([`session 0 ${SITE}`]);
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

function record(harness: BackgroundHarness): unknown {
  return harness.local[`session default ${SITE}`];
}

function newHarness(): BackgroundHarness {
  const harness = new BackgroundHarness();
  harness.tabs.push(TAB);
  return harness;
}

/** A refresh of alice's page; she is signed in unless `more` says otherwise. */
async function report(
  harness: BackgroundHarness,
  more: Partial<Evidence> & { contactAt?: number; statedMinutes?: number },
  sender: BackgroundHarness['tabs'][number] = TAB,
): Promise<Answers['report'] | undefined> {
  const { contactAt, statedMinutes, ...evidence } = more;
  const answer = await harness.send(sender, {
    kind: 'report',
    site: SITE,
    evidence: { product: 'jira', pageUser: 'alice', pageToken: LIN, cookieToken: LIN, ...evidence },
    contactAt,
    statedMinutes,
    files: [],
  });
  await harness.settle();
  return answer as Answers['report'] | undefined;
}
