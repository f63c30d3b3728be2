/** Drives Firefox: pages by the driver; toolbar, popup, permissions and closed shadow roots by privileged scripts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';
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
  type Tab,
} from './browser.ts';
import { connectPrivileged, GECKO_ID, type Privileged } from './firefox-privileged.ts';
import { Hang, limited, pause, until } from './until.ts';

/** Fixed, so that the addresses of the extension's pages are known. */
const UUID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

/** `from` is a folder, loaded until the end; with a `profile`, which is kept, an archive, installed in it. */
export async function launchFirefox(headless: boolean, from: string, profile?: string): Promise<Browser> {
  const driver = await limited(
    'Firefox starts',
    60_000,
    puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env['FIREFOX'] ?? '/usr/bin/firefox-esr',
      headless,
      acceptInsecureCerts: true,
      args: ['--remote-allow-system-access'],
      ...(profile !== undefined && { userDataDir: profile }),
      defaultViewport: headless ? { width: 1000, height: 760 } : null,
      extraPrefsFirefox: {
        'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: UUID }),
        // A click on "Watch this site" is granted without asking the user.
        'extensions.webextOptionalPermissionPrompts': false,
        // On a busy machine Firefox delays the timers of background tabs by half a minute and more.
        'dom.timeout.enable_budget_timer_throttling': false,
        ...(profile !== undefined && { 'xpinstall.signatures.required': false }),
      },
    }),
  );
  const privileged = await connectPrivileged(driver);
  await allowInPrivate(privileged);
  if (profile === undefined) await driver.installExtension(resolve(from));
  else await privileged.inWindow(installUnlessInstalled(resolve(from)));
  await privileged.inWindow(`keepExtensionLog('moz-extension://${UUID}')`);
  const loggedErrors: string[] = [];
  const wasWelcomed = await closeWelcome(privileged);

  // A page to run scripts in, opened once because opening and closing tabs moves the focus: the popup of a tab that
  // doesn't exist, which does nothing. Its load event never reaches the driver.
  const helperPage = await driver.newPage();
  await helperPage.goto(`moz-extension://${UUID}/${POPUP_PATH}?tab=-1`, { waitUntil: [] });
  const onHelperPage = <T>(work: (page: Page) => Promise<T>): Promise<NonNullable<T>> =>
    until('an answer of the extension’s page', 5_000, () => work(helperPage));

  async function openPrivate(url: string): Promise<Tab> {
    const pages = await driver.pages();
    await privileged.inWindow(`await new Promise((done) => {
      const opened = OpenBrowserWindow({ private: true });
      opened.addEventListener('load', () => setTimeout(done, 500), { once: true });
    })`);
    const page = await until('the private window', 2_500, async () =>
      (await driver.pages()).find((each) => !pages.includes(each)),
    );
    recordErrors(page, loggedErrors);
    const tab = createTab(privileged, page, false);
    await tab.goto(url);
    return tab;
  }

  const browser: Browser = {
    kind: 'firefox',
    extensionId: GECKO_ID,
    wasWelcomed,

    async open(url) {
      const page = await driver.newPage();
      recordErrors(page, loggedErrors);
      const tab = createTab(privileged, page);
      await tab.goto(url);
      return tab;
    },

    async grant(pattern) {
      await privileged.inWindow(
        `await ${PERMISSIONS}.add('${GECKO_ID}', { permissions: [], origins: [${JSON.stringify(pattern)}] }, extension())`,
      );
      await until('the site is watched', 5_000, () => helperPage.evaluate(isRegistered, pattern));
    },

    async revoke(pattern) {
      await privileged.inWindow(
        `await ${PERMISSIONS}.remove('${GECKO_ID}', { permissions: [], origins: [${JSON.stringify(pattern)}] }, extension())`,
      );
    },

    async killBackground() {
      await privileged.inWindow(
        'await extension().terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true })',
      );
    },

    backgroundStarts: () => Promise.reject(new Error('Firefox does not report it to the driver')),

    storage: () =>
      onHelperPage((page) =>
        page.evaluate(async () => {
          const { storage } = (window as unknown as { browser: { storage: Areas } }).browser;
          return JSON.stringify([await storage.local.get(), await storage.session.get()]);
        }),
      ),

    async refreshAllTabs() {
      await onHelperPage((page) => page.evaluate(sendRefreshToAllTabs));
    },
    store: (area, items) =>
      onHelperPage((page) =>
        page.evaluate(
          async (where, what) => {
            await (window as unknown as { browser: { storage: Areas } }).browser.storage[where].set(what);
            return true;
          },
          area,
          items,
        ),
      ).then(() => undefined),

    async openPrivate(url) {
      const start = (): Promise<Tab> => limited('a private window opens', 12_000, openPrivate(url));
      return start().catch(async () => {
        // The driver opens new tabs in the latest window, so a private window that is left over must go.
        await privileged.inWindow(
          `windows.filter((each) => PrivateBrowsingUtils.isWindowPrivate(each)).forEach((each) => each.close())`,
        );
        return start();
      });
    },

    async openContainer(url) {
      const container = await driver.createBrowserContext();
      const page = await container.newPage();
      recordErrors(page, loggedErrors);
      const tab = createTab(privileged, page);
      await tab.goto(url);
      return tab;
    },

    async extensionPage(path) {
      const page = await driver.newPage();
      recordErrors(page, loggedErrors);
      // The load event of an extension's page never reaches the driver.
      await page.goto(`moz-extension://${UUID}/${path}`, { waitUntil: [] });
      await until('the page is there', 5_000, () => page.evaluate(() => document.readyState === 'complete'));
      return page;
    },

    clipboard: () =>
      privileged.inWindow<string>(`(() => {
        const transfer = Cc['@mozilla.org/widget/transferable;1'].createInstance(Ci.nsITransferable);
        transfer.init(null);
        transfer.addDataFlavor('text/plain');
        Services.clipboard.getData(transfer, Ci.nsIClipboard.kGlobalClipboard);
        const data = {};
        transfer.getTransferData('text/plain', data);
        return data.value.QueryInterface(Ci.nsISupportsString).data;
      })()`),

    async allow() {
      // Nothing to do: the preference set at the launch grants each request.
    },

    async answer(isYes, ask) {
      const prompts = 'extensions.webextOptionalPermissionPrompts';
      await privileged.inWindow(`Services.prefs.setBoolPref('${prompts}', true)`);
      await ask();
      await until('the browser asks', 5_000, () =>
        privileged.inWindow<boolean>(`(() => {
          const asked = windows.map((each) => each.document.getElementById('addon-webext-permissions-notification'))
            .find((each) => each?.closest('panel')?.state === 'open');
          asked?.[${isYes} ? 'button' : 'secondaryButton'].click();
          return !!asked;
        })()`),
      );
      await privileged.inWindow(`Services.prefs.setBoolPref('${prompts}', false)`);
    },

    async clearCookies() {
      // One by one: Firefox sends extensions no event when all cookies are cleared at once.
      await privileged.inWindow(`(() => {
        for (const { host, name, path, originAttributes } of Services.cookies.cookies)
          Services.cookies.remove(host, name, path, originAttributes);
      })()`);
    },

    async update() {
      await driver.installExtension(resolve(from));
      await pause(2_000);
      return privileged.inWindow<string[]>(`${ADDRESSES}.filter((url) => url.startsWith('moz-extension:'))`);
    },

    async setScheme(scheme) {
      // Pages follow the first preference; the popup follows the browser's theme.
      await privileged.inWindow(`(() => {
        Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', ${scheme === 'dark' ? 0 : 1});
        Services.prefs.setIntPref('browser.display.document_color_use', ${scheme === 'forced' ? 2 : 0});
        Services.prefs.setIntPref('ui.systemUsesDarkTheme', ${scheme === 'dark' ? 1 : 0});
      })()`);
    },

    async loggedErrors() {
      const errors = await privileged.inWindow<string[]>(`Services.console.getMessageArray()
        .filter((each) => each instanceof Ci.nsIScriptError && each.sourceName?.startsWith('moz-extension://${UUID}'))
        .map((each) => ['extension: ' + each.errorMessage, each.sourceName, each.lineNumber, each.columnNumber].join(':'))`);
      const logged = await privileged.inWindow<string[]>('extensionLog()');
      // Firefox logs this for every extension when a tab closes during a message, in a listener, or while its page
      // loads.
      const usual =
        /Promise (rejected|resolved) (after context unloaded|while context is inactive)|Script terminated by timeout|Loading failed for the module|Layout was forced before/;
      return [...loggedErrors, ...errors, ...logged].filter((each) => !usual.test(each));
    },

    async reset(to, pattern) {
      for (const page of await driver.pages()) if (page !== helperPage) await page.close();
      await browser.killBackground();
      await onHelperPage((page) => page.evaluate(restoreExtension, to, pattern));
      await browser.clearCookies();
      await browser.setScheme('light');
      loggedErrors.length = 0;
      await privileged.inWindow(`void (Services.console.reset(), extensionLog().splice(0))`);
    },

    async close() {
      await limited('Firefox closes', 15_000, driver.close()).catch(() => driver.process()?.kill('SIGKILL'));
    },
  };
  return browser;
}

/** An expression that installs an archive as from `about:addons`, without the questions, and waits until it runs. */
function installUnlessInstalled(archive: string): string {
  return `await (async () => {
    const { AddonManager } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs');
    if (!(await AddonManager.getAddonByID('${GECKO_ID}'))) {
      const file = Cc['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
      file.initWithPath(${JSON.stringify(archive)});
      await (await AddonManager.getInstallForFile(file)).install();
    }
    await WebExtensionPolicy.getByID('${GECKO_ID}').readyPromise;
  })()`;
}

const PERMISSIONS = `ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs').ExtensionPermissions`;
const TABS = 'windows.flatMap((each) => [...each.gBrowser.tabs])';
const ADDRESSES = `${TABS}.map((tab) => tab.linkedBrowser.currentURI.spec)`;

/** Closes the welcome page, even while it loads; returns whether it was opened. */
export async function closeWelcome(privileged: Privileged): Promise<boolean> {
  const close = `(() => {
    const welcome = ${TABS}.find(({ linkedBrowser: { currentURI, userTypedValue } }) =>
      [currentURI.spec, userTypedValue].some((address) => address?.endsWith('${WELCOME_PATH}')));
    welcome?.ownerDocument.defaultView.gBrowser.removeTab(welcome);
    return !!welcome;
  })()`;
  return until('the welcome', WELCOME_WAIT_MILLIS, () => privileged.inWindow<boolean>(close)).catch(() => false);
}

type Areas = Record<'local' | 'session', { get(): Promise<object>; set(items: object): Promise<void> }>;

/**
 * Allows the extension in private windows before it is installed. The driver's own option reloads the extension after
 * the installation, which on a busy machine aborts the first start.
 */
async function allowInPrivate(privileged: Privileged): Promise<void> {
  await privileged.inWindow(
    `${PERMISSIONS}.add('${GECKO_ID}', { permissions: ['internal:privateBrowsingAllowed'], origins: [] })`,
  );
}

function recordErrors(page: Page, loggedErrors: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) loggedErrors.push(`page: ${message.text()}`);
  });
  page.on('pageerror', (error) => loggedErrors.push(`page: ${String(error)}`));
}

function createTab(privileged: Privileged, page: Page, hasFocus = true): Tab {
  const id = (page.mainFrame() as unknown as { _id: string })._id;
  const tab = `tabOf('${id}')`;
  const element = `${tab}.linkedBrowser`;

  async function activate(): Promise<void> {
    await privileged.inWindow(`${tab}.ownerDocument.defaultView.focus()`);
    await page.bringToFront();
    // Without a display a second window never gets the focus.
    if (!hasFocus) return;
    const focused = until('the page has the focus', 5_000, () => page.evaluate(() => document.hasFocus()));
    await focused.catch((cause: Error) => {
      throw new Hang(cause.message);
    });
  }

  async function transferTo(selector: string, type: 'drop' | 'paste', files: object[]): Promise<void> {
    await page.$eval(
      selector,
      (selected, kind, given) => {
        const view = ((selected as HTMLIFrameElement).contentWindow ?? window) as unknown as typeof globalThis;
        const target = selected.localName === 'iframe' ? view.document.body : selected;
        const transfer = new view.DataTransfer();
        for (const { name, base64, mime } of given as { name: string; base64: string; mime: string }[]) {
          const bytes = view.Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new view.File([bytes], name, { type: mime }));
        }
        const init = { bubbles: true, cancelable: true, composed: true };
        if (kind === 'paste') {
          if (target !== selected && document.activeElement !== selected) view.document.body.focus();
          // Firefox's constructor takes no files, and TinyMCE copies only what it can enumerate.
          const event = new view.ClipboardEvent('paste', init);
          Object.defineProperty(event, 'clipboardData', { value: transfer, enumerable: true });
          target.dispatchEvent(event);
          return;
        }
        for (const each of ['dragenter', 'dragover', 'drop']) {
          target.dispatchEvent(new view.DragEvent(each, { ...init, dataTransfer: transfer }));
        }
      },
      type,
      files,
    );
  }

  return {
    page,
    activate,

    async goto(url) {
      await page.goto(url, { waitUntil: 'load' });
      await activate();
    },

    async badge() {
      const badge = await privileged.inWindow<Badge>(`(() => {
        const { badgeText, title, badgeBackgroundColor } = button().action.getContextData(${tab});
        const hex = (part) => part.toString(16).padStart(2, '0');
        return { text: badgeText ?? '', title: title ?? '', colour: '#' + [...(badgeBackgroundColor ?? [])].slice(0, 3).map(hex).join('') };
      })()`);
      return { ...badge, title: withoutIsolates(badge.title) };
    },

    whenBadgeSays: (text) =>
      privileged.inWindow(`await new Promise((done) => {
        const [own, { action }] = [${tab}, button()];
        const { updateOnChange } = action;
        const reportIfShown = () => {
          if (action.getContextData(own).badgeText !== ${JSON.stringify(text)}) return;
          delete action.updateOnChange;
          done(Date.now());
        };
        action.updateOnChange = (changed) => {
          updateOnChange.call(action, changed);
          if (changed === own) reportIfShown();
        };
        reportIfShown();
      })`),

    async banner() {
      const banner = await privileged.inPage<BannerContent | null>(
        element,
        `${ROOT}
         if (!root) return null;
         const liveRegion = root.querySelector('[role=alert], [role=status]');
         const name = (button) => button.getAttribute('aria-label') ?? button.textContent;
         return { role: liveRegion?.getAttribute('role') ?? 'none', text: liveRegion?.innerText.replace(/\\s+/g, ' ').trim() ?? '',
           buttons: [...root.querySelectorAll('button')].map(name) };`,
      );
      return banner && { ...banner, text: withoutIsolates(banner.text) };
    },

    async press(button) {
      await pause(READ_MILLIS);
      const place = await privileged.inPage<{ x: number; y: number } | null>(
        element,
        `${ROOT}
         const name = (button) => button.getAttribute('aria-label') ?? button.textContent;
         const found = [...root?.querySelectorAll('button') ?? []].find((each) => name(each) === ${JSON.stringify(button)});
         if (!found) return null;
         const { x, y, width, height } = found.getBoundingClientRect();
         return { x: x + width / 2, y: y + height / 2 };`,
      );
      if (!place) throw new Error(`The banner has no button "${button}"`);
      await page.mouse.click(place.x, place.y);
    },

    async popup() {
      await activate();
      // A failed test may have left a popup open.
      await privileged.inWindow(`popupBrowser()?.closest('panel')?.hidePopup()`);
      await until('an earlier popup is gone', 3_000, () => privileged.inWindow('!popupBrowser()'));
      // Not awaited: the promise of a popup that closes as it opens never settles.
      const click = (): Promise<unknown> =>
        privileged.inWindow(`void button().triggerAction(${tab}.ownerDocument.defaultView)`);
      const ready = `return content.document.readyState === 'complete' && !!content.document.querySelector('#sentence:not(:empty)')`;
      const isReady = (): Promise<boolean> =>
        privileged.inWindow(`popupBrowser() && (await inPage(popupBrowser(), ${JSON.stringify(ready)})).value`);
      await click();
      await until('the popup opens', 1_000, isReady).catch(async () => {
        await click();
        await until('the popup opens', 5_000, isReady);
      });
      return popupOf(privileged);
    },

    async drop(selector, files) {
      await transferTo(
        selector,
        'drop',
        files.map((file) => ({ ...contentOf(file), mime: 'application/octet-stream' })),
      );
    },

    async pick(selector, files) {
      const input = await page.$(selector);
      await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(
        ...files.map((file) => resolve(file)),
      );
    },

    async paste(selector) {
      await transferTo(selector, 'paste', [{ name: 'image.png', base64: PIXEL, mime: 'image/png' }]);
      return digestOf(Buffer.from(PIXEL, 'base64'));
    },

    async command(name) {
      // The driver's keys reach only the page, so the browser's window presses the manifest's key itself.
      const [key, code] = { 'jump-to-banner': [',', 'Comma'], 'renew-page': ['.', 'Period'] }[name]!;
      await privileged.inWindow(`(() => {
        const { defaultView: window } = ${tab}.ownerDocument;
        const { KeyboardEvent } = window;
        const keyboard = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
        keyboard.beginInputTransactionForTests(window);
        const keyCode = KeyboardEvent['DOM_VK_${code!.toUpperCase()}'];
        const pressed = [{ key: 'Alt', code: 'AltLeft' }, { key: '${key}', code: '${code}', keyCode }]
          .map((each) => new KeyboardEvent('', each));
        for (const each of pressed) keyboard.keydown(each);
        for (const each of pressed.reverse()) keyboard.keyup(each);
      })()`);
    },

    async watchLogins() {
      await privileged.inWindow('keepLoginLog()');
      return () => privileged.inWindow<string[]>('freshtokenLogins');
    },

    async inContentScript(script) {
      await privileged.inPage(
        element,
        `const { ExtensionContent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionContent.sys.mjs');
         const { sandbox } = ExtensionContent.getContextByExtensionId('${GECKO_ID}', content);
         Cu.evalInSandbox(${JSON.stringify(script)}, sandbox);`,
      );
    },

    async screenshot(file) {
      await page.screenshot({ path: file as `${string}.png` });
    },

    async print() {
      await privileged.inWindow(`void (${element}.browsingContext.mediumOverride = 'print')`);
    },

    async leave(url) {
      await privileged.inWindow(`Services.prefs.setBoolPref('dom.disable_beforeunload', true)`);
      await page.goto(url, { waitUntil: 'load' });
      await privileged.inWindow(`Services.prefs.setBoolPref('dom.disable_beforeunload', false)`);
    },

    close: () => page.close(),
  };
}

/** The start of a script that runs in a page: finds the banner's shadow root. */
const ROOT = `const root = [...content.document.querySelectorAll('[popover]')].map((each) => each.openOrClosedShadowRoot)
  .find((each) => each?.querySelector('[aria-label=Freshtoken]'));`;

function contentOf(file: string): { name: string; base64: string } {
  return { name: basename(file), base64: readFileSync(file).toString('base64') };
}

function popupOf(privileged: Privileged): Popup {
  const inPopup = <T>(body: string): Promise<T> => privileged.inPage<T>('popupBrowser()', body);
  return {
    text: async () => withoutIsolates(await inPopup<string>('return content.document.body.innerText')),
    buttons: () =>
      inPopup(
        `return [...content.document.querySelectorAll('button:not(.tab)')].filter((each) => each.checkVisibility()).map((each) => each.textContent)`,
      ),
    async click(button) {
      await until(`the popup's button "${button}"`, 3_000, () =>
        inPopup<boolean>(`
          const found = [...content.document.querySelectorAll('button')].find((each) => each.textContent === ${JSON.stringify(button)});
          if (!found) return false;
          if (content.trusted === undefined) {
            content.trusted = 0;
            content.addEventListener('click', ({ isTrusted }) => void (content.trusted += Number(isTrusted)), true);
          }
          found.scrollIntoView({ block: 'center' });
          const { x, y, width, height } = found.getBoundingClientRect();
          // Wait until the popup has its size: the button moves while it is laid out.
          const place = [x, y, content.innerWidth, content.innerHeight].join();
          if (content.lastPlace !== place) {
            content.lastPlace = place;
            return false;
          }
          let isMet = false;
          found.addEventListener('click', () => (isMet = true), { capture: true, once: true });
          for (const type of ['mousedown', 'mouseup'])
            content.synthesizeMouseEvent(type, x + width / 2, y + height / 2, { button: 0, clickCount: 1 }, {});
          if (!isMet) await new Promise((done) => content.setTimeout(done, 200));
          if (!isMet) throw new Error('The click met nothing');
          return true;`),
      );
    },
    clicks: () => inPopup('return 1 + (content.trusted ?? 0)'),
    async toggle() {
      await inPopup(`content.document.querySelector('[role=switch]').click();`);
    },
    async screenshot(file) {
      const picture = await privileged.inWindow<string>(`await (async () => {
        const { width, height } = popupBrowser().getBoundingClientRect();
        const bitmap = await popupBrowser().browsingContext.currentWindowGlobal.drawSnapshot(new DOMRect(0, 0, width, height), 1, 'white');
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d').drawImage(bitmap, 0, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
      })()`);
      writeFileSync(file, Buffer.from(picture, 'base64'));
    },
    async close() {
      await privileged.inWindow(`popupBrowser()?.closest('panel')?.hidePopup()`);
      await until('the popup is gone', 3_000, () => privileged.inWindow('!popupBrowser()'));
    },
  };
}
