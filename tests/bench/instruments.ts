/** The instruments of the benchmark. Each measures one browser with one arm, and returns its values by name. */
import type { Page, Protocol } from 'puppeteer-core';
import { pause, until } from '../e2e/browsers/until.ts';
import { UPLOAD_PATH } from '../fixtures/jira/pages/frame.ts';
import type { RunningJira } from '../fixtures/jira/serve.ts';
import { servePage, type BenchPage } from './pages.ts';
import { memoryOf } from './processes.ts';
import { lineThrough, median, shuffle, type Random } from './statistics.ts';
import { cpuDuring, processOf, type Subject } from './subject.ts';
import { countTimers } from './timers.ts';

/**
 * What an instrument has measured, by the measure's name; see MEASURES in report.ts. A list has a value for each load:
 * all arms of a round have loaded the page once before the next load.
 */
export type Values = Record<string, number | readonly number[]>;
type Numbers = Record<string, number>;

/** Runs `work` with a Jira whose issues have a page's content, alice signed in, and RAIL-7 in the tab. */
async function atIssue<T>(subject: Subject, page: BenchPage, work: (server: RunningJira) => Promise<T>): Promise<T> {
  const server = await servePage(page);
  try {
    await signIn(subject.page, server);
    await openIssue(subject.page, server, 7);
    return await work(server);
  } finally {
    await subject.page.goto('about:blank').catch(() => undefined);
    await server.close();
  }
}

/** Logs out and signs in by requests of a page of the site, so that no other page is loaded. */
export async function signIn(page: Page, { url }: RunningJira, user = 'alice'): Promise<void> {
  if (!page.url().startsWith(url)) await page.goto(`${url}/login.jsp`, { waitUntil: 'load' });
  await page.evaluate(
    async (to, name) => {
      await fetch(`${to}/logout`);
      const body = new URLSearchParams({ os_username: name, os_password: name });
      await fetch(`${to}/login.jsp`, { method: 'POST', body });
    },
    url,
    user,
  );
}

export async function openIssue(page: Page, { url }: RunningJira, number: number): Promise<void> {
  await page.goto(`${url}/browse/RAIL-${number}`, { waitUntil: 'load' });
}

export interface LoadOptions {
  readonly warmUps: number;
  readonly loads: number;
  /** How long after the load event a load is measured. */
  readonly settleMillis: number;
}

/**
 * What a load costs: CPU time of the page's main thread and of all else, wall clock, requests. The browsers take turns,
 * in a new random order for each load: so a machine that gets slower meets all alike.
 */
export function measureLoads(
  subjects: readonly Subject[],
  page: BenchPage,
  { warmUps, loads, settleMillis }: LoadOptions,
  random: Random,
): Promise<Values[]> {
  return atIssues(subjects, page, async (issues) => {
    await pause(LAUNCHED_MILLIS);
    const measured = issues.map((): Numbers[] => []);
    for (let n = 0; n < warmUps + loads; n++)
      for (const at of shuffle([...issues.keys()], random))
        measured[at]!.push(await measureLoad(issues[at]!, 7 + (n % 2), settleMillis));
    for (const { subject, pid } of issues)
      if ((await processOf(subject, subject.page)) !== pid) throw new Error('The page has changed its process');
    return measured.map((all) => ({ ...listsOf(all.slice(warmUps)), firstMain: all[0]!['main']! }));
  });
}

async function measureLoad(
  { subject, server, pid }: OpenIssue,
  number: number,
  settleMillis: number,
): Promise<Numbers> {
  const requests = server.jira.requests.length;
  const { main, other } = await cpuDuring(subject, pid, async () => {
    await openIssue(subject.page, server, number);
    await pause(settleMillis);
  });
  return { main, other, load: await loadMillis(subject.page), requests: server.jira.requests.length - requests };
}

function loadMillis(page: Page): Promise<number> {
  return page.evaluate(
    () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).loadEventEnd,
  );
}

/** A list of each measure's values. */
function listsOf(all: readonly Numbers[]): Values {
  return Object.fromEntries(Object.keys(all[0]!).map((name) => [name, all.map((values) => values[name]!)]));
}

/** How long a page still works after its load, at most. */
const SETTLE_MILLIS = 2_000;

/** How long browsers still work after their launch. */
const LAUNCHED_MILLIS = 8_000;

/** What an open page costs in a minute, in front and hidden, in browsers that rest at the same time. */
export function measureRest(subjects: readonly Subject[], page: BenchPage, restMillis: number): Promise<Values[]> {
  return atIssues(subjects, page, async (issues) => {
    await pause(LAUNCHED_MILLIS);
    const front = await Promise.all(issues.map((issue) => rest(issue, restMillis)));
    const covers = await Promise.all(subjects.map((subject) => subject.openTab()));
    for (const cover of covers) await cover.bringToFront();
    const hidden = await Promise.all(issues.map((issue) => rest(issue, restMillis)));
    for (const cover of covers) await cover.close();
    return issues.map((_issue, at) => ({ ...prefixed('front', front[at]!), ...prefixed('hidden', hidden[at]!) }));
  });
}

/** What a page in front that is never at rest costs in a minute. */
export function measureFront(subject: Subject, page: BenchPage, duringMillis: number): Promise<Values> {
  return atIssues([subject], page, async ([issue]) => prefixed('front', await rest(issue!, duringMillis)));
}

/** A browser with an issue in its tab. */
interface OpenIssue {
  readonly subject: Subject;
  readonly server: RunningJira;
  /** The page's process. */
  readonly pid: number;
}

/** Opens an issue in one browser after the other, each with a Jira of its own, and runs `work` with all of them. */
async function atIssues<T>(
  [subject, ...others]: readonly Subject[],
  page: BenchPage,
  work: (issues: readonly OpenIssue[]) => Promise<T>,
): Promise<T> {
  if (!subject) return work([]);
  return atIssue(subject, page, async (server) => {
    const pid = await processOf(subject, subject.page);
    return atIssues(others, page, (issues) => work([{ subject, server, pid }, ...issues]));
  });
}

/** What a minute costs while nobody does anything, from when the page has settled and the background has ended. */
async function rest({ subject, server, pid }: OpenIssue, restMillis: number): Promise<Numbers> {
  // What the last step has started must be over.
  await pause(SETTLE_MILLIS);
  const isChromium = subject.kind === 'chromium';
  if (isChromium) await subject.killBackground();
  const [requests, starts] = [server.jira.requests.length, subject.backgroundStarts() ?? 0];
  const { main, other } = await cpuDuring(subject, pid, () => pause(restMillis));
  const started = isChromium ? { starts: (subject.backgroundStarts() ?? 0) - starts } : {};
  return perMinute({ main, other, requests: server.jira.requests.length - requests, ...started }, restMillis);
}

function perMinute(values: Numbers, duringMillis: number): Numbers {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, (value * 60_000) / duringMillis]));
}

/** `front` and `main` make `frontMain`. */
function prefixed(prefix: string, values: Numbers): Numbers {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [prefix + name[0]!.toUpperCase() + name.slice(1), value]),
  );
}

/** How long the timers of a page at rest are counted. */
const TIMERS_MILLIS = 5_000;

/**
 * How often loads start the background if it is dead: of the watched site, and of the same Jira by another name; and
 * how many timers a page at rest has fired. Only in Chromium.
 */
export function measureWakeUps(subject: Subject, page: BenchPage, loads: number): Promise<Values> {
  return atIssue(subject, page, async (server) => {
    const startsAt = async (url: string): Promise<number> => {
      // Leaving a watched page can start the background too: that must not count for the next site.
      await subject.page.goto(`${url}/browse/RAIL-7`, { waitUntil: 'load' });
      await pause(300);
      const before = subject.backgroundStarts()!;
      for (let n = 0; n < loads; n++) {
        await subject.killBackground();
        await subject.page.goto(`${url}/browse/RAIL-7`, { waitUntil: 'load' });
        await pause(300);
      }
      return (subject.backgroundStarts()! - before) / loads;
    };
    const starts = await startsAt(server.url);
    await pause(SETTLE_MILLIS);
    const timers = await countTimers(subject.page, () => pause(TIMERS_MILLIS));
    return {
      starts,
      startsElsewhere: await startsAt(server.url.replace('127.0.0.1', 'localhost')),
      ...perMinute({ timers }, TIMERS_MILLIS),
    };
  });
}

const PROFILE_MICROSECONDS = 100;

/**
 * How much of a load's time on the page's main thread is in functions of the extension, as V8's profiler samples it.
 * Only in Chromium, and apart from the other instruments, because profiling takes time itself.
 */
export function measureOwnCode(subject: Subject, page: BenchPage, loads: number): Promise<Values> {
  return atIssue(subject, page, async (server) => {
    const took: number[] = [];
    for (let n = 0; n < loads; n++) {
      const load = (): Promise<void> => openIssue(subject.page, server, n).then(() => pause(1_000));
      took.push(await ownMillisDuring(subject.page, load));
    }
    return { ownCode: median(took) };
  });
}

/** The same of an open page in front, in a minute. */
export function measureOwnCodeInFront(subject: Subject, page: BenchPage, duringMillis: number): Promise<Values> {
  return atIssue(subject, page, async () => {
    await pause(SETTLE_MILLIS);
    return perMinute({ frontOwnCode: await ownMillisDuring(subject.page, () => pause(duringMillis)) }, duringMillis);
  });
}

async function ownMillisDuring(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await page.createCDPSession();
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: PROFILE_MICROSECONDS });
  await session.send('Profiler.start');
  await work();
  const { profile } = await session.send('Profiler.stop');
  await session.detach();
  return ownMillis(profile);
}

function ownMillis({ nodes, samples = [], timeDeltas = [] }: Protocol.Profiler.Profile): number {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** What the browser runs for a function, such as a query of the document, has no address and counts as its. */
  const isOwn = (id: number | undefined): boolean => {
    const node = id === undefined ? undefined : byId.get(id);
    if (!node) return false;
    return node.callFrame.url ? node.callFrame.url.startsWith('chrome-extension:') : isOwn(parents.get(node.id));
  };
  // A sample's time lies between it and the next one.
  return samples.reduce((sum, id, at) => (isOwn(id) ? sum + (timeDeltas[at + 1] ?? 0) : sum), 0) / 1_000;
}

const MEGABYTE = 1024 ** 2;

/** The memory of the whole browser: what each tab adds, and what remains without tabs. */
export function measureMemory(subject: Subject, page: BenchPage, counts: readonly number[]): Promise<Values> {
  return atIssue(subject, page, async (server) => {
    const tabs = [subject.page];
    const points: [number, number][] = [];
    for (const count of counts) {
      while (tabs.length < count) {
        const tab = await subject.openTab();
        await openIssue(tab, server, tabs.push(tab));
      }
      for (const tab of subject.kind === 'chromium' ? tabs : tabs.slice(0, 1)) await subject.collectGarbage(tab);
      // The driver keeps a background alive that would end by itself.
      if (subject.kind === 'chromium') await subject.killBackground();
      await pause(1_500);
      points.push([count, memoryOf(subject.processes()) / MEGABYTE]);
    }
    for (const tab of tabs.slice(1)) await tab.close();
    const { slope, intercept } = lineThrough(points);
    return { megabytesPerTab: slope, megabytesBase: intercept };
  });
}

/** By how many per cent a page's heap grows while one tab loads it so many times. Only in Chromium. */
export function measureHeapGrowth(subject: Subject, page: BenchPage, loads: number): Promise<Values> {
  return atIssue(subject, page, async (server) => {
    const heap = async (): Promise<number> => {
      await pause(500);
      await subject.collectGarbage(subject.page);
      return (await subject.page.metrics()).JSHeapUsedSize!;
    };
    for (let n = 0; n < 10; n++) await openIssue(subject.page, server, n);
    const before = await heap();
    for (let n = 0; n < loads; n++) await openIssue(subject.page, server, n);
    return { heapGrowth: 100 * ((await heap()) / before - 1) };
  });
}

/** How long a proof takes on a slow connection. */
const SLOW_MILLIS = 200;

/**
 * The time from a drop until Jira gets the file: on a fresh page for which Jira was just asked, on a fresh page for
 * which it must be asked first, and on one that must be renewed; with a Jira that answers at once and a slow one. Without a guard, an upload from a page with an old token is refused: then there
 * is no value.
 */
export async function measureAttach(subject: Subject, page: BenchPage): Promise<Values> {
  return atIssue(subject, page, async (server) => {
    const values: Values = {};
    const other = await subject.openTab();
    await other.goto(`${server.url}/login.jsp`, { waitUntil: 'load' });
    for (const [speed, delayMillis] of [
      ['', 0],
      ['Slow', SLOW_MILLIS],
    ] as const) {
      for (const state of ['proven', 'fresh', 'renewed'] as const) {
        server.jira.faults.proof = undefined;
        await subject.page.bringToFront();
        // No earlier answer of Jira holds for a new session.
        await signIn(other, server);
        await openIssue(subject.page, server, 7);
        await pause(500);
        if (state === 'renewed') await signIn(other, server);
        // For the first file Freshtoken asks; the answer is good for ten seconds.
        if (state === 'proven') await attachMillis(subject.page, server);
        await pause(500);
        if (delayMillis > 0) server.jira.faults.proof = { delayMillis };
        const took = await attachMillis(subject.page, server);
        if (took !== null) values[`${state}Attach${speed}`] = took;
      }
    }
    await other.close();
    return values;
  });
}

/** Drops a file; returns the milliseconds until Jira gets the upload, or null if it refuses or never gets it. */
async function attachMillis(page: Page, { jira }: RunningJira): Promise<number | null> {
  const before = jira.requests.length;
  const logged = (await page.$$('#attach-log li')).length;
  const dropped = await attachIn(page);
  const outcome = await until('the file is attached or refused', 2_000, () =>
    page.$eval('#attach-log', (log, at) => log.querySelectorAll('li')[at]?.dataset['status'], logged),
  ).catch(() => 'lost');
  const upload = jira.requests.slice(before).find(({ path }) => path === UPLOAD_PATH);
  return outcome === 'ok' && upload ? upload.at - dropped : null;
}

/** Drops a file by a script, which works the same in both browsers; returns when, in epoch milliseconds. */
export function attachIn(page: Page): Promise<number> {
  return page.$eval('#dropzone', (zone) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['The sill is bent.'], 'sill.txt', { type: 'text/plain' }));
    const began = Date.now();
    for (const type of ['dragenter', 'dragover', 'drop'])
      zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true, composed: true }));
    return began;
  });
}
