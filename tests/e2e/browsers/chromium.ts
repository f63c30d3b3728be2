/** Drives Chromium. The DevTools protocol can do everything, trusted events included. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import puppeteer, { type Browser as Driver, type CDPSession, type Dialog, type Page } from 'puppeteer-core';
import { digestOf } from '../files.ts';
import {
  isRegistered,
  PIXEL,
  POPUP_PATH,
  READ_MILLIS,
  restoreExtension,
  sendRefreshToAllTabs,
  WELCOME_PATH,
  WELCOME_WAIT_MILLIS,
  withoutIsolates,
  type Badge,
  type BannerContent,
  type Browser,
  type Popup,
  type Scheme,
  type Tab,
} from './browser.ts';
import { limited, PATIENCE, pause, until } from './until.ts';

/** How to launch Chromium, as root and without the network; also used for screenshots without the extension. */
export const CHROMIUM = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** For protocol methods that the driver's types lack. */
type Send = (method: string, params: object) => Promise<void>;

/** The API of Chromium's privileged pages; it is called only in such pages. */
declare const chrome: any; // oxlint-disable-line typescript/no-explicit-any

export async function launchChromium(headless: boolean, from: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'freshtoken-chromium-'));
  const driver = await limited(
    'Chromium starts',
    30_000,
    puppeteer.launch({
      ...CHROMIUM,
      headless,
      pipe: true,
      userDataDir: profile,
      enableExtensions: true,
      acceptInsecureCerts: true,
      defaultViewport: headless ? { width: 1000, height: 760 } : null,
    }),
  );
  const root = await driver.target().createCDPSession();
  // Like `enableExtensions: [dir]`, and also allowed in private windows.
  await (root.send as Send)('Extensions.loadUnpacked', {
    path: resolve(from),
    enableInIncognito: true,
  });
  const worker = await driver.waitForTarget((target) => target.type() === 'service_worker', {
    timeout: 10_000 * PATIENCE,
  });
  const id = new URL(worker.url()).host;
  let starts = 1;
  driver.on('targetcreated', (target) => {
    if (target.type() === 'service_worker') starts++;
  });
  const loggedErrors: string[] = [];
  const wasWelcomed = await closeWelcome(driver);

  // Two pages to run scripts in: the browser's settings page, and a document of the extension that has no script.
  const settings = await driver.newPage();
  await settings.goto('chrome://extensions');
  const helperPage = await driver.newPage();
  await helperPage.goto(`chrome-extension://${id}/manifest.json`);

  const helperSession = await helperPage.createCDPSession();

  async function tabIds(): Promise<number[]> {
    return helperPage.evaluate(async () => (await chrome.tabs.query({})).map((tab: { id: number }) => tab.id));
  }

  const emulation: Emulation = {};

  const browser: Browser = {
    kind: 'chromium',
    extensionId: id,
    wasWelcomed,

    async open(url) {
      const before = await tabIds();
      const page = await driver.newPage();
      const tabId = (await tabIds()).find((each) => !before.includes(each))!;
      recordErrors(page, loggedErrors);
      const tab = await createTab({ driver, root, helperPage, settings, id, emulation }, page, tabId);
      await tab.goto(url);
      return tab;
    },

    async grant(pattern) {
      await allow(settings, id, pattern);
      await helperSession.send('Runtime.evaluate', {
        expression: `chrome.permissions.request({ origins: ${JSON.stringify([pattern])} })`,
        awaitPromise: true,
        userGesture: true,
      });
      await until('the site is watched', 5_000, () => helperPage.evaluate(isRegistered, pattern));
    },

    async revoke(pattern) {
      await settings.evaluate(
        (extension, site) =>
          new Promise<void>((done) => chrome.developerPrivate.removeHostPermission(extension, site, () => done())),
        id,
        pattern,
      );
    },

    async killBackground() {
      const target = driver.targets().find((each) => each.type() === 'service_worker');
      if (!target) return;
      // The worker may stop by itself at the same moment.
      await (await target.worker())?.close().catch(() => undefined);
      // An alarm or a message may start it again before this sees that it is gone.
      await until('the worker is dead', 300, async () => !driver.targets().includes(target)).catch(() => undefined);
    },

    backgroundStarts: async () => starts,

    storage: () =>
      helperPage.evaluate(async () =>
        JSON.stringify([await chrome.storage.local.get(), await chrome.storage.session.get()]),
      ),

    async store(area, items) {
      await helperPage.evaluate((where, what) => chrome.storage[where].set(what), area, items);
    },

    async refreshAllTabs() {
      await helperPage.evaluate(sendRefreshToAllTabs);
    },

    async openPrivate(url) {
      const before = await tabIds();
      const pages = await driver.pages();
      await helperPage.evaluate(() => chrome.windows.create({ incognito: true, url: 'about:blank' }));
      const page = await until('the private window', 5_000, async () =>
        (await driver.pages()).find((each) => !pages.includes(each)),
      );
      const tabId = (await tabIds()).find((each) => !before.includes(each))!;
      recordErrors(page, loggedErrors);
      const tab = await createTab({ driver, root, helperPage, settings, id, emulation }, page, tabId);
      await tab.goto(url);
      return tab;
    },

    openContainer: () => Promise.reject(new Error('Chromium has no containers')),

    async extensionPage(path) {
      const page = await driver.newPage();
      recordErrors(page, loggedErrors);
      await page.goto(`chrome-extension://${id}/${path}`);
      return page;
    },

    clipboard: async () => {
      const session = await settings.createCDPSession();
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      const text = await settings.evaluate(() => navigator.clipboard.readText());
      await session.detach();
      return text;
    },

    allow: (pattern) => allow(settings, id, pattern),

    answer: () => Promise.reject(new Error('No test can answer Chromium’s permission dialog')),

    async clearCookies() {
      await helperSession.send('Network.clearBrowserCookies');
    },

    async update() {
      await (root.send as Send)('Extensions.loadUnpacked', { path: resolve(from) });
      await pause(2_000);
      const pages = await driver.pages();
      return pages.map((page) => page.url()).filter((url) => url.startsWith('chrome-extension:'));
    },

    async setScheme(scheme) {
      emulation.scheme = scheme;
      for (const page of await driver.pages()) await emulateScheme(page, scheme);
    },

    async loggedErrors() {
      const errors = await settings.evaluate(
        (extension) =>
          new Promise<string[]>((done) =>
            chrome.developerPrivate.getExtensionInfo(extension, (info: { runtimeErrors: { message: string }[] }) =>
              done(info.runtimeErrors.map(({ message }) => `extension: ${message}`)),
            ),
          ),
        id,
      );
      // `closeWelcome` closes the first page while it loads its texts, after which Chromium can lose all texts
      // (decision 013).
      const language = await helperPage.evaluate((): string => chrome.i18n.getMessage('language'));
      return [...loggedErrors, ...errors, ...(language ? [] : ['extension: the browser has lost its texts'])];
    },

    async reset(to, pattern) {
      for (const page of await driver.pages()) if (page !== settings && page !== helperPage) await page.close();
      await browser.killBackground();
      await helperPage.evaluate(restoreExtension, to, pattern);
      await browser.clearCookies();
      delete emulation.scheme;
      loggedErrors.length = 0;
      await settings.evaluate(
        (extension) => chrome.developerPrivate.deleteExtensionErrors({ extensionId: extension }),
        id,
      );
    },

    async close() {
      await limited('Chromium closes', 10_000, driver.close()).catch(() => driver.process()?.kill('SIGKILL'));
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return browser;
}

/** Grants a permission in the browser's settings, so that a later request for it opens no dialog. */
async function allow(settings: Page, id: string, pattern: string): Promise<void> {
  await settings.evaluate(
    (extension, site) =>
      new Promise<void>((done) =>
        chrome.developerPrivate.addHostPermission(extension, site, () => done(void chrome.runtime.lastError)),
      ),
    id,
    pattern,
  );
}

/** Closes the welcome page; returns whether it was opened. */
export async function closeWelcome(driver: Driver): Promise<boolean> {
  try {
    const target = await driver.waitForTarget((each) => each.url().endsWith(WELCOME_PATH), {
      timeout: WELCOME_WAIT_MILLIS * PATIENCE,
    });
    await (await target.page())?.close();
    return true;
  } catch {
    return false;
  }
}

/** The emulated colour scheme. Pages get it at once, popups when they open. */
interface Emulation {
  scheme?: Scheme;
}

/** One session for each page, because the emulation ends with the session. */
const emulationSessions = new WeakMap<Page, CDPSession>();

async function emulateScheme(page: Page, scheme: Scheme): Promise<void> {
  const session = emulationSessions.get(page) ?? (await page.createCDPSession());
  emulationSessions.set(page, session);
  const features = [
    { name: 'prefers-color-scheme', value: scheme === 'dark' ? 'dark' : 'light' },
    { name: 'forced-colors', value: scheme === 'forced' ? 'active' : 'none' },
  ];
  await session.send('Emulation.setEmulatedMedia', { features });
}

interface TabContext {
  readonly emulation: Emulation;
  readonly driver: Driver;
  readonly root: CDPSession;
  readonly helperPage: Page;
  readonly settings: Page;
  readonly id: string;
}

/** Records console errors and warnings, except failed requests, which the server's log has. */
function recordErrors(page: Page, loggedErrors: string[]): void {
  page.on('console', (message) => {
    if (!['error', 'warn'].includes(message.type()) || message.text().startsWith('Failed to load resource')) return;
    loggedErrors.push(`page: ${message.text()}`);
  });
  page.on('pageerror', (error) => loggedErrors.push(`page: ${String(error)}`));
}

/** Runs in a page of the extension: waits until a tab's badge says a text; returns when, in epoch milliseconds. */
async function pollBadge(tabId: number, text: string): Promise<number> {
  const { scheduler } = globalThis as unknown as Scheduler;
  while ((await chrome.action.getBadgeText({ tabId })) !== text)
    await scheduler.postTask(() => undefined, { delay: 2 });
  return Date.now();
}

/** Unlike a timer's, its delay may be shorter than four milliseconds. */
interface Scheduler {
  readonly scheduler: { postTask(task: () => void, options: { delay: number }): Promise<void> };
}

async function createTab(
  { driver, root, helperPage, settings, id, emulation }: TabContext,
  page: Page,
  tabId: number,
): Promise<Tab> {
  const session = await page.createCDPSession();

  /** The banner's nodes in the accessibility tree, which includes closed shadow roots. */
  async function bannerNodes() {
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const region = nodes.find((node) => node.role?.value === 'region' && node.name?.value === 'Freshtoken');
    if (!region) return null;
    const inOrder = (node: typeof region): (typeof region)[] => [
      node,
      ...(node.childIds ?? []).flatMap((child) => (byId.has(child) ? inOrder(byId.get(child)!) : [])),
    ];
    return inOrder(region).filter((node) => !node.ignored);
  }

  return {
    page,

    async activate() {
      await page.bringToFront();
    },

    async goto(url) {
      await page.goto(url, { waitUntil: 'load' });
    },

    async badge() {
      const badge = await helperPage.evaluate(async (tab): Promise<Badge> => {
        const colour: number[] = await chrome.action.getBadgeBackgroundColor({ tabId: tab });
        return {
          text: await chrome.action.getBadgeText({ tabId: tab }),
          title: await chrome.action.getTitle({ tabId: tab }),
          colour: `#${colour
            .slice(0, 3)
            .map((part) => part.toString(16).padStart(2, '0'))
            .join('')}`,
        };
      }, tabId);
      return { ...badge, title: withoutIsolates(badge.title) };
    },

    whenBadgeSays: (text) => helperPage.evaluate(pollBadge, tabId, text),

    async banner(): Promise<BannerContent | null> {
      const nodes = await bannerNodes();
      if (!nodes) return null;
      const named = (role: string) => nodes.filter((node) => node.role?.value === role);
      const text = named('StaticText').map((node) => String(node.name?.value));
      const buttons = named('button').map((node) => String(node.name?.value));
      const role = named('alert').length > 0 ? 'alert' : named('status').length > 0 ? 'status' : 'none';
      return {
        role,
        text: withoutIsolates(text.filter((line) => line !== '×' && !buttons.includes(line)).join(' ')),
        buttons,
      };
    },

    async press(button) {
      await pause(READ_MILLIS);
      const node = (await bannerNodes())?.find((each) => each.role?.value === 'button' && each.name?.value === button);
      if (!node) throw new Error(`The banner has no button "${button}"`);
      const { model } = await session.send('DOM.getBoxModel', { backendNodeId: node.backendDOMNodeId! });
      const [x0 = 0, y0 = 0, , , x1 = 0, y1 = 0] = model.content;
      await page.mouse.click((x0 + x1) / 2, (y0 + y1) / 2);
    },

    async popup(): Promise<Popup> {
      await page.bringToFront();
      const { hostname, protocol } = new URL(page.url());
      if (protocol.startsWith('http')) {
        await allow(settings, id, `${protocol}//${hostname}/*`);
      }
      const { targetInfos } = await root.send('Target.getTargets', { filter: [{ type: 'tab' }] });
      const own = (await session.send('Target.getTargetInfo')).targetInfo;
      const target = targetInfos.find((each) => each.url === own.url && each.title === own.title);
      const opened = driver.waitForTarget((each) => each.url().endsWith(POPUP_PATH), {
        timeout: 5_000 * PATIENCE,
      });
      // A click on the toolbar button, which also grants `activeTab`. Puppeteer's types lack it.
      await (root.send as Send)('Extensions.triggerAction', {
        id,
        targetId: target!.targetId,
      });
      const popup = await (await opened).asPage();
      if (emulation.scheme) await emulateScheme(popup, emulation.scheme);
      return popupOf(popup);
    },

    async drop(selector, files) {
      const { x, y } = await middleOf(page, selector);
      const data = { items: [], files: files.map((file) => resolve(file)), dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await session.send('Input.dispatchDragEvent', { type, x, y, data });
      }
    },

    async pick(selector, files) {
      const input = await page.$(selector);
      await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...files);
    },

    async paste(selector) {
      // The browser's settings page needs neither a permission nor the focus to write to the clipboard.
      const clipboard = await settings.createCDPSession();
      await clipboard.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      const copied = await settings.evaluate(async (base64) => {
        const given = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        await navigator.clipboard.write([
          new ClipboardItem({ 'image/png': new Blob([given], { type: 'image/png' }) }),
        ]);
        const [item] = await navigator.clipboard.read();
        return [...new Uint8Array(await (await item!.getType('image/png')).arrayBuffer())];
      }, PIXEL);
      await clipboard.detach();
      await page.bringToFront();
      await focusIn(page, selector);
      await page.keyboard.down('Control');
      await page.keyboard.press('v', { commands: ['paste'] });
      await page.keyboard.up('Control');
      return digestOf(Uint8Array.from(copied));
    },

    async command(name) {
      // Dispatch the event itself: a key that the protocol presses reaches only the page.
      const target = await driver.waitForTarget((each) => each.type() === 'service_worker');
      const worker = await target.worker();
      await worker!.evaluate(
        async (command, tab) => chrome.commands.onCommand.dispatch(command, await chrome.tabs.get(tab)),
        name,
        tabId,
      );
    },

    async watchLogins() {
      const asked: string[] = [];
      session.on('Fetch.requestPaused', ({ requestId }) => {
        session.send('Fetch.continueRequest', { requestId }).catch(() => undefined);
      });
      session.on('Fetch.authRequired', ({ requestId, request }) => {
        asked.push(request.url);
        const authChallengeResponse = { response: 'CancelAuth' } as const;
        session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse }).catch(() => undefined);
      });
      // For the page only. The driver would also get a worker's challenges, for which the browser opens no dialog.
      await session.send('Fetch.enable', { handleAuthRequests: true });
      return async () => asked;
    },

    async inContentScript(script) {
      const contextIds: number[] = [];
      session.on('Runtime.executionContextCreated', ({ context }) => {
        if (context.origin === `chrome-extension://${id}`) contextIds.push(context.id);
      });
      await session.send('Runtime.enable');
      const { exceptionDetails } = await session.send('Runtime.evaluate', {
        expression: script,
        contextId: contextIds.at(-1)!,
      });
      await session.send('Runtime.disable');
      session.removeAllListeners('Runtime.executionContextCreated');
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    },

    async screenshot(file) {
      await page.screenshot({ path: file as `${string}.png` });
    },

    print: () => page.emulateMediaType('print'),

    async leave(url) {
      page.removeAllListeners('dialog');
      page.on('dialog', accept);
      await page.goto(url, { waitUntil: 'load' });
      page.off('dialog', accept);
    },

    async close() {
      // A page with parked files asks before it closes.
      page.on('dialog', accept);
      // The driver's own close sometimes hangs, after a paste that was followed by a navigation.
      await helperPage.evaluate((tab) => chrome.tabs.remove(tab), tabId);
    },
  };
}

function accept(dialog: Dialog): void {
  dialog.accept().catch(() => undefined);
}

function popupOf(page: Page): Popup {
  return {
    text: async () => withoutIsolates(await page.evaluate(() => document.body.innerText)),
    buttons: () =>
      page.$$eval('button:not(.tab)', (buttons) =>
        buttons.filter((button) => button.checkVisibility()).map((button) => button.textContent ?? ''),
      ),
    async click(button) {
      const found = await until(`the popup's button "${button}"`, 3_000, async () => {
        for (const each of await page.$$('button')) {
          if ((await each.evaluate((node) => node.textContent)) === button) return each;
        }
        return null;
      });
      await page.evaluate(() => {
        const own = window as unknown as { trusted?: number };
        if (own.trusted !== undefined) return;
        own.trusted = 0;
        addEventListener('click', ({ isTrusted }) => void (own.trusted! += Number(isTrusted)), true);
      });
      // What the button does can close the popup before the driver has its answer.
      await found.click().catch((error: unknown) => {
        if (!String(error).includes('Target closed')) throw error;
      });
    },
    clicks: () => page.evaluate(() => 1 + ((window as unknown as { trusted?: number }).trusted ?? 0)),
    toggle: () => page.click('[role=switch]'),
    async screenshot(file) {
      // Only what is visible as the popup opens: the part below the fold would be drawn twice.
      await page.screenshot({ path: file as `${string}.png` });
    },
    close: () => page.close().catch(() => undefined),
  };
}

/** Focuses an element. A frame gets the focus by a click, unless it has it already: a click moves the caret. */
async function focusIn(page: Page, selector: string): Promise<void> {
  const isAtFrame = await page.$eval(selector, (element) =>
    element.localName === 'iframe' ? element === document.activeElement : null,
  );
  if (isAtFrame === null) return page.focus(selector);
  if (isAtFrame) return;
  const { x, y } = await middleOf(page, selector);
  await page.mouse.click(x, y);
}

async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  return page.$eval(selector, (element) => {
    element.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
}
