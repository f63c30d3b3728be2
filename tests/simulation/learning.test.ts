/**
 * Days of random visits against the stand-in, in memory: what is learned of its timeout must hold the truth, and
 * come near it soon. The record goes through storage's own door at every step, as when the worker dies between two.
 */
import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/page.ts';
import { askWhoIsSignedIn, type Proof } from '../../src/proof.ts';
import { readBounds, readSessionRecord } from '../../src/schemas.ts';
import { afterContact, afterProof, afterTurn, type SessionRecord } from '../../src/session-clock.ts';
import { learn, type Bounds } from '../../src/timeout.ts';
import { MemoryBrowser } from '../jira/browser.ts';
import { createClock } from '../jira/clock.ts';
import { createJira } from '../jira/jira.ts';
import { randomFrom, type Random } from './random.ts';

const TRIALS = Number(process.env['TRIALS'] ?? 21);
const START = Date.UTC(2026, 0, 5, 8);

describe.each([10, 30, 60, 300, 480])('a server with a timeout of %i minutes', (timeoutMinutes) => {
  test.each([false, true])('is learned from random visits (remembered: %s)', async (rememberMe) => {
    const informative: number[] = [];
    for (let seed = 1; seed <= TRIALS; seed++)
      informative.push(await gapsNeeded(timeoutMinutes, rememberMe, seed));
    const median = informative.toSorted((a, b) => a - b)[Math.floor(informative.length / 2)]!;
    console.log(`timeout ${timeoutMinutes}, remembered ${rememberMe}: median of ${median} informative gaps`);
    expect(median).toBeLessThan(15);
  });
});

/** Visits until the bounds are within a tenth of the truth. Gives how many gaps lay between the bounds of their time. */
async function gapsNeeded(timeoutMinutes: number, rememberMe: boolean, seed: number): Promise<number> {
  const random = randomFrom(seed * 7919 + timeoutMinutes);
  const clock = createClock(START);
  const jira = createJira({ profile: '9', timeoutMinutes, rememberMe, clock });
  const browser = new MemoryBrowser();
  let record: SessionRecord | undefined;
  let bounds: Bounds = {};
  let informative = 0;

  const visit = async (): Promise<void> => {
    await browser.open(jira);
    record = afterContact(record, clock.now());
  };
  const prove = async (): Promise<Proof> => {
    const at = clock.now();
    const answer = await askWhoIsSignedIn('http://127.0.0.1' as Site, '9.12.0', (url) =>
      browser.request(jira, 'GET', new URL(url).pathname),
    );
    return { ...answer, at };
  };

  await browser.signIn(jira, 'alice', rememberMe);
  await visit();
  for (let gaps = 0; gaps < 2_000; gaps++) {
    const low = bounds.atLeastMinutes ?? 0;
    const high = bounds.atMostMinutes ?? Infinity;
    if (high - low <= timeoutMinutes / 10) return informative;

    const gap = silence(random);
    clock.advance(gap);
    if (gap > low && gap < high) informative++;
    const proof = await prove();
    const learned = afterProof(record, proof);
    record = readSessionRecord(JSON.parse(JSON.stringify(learned.record ?? null)));
    if (learned.lesson) bounds = readBounds(JSON.parse(JSON.stringify(learn(bounds, learned.lesson, 300))));

    expect(bounds.atLeastMinutes ?? 0, `seed ${seed}: the lower bound`).toBeLessThanOrEqual(timeoutMinutes);
    expect(bounds.atMostMinutes ?? Infinity, `seed ${seed}: the upper bound`).toBeGreaterThanOrEqual(
      timeoutMinutes,
    );

    if (proof.outcome === 'anonymous') await browser.signIn(jira, 'alice', rememberMe);
    await visit();
    if (random.below(10) === 0) await logOutAndIn();
    await prove().then((after) => (record = afterProof(record, after).record));
  }
  return Infinity;

  /** A logout turns the cookie, and must teach nothing. */
  async function logOutAndIn(): Promise<void> {
    await browser.signOut(jira);
    record = record && afterTurn(record);
    await browser.signIn(jira, 'alice', rememberMe);
    await visit();
  }
}

/** From a minute to a day, short ones as likely as long ones. */
function silence(random: Random): number {
  return Math.exp(random.next() * Math.log(1_440));
}
