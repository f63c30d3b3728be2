/** A tab of Chromium. */
import type { CDPSession, ElementHandle, Page } from 'puppeteer-core';
import { type BannerSight, bannerSightOf } from './accessible.ts';
import type { Badge, Popup } from './browser.ts';
import { bannerTreeOf, clickInBanner } from './chromium-banner.ts';
import { ChromiumPopup } from './chromium-popup.ts';
import { applyLook } from './chromium-look.ts';
import type { ChromiumBrowser } from './chromium.ts';
import { PageTab } from './page-tab.ts';

export class ChromiumTab extends PageTab {
  readonly #browser: ChromiumBrowser;
  #session: Promise<CDPSession> | undefined;

  constructor(page: Page, browser: ChromiumBrowser) {
    super(page);
    this.#browser = browser;
  }

  id(): Promise<number> {
    return this.#browser.tabIdOf(this.page);
  }

  async badge(): Promise<Badge> {
    const id = await this.id();
    return this.#browser.background(async (tabId) => {
      const { action } = chrome;
      return {
        text: await action.getBadgeText({ tabId }),
        colour: await action.getBadgeBackgroundColor({ tabId }),
        textColour: await action.getBadgeTextColor({ tabId }),
        title: await action.getTitle({ tabId }),
      };
    }, id);
  }

  async banner(): Promise<BannerSight | null> {
    const tree = await bannerTreeOf(await this.#cdp());
    return tree && bannerSightOf(tree);
  }

  async clickBanner(name: string): Promise<void> {
    await this.page.bringToFront();
    await clickInBanner(this.page, await this.#cdp(), name);
  }

  async openPopup(): Promise<Popup> {
    await this.page.bringToFront();
    const popup = await this.#browser.popupFor(this.page);
    await applyLook(popup, this.#browser.look);
    return ChromiumPopup.of(popup, this.page, this.#browser);
  }

  /** A drag as the system makes it: a script's own DragEvent would be untrusted. */
  async dropFiles(selector: string, paths: readonly string[]): Promise<void> {
    await this.page.bringToFront();
    const zone = (await this.page.waitForSelector(selector, { visible: true })) as ElementHandle;
    await zone.scrollIntoView();
    const { x, y } = await zone.clickablePoint();
    const session = await this.#cdp();
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x, y, data });
    }
  }

  async pastePicture(selector: string, png: Uint8Array): Promise<void> {
    await this.page.bringToFront();
    await copyPicture(this.page, png);
    await this.page.focus(selector);
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('v', { commands: ['Paste'] });
    await this.page.keyboard.up('Control');
  }

  #cdp(): Promise<CDPSession> {
    this.#session ??= this.page.createCDPSession();
    return this.#session;
  }
}

/** Onto the system's clipboard; the page must be a secure context (https, localhost, 127.0.0.1). */
async function copyPicture(page: Page, png: Uint8Array): Promise<void> {
  await page.browserContext().overridePermissions(new URL(page.url()).origin, ['clipboard-write']);
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const picture = new Blob([bytes], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
  }, Buffer.from(png).toString('base64'));
}
