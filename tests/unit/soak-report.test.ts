/** What a soak test says: its table, and whether anything has grown. */
import { expect, test } from 'vitest';
import { soakFaults, soakTable, type SoakRecord } from '../bench/soak-report.ts';

const HOURS = 8;
const MEGABYTE = 1024 ** 2;
const AT_REST = {
  keptHeap: 10 * MEGABYTE,
  twinHeap: 9 * MEGABYTE,
  keptListeners: 400,
  twinListeners: 380,
  background: 3 * MEGABYTE,
  session: 40_000,
  local: 1_000,
  alarms: 1,
};

/** A day on which nothing grows but what is given: by so much in each hour. */
function recordOf(growth: Partial<typeof AT_REST> = {}, more: Partial<SoakRecord> = {}): SoakRecord {
  return {
    kind: 'chromium',
    browserVersion: 'Chrome/1',
    machine: '2 cores',
    startedAt: '2026-01-02T03:04:05.000Z',
    command: 'npm run soak',
    commit: 'abc1234',
    seed: 7,
    tabs: 30,
    hours: Array.from({ length: HOURS }, (_each, at) => ({
      hour: at + 1,
      values: Object.fromEntries(
        Object.entries(AT_REST).map(([name, value]) => [
          name,
          value + at * (growth[name as keyof typeof AT_REST] ?? 0),
        ]),
      ),
    })),
    failures: [],
    faults: [],
    ...more,
  };
}

test('a day on which nothing grows passes', () => {
  expect(soakFaults(recordOf())).toEqual([]);
});

test.each([
  ['a kept tab’s memory', { keptHeap: MEGABYTE }, 'A kept tab gained 32.0 % more than its twin: memory.'],
  ['a kept tab’s listeners', { keptListeners: 14 }, 'A kept tab gained 12.9 % more than its twin: listeners.'],
  ['the background', { background: MEGABYTE }, 'The background gained'],
  ['what is stored', { session: 10_000 }, '111000 bytes were stored.'],
  ['the number of alarms', { alarms: 1 }, 'There were 8 alarms.'],
] as const)('a day fails after a growth of %s', (_what, growth, fault) => {
  expect(soakFaults(recordOf(growth)).join()).toContain(fault);
});

test('a day fails if the background was not measured in its last quarter', () => {
  const record = recordOf();
  const hours = record.hours.map((hour, at) => {
    const values = { ...hour.values };
    if (at >= 6) delete values['background'];
    return { ...hour, values };
  });
  expect(soakFaults({ ...record, hours })).toEqual(['In a quarter of the day this was never measured: background.']);
});

test('what a twin gains as well is the page’s own', () => {
  expect(soakFaults(recordOf({ keptHeap: MEGABYTE, twinHeap: MEGABYTE }))).toEqual([]);
});

test('what grew in the first quarter alone does not count', () => {
  const record = recordOf();
  const [first, ...others] = record.hours;
  const hours = [{ ...first!, values: { ...first!.values, keptHeap: 1 } }, ...others];
  expect(soakFaults({ ...record, hours })).toEqual([]);
});

test('a day fails if something is wrong at its end, or could not be played', () => {
  expect(soakFaults(recordOf({}, { faults: ['A badge is wrong.'], failures: ['a popup'] }))).toEqual([
    'A badge is wrong.',
    'Not played: a popup',
  ]);
});

test('the table has the medians of two quarters, the change, the most, and a foot', () => {
  const table = soakTable(recordOf({ keptListeners: 10 }));
  expect(table).toContain('| a kept tab: event listeners | 425 | 465 | 9.4 % | 470 |');
  expect(table).toContain('| a kept tab: memory, MB | 10.00 | 10.00 | 0.0 % | 10.00 |');
  for (const part of ['8 hours, 30 watched tabs', 'Chrome/1', '2026-01-02', '`npm run soak`', 'seed 7', 'abc1234'])
    expect(table).toContain(part);
  expect(table).not.toContain('nodes');
});
