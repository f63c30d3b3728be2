/** The raw record of a run: a JSON file, written again after each measurement, so that a crash loses nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Kind } from '../e2e/browsers/browser.ts';
import type { Values } from './instruments.ts';
import type { Latency } from './latency.ts';

/** What one instrument has measured of one arm in one round. */
interface Sample {
  readonly round: number;
  readonly arm: string;
  /** The name of the page: see PAGES in pages.ts. */
  readonly page: string;
  readonly values: Values;
}

interface Failure {
  readonly round: number;
  readonly arm: string;
  readonly what: string;
}

/** An arm as the record and the table know it. */
export interface RecordedArm {
  readonly name: string;
  readonly base: string | null;
  readonly about?: string;
}

export interface BenchRecord {
  readonly kind: Kind;
  browserVersion: string;
  readonly command: string;
  /** As an ISO date and time, in UTC. */
  readonly startedAt: string;
  readonly machine: string;
  readonly commit: string;
  readonly seed: number;
  readonly arms: readonly RecordedArm[];
  readonly samples: Sample[];
  readonly latencies: Latency[];
  readonly failures: Failure[];
}

const FOLDER = 'build/bench';

export function createRecord(kind: Kind, command: string, seed: number, arms: readonly RecordedArm[]): BenchRecord {
  return {
    kind,
    browserVersion: '',
    command,
    startedAt: new Date().toISOString(),
    machine: describeMachine(),
    commit: commitNow(),
    seed,
    arms: arms.map(({ name, base, about }) => ({ name, base, ...(about && { about }) })),
    samples: [],
    latencies: [],
    failures: [],
  };
}

/** Writes the record to a file of its own; returns its path. */
export function saveRecord(record: BenchRecord): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${record.kind}-${record.startedAt.slice(0, 19).replaceAll(':', '')}.json`;
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
  return file;
}

function describeMachine(): string {
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
