/** Two hundred tabs of which only the state is real, and how long the popup takes to show them. */
import type { Site } from '../../src/jira/page.ts';
import { POPUP_PATH, type Browser } from '../e2e/browsers/browser.ts';
import type { RunningJira } from '../fixtures/jira/serve.ts';
import { statesAt } from '../visual/states.ts';

export const SITES = 10;

/**
 * Creates tabs without content, and stores for each tab the state of a watched page, on ten sites. Returns the ids of
 * the tabs.
 */
export async function storeManyTabs(browser: Browser, { url }: RunningJira, count: number): Promise<number[]> {
  await browser.open(`${url}/no-page`);
  const helperPage = await browser.extensionPage(POPUP_PATH);
  const ids = await helperPage.evaluate(
    async (wanted, isFirefox, address) => {
      const { tabs } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
      // Discarded tabs where the browser can create them, like most of two hundred tabs.
      const asleep = isFirefox ? { url: address, discarded: true } : { url: 'about:blank' };
      for (let made = 0; made < wanted; made++) await tabs.create({ active: false, ...asleep });
      return (await tabs.query({})).map(({ id }) => id!);
    },
    count,
    browser.kind === 'firefox',
    `${url}/no-page`,
  );
  const sites = Array.from({ length: SITES }, (_each, at) => `${url}/jira${at}` as Site);
  const states = sites.flatMap((site) => statesAt(Date.now(), site));
  const tabStates = ids.map((id, at) => {
    const { evidence, page } = states[(at * 15) % states.length]!;
    const storeId = browser.kind === 'firefox' ? 'firefox-default' : '0';
    const place = { document: '0-1', address: `${page.site}/browse/RAIL-7`, site: page.site };
    return [`tab:${id}`, { ...place, evidence, storeId, isPrivate: false, files: [] }];
  });
  await browser.store('session', Object.fromEntries(tabStates) as Record<string, unknown>);
  return ids;
}

/**
 * Opens the popup of a tab in a tab of its own; returns how many milliseconds after its start it shows its content, and
 * the list of at least so many other tabs.
 */
export async function timePopup(
  browser: Browser,
  tabId: number,
  leastListed: number,
): Promise<{ shown: number; listed: number }> {
  const page = await browser.extensionPage(`${POPUP_PATH}?tab=${tabId}`);
  await page.waitForFunction(() => performance.getEntriesByName('shown').length > 0);
  const shown = await page.evaluate(() => performance.getEntriesByName('shown')[0]!.startTime);
  await page.waitForFunction((least) => document.querySelectorAll('button.tab').length > least, {}, leastListed);
  const listed = await page.evaluate(() => performance.now());
  await page.close();
  return { shown, listed };
}
