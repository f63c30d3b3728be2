/** The real popup of Chromium, opened by its button; its page is a target like any other. */
import type { ElementHandle, Page } from 'puppeteer-core';
import type { Popup } from './browser.ts';
import type { ChromiumBrowser } from './chromium.ts';
import { saved } from './page-tab.ts';
import { until } from './until.ts';

export class ChromiumPopup implements Popup {
  readonly #page: Page;
  readonly #tab: Page;
  readonly #browser: ChromiumBrowser;

  private constructor(page: Page, tab: Page, browser: ChromiumBrowser) {
    this.#page = page;
    this.#tab = tab;
    this.#browser = browser;
  }

  /** The popup once it is loaded. `tab` is the page it was opened over. */
  static async of(page: Page, tab: Page, browser: ChromiumBrowser): Promise<ChromiumPopup> {
    page.setDefaultTimeout(10_000);
    await until(() => page.evaluate(() => document.readyState === 'complete'), { what: 'the popup to load' });
    return new ChromiumPopup(page, tab, browser);
  }

  text(): Promise<string> {
    return this.#page.evaluate(() => document.body.innerText.trim());
  }

  async buttons(): Promise<string[]> {
    const names: string[] = [];
    for (const button of await this.#page.$$('aria/[role="button"]')) {
      if (await button.isVisible()) names.push(await nameOf(button));
    }
    return names;
  }

  async click(name: string): Promise<void> {
    const selector = `aria/[name="${name.replaceAll('"', '\\"')}"][role="button"]`;
    const button = await this.#page.waitForSelector(selector, { visible: true });
    await button!.click();
  }

  async clickAndAnswer(name: string, answer: 'allow' | 'deny'): Promise<void> {
    if (answer === 'allow') {
      const { hostname } = new URL(this.#tab.url());
      await this.#browser.allowSite(`*://${hostname}/*`);
    } else {
      await this.#page.evaluate(() => {
        // With a callback as well: that is how webextension-polyfill calls it.
        const deny = (_asked: unknown, callback?: (granted: boolean) => void) =>
          callback ? callback(false) : Promise.resolve(false);
        chrome.permissions.request = deny as typeof chrome.permissions.request;
      });
    }
    await this.click(name);
  }

  async isOpen(): Promise<boolean> {
    return !this.#page.isClosed();
  }

  async evaluate<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    return (await this.#page.evaluate(run as never, ...(args as never[]))) as Awaited<R>;
  }

  async screenshot(path?: string): Promise<Uint8Array> {
    return saved(await this.#page.screenshot({ captureBeyondViewport: false }), path);
  }

  async close(): Promise<void> {
    if (!this.#page.isClosed()) await this.#page.close();
  }
}

async function nameOf(button: ElementHandle): Promise<string> {
  return button.evaluate((one) => one.ariaLabel ?? (one.textContent ?? '').trim());
}
