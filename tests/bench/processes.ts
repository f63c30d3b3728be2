/**
 * The CPU time and the memory of a browser's processes, as Linux counts them. The kernel counts the nanoseconds for
 * which a thread has run, so neighbours on the same cores change these figures far less than the wall clock, and the
 * same instrument serves both browsers.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of CPU time by process id. */
type CpuByProcess = ReadonlyMap<number, number>;

/** Throws, with a sentence for the user, on a system without these counters. */
export function requireCounters(): void {
  try {
    threadMillis(process.pid, process.pid);
  } catch {
    throw new Error('The benchmark reads CPU times from /proc, and needs Linux with CONFIG_SCHED_INFO');
  }
}

/** The process and all of its descendants. */
export function processesOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = textOf(`/proc/${entry}/stat`);
    // The name, in parentheses, can contain blanks and parentheses.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent) parents.set(Number(entry), Number(parent));
  }
  const found = [root];
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child);
  return found;
}

/** The CPU time of a process's main thread; 0 for a process that has ended. */
export function mainThreadMillis(pid: number): number {
  return threadMillisOr0(pid, pid);
}

/** The CPU time of each process, by all of its threads that still exist. */
export function cpuOf(pids: readonly number[]): CpuByProcess {
  return new Map(pids.map((pid) => [pid, cpuMillis(pid)]));
}

/** The CPU time that passed between two readings. Processes that have ended between them are not counted. */
export function cpuBetween(before: CpuByProcess, after: CpuByProcess): number {
  let sum = 0;
  for (const [pid, millis] of after) sum += millis - (before.get(pid) ?? 0);
  return sum;
}

/** The proportional set size: private memory, and a fair part of what processes share; in bytes. */
export function memoryOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return 1024 * kilobytes.reduce((sum, each) => sum + each, 0);
}

function cpuMillis(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => sum + threadMillisOr0(pid, Number(tid)), 0);
  } catch {
    // The process has ended.
    return 0;
  }
}

function threadMillis(pid: number, tid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** 0 for a thread that has ended. */
function threadMillisOr0(pid: number, tid: number): number {
  try {
    return threadMillis(pid, tid);
  } catch {
    return 0;
  }
}

/** Empty for a process that has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
