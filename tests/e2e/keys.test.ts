/**
 * The keys: to the banner and back, and for a renewal. The focus moves only when asked, and announcements don't
 * repeat.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../fixtures/jira/clock.ts';
import { KINDS, READ_MILLIS, WELCOME_PATH, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { inOneBrowser } from './one-browser.ts';
import { borrowBrowser, returnBrowser, switchTo, waitForBadge, waitForBanner, withScenario } from './scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  const focusedElement = (tab: Tab): Promise<string> =>
    tab.page.evaluate(
      () => document.activeElement!.id || document.activeElement!.getAttribute('popover') || 'nothing',
    );

  test('a key moves the focus to the banner, Enter renews, and the focus returns to the comment', async () => {
    await withScenario(browser, {}, async ({ tab, other, server }) => {
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 3_000);
      await tab.page.focus('#comment');
      await tab.page.keyboard.type('half a sentence');
      expect(await focusedElement(tab)).toBe('comment');
      await tab.command('jump-to-banner');
      await until('the banner has the focus', 2_000, async () => (await focusedElement(tab)) === 'manual');
      await pause(READ_MILLIS);
      await tab.page.keyboard.press('Enter');
      await waitForBanner(tab, 'This page is fresh again', 3_000);
      await waitForBadge(tab, '4h');
      await tab.page.keyboard.press('Escape');
      await until('the banner is gone', 2_000, async () => (await tab.banner()) === null);
      expect(await focusedElement(tab)).toBe('comment');
      await tab.page.keyboard.type(', whole');
      expect(await tab.page.$eval('#comment', (field) => (field as HTMLTextAreaElement).value)).toBe(
        'half a sentence, whole',
      );
    });
  });

  test('the other key renews the page without moving the focus, and the banner says so', async () => {
    await withScenario(browser, {}, async ({ tab, other, server }) => {
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBadge(tab, '!', 3_000);
      await tab.page.focus('#comment');
      await tab.command('renew-page');
      await waitForBanner(tab, 'This page is fresh again', 3_000);
      expect(await focusedElement(tab)).toBe('comment');
    });
  });

  test('the key opens the banner on a fresh page too', async () => {
    await withScenario(browser, {}, async ({ tab }) => {
      await waitForBadge(tab, '4h', 3_000);
      await pause(300);
      await tab.command('jump-to-banner');
      await waitForBanner(tab, 'This page is fresh: it matches your Jira session', 2_000);
      await tab.page.keyboard.press('Escape');
      await until('the banner is gone', 2_000, async () => (await tab.banner()) === null);
    });
  });

  test('the banner of the welcome page works by keyboard, and returns the focus to its button', async () => {
    const page = await browser.extensionPage(WELCOME_PATH);
    await page.bringToFront();
    await until('the welcome is there', 3_000, () => page.$('#practice'));
    // Open the banner's shadow root, so that the test can read it.
    await page.evaluate(() => {
      const attach = Element.prototype.attachShadow; // oxlint-disable-line typescript/unbound-method -- bound at its call
      Element.prototype.attachShadow = function (init) {
        return attach.call(this, { ...init, mode: 'open' });
      };
    });
    const tabTo = (what: string, isThere: () => boolean): Promise<unknown> =>
      until(what, 5_000, async () => {
        await page.keyboard.press('Tab');
        return page.evaluate(isThere);
      });
    const bannerText = (): Promise<string | undefined> =>
      page.evaluate(
        () => document.querySelector('[popover]')?.shadowRoot!.querySelector('[role=status]')!.textContent,
      );

    await tabTo('the button', () => document.activeElement!.textContent === 'Show the banner');
    await page.keyboard.press('Enter');
    expect(await bannerText()).toContain('You signed in again since this page was opened.');
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Show the banner');
    await tabTo('the banner', () => document.activeElement!.matches('[popover]'));
    await pause(READ_MILLIS);
    await page.keyboard.press('Enter');
    await until('it is renewed', 2_000, async () => (await bannerText())?.includes('fresh again'));
    expect(await page.evaluate(() => document.activeElement!.matches('[popover]'))).toBe(true);
    await page.keyboard.press('Escape');
    expect(await bannerText()).toBeUndefined();
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Show the banner');
    await page.close();
  });

  inOneBrowser(kind)('the announced text changes with the verdict, not with the minutes', async () => {
    const clock = createClock();
    let aheadMinutes = 0;
    await browser.store('local', { aheadMillis: 0 });
    await withScenario(browser, { basePath: '/jira1', clock }, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h', 3_000);
      await other.goto(`${server.url}/confluence/`);
      await other.activate();
      const announced: unknown[] = [];
      for (const [minutes, badge] of [
        [10, '4h'],
        [261, '28m'],
        [10, '18m'],
        [10, '8m'],
        [9, '?'],
      ] as const) {
        clock.advance(minutes);
        aheadMinutes += minutes;
        await browser.store('local', { aheadMillis: aheadMinutes * 60_000 });
        await waitForBadge(tab, badge, 3_000);
        await pause(500);
        const banner = await tab.banner();
        announced.push(banner && [banner.role, banner.text]);
      }
      const aging = ['status', 'Your Jira session is about to end. Stay signed in to keep attaching and saving.'];
      expect(announced).toEqual([null, aging, aging, aging, null]);
    });
  });
});
