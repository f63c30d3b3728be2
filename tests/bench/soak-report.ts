/** What a soak test says: whether anything has grown over the day, and the table. */
import type { Begun } from './record.ts';
import { listItem } from './report.ts';
import { median } from './statistics.ts';

/** What was measured at the end of an hour. Of the tabs it has the means: of those that are kept, and of their twins. */
export interface Hour {
  readonly hour: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface SoakRecord extends Begun {
  readonly kind: string;
  readonly browserVersion: string;
  readonly machine: string;
  readonly tabs: number;
  readonly hours: readonly Hour[];
  /** Events that could not be played. */
  readonly failures: readonly string[];
  /** What was wrong at the end of the day. */
  readonly faults: readonly string[];
}

interface Measure {
  /** The name of the value in an hour. */
  readonly name: string;
  /** As the table names it, with its unit. */
  readonly title: string;
  readonly digits: number;
  /** What one unit of the table is in those of the value. */
  readonly unit?: number;
}

const MEGABYTE = 1024 ** 2;
const KILOBYTE = 1000;

const MEASURES: readonly Measure[] = [
  { name: 'keptHeap', title: 'a kept tab: memory, MB', digits: 2, unit: MEGABYTE },
  { name: 'twinHeap', title: 'its twin: memory, MB', digits: 2, unit: MEGABYTE },
  { name: 'keptListeners', title: 'a kept tab: event listeners', digits: 0 },
  { name: 'twinListeners', title: 'its twin: event listeners', digits: 0 },
  { name: 'keptNodes', title: 'a kept tab: nodes', digits: 0 },
  { name: 'twinNodes', title: 'its twin: nodes', digits: 0 },
  { name: 'background', title: 'the background: memory, MB', digits: 2, unit: MEGABYTE },
  { name: 'total', title: 'the whole browser: memory, MB', digits: 0, unit: MEGABYTE },
  { name: 'session', title: 'stored in memory, kB', digits: 1, unit: KILOBYTE },
  { name: 'local', title: 'stored on disk, kB', digits: 1, unit: KILOBYTE },
  { name: 'entries', title: 'stored entries', digits: 0 },
  { name: 'alarms', title: 'alarms', digits: 0 },
  { name: 'requests', title: 'requests to Jira in an hour', digits: 0 },
  { name: 'questions', title: 'of these, questions who is signed in', digits: 0 },
];

/** By how much something may grow from the second quarter of the day to the last one. */
const MAX_GROWTH = 0.05;
const MAX_STORED_BYTES = 100_000;
const MAX_ALARMS = 1;

/** Why the day failed, in sentences; empty if it passed. */
export function soakFaults({ hours, failures, faults }: SoakRecord): string[] {
  const grown = Object.entries({ Heap: 'memory', Listeners: 'listeners' }).flatMap(([name, what]) => {
    // What the twin gains as well is the page's own.
    const growth = growthOf(hours, `kept${name}`) - growthOf(hours, `twin${name}`);
    const share = growth / quartersOf(hours, `kept${name}`)[0];
    return share > MAX_GROWTH ? [`A kept tab gained ${inPercent(share)} more than its twin: ${what}.`] : [];
  });
  const needed = ['keptHeap', 'twinHeap', 'keptListeners', 'twinListeners', 'background'];
  const unmeasured = needed.filter((name) => quartersOf(hours, name).some(Number.isNaN));
  const backgroundShare = growthOf(hours, 'background') / quartersOf(hours, 'background')[0];
  const stored = Math.max(...valuesOf(hours, 'session').map((bytes, at) => bytes + hours[at]!.values['local']!));
  const alarms = Math.max(...valuesOf(hours, 'alarms'));
  return [
    ...grown,
    ...unmeasured.map((name) => `In a quarter of the day this was never measured: ${name}.`),
    ...(backgroundShare > MAX_GROWTH ? [`The background gained ${inPercent(backgroundShare)}.`] : []),
    ...(stored > MAX_STORED_BYTES ? [`${stored} bytes were stored.`] : []),
    ...(alarms > MAX_ALARMS ? [`There were ${alarms} alarms.`] : []),
    ...faults,
    ...failures.map((failure) => `Not played: ${failure}`),
  ];
}

/** The table of a day, in Markdown, with its foot. */
export function soakTable(record: SoakRecord): string {
  const { hours, browserVersion, machine, startedAt, command, seed, commit, tabs } = record;
  const rows = MEASURES.filter(({ name }) => valuesOf(hours, name).length > 0).map(
    ({ name, title, digits, unit = 1 }) => {
      const [second, last] = quartersOf(hours, name);
      // Alarms are too few for a share.
      const change = Math.max(second, last) < 2 ? '' : inPercent(last / second - 1);
      const most = Math.max(...valuesOf(hours, name));
      const cells = [...[second, last].map((value) => (value / unit).toFixed(digits)), change];
      return `| ${[title, ...cells, (most / unit).toFixed(digits)].join(' | ')} |`;
    },
  );
  const sentences = [
    `${hours.length} hours, ${tabs} watched tabs. ${browserVersion}; ${machine}.`,
    `${startedAt.slice(0, 10)}, \`${command}\`, seed ${seed}, commit ${commit}.`,
  ];
  const head = '| after the garbage was collected | second quarter | last quarter | change | most |';
  return [head, '| --- | ---: | ---: | ---: | ---: |', ...rows, '', ...sentences.flatMap(listItem)].join('\n');
}

function valuesOf(hours: readonly Hour[], name: string): number[] {
  return hours.flatMap(({ values }) => values[name] ?? []);
}

/** The medians of the day's second and last quarter; NaN for one in which nothing was measured. */
function quartersOf(hours: readonly Hour[], name: string): [second: number, last: number] {
  const quarter = hours.length / 4;
  const during = (from: number): number => {
    const values = valuesOf(hours.slice(Math.floor(from), Math.floor(from + quarter)), name);
    return values.length > 0 ? median(values) : NaN;
  };
  return [during(quarter), during(3 * quarter)];
}

function growthOf(hours: readonly Hour[], name: string): number {
  const [second, last] = quartersOf(hours, name);
  return last - second;
}

function inPercent(share: number): string {
  return `${(100 * share)
    .toFixed(1)
    .replace(/^-(0\.0)$/, '$1')
    .replace('-', '−')} %`;
}
