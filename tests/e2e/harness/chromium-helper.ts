/** CDP and `chrome.tabs` have different names for a tab. A second, tiny extension knows both. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { until } from './until.ts';

/** The folder of the helper. */
export const CHROMIUM_HELPER = fileURLToPath(new URL('./chromium-helper', import.meta.url));

/** The id by which extensions know this page's tab. */
export async function tabIdOf(browser: Browser, page: Page): Promise<number> {
  const session = await page.createCDPSession();
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  return until(
    async () => {
      const target = browser.targets().find((one) => one.url().endsWith('/worker.js') && isHelper(one.url()));
      const worker = await target?.worker();
      const targets = await worker?.evaluate(() => chrome.debugger.getTargets());
      return targets?.find(({ id }) => id === targetInfo.targetId)?.tabId;
    },
    { what: `the tab id of ${page.url()}` },
  );
}

function isHelper(url: string): boolean {
  return url.startsWith('chrome-extension://') && url.split('/').length === 4;
}
