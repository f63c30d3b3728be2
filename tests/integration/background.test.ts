/**
 * The background as shipped, killed at random moments. The same day is lived twice, once with a worker that never dies
 * and once with one that dies between any two steps; when all has come to rest, nothing is different.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { siteOf, type Site } from '../../src/jira/page.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import type { Answers } from '../../src/messages/protocol.ts';
import { laterOf, type Proof } from '../../src/session/session-check.ts';
import { readKept } from '../../src/messages/validation.ts';
import { Machine } from './background-harness.ts';
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

  test(`${KILLS} times: no contact older than a minute is lost, and no verdict is changed`, async () => {
    let deaths = 0;
    for (let seed = 1; deaths < KILLS; seed++) {
      vi.setSystemTime(Date.UTC(2026, 0, 5, 8));
      const whole = await live(seed, false);
      vi.setSystemTime(Date.UTC(2026, 0, 5, 8));
      const killed = await live(seed, true);
      expect(killed.story, `seed ${seed}`).toEqual(whole.story);
      deaths += killed.deaths;
    }
    console.log(`the worker was killed ${deaths} times`);
  });
});

/** A page, as far as the background knows pages: it says what it has until it is heard. */
class Page {
  readonly #machine: Machine;
  readonly #tab: { id: number; url: string };
  readonly #site: Site;
  contactAt: number | undefined;
  proof: Proof | undefined;
  login: 'lin' | 'lout' = 'lin';
  #hasChanges = true;

  constructor(machine: Machine, id: number, site: Site) {
    this.#machine = machine;
    this.#site = site;
    this.#tab = { id, url: `${site}/browse/RAIL-7` };
    machine.tabs.push(this.#tab);
  }

  /** One refresh: what got no answer stays unreported. */
  async refresh(): Promise<void> {
    const { contactAt } = this;
    this.#hasChanges = false;
    const heard = (await this.#machine.send(this.#tab, {
      kind: 'report',
      site: this.#site,
      evidence: this.#evidence(),
      ...(contactAt !== undefined && { contactAt }),
      files: [],
    })) as Answers['report'] | undefined;
    if (!heard || 'stop' in heard) {
      this.#hasChanges = true;
      return;
    }
    if (contactAt === this.contactAt) this.contactAt = undefined;
    const known = laterOf(this.proof, heard.proof, Date.now());
    if (known !== this.proof) this.#hasChanges = true;
    this.proof = known;
  }

  tell(): void {
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

/** A day of server activity, refreshes, proofs and idleness. Gives the verdicts shown, and what is kept, after each event. */
async function live(seed: number, kills: boolean): Promise<{ story: unknown[]; deaths: number }> {
  const events = randomFrom(seed);
  const fate = randomFrom(seed * 31 + 7);
  const machine = new Machine();
  if (kills) machine.nextLife = () => 1 + fate.below(fate.pick([20, 150, 1_000]));
  const pages = Array.from({ length: TABS }, (_, n) => new Page(machine, n + 1, SITES[n % SITES.length]!));
  machine.onTell = (id) => pages[id - 1]!.tell();
  const story: unknown[] = [];
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
    page.tell();
    await settle(machine, pages);
    // Whatever it died over, the next minute makes up for it.
    for (const isSpared of [false, true]) {
      machine.isSpared = isSpared;
      vi.setSystemTime(Date.now() + MINUTE);
      await machine.ring();
      await settle(machine, pages);
    }
    machine.isSpared = false;
    for (const [of, time] of lastContact) {
      const record = readKept('session', machine.local[`session default ${of}`]);
      expect(record?.lastContact, `seed ${seed}, step ${step}: the last contact of ${of}`).toBe(time);
    }
    story.push({ step, verdicts: pages.map((_, n) => machine.shown(n + 1)), kept: { ...machine.local } });
  }
  return { story, deaths: machine.deaths };
}

/** Pages look, and look again, until each was heard: as they do within seconds. */
async function settle(machine: Machine, pages: readonly Page[]): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const unanswered = pages.filter(({ hasChanges }) => hasChanges);
    if (unanswered.length === 0) return;
    await Promise.all(unanswered.map((page) => page.refresh()));
    await machine.rest();
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
