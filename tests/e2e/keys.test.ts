/** The keys for the page at hand: to the banner and back, and to a renewal. The focus goes nowhere unasked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { badgeOf, bannerOf, inWorld, launchWatching, switchTo } from './world.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchWatching(kind);
  });
  afterAll(() => browser.close());

  const focused = (tab: Tab): Promise<string> =>
    tab.page.evaluate(() => document.activeElement!.id || document.activeElement!.localName);

  test('one key goes to the banner, Enter renews, and the focus is back in the comment afterwards', async () => {
    await inWorld(browser, {}, async ({ tab, other, server }) => {
      await switchTo(other, server, 'alice');
      await tab.activate();
      await bannerOf(tab, 'Renewing mends it in place', 3_000);
      await tab.page.focus('#comment');
      await tab.page.keyboard.type('half a sentence');
      expect(await focused(tab)).toBe('comment');
      await tab.command('jump-to-banner');
      await until(
        'the banner has the focus',
        2_000,
        async () => (await focused(tab)) === 'freshtoken-banner',
      );
      await tab.page.keyboard.press('Enter');
      await bannerOf(tab, 'This page is fresh again', 3_000);
      await badgeOf(tab, '4h');
      await tab.page.keyboard.press('Escape');
      await until('the banner is gone', 2_000, async () => (await tab.banner()) === null);
      expect(await focused(tab)).toBe('comment');
      await tab.page.keyboard.type(', whole');
      expect(await tab.page.$eval('#comment', (field) => (field as HTMLTextAreaElement).value)).toBe(
        'half a sentence, whole',
      );
    });
  });

  test('the other renews the page while its user goes on typing, and says so', async () => {
    await inWorld(browser, {}, async ({ tab, other, server }) => {
      await switchTo(other, server, 'alice');
      await tab.activate();
      await badgeOf(tab, '!', 3_000);
      await tab.page.focus('#comment');
      await tab.command('renew-page');
      await bannerOf(tab, 'This page is fresh again', 3_000);
      expect(await focused(tab)).toBe('comment');
    });
  });

  test('on a fresh page, where no banner is, the key is answered too', async () => {
    await inWorld(browser, {}, async ({ tab }) => {
      await badgeOf(tab, '4h', 3_000);
      await pause(300);
      await tab.command('jump-to-banner');
      await bannerOf(tab, 'This page is fresh: its token is the one your browser sends', 2_000);
      await tab.page.keyboard.press('Escape');
      await until('the banner is gone', 2_000, async () => (await tab.banner()) === null);
    });
  });
});
