/** A browser that is measured: a fresh profile, one arm's extension, and nothing else that could take time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer, { type Browser as Driver, type Page } from 'puppeteer-core';
import type { Kind } from '../e2e/browsers/browser.ts';
import { CHROMIUM, closeWelcome as closeWelcomeInChromium } from '../e2e/browsers/chromium.ts';
import { closeWelcome as closeWelcomeInFirefox } from '../e2e/browsers/firefox.ts';
import { connectPrivileged } from '../e2e/browsers/firefox-privileged.ts';
import { limited, pause, until } from '../e2e/browsers/until.ts';
import type { Arm } from './arms.ts';
import { cpuBetween, cpuOf, mainThreadMillis, processesOf } from './processes.ts';

export interface Subject {
  readonly kind: Kind;
  readonly arm: Arm;
  readonly version: string;
  /** The tab that is measured. */
  readonly page: Page;
  openTab(): Promise<Page>;
  /** The browser's processes. */
  processes(): number[];
  /** How often the extension's background has started since the launch; null in Firefox, which does not report it. */
  backgroundStarts(): number | null;
  /** Kills the background, if there is one. Only in Chromium. */
  killBackground(): Promise<void>;
  /** Runs a function or a script in the background, if there is one, and returns its result. Only in Chromium. */
  inBackground<T>(work: string | ((...numbers: number[]) => Promise<T>), ...numbers: number[]): Promise<T | null>;
  /** Collects the garbage of a page, or of the whole browser. */
  collectGarbage(page: Page): Promise<void>;
  close(): Promise<void>;
}

const VIEWPORT = { width: 1000, height: 760 };

/**
 * Launches a browser with an arm, and waits until the installation has had its time. The browser keeps no page that
 * was left (in its back/forward cache): what such pages hold would be garbage at random later loads.
 */
export async function launchSubject(kind: Kind, arm: Arm): Promise<Subject> {
  const start = kind === 'chromium' ? launchChromium : launchFirefox;
  const subject = await start(arm);
  await pause(500);
  if (arm.setup) {
    const isReady = async (): Promise<boolean> => typeof chrome !== 'undefined';
    await until('the background runs', 5_000, () => subject.inBackground(isReady));
    await subject.inBackground(arm.setup);
    await pause(500);
  }
  return subject;
}

async function launchChromium(arm: Arm): Promise<Subject> {
  const profile = mkdtempSync(join(tmpdir(), 'freshtoken-bench-'));
  const driver = await launched(
    puppeteer.launch({
      ...CHROMIUM,
      args: [...CHROMIUM.args, '--disable-features=BackForwardCache'],
      headless: true,
      pipe: true,
      userDataDir: profile,
      // In each arm, so that all have the same flags.
      enableExtensions: true,
      defaultViewport: VIEWPORT,
    }),
  );
  const close = async (): Promise<void> => {
    await closeDriver(driver);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    let starts = 0;
    driver.on('targetcreated', (target) => {
      if (target.type() === 'service_worker') starts++;
    });
    const root = await driver.target().createCDPSession();
    if (arm.folder) {
      await (root.send as Send)('Extensions.loadUnpacked', { path: resolve(arm.folder) });
      if (arm.welcomes) await closeWelcomeInChromium(driver);
    }
    const [first] = await driver.pages();
    return {
      kind: 'chromium',
      arm,
      version: await driver.version(),
      page: first ?? (await driver.newPage()),
      openTab: () => driver.newPage(),
      processes: () => processesOf(driver.process()!.pid!),
      backgroundStarts: () => starts,
      async killBackground() {
        const target = driver.targets().find((each) => each.type() === 'service_worker');
        await (await target?.worker())?.close().catch(() => undefined);
        await pause(200);
      },
      async inBackground<T>(work: string | ((...numbers: number[]) => Promise<T>), ...numbers: number[]) {
        const target = driver.targets().find((each) => each.type() === 'service_worker');
        const worker = await target?.worker();
        return worker ? ((await worker.evaluate(work, ...numbers)) as T) : null;
      },
      async collectGarbage(page) {
        const session = await page.createCDPSession();
        await session.send('HeapProfiler.collectGarbage');
        await session.detach();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For protocol methods that the driver's types lack. */
type Send = (method: string, params: object) => Promise<void>;

async function launchFirefox(arm: Arm): Promise<Subject> {
  const driver = await launched(
    puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
      headless: true,
      args: ['--remote-allow-system-access'],
      extraPrefsFirefox: { 'browser.sessionhistory.max_total_viewers': 0 },
      defaultViewport: VIEWPORT,
    }),
  );
  try {
    const privileged = await connectPrivileged(driver);
    if (arm.folder) {
      await driver.installExtension(resolve(arm.folder));
      if (arm.welcomes) await closeWelcomeInFirefox(privileged);
    }
    return {
      kind: 'firefox',
      arm,
      version: await driver.version(),
      page: await driver.newPage(),
      openTab: () => driver.newPage(),
      processes: () => processesOf(driver.process()!.pid!),
      backgroundStarts: () => null,
      killBackground: () => Promise.reject(new Error('Firefox does not report when its background starts')),
      inBackground: () => Promise.reject(new Error('Firefox’s background is out of reach')),
      collectGarbage: () => privileged.collectGarbage(),
      close: () => closeDriver(driver),
    };
  } catch (error) {
    await closeDriver(driver);
    throw error;
  }
}

function launched(launch: Promise<Driver>): Promise<Driver> {
  return limited('the browser starts', 60_000, launch);
}

async function closeDriver(driver: Driver): Promise<void> {
  await limited('the browser closes', 15_000, driver.close()).catch(() => driver.process()?.kill('SIGKILL'));
}

/** How long the page works to be found. */
const FIND_MILLIS = 100;

/**
 * The process of a page: the one whose main thread works while the page does, three times in a row. This works in both
 * browsers, without a protocol that names processes. Throws if there is none, as on a busy machine.
 */
export async function processOf(subject: Subject, page: Page): Promise<number> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const found = [];
    for (let n = 0; n < 3; n++) found.push(await busiestDuring(subject, () => page.evaluate(workFor, FIND_MILLIS)));
    if (new Set(found).size === 1 && found[0]) return found[0];
    await pause(500);
  }
  throw new Error('The process of the page was not found: is the machine busy?');
}

function workFor(millis: number): void {
  for (const began = performance.now(); performance.now() < began + millis;);
}

/** The process whose main thread works most, and for half of the time at least; null if none does. */
async function busiestDuring(subject: Subject, work: () => Promise<void>): Promise<number | null> {
  const before = new Map(subject.processes().map((pid) => [pid, mainThreadMillis(pid)]));
  await work();
  const worked = subject.processes().map((pid) => [pid, mainThreadMillis(pid) - (before.get(pid) ?? 0)] as const);
  const [pid, millis] = worked.reduce((most, each) => (each[1] > most[1] ? each : most));
  return millis >= FIND_MILLIS / 2 ? pid : null;
}

/** CPU time in milliseconds. */
interface Work {
  /** Of the main thread of the page's process. */
  readonly main: number;
  /** Of all other threads and processes: background, network, painting. */
  readonly other: number;
}

/** Measures the CPU time that the browser takes while `work` runs. `pid` is the page's process. */
export async function cpuDuring(subject: Subject, pid: number, work: () => Promise<void>): Promise<Work> {
  const cpuBefore = cpuOf(subject.processes());
  const mainBefore = mainThreadMillis(pid);
  await work();
  const main = mainThreadMillis(pid) - mainBefore;
  return { main, other: cpuBetween(cpuBefore, cpuOf(subject.processes())) - main };
}
