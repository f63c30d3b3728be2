/**
 * The shipped background, killed at random moments. The same day runs twice: with a worker that never dies, and with
 * one that can die between any two steps. In the end both days have the same verdicts and the same stored data.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { siteOf, type Site } from '../../src/jira/page.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import { laterProof, type Proof } from '../../src/session/proof-request.ts';
import { readSessionValue } from '../../src/messages/schemas.ts';
import { BackgroundHarness } from './background-harness.ts';
import { randomFrom, type Random } from './random.ts';

const MINUTE = 60_000;
const KILLS = Number(process.env['KILLS'] ?? 200);
const SITES = ['http://one.example', 'http://two.example/jira'].map((url) =>
  siteOf(new URL(`${url}/browse/RAIL-7`), new URL(url).pathname === '/' ? '' : '/jira'),
);
const TABS = 5;

describe('the worker killed at random moments', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 8) }));
  afterEach(() => vi.useRealTimers());

  test(`${KILLS} times: loses no contact older than a minute, and changes no verdict`, async () => {
    let deaths = 0;
    for (let seed = 1; deaths < KILLS; seed++) {
      vi.setSystemTime(Date.UTC(2026, 0, 5, 8));
      const undisturbed = await runDay(seed, false);
      vi.setSystemTime(Date.UTC(2026, 0, 5, 8));
      const killed = await runDay(seed, true);
      expect(killed.records, `seed ${seed}`).toEqual(undisturbed.records);
      deaths += killed.deathCount;
    }
    console.log(`the worker was killed ${deaths} times`);
  });
});

/** A page as the background knows it: it repeats its report until it gets an answer. */
class Page {
  readonly #harness: BackgroundHarness;
  readonly #tab: { id: number; url: string };
  readonly #site: Site;
  contactAt: number | undefined;
  proof: Proof | undefined;
  login: 'lin' | 'lout' = 'lin';
  #hasChanges = true;

  constructor(harness: BackgroundHarness, id: number, site: Site) {
    this.#harness = harness;
    this.#site = site;
    this.#tab = { id, url: `${site}/browse/RAIL-7` };
    harness.tabs.push(this.#tab);
  }

  /** One refresh. What gets no answer is reported again by the next one. */
  async refresh(): Promise<void> {
    const { contactAt } = this;
    this.#hasChanges = false;
    const answer = (await this.#harness.send(this.#tab, {
      kind: 'report',
      site: this.#site,
      evidence: this.#evidence(),
      ...(contactAt !== undefined && { contactAt }),
      files: [],
    })) as Answers['report'] | undefined;
    if (!answer || 'stop' in answer) {
      this.#hasChanges = true;
      return;
    }
    if (contactAt === this.contactAt) this.contactAt = undefined;
    const known = laterProof(this.proof, answer.proof, Date.now());
    if (known !== this.proof) this.#hasChanges = true;
    this.proof = known;
  }

  noteChange(): void {
    this.#hasChanges = true;
  }

  get hasChanges(): boolean {
    return this.#hasChanges;
  }

  #evidence(): Evidence {
    const lin = { digest: '00000001', login: 'lin' as const, serverId: 'AAAA' };
    const cookieToken = this.login === 'lin' ? lin : { ...lin, digest: '00000002', login: 'lout' as const };
    return {
      product: 'jira',
      pageUser: 'alice',
      pageToken: lin,
      cookieToken,
      relation: this.login === 'lin' ? 'equal' : 'same-server',
      ...(this.proof && { proof: this.proof }),
    };
  }
}

/** A day of server activity, refreshes, proofs and pauses. Gives the verdicts and the stored data after each event. */
async function runDay(seed: number, kills: boolean): Promise<{ records: unknown[]; deathCount: number }> {
  const events = randomFrom(seed);
  const lifespans = randomFrom(seed * 31 + 7);
  const harness = new BackgroundHarness();
  if (kills) harness.stepsOfNextWorker = () => 1 + lifespans.below(lifespans.pick([20, 150, 1_000]));
  const pages = Array.from({ length: TABS }, (_, n) => new Page(harness, n + 1, SITES[n % SITES.length]!));
  harness.onMessage = (id) => pages[id - 1]!.noteChange();
  const records: unknown[] = [];
  const lastContact = new Map<Site, number>();

  for (let step = 0; step < 40; step++) {
    const at = events.below(TABS);
    const page = pages[at]!;
    const site = SITES[at % SITES.length]!;
    vi.setSystemTime(Date.now() + pauseOf(events));
    switch (events.below(4)) {
      case 0:
      case 1:
        page.contactAt = Date.now();
        lastContact.set(site, Date.now());
        break;
      case 2:
        page.proof = proofNow(events);
        if (page.proof.outcome === 'signed-in') lastContact.set(site, Date.now());
        else lastContact.delete(site);
        break;
      default:
    }
    page.noteChange();
    await settle(harness, pages);
    // Whatever a death has interrupted is made up for within a minute.
    for (const isSpared of [false, true]) {
      harness.isWorkerProtected = isSpared;
      vi.setSystemTime(Date.now() + MINUTE);
      await harness.ringAlarms();
      await settle(harness, pages);
    }
    harness.isWorkerProtected = false;
    for (const [of, time] of lastContact) {
      const record = readSessionValue('session', harness.local[`session default ${of}`]);
      expect(record?.lastContact, `seed ${seed}, step ${step}: the last contact of ${of}`).toBe(time);
    }
    records.push({ step, verdicts: pages.map((_, n) => harness.shownVerdict(n + 1)), stored: { ...harness.local } });
  }
  return { records, deathCount: harness.deathCount };
}

/** Pages refresh, and refresh again, until each has got an answer. */
async function settle(harness: BackgroundHarness, pages: readonly Page[]): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const unanswered = pages.filter(({ hasChanges }) => hasChanges);
    if (unanswered.length === 0) return;
    await Promise.all(unanswered.map((page) => page.refresh()));
    await harness.settle();
  }
  throw new Error('The pages never came to rest.');
}

function pauseOf(random: Random): number {
  return random.below(5) === 0 ? random.below(400) * MINUTE : random.below(20) * MINUTE;
}

function proofNow(random: Random): Proof {
  const at = Date.now();
  return random.below(5) === 0
    ? { outcome: 'anonymous', at, cookieDigest: '00000001', isCertain: true }
    : { outcome: 'signed-in', user: 'alice', at, cookieDigest: '00000001', isCertain: true, session: 's1' };
}
