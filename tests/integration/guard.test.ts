/**
 * Random scenarios for the guard: logins, logouts, other users, long waits, removed drop zones, several tabs,
 * attaching in the middle of a renewal, network faults, updates, discarded tabs, files that change while they are
 * parked. Whatever the order, no attempt is refused for its token, lost, sent twice, sent as another user or to
 * another issue, and the user is told nothing that is not true.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Profile } from '../fixtures/jira/options.ts';
import { BackgroundHarness } from './background-harness.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { anyNames, anyScenario, anyScenarioWithNeighbour, MOST_STEPS } from './scenarios.ts';
import { Simulation } from './simulation.ts';
import { HEADER_ENCODINGS } from './user-names.ts';

/**
 * How many steps all scenarios without a neighbour have together, roughly. Those with a neighbour have as many again.
 */
const STEPS = Number(process.env['STEPS'] ?? 4_000);
/** `npm test` runs the same scenarios each time; longer runs draw new ones. */
const SEED = Number(process.env['SEED'] ?? (process.env['STEPS'] ? Date.now() % 1_000_000_000 : 5));
const PROFILES: readonly Profile[] = ['7', '8.3', '9', '11'];

/** All scenarios share one background, which starts only once. */
const harness = new BackgroundHarness();
/** The simulation that is running. */
let simulation: Simulation;

beforeAll(async () => {
  // The background's modules are loaded in real time, before the clock is replaced.
  await harness.restart();
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Date.UTC(2026, 0, 5, 8),
  });
  Object.defineProperty(performance, 'timeOrigin', { configurable: true, get: () => Date.now() - performance.now() });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => simulation.fetch(url, init));
  vi.spyOn(console, 'error').mockImplementation((text) => simulation.fail(String(text)));
});
afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** How often each event has happened, in all scenarios. */
const counts = new Map<string, number>();
const count = (event: string): void => void counts.set(event, (counts.get(event) ?? 0) + 1);

describe.each(PROFILES)('on Jira %s', (profile) => {
  test.each([
    [false, false],
    [true, false],
    [true, true],
  ])(
    'no attempt is refused, lost, sent twice, as another user or to another issue (remember me: %s, HttpOnly: %s)',
    async (rememberMe, httpOnlyCookie) => {
      let [steps, attached, parked, parkedElsewhere] = [0, 0, 0, 0];
      await fc.assert(
        fc.asyncProperty(anyNames, anyScenario, async (names, scenario) => {
          const options = { profile, names, rememberMe, httpOnlyCookie, hasNeighbour: false };
          simulation = new Simulation(harness, options, count);
          await simulation.run(scenario);
          steps += scenario.length;
          attached += simulation.attachedCount;
          parked += simulation.parkedCount;
          parkedElsewhere += simulation.parkedElsewhereCount;
        }),
        { numRuns: Math.ceil(STEPS / 12 / (MOST_STEPS / 2)), seed: SEED, endOnFailure: true },
      );
      console.log(
        `seed ${SEED}: ${steps} steps, ${attached} files attached, ${parked} times parked, ` +
          `${parkedElsewhere} of them for another issue or a removed drop zone`,
      );
      // Otherwise the scenarios would prove nothing.
      expect(Math.min(attached, parked, parkedElsewhere)).toBeGreaterThan(0);
    },
  );
});

test.each(PROFILES)(
  'on Jira %s, whatever cookies a neighbour plants, a renewed page sends nothing as another user',
  async (profile) => {
    let [steps, attached, renewed] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(anyNames, anyScenarioWithNeighbour, async (names, scenario) => {
        const options = { profile, names, rememberMe: false, httpOnlyCookie: false, hasNeighbour: true };
        simulation = new Simulation(harness, options, count);
        await simulation.run(scenario);
        steps += scenario.length;
        attached += simulation.attachedCount;
        renewed += simulation.renewalCount;
      }),
      { numRuns: Math.ceil(STEPS / 4 / (MOST_STEPS / 2)), seed: SEED, endOnFailure: true },
    );
    console.log(`seed ${SEED}: ${steps} steps with a neighbour, ${attached} files attached, ${renewed} renewals`);
    expect(Math.min(attached, renewed)).toBeGreaterThan(0);
  },
);

test.runIf(STEPS >= 4_000)('the scenarios have covered each kind of event', () => {
  const silences = ['gateway', 'offline', 'busy'];
  const expected = [
    ...Object.keys(NETWORK_FAULTS).map((fault) => `${fault} at a question`),
    ...silences.flatMap((silence) => [`parked: ${silence}`, `${silence} at the upload`]),
    ...['question', 'upload'].map((phase) => `network lost in the response to the ${phase}`),
    ...Object.keys(HEADER_ENCODINGS).map((encoding) => `a name ${encoding}`),
    'asked again by a busy Jira',
    'a file attached anyway',
    'a comment sent anyway',
    'released',
    'offered again though not refused',
    'taken over by a newer script',
    'lost with an update, and reported',
    'released at the end of the script',
    'lost with its tab',
    'parked: changed',
    'sent under the name in another case',
  ];
  console.log(Object.fromEntries([...counts].toSorted(([one], [other]) => one.localeCompare(other))));
  expect(expected.filter((event) => !counts.has(event))).toEqual([]);
});
