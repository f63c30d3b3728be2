/** The raw record of a run: a JSON file, written again after each measurement, so that a crash loses nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Kind } from '../e2e/browsers/browser.ts';
import type { Values } from './instruments.ts';

/** What one instrument has measured of one arm in one round. */
interface Sample {
  /** The stage of the benchmark: see `stagesOf` in main.ts. */
  readonly stage: string;
  readonly round: number;
  readonly arm: string;
  /** The name of the page: see PAGES in pages.ts. */
  readonly page: string;
  readonly values: Values;
}

interface Failure {
  readonly stage: string;
  readonly round: number;
  readonly arm: string;
  readonly what: string;
}

/** The times of something that was measured again and again, in milliseconds. */
export interface Latency {
  /** As the table names it. */
  readonly title: string;
  readonly millis: readonly number[];
  /** What 95 % of the times should not exceed; null if there is no goal. */
  readonly goal: number | null;
}

/** As `--only` names it. */
export const LATENCY = 'latency';

/** An arm as the record and the table know it. */
export interface RecordedArm {
  readonly name: string;
  readonly base: string | null;
  readonly about?: string;
}

/** A command that has begun. */
export interface Begun {
  readonly command: string;
  /** As an ISO date and time, in UTC. */
  readonly startedAt: string;
  readonly commit: string;
  readonly seed: number;
}

/** What a command has measured. */
interface Run extends Begun {
  /** The stages of the benchmark that it has measured wholly; a later command may have measured some of them again. */
  readonly stages: string[];
}

export interface BenchRecord {
  readonly kind: Kind;
  readonly isQuick: boolean;
  browserVersion: string;
  readonly machine: string;
  readonly arms: readonly RecordedArm[];
  runs: Run[];
  samples: Sample[];
  latencies: Latency[];
  failures: Failure[];
}

const FOLDER = 'build/bench';

export function createRecord(kind: Kind, isQuick: boolean, arms: readonly RecordedArm[]): BenchRecord {
  return {
    kind,
    isQuick,
    browserVersion: '',
    machine: describeMachine(),
    arms: arms.map(({ name, base, about }) => ({ name, base, ...(about && { about }) })),
    runs: [],
    samples: [],
    latencies: [],
    failures: [],
  };
}

/** Reads the record of an earlier run. Throws, with a sentence, if it is not of the same browser, arms and machine. */
export function readRecord(file: string, kind: Kind, isQuick: boolean, arms: readonly RecordedArm[]): BenchRecord {
  const before = JSON.parse(readFileSync(file, 'utf8')) as BenchRecord;
  const essence = (record: BenchRecord): string =>
    JSON.stringify([record.kind, record.isQuick, record.machine, record.arms]);
  if (essence(before) !== essence(createRecord(kind, isQuick, arms)))
    throw new Error(`--from: ${file} is of another browser, other arms or another machine, or not as quick`);
  return before;
}

/** Notes when and from which commit a command begins. */
export function begin(command: string, seed: number): Begun {
  return { command, startedAt: new Date().toISOString(), commit: commitNow(), seed };
}

/** Begins to measure some stages, anew if they were measured before. Add each stage to the run once it is measured. */
export function beginRun(record: BenchRecord, command: string, seed: number, stages: readonly string[]): Run {
  const isOther = (stage: string): boolean => !stages.includes(stage);
  record.samples = record.samples.filter(({ stage }) => isOther(stage));
  record.failures = record.failures.filter(({ stage }) => isOther(stage));
  if (stages.includes(LATENCY)) record.latencies = [];
  const earlier = record.runs.map((each) => ({ ...each, stages: each.stages.filter(isOther) }));
  const run: Run = { ...begin(command, seed), stages: [] };
  record.runs = [...earlier.filter((each) => each.stages.length > 0), run];
  return run;
}

/** Notes the browser's version. Throws if other stages were measured with another one. */
export function noteVersion(record: BenchRecord, version: string): void {
  if (record.browserVersion && record.browserVersion !== version)
    throw new Error(`The browser is ${version} now, and was ${record.browserVersion}`);
  record.browserVersion = version;
}

/** Writes the record to a file of its own, named after its latest run; returns its path. */
export function saveRecord(record: BenchRecord): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${record.kind}-${record.runs.at(-1)!.startedAt.slice(0, 19).replaceAll(':', '')}.json`;
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
  return file;
}

export function describeMachine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${gigabytes} GB, ${systemName()}, Linux ${release()}`;
}

function systemName(): string {
  return /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system';
}

function commitNow(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}
