/** What a run of the benchmark says: its tables, and whether it can be trusted. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BARE, BARE_AGAIN, CONTROL, EMPTY, UNWATCHED, WATCHED } from '../bench/arms.ts';
import type { BenchRecord } from '../bench/record.ts';
import { faultsOf, latencyTableOf, tablesOf, trustedPartOf, writeBetweenMarkers } from '../bench/report.ts';

/** What a load takes in each arm, before noise. */
const MAIN = { [BARE]: 30, [BARE_AGAIN]: 30, [EMPTY]: 31, [WATCHED]: 35, [CONTROL]: 51 };
/** Slows all arms of a round down alike. */
const SLOWNESS = [0, 9, 3, 14, 1, 6, 2, 30];
const NOISE = [0.2, -0.3, 0.1, -0.1, 0.4, -0.2, 0.3, -0.4];

function recordOf(main: Record<string, number> = MAIN, rounds = 8): BenchRecord {
  const bases = [null, BARE, BARE, EMPTY, EMPTY];
  return {
    kind: 'chromium',
    isQuick: false,
    browserVersion: 'Chrome/1',
    machine: '2 cores',
    runs: [
      {
        command: 'npm run bench',
        startedAt: '2026-01-02T03:04:05.000Z',
        commit: 'abc1234',
        seed: 7,
        stages: ['loads', 'rest', 'latency'],
      },
    ],
    arms: Object.keys(MAIN).map((name, at) => ({ name, base: bases[at]! })),
    samples: Object.entries(main).flatMap(([arm, millis], at) =>
      SLOWNESS.slice(0, rounds).map((slowness, round) => ({
        stage: 'loads',
        round,
        arm,
        page: 'small',
        values: { main: millis + slowness + NOISE[(round + 3 * at) % NOISE.length]! },
      })),
    ),
    latencies: [],
    failures: [],
  };
}

describe('a run', () => {
  test('is trusted if it finds the control, and nothing between two browsers without an extension', () => {
    expect(faultsOf(recordOf())).toEqual([]);
  });

  test('proves nothing if it finds more or less than the control’s work', () => {
    for (const wrong of [48, 54])
      expect(faultsOf(recordOf({ ...MAIN, [CONTROL]: wrong })).join()).toContain('the control works for 20 ms');
  });

  test('proves nothing if two browsers without an extension differ', () => {
    expect(faultsOf(recordOf({ ...MAIN, [BARE_AGAIN]: 32 })).join()).toContain('without an extension differ');
  });

  test('proves nothing with few rounds, without a control or without loads', () => {
    expect(faultsOf(recordOf(MAIN, 3)).join()).toContain('fewer than 6 rounds');
    const { [CONTROL]: _control, ...others } = MAIN;
    expect(faultsOf(recordOf(others)).join()).toContain('NaN were found');
    expect(faultsOf({ ...recordOf(), samples: [] })).toEqual(['No load was measured.']);
  });

  test('is published without the loads of a page that prove nothing, and says why they are missing', () => {
    const record = recordOf();
    expect(trustedPartOf(record)).toEqual(record);
    const heavy = recordOf({ ...MAIN, [CONTROL]: 48 }).samples.map((sample) => ({ ...sample, page: 'heavy' }));
    const both = { ...record, samples: [...record.samples, ...heavy] };
    const trusted = trustedPartOf(both)!;
    expect(trusted.samples).toEqual(record.samples);
    const words = tablesOf(trusted, faultsOf(both)).replaceAll(/\s+/g, ' ');
    expect(words).toContain('These loads prove nothing, and are left out: heavy: the control works for 20 ms');
    expect(trustedPartOf({ ...record, samples: heavy })).toBeNull();
  });
});

describe('the tables', () => {
  test('have the median of the browser without an extension, and differences with their intervals', () => {
    const [head, , row] = tablesOf(recordOf()).split('\n');
    expect(head).toBe(
      `| **small issue** | ${BARE} | ${BARE_AGAIN} | ${EMPTY} | ${WATCHED} | ${CONTROL} | goal for ${WATCHED} |`,
    );
    expect(row).toMatch(/^\| a load: CPU of the page’s main thread, ms \| 34\.\d \| 0\.\d|−0\.\d/);
    expect(row).toMatch(/\| \+[34]\.\d \(\+3\.\d to \+4\.\d\) \| \+(19|20)\.\d/);
  });

  test('have whole values of what is zero without an extension', () => {
    const record = recordOf();
    const counted = { stage: 'own code', round: 0, page: 'small', values: { ownCode: 0, starts: 0 } };
    const samples = [...record.samples, { ...counted, arm: EMPTY }, { ...counted, arm: WATCHED }];
    expect(tablesOf({ ...record, samples })).toMatch(/starts of a dead background \|  \|  \| = 0.0 \| = 0.0 \|/);
  });

  test('say whether Freshtoken meets a goal: with the median of its differences, or with a whole value', () => {
    const goalOf = (record: BenchRecord, title: string): string =>
      tablesOf(record)
        .split('\n')
        .find((line) => line.startsWith(`| ${title}`))!
        .split(' | ')
        .at(-1)!;
    const load = 'a load: CPU of the page’s main thread';
    expect(goalOf(recordOf(), load)).toBe('5: met |');
    expect(goalOf(recordOf({ ...MAIN, [WATCHED]: 37 }), load)).toBe('5: missed |');
    // Three slow rounds of eight move the estimate over 5, and not the median.
    const { samples, ...others } = recordOf();
    const slowed = samples.map((each) =>
      each.arm === WATCHED && each.round < 3 ? { ...each, values: { main: 70 } } : each,
    );
    expect(goalOf({ ...others, samples: slowed }, load)).toBe('5: met |');

    const counted = { stage: 'own code', round: 0, page: 'small', arm: UNWATCHED, values: { ownCode: 0, starts: 1 } };
    const record = { ...recordOf(), arms: [{ name: UNWATCHED, base: EMPTY }], samples: [counted] };
    expect(goalOf(record, 'a load: the extension’s functions')).toBe('0: met (site not watched) |');
    expect(goalOf(record, 'a load: starts')).toBe('0: missed (site not watched) |');
  });

  test('pair by round, so a round in which one arm failed does not move the differences', () => {
    const record = recordOf();
    const isSlowest = ({ arm, round }: { arm: string; round: number }): boolean => arm === WATCHED && round === 7;
    const without = { ...record, samples: record.samples.filter((sample) => !isSlowest(sample)) };
    expect(tablesOf(without).split('\n')[2]).toMatch(/\| \+[34]\.\d \(/);
  });

  test('have the percentiles of what was timed, and whether it meets its goal', () => {
    const millis = Array.from({ length: 101 }, (_each, n) => n);
    const latencies = [
      { title: 'the badge', millis, goal: 95 },
      { title: 'the banner', millis, goal: 94 },
      { title: 'the last badge', millis, goal: null },
    ];
    const table = latencyTableOf({ ...recordOf(), latencies }, ['logins, 200 tabs: too slow']);
    expect(table).toContain('| the badge | 50 | 95 | 100 | 101 | 95: met |');
    expect(table).toContain('| the banner | 50 | 95 | 100 | 101 | 94: missed |');
    expect(table).toContain('| the last badge | 50 | 95 | 100 | 101 |  |');
    expect(table).toContain(
      '* Chrome/1; 2 cores.\n* 2026-01-02, `npm run bench`, seed 7, commit abc1234: latency.\n* Not measured: logins, 200 tabs: too slow.',
    );
  });

  test('have a foot with browser, machine, date and command, in lines like all documents', () => {
    const foot = tablesOf({ ...recordOf(), machine: 'a machine with a long name '.repeat(8) });
    for (const part of ['Chrome/1', '2026-01-02', '`npm run bench`', 'seed 7', 'abc1234: loads, rest.'])
      expect(foot).toContain(part);
    const lines = foot.split('\n').filter((line) => !line.startsWith('|'));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(119);
  });
});

test('the figures replace what is between the markers, and nothing else', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'freshtoken-bench-')), 'benchmark.md');
  writeFileSync(file, 'before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n');
  writeBetweenMarkers(file, 'a', 'new');
  writeBetweenMarkers(file, 'a', 'newer');
  expect(readFileSync(file, 'utf8')).toBe('before\n<!-- a: begin -->\n\nnewer\n\n<!-- a: end -->\nafter\n');
  expect(() => writeBetweenMarkers(file, 'b', 'new')).toThrow('no place for the figures');
});
