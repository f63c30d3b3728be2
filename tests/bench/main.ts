/**
 * `npm run bench`: what the extension costs. Measures each arm in each round, in a random order, and writes the table
 * to docs/benchmark.md and the plots to docs/images. The method is described there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Kind } from '../e2e/browsers/browser.ts';
import { limited } from '../e2e/browsers/until.ts';
import { BARE, BARE_AGAIN, CONTROL, EMPTY, makeArms, makeTools, UNWATCHED, type Arm } from './arms.ts';
import {
  measureAttach,
  measureFront,
  measureHeapGrowth,
  measureLoads,
  measureMemory,
  measureOwnCode,
  measureOwnCodeInFront,
  measureRest,
  measureWakeUps,
  type Values,
} from './instruments.ts';
import { typedCommand, wholeNumber } from './command-line.ts';
import { benchLatencies } from './latency.ts';
import { outcomesTable, playOutcomes } from './outcomes.ts';
import { PAGES, type BenchPage } from './pages.ts';
import { plotLoads } from './plot.ts';
import { requireCounters } from './processes.ts';
import { beginRun, createRecord, LATENCY, noteVersion, readRecord, saveRecord, type BenchRecord } from './record.ts';
import { faultsOf, latencyTableOf, tablesOf, trustedPartOf, writeBetweenMarkers } from './report.ts';
import { createRandom, shuffle, type Random } from './statistics.ts';
import { launchSubject, type Subject } from './subject.ts';

const DOCUMENT = 'docs/benchmark.md';
const IMAGES = 'docs/images';

/** Measures that share a launch of the browser. */
interface Stage {
  readonly name: string;
  readonly rounds: number;
  readonly arms: (arm: Arm) => boolean;
  /** Whether all arms of a round are launched and measured at the same time. */
  readonly isTogether?: boolean;
  /** Each instrument has a page, and is measured in a random order. */
  readonly instruments: readonly Instrument[];
}

interface Instrument {
  readonly page: BenchPage;
  /** Measures each browser; in the browsers' order. */
  readonly measure: (subjects: readonly Subject[], page: BenchPage) => Promise<Values[]>;
}

const [SMALL, HEAVY, BOARD] = PAGES as [BenchPage, BenchPage, BenchPage];

/** How long the arms that are launched together may take for one stage. */
const LIMIT_MILLIS = 600_000;

function stagesOf(kind: Kind, isQuick: boolean, rounds: number, random: Random): Stage[] {
  const loads = isQuick ? { warmUps: 1, loads: 3, settleMillis: 500 } : { warmUps: 3, loads: 10, settleMillis: 1_000 };
  const restMillis = isQuick ? 5_000 : 60_000;
  const restRounds = isQuick ? 1 : Math.ceil(rounds / 3);
  const alone = (page: BenchPage, measure: (subject: Subject, page: BenchPage) => Promise<Values>): Instrument => ({
    page,
    measure: ([subject]) => measure(subject!, page).then((values) => [values]),
  });
  const isCompared = ({ name }: Arm): boolean =>
    ![BARE_AGAIN, CONTROL, ...(isQuick ? [BARE, UNWATCHED] : [])].includes(name);
  const stages: Stage[] = [
    {
      name: 'loads',
      rounds,
      arms: () => true,
      isTogether: true,
      instruments: [SMALL, HEAVY].map((page) => ({
        page,
        measure: (subjects) => measureLoads(subjects, page, loads, random),
      })),
    },
    {
      name: 'attaches',
      rounds: isQuick ? 1 : rounds,
      arms: (arm) => isCompared(arm) && arm.name !== UNWATCHED,
      instruments: [alone(SMALL, measureAttach)],
    },
    {
      name: 'rest',
      rounds: restRounds,
      arms: isCompared,
      isTogether: true,
      instruments: [{ page: SMALL, measure: (subjects, page) => measureRest(subjects, page, restMillis) }],
    },
    {
      name: 'board',
      rounds: isQuick ? 0 : restRounds,
      arms: isCompared,
      instruments: [alone(BOARD, (subject, page) => measureFront(subject, page, restMillis / 3))],
    },
    {
      name: 'memory',
      rounds: restRounds,
      // The control shows what the smallest content script takes.
      arms: (arm) => isCompared(arm) || arm.name === CONTROL,
      instruments: [
        alone(SMALL, (subject, page) => measureMemory(subject, page, isQuick ? [1, 5] : [1, 5, 10, 20])),
        ...(kind === 'chromium'
          ? [alone(SMALL, (subject, page) => measureHeapGrowth(subject, page, isQuick ? 20 : 100))]
          : []),
      ],
    },
  ];
  const ownCode: Stage = {
    name: 'own code',
    rounds: restRounds,
    arms: (arm) => arm.folder !== null && arm.name !== EMPTY && isCompared(arm),
    instruments: [
      ...[SMALL, HEAVY].map((page) => alone(page, (subject) => measureOwnCode(subject, page, isQuick ? 2 : 8))),
      ...(isQuick ? [] : [alone(BOARD, (subject, page) => measureOwnCodeInFront(subject, page, restMillis / 3))]),
      alone(SMALL, (subject, page) => measureWakeUps(subject, page, isQuick ? 2 : 10)),
    ],
  };
  return kind === 'chromium' ? [...stages, ownCode] : stages;
}

const options = readOptions();

// The driver closes its browsers then, and would let the run go on with new ones.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

try {
  requireCounters();
  if (options.outcomes) await benchOutcomes();
  else for (const kind of kindsWanted()) await bench(kind);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

/** The options of the command line. Ends with a sentence if there is one that does not exist. */
function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        browser: { type: 'string' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        from: { type: 'string' },
        outcomes: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** A quick run measures Chromium, unless it is asked for another browser. */
function kindsWanted(): Kind[] {
  const { browser, quick, from } = options;
  if (from !== undefined && browser === undefined) throw new Error('--from: name its browser too, with --browser');
  if (browser === undefined) return quick ? ['chromium'] : ['chromium', 'firefox'];
  if (browser !== 'chromium' && browser !== 'firefox')
    throw new Error(`--browser: expected chromium or firefox, not "${browser}"`);
  return [browser];
}

async function bench(kind: Kind): Promise<void> {
  const rounds = numberOf('rounds', options.quick ? 2 : 12);
  const seed = numberOf('seed', Date.now() % 1_000_000);
  const arms = makeArms(kind, process.env['PEERS']);
  const record =
    options.from === undefined
      ? createRecord(kind, options.quick, arms)
      : readRecord(options.from, kind, options.quick, arms);
  const random = createRandom(seed);
  const stages = stagesOf(kind, options.quick, rounds, random);
  const wanted = stagesWanted([...stages.map(({ name }) => name), LATENCY]);
  const run = beginRun(record, typedCommand('bench'), seed, wanted);
  console.log(`${kind}: ${rounds} rounds, ${arms.length} arms, seed ${seed}`);

  for (const stage of stages.filter(({ name }) => wanted.includes(name))) {
    for (let round = 0; round < stage.rounds; round++) {
      const shuffled = shuffle(arms.filter(stage.arms), random);
      for (const group of stage.isTogether ? [shuffled] : shuffled.map((arm) => [arm])) {
        const began = Date.now();
        const names = stage.isTogether ? 'all arms' : group[0]!.name;
        const fault = await measureOnceMore(record, stage, round, group, random);
        const outcome = fault ?? `${((Date.now() - began) / 1_000).toFixed(0)} s`;
        console.log(`${kind}, ${stage.name}, round ${round + 1} of ${stage.rounds}, ${names}: ${outcome}`);
        saveRecord(record);
      }
    }
    run.stages.push(stage.name);
    saveRecord(record);
  }
  if (wanted.some((name) => name !== LATENCY)) {
    const missing = stages.filter(({ name }) => !record.runs.some(({ stages: measured }) => measured.includes(name)));
    report(record, missing.length === 0);
  }
  if (wanted.includes(LATENCY)) {
    const faults = await benchLatencies(record, options.quick);
    run.stages.push(LATENCY);
    reportLatencies(record, faults);
  }
}

/** The stages to measure: those named by `--only`, otherwise all. */
function stagesWanted(known: readonly string[]): string[] {
  const unknown = options.only.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`--only: expected one of ${known.map((name) => `"${name}"`).join(', ')}, not "${unknown}"`);
  return known.filter((name) => options.only.length === 0 || options.only.includes(name));
}

/** Measures arms that are launched together, and if that fails once more; returns what went wrong, or null. */
async function measureOnceMore(
  record: BenchRecord,
  stage: Stage,
  round: number,
  arms: readonly Arm[],
  random: () => number,
): Promise<string | null> {
  let fault = '';
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const work = measureArms(record, stage, arms, random);
      const samples = await limited('the arms are measured', LIMIT_MILLIS, work);
      for (const { arm, page, values } of samples)
        record.samples.push({ stage: stage.name, round, arm: arm.name, page, values });
      return null;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
  }
  for (const arm of arms) record.failures.push({ stage: stage.name, round, arm: arm.name, what: fault });
  return `failed, and is left out of this round: ${fault}`;
}

interface ArmSample {
  readonly arm: Arm;
  readonly page: string;
  readonly values: Values;
}

async function measureArms(
  record: BenchRecord,
  stage: Stage,
  arms: readonly Arm[],
  random: () => number,
): Promise<ArmSample[]> {
  const subjects: Subject[] = [];
  try {
    for (const arm of arms) subjects.push(await launchSubject(record.kind, arm));
    noteVersion(record, subjects[0]!.version);
    const samples: ArmSample[] = [];
    for (const { page, measure } of shuffle(stage.instruments, random)) {
      const measured = await measure(subjects, page);
      samples.push(...measured.map((values, at) => ({ arm: arms[at]!, page: page.name, values })));
    }
    return samples;
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
  }
}

/** Plays what becomes of files and comments, and writes that table. */
async function benchOutcomes(): Promise<void> {
  const tools = makeTools(process.env['PEERS']);
  const rows = await playOutcomes(tools, (line) => console.log(line));
  mkdirSync('build/bench', { recursive: true });
  writeFileSync('build/bench/outcomes.json', `${JSON.stringify(rows, null, 1)}\n`);
  const table = outcomesTable(rows, tools);
  console.log(`\n${table}\n`);
  writeBetweenMarkers(DOCUMENT, 'outcomes', table);
  console.log(`Written to ${DOCUMENT}.`);
}

function numberOf(name: 'rounds' | 'seed', otherwise: number): number {
  const given = options[name];
  return given === undefined ? otherwise : wholeNumber(name, given, name === 'rounds' ? 1 : 0);
}

/** Prints the tables. They get into the document if the run is whole, without the loads that prove nothing. */
function report(record: BenchRecord, isWhole: boolean): void {
  const { kind, failures } = record;
  const file = saveRecord(record);
  const faults = faultsOf(record);
  console.log(`\n${tablesOf(record)}\n\nAll rounds: ${file}`);
  for (const { stage, round, arm, what } of failures)
    console.log(`Left out: ${stage}, round ${round + 1}, ${arm}: ${what}`);
  plotLoads(record, `build/bench/${kind}-loads.svg`);
  for (const fault of faults) console.error(`These loads prove nothing. ${fault}`);
  if (faults.length > 0 && !options.quick) process.exitCode = 1;
  const trusted = trustedPartOf(record);
  if (options.quick || !isWhole) {
    console.log(`A part of a table is not published: ${DOCUMENT} stays as it is. --from ${file} measures the rest.`);
  } else if (trusted) {
    mkdirSync(IMAGES, { recursive: true });
    plotLoads(trusted, `${IMAGES}/bench-loads-${kind}.svg`);
    writeBetweenMarkers(
      DOCUMENT,
      `figures ${kind}`,
      `![The CPU time that a load takes more](images/bench-loads-${kind}.svg)\n\n${tablesOf(trusted, faults)}`,
    );
    console.log(`Written to ${DOCUMENT} and ${IMAGES}.`);
  }
}

/** Prints the table of latencies, and writes it to the document. */
function reportLatencies(record: BenchRecord, faults: readonly string[]): void {
  const table = latencyTableOf(record, faults);
  console.log(`\n${table}\n\nAll times: ${saveRecord(record)}`);
  if (faults.length > 0) process.exitCode = 1;
  if (options.quick) return;
  writeBetweenMarkers(DOCUMENT, `latency ${record.kind}`, table);
  console.log(`Written to ${DOCUMENT}.`);
}
