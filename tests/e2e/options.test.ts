/** The options page: what is set there holds at once, travels in a file, and can be had back. */
import { writeFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { atAnIssue, badgeOf, launchWatching } from './world.ts';

const PATH = 'extension/options/index.html';
const SITE = 'http://127.0.0.1:9';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchWatching(kind);
    page = await browser.extensionPage(PATH);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    await browser.store('local', { settings: {}, [`settings ${SITE}`]: {} });
    await until('the site has its card', 3_000, () => page.$(field('guard')));
  });

  const field = (name: string): string => `[id="${SITE}-${name}"]`;
  const text = (): Promise<string> => page.evaluate(() => document.body.innerText);
  const press = (label: string): Promise<void> =>
    page.evaluate((words) => {
      [...document.querySelectorAll('button')].find((each) => each.textContent === words)!.click();
    }, label);
  const stored = async (): Promise<Record<string, unknown>> => {
    const [kept] = JSON.parse(await browser.storage()) as [Record<string, Record<string, unknown>>];
    return kept[`settings ${SITE}`] ?? {};
  };
  const isStored = (own: Record<string, unknown>): Promise<unknown> =>
    until('it is kept', 2_000, async () => {
      const now = await stored();
      return Object.entries(own).every(([name, value]) => now[name] === value);
    });

  test('each choice is kept as it is made, by the keyboard alone', async () => {
    await page.focus(field('guard'));
    await page.keyboard.type('Ask');
    await page.keyboard.press('Tab');
    await isStored({ guard: 'ask' });
    await page.keyboard.type('90');
    await page.keyboard.press('Tab');
    await isStored({ timeoutMinutes: 90 });
    await page.keyboard.press('Tab');
    await page.keyboard.press(' ');
    await isStored({ banner: false });
  });

  test('a timeout that is set holds on the site’s pages at once', async () => {
    const world = await atAnIssue(browser, { basePath: '/jira9' });
    await badgeOf(world.tab, '4h');
    await browser.store('local', { [`settings ${world.server.url}`]: { timeoutMinutes: 90 } });
    await badgeOf(world.tab, '1h', 2_000);
    await world.end();
  });

  test('settings are imported line by line, with a word on each bad one, and can be had back', async () => {
    await browser.store('local', { [`settings ${SITE}`]: { guard: 'off' } });
    const { path } = makeFile('settings.json');
    writeFileSync(
      path,
      JSON.stringify({
        freshtoken: 1,
        all: { banner: 'yes' },
        sites: { [SITE]: { guard: 'ask', warningMinutes: 12 } },
      }),
    );
    const input = (await page.$('input[type=file]'))!;
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(path);
    await isStored({ guard: 'ask', warningMinutes: 12 });
    expect(await text()).toContain('all.banner: expected true or false');
    await press('Undo');
    await isStored({ guard: 'off', warningMinutes: undefined });
  });

  test('reset puts everything back, and can be undone', async () => {
    await browser.store('local', { [`settings ${SITE}`]: { guard: 'off' } });
    await pause(200);
    await press('Reset all settings');
    await isStored({ guard: undefined });
    await press('Undo');
    await isStored({ guard: 'off' });
  });

  test('nobody complained', async () => {
    expect(await browser.complaints()).toEqual([]);
  });
});
