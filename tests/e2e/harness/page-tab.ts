/** What a tab does alike in both browsers; the rest is ChromiumTab's and FirefoxTab's. */
import { writeFile } from 'node:fs/promises';
import type { ElementHandle, Page } from 'puppeteer-core';
import type { BannerSight } from './accessible.ts';
import type { Badge, CookieToSet, Popup, Tab } from './browser.ts';
import { until } from './until.ts';

/** Generous, for two busy cores. */
const NAVIGATION_MS = 20_000;

export abstract class PageTab implements Tab {
  readonly page: Page;
  #cover: Page | undefined;
  /** When each document seen here began its life: one that is met again came from the back/forward cache. */
  readonly #documents = new Set<number>();

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(NAVIGATION_MS);
  }

  abstract id(): Promise<number>;
  abstract badge(): Promise<Badge>;
  abstract banner(): Promise<BannerSight | null>;
  abstract clickBanner(name: string): Promise<void>;
  abstract openPopup(): Promise<Popup>;
  abstract dropFiles(selector: string, paths: readonly string[]): Promise<void>;
  abstract pastePicture(selector: string, png: Uint8Array): Promise<void>;

  async goto(url: string): Promise<void> {
    await this.page.goto(url, { timeout: NAVIGATION_MS });
    await this.#remember();
  }

  async reload(): Promise<void> {
    await this.page.reload({ timeout: NAVIGATION_MS });
    await this.#remember();
  }

  back(): Promise<{ fromCache: boolean }> {
    return this.#travel('back');
  }

  forward(): Promise<{ fromCache: boolean }> {
    return this.#travel('forward');
  }

  async show(): Promise<void> {
    await this.page.bringToFront();
    await this.#untilVisibility('visible');
    await this.#cover?.close();
    this.#cover = undefined;
  }

  async hide(): Promise<void> {
    await this.page.bringToFront();
    this.#cover = await this.page.browserContext().newPage();
    await this.#untilVisibility('hidden');
  }

  async close(): Promise<void> {
    await this.#cover?.close();
    await this.page.close();
  }

  async chooseFiles(selector: string, paths: readonly string[]): Promise<void> {
    const input = (await this.page.waitForSelector(selector)) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(...paths);
  }

  // puppeteer would rather have cookies set on the context; only the page knows its container and private window.
  async setCookie(cookie: CookieToSet): Promise<void> {
    await this.page.setCookie({ path: '/', ...cookie });
  }

  async deleteCookie(name: string): Promise<void> {
    await this.page.deleteCookie({ name });
  }

  async screenshot(path?: string): Promise<Uint8Array> {
    return saved(await this.page.screenshot({ captureBeyondViewport: false }), path);
  }

  /** Not `page.goBack()`: in Firefox it never returns from the back/forward cache. */
  async #travel(way: 'back' | 'forward'): Promise<{ fromCache: boolean }> {
    const from = await this.#remember();
    await this.page.evaluate((to) => void setTimeout(() => history[to]()), way);
    const arrived = await until(
      async () => {
        const now = await this.page.evaluate(() => [performance.timeOrigin, document.readyState] as const);
        return now[0] !== from && now[1] === 'complete' && now[0];
      },
      { what: `the page ${way} in history`, within: NAVIGATION_MS },
    );
    const fromCache = this.#documents.has(arrived);
    this.#documents.add(arrived);
    return { fromCache };
  }

  async #remember(): Promise<number> {
    const began = await this.page.evaluate(() => performance.timeOrigin);
    this.#documents.add(began);
    return began;
  }

  async #untilVisibility(state: DocumentVisibilityState): Promise<void> {
    await until(() => this.page.evaluate((wanted) => document.visibilityState === wanted, state), {
      what: `${this.page.url()} to be ${state}`,
    });
  }
}

/** The bytes, written to `path` as well if there is one. */
export async function saved(png: Uint8Array, path: string | undefined): Promise<Uint8Array> {
  if (path) await writeFile(path, png);
  return png;
}
