/**
 * `npm run soak`: whether anything grows over a day in thirty tabs. Plays 24 hours in each browser, and writes the
 * tables to docs/benchmark.md. The method is described there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launchAndWatch } from '../e2e/scenario.ts';
import type { Kind, Tab } from '../e2e/browsers/browser.ts';
import { typedCommand, wholeNumber } from './command-line.ts';
import { begin, describeMachine } from './record.ts';
import { writeBetweenMarkers } from './report.ts';
import { KEPT_TABS, startDay, type Day } from './soak-day.ts';
import { createGauges, type Gauges, type TabGauge } from './soak-gauges.ts';
import { soakFaults, soakTable, type Hour, type SoakRecord } from './soak-report.ts';
import { createRandom } from './statistics.ts';

const DOCUMENT = 'docs/benchmark.md';
const WHOLE_DAY = 24;
const TABS = 30;

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string' },
    hours: { type: 'string', default: String(WHOLE_DAY) },
    tabs: { type: 'string', default: String(TABS) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const seed = wholeNumber('seed', options.seed, 0);
const hours = wholeNumber('hours', options.hours, 4);
const tabs = wholeNumber('tabs', options.tabs, KEPT_TABS);
if (hours % 4 !== 0) throw new Error(`--hours: expected 4, 8, 12 ..., not ${hours}`);

const kinds = (['chromium', 'firefox'] as const).filter((kind) => kind === (options.browser ?? kind));
if (kinds.length === 0) throw new Error(`--browser: expected chromium or firefox, not "${options.browser}"`);

for (const kind of kinds) report(await soak(kind));
process.exit();

/** Plays a day in a browser, and measures it at the end of each hour. */
async function soak(kind: Kind): Promise<SoakRecord> {
  const about = { kind, machine: describeMachine(), ...begin(typedCommand('soak'), seed) };
  console.log(`${kind}: ${hours} hours, ${tabs} tabs, seed ${seed}`);
  const browser = await launchAndWatch(kind);
  try {
    const day = await startDay(browser, tabs, createRandom(seed));
    const { page } = day.pairs[0]!.kept;
    const gauges = await createGauges(browser, page);
    const measured: Hour[] = [];
    for (let hour = 1; hour <= hours; hour++) {
      const began = Date.now();
      const [before, failedBefore] = [day.requests(), day.failures.length];
      // In the second and the last quarter of the day one background lives on, so that it would show what it gathers.
      const mayKill = Math.ceil((4 * hour) / hours) % 2 === 1;
      for (let quarter = 0; quarter < 4; quarter++) await day.passQuarter(mayKill);
      const after = day.requests();
      await day.settle();
      const inAnHour = { requests: after.all - before.all, questions: after.questions - before.questions };
      measured.push({ hour, values: { ...(await gauge(gauges, day)), ...inAnHour } });
      console.log(`${kind}, hour ${hour}: ${((Date.now() - began) / 1_000).toFixed(0)} s`, measured.at(-1)!.values);
      for (const failure of day.failures.slice(failedBefore)) console.log(`Not played: ${failure}`);
    }
    const faults = await day.faults();
    await day.end();
    const browserVersion = await page.browser().version();
    return { ...about, browserVersion, tabs, hours: measured, failures: day.failures, faults };
  } finally {
    await browser.close();
  }
}

async function gauge(gauges: Gauges, { pairs }: Day): Promise<Record<string, number>> {
  const meanOf = async (of: readonly Tab[], prefix: string): Promise<Record<string, number>> => {
    const all: TabGauge[] = [];
    for (const tab of of) all.push(await gauges.tab(tab));
    const mean = (name: keyof TabGauge): number => all.reduce((sum, each) => sum + each[name], 0) / all.length;
    return {
      [`${prefix}Heap`]: mean('heap'),
      [`${prefix}Listeners`]: mean('listeners'),
      [`${prefix}Nodes`]: mean('nodes'),
    };
  };
  // First, because it ends when it has been idle for half a minute.
  const background = await gauges.background();
  return {
    ...(await meanOf(
      pairs.map(({ kept }) => kept),
      'kept',
    )),
    ...(await meanOf(
      pairs.map(({ twin }) => twin),
      'twin',
    )),
    ...(background !== null && { background }),
    total: gauges.total(),
    ...(await gauges.stored()),
  };
}

/** Prints the table. Only a whole day that has passed gets into the document. */
function report(record: SoakRecord): void {
  const { kind, startedAt } = record;
  mkdirSync('build/bench', { recursive: true });
  const file = `build/bench/soak-${kind}-${startedAt.slice(0, 19).replaceAll(':', '')}.json`;
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
  const [table, faults] = [soakTable(record), soakFaults(record)];
  console.log(`\n${table}\n\nAll hours: ${file}`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else if (hours >= WHOLE_DAY && tabs >= TABS) {
    writeBetweenMarkers(DOCUMENT, `soak ${kind}`, table);
    console.log(`Written to ${DOCUMENT}.`);
  }
}
