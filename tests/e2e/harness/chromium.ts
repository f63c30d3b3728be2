/** Chromium, over CDP through a pipe. Its own page of extensions stays open in the background: it holds the user's powers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type CDPSession, type Page, type WebWorker } from 'puppeteer-core';
import type { Look, OpenOptions, Place, Tab, TestBrowser } from './browser.ts';
import { listenToChromium } from './chromium-errors.ts';
import { CHROMIUM_HELPER, tabIdOf } from './chromium-helper.ts';
import { applyLook } from './chromium-look.ts';
import { ChromiumTab } from './chromium-tab.ts';
import type { BrowserComplaint } from './errors.ts';
import { inTime, until } from './until.ts';

const EXECUTABLE = '/usr/bin/chromium';
const START_MS = 30_000;

/** Starts Chromium with the extension in it. */
export async function openChromium(options: OpenOptions): Promise<TestBrowser> {
  const browser = new ChromiumBrowser(options, await mkdtemp(join(tmpdir(), 'freshtoken-chromium-')));
  try {
    await browser.start();
  } catch (error) {
    await browser.close();
    throw error;
  }
  return browser;
}

export class ChromiumBrowser implements TestBrowser {
  readonly kind = 'chromium';
  readonly #options: OpenOptions;
  readonly #profile: string;
  readonly #tabs = new WeakMap<Page, ChromiumTab>();
  #browser: Browser | undefined;
  #root: CDPSession | undefined;
  #extensionsPage: Page | undefined;
  #extensionId = '';
  #complaints: BrowserComplaint[] = [];
  #look: Look = {};

  constructor(options: OpenOptions, profile: string) {
    this.#options = options;
    this.#profile = profile;
  }

  get extensionOrigin(): string {
    return `chrome-extension://${this.#extensionId}`;
  }

  async start(): Promise<void> {
    this.#browser = await puppeteer.launch({
      executablePath: EXECUTABLE,
      headless: true,
      pipe: true,
      userDataDir: this.#profile,
      enableExtensions: true,
      defaultViewport: null,
      timeout: START_MS,
      protocolTimeout: START_MS,
      args: argumentsFor(this.#options),
      ...(this.#options.language ? { env: { ...process.env, LANGUAGE: this.#options.language } } : {}),
    });
    await inTime(this.#install(), START_MS, 'installing the extension in Chromium');
  }

  async openTab(url?: string, place: Place = 'tab'): Promise<Tab> {
    const tab = this.#tabOf(await this.#newPage(place));
    await applyLook(tab.page, this.#look);
    if (url) await tab.goto(url);
    return tab;
  }

  async tabs(): Promise<Tab[]> {
    const pages = (await this.#running.pages()).filter((page) => page !== this.#extensionsPage);
    await Promise.all(pages.map((page) => applyLook(page, this.#look)));
    return pages.map((page) => this.#tabOf(page));
  }

  tabAt(part: string, withinMs = 10_000): Promise<Tab> {
    return until(async () => (await this.tabs()).find(({ page }) => page.url().includes(part)), {
      what: `a tab at ${part}`,
      within: withinMs,
    });
  }

  grantedSites(): Promise<string[]> {
    return this.background(async () => (await chrome.permissions.getAll()).origins ?? []);
  }

  /**
   * What the user will answer to the next question for this site. Chromium's question is a window of its own that
   * nothing can press in headless mode; a site that the extensions page allows is granted without being asked.
   */
  async allowSite(pattern: string): Promise<void> {
    await this.#onExtensionsPage('addHostPermission', pattern);
  }

  async revokeSite(pattern: string): Promise<void> {
    await this.#onExtensionsPage('removeHostPermission', pattern);
  }

  async background<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const worker = await this.#worker();
    return (await inTime(worker.evaluate(run as never, ...(args as never[])), 15_000, 'the background')) as Awaited<R>;
  }

  async backgroundIsAlive(): Promise<boolean> {
    return this.#workerTarget() !== undefined;
  }

  async killBackground(): Promise<void> {
    const worker = await this.#workerTarget()?.worker();
    await worker?.close();
    await until(() => !this.#workerTarget(), { what: 'the service worker to be gone' });
  }

  async setLook(look: Look): Promise<void> {
    this.#look = look;
    await this.tabs();
  }

  get look(): Look {
    return this.#look;
  }

  async clearCookies(): Promise<void> {
    const pages = await this.#running.pages();
    // A private window has a jar of its own, and only its pages reach it.
    for (const page of pages) await (await page.createCDPSession()).send('Network.clearBrowserCookies');
  }

  async errors(): Promise<BrowserComplaint[]> {
    return [...this.#complaints];
  }

  async forgetErrors(): Promise<void> {
    this.#complaints = [];
  }

  /** The popup's page, once the button has been pressed for this tab. */
  async popupFor(page: Page): Promise<Page> {
    const extension = (await this.#running.extensions()).get(this.#extensionId);
    // An action that is triggered while the extension is off takes all of Chromium 156 down.
    if (!extension?.enabled) throw new Error('the extension is not enabled');
    const before = new Set(this.#running.targets());
    await page.triggerExtensionAction(extension);
    const target = await until(
      () => this.#running.targets().find((one) => !before.has(one) && one.url().startsWith(this.extensionOrigin)),
      { what: 'the popup to open' },
    );
    return target.asPage();
  }

  tabIdOf(page: Page): Promise<number> {
    return tabIdOf(this.#running, page);
  }

  async restart(): Promise<void> {
    await this.#stop();
    await this.start();
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  get #running(): Browser {
    if (!this.#browser) throw new Error('Chromium is not running');
    return this.#browser;
  }

  async #install(): Promise<void> {
    listenToChromium(this.#running, () => this.extensionOrigin, (complaint) => this.#complaints.push(complaint));
    this.#root = await this.#running.target().createCDPSession();
    const [first] = await this.#running.pages();
    this.#extensionsPage = first ?? (await this.#running.newPage());
    await this.#extensionsPage.goto('chrome://extensions');
    // Unpacked extensions are switched off at their next reload unless the user is a developer.
    await this.#extensionsPage.evaluate(() =>
      chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }),
    );
    await this.#load(CHROMIUM_HELPER, true);
    this.#extensionId = await this.#load(this.#options.extensionDir, this.#options.inPrivateWindows ?? false);
    await this.#worker();
  }

  async #load(path: string, enableInIncognito: boolean): Promise<string> {
    const loaded = await this.#root!.send('Extensions.loadUnpacked', { path, enableInIncognito });
    return loaded.id;
  }

  async #newPage(place: Place): Promise<Page> {
    switch (place) {
      case 'tab':
        return this.#running.newPage();
      case 'window':
        return this.#running.newPage({ type: 'window' });
      case 'private':
        return this.#newPrivatePage();
      case 'container':
        throw new Error('Chromium has no containers');
    }
  }

  /** Not a browser context of puppeteer's: those are private windows that no extension may ever enter. */
  async #newPrivatePage(): Promise<Page> {
    const before = new Set(await this.#running.pages());
    await this.background(() => chrome.windows.create({ incognito: true, url: 'about:blank' }).then(() => true));
    return until(async () => (await this.#running.pages()).find((page) => !before.has(page)), {
      what: 'the private window',
    });
  }

  #tabOf(page: Page): ChromiumTab {
    const known = this.#tabs.get(page) ?? new ChromiumTab(page, this);
    this.#tabs.set(page, known);
    return known;
  }

  /** The last one: after a reload of the extension the dead worker's target stays on the list for a while. */
  #workerTarget() {
    return this.#running
      .targets()
      .findLast((target) => target.type() === 'service_worker' && target.url().startsWith(this.extensionOrigin));
  }

  /** The service worker, started if it sleeps, with `chrome` defined, which it isn't in its first moments. */
  async #worker(): Promise<WebWorker> {
    if (!this.#workerTarget()) await this.#wake();
    return until(
      async () => {
        const worker = await this.#workerTarget()?.worker();
        return worker && (await worker.evaluate(() => 'chrome' in globalThis && 'action' in chrome)) && worker;
      },
      { what: 'the service worker', within: 10_000 },
    );
  }

  async #wake(): Promise<void> {
    const session = await this.#extensionsPage!.createCDPSession();
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.startWorker', { scopeURL: `${this.extensionOrigin}/` });
    await session.detach();
  }

  async #onExtensionsPage(deed: 'addHostPermission' | 'removeHostPermission', pattern: string): Promise<void> {
    await this.#extensionsPage!.evaluate(
      (does, id, host) => chrome.developerPrivate[does](id, host) as Promise<void>,
      deed,
      this.#extensionId,
      pattern,
    );
  }

  async #stop(): Promise<void> {
    const browser = this.#browser;
    this.#browser = undefined;
    if (!browser) return;
    try {
      await inTime(browser.close(), 10_000, 'closing Chromium');
    } catch {
      // What matters is that it is gone.
      browser.process()?.kill('SIGKILL');
    }
  }
}

function argumentsFor(options: OpenOptions): string[] {
  const hosts = (options.hosts ?? []).map((host) => `MAP ${host} 127.0.0.1`).join(', ');
  return [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--window-size=1280,900',
    ...(hosts ? [`--host-resolver-rules=${hosts}`] : []),
    ...(options.language ? [`--lang=${options.language}`] : []),
  ];
}
