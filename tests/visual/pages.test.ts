/** The options and the welcome page, under every condition. */
import { writeFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, WELCOME_PATH, type Browser } from '../e2e/browsers/browser.ts';
import { until } from '../e2e/browsers/until.ts';
import { makeFile } from '../e2e/files.ts';
import { inOneBrowser } from '../e2e/one-browser.ts';
import { borrowBrowser, returnBrowser } from '../e2e/scenario.ts';
import { faultsOf, IS_WHOLE } from './conditions.ts';
import { LANGUAGES, reopenIn, whyNoLanguage } from './languages.ts';

describe.each(KINDS)('in %s', (kind) => {
  const ruleTest = inOneBrowser(kind);
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
    await browser.store('local', {
      'settings https://jira.example.com/jira': { guard: 'off' },
      'settings http://127.0.0.1:9': { timeoutMinutes: 240 },
    });
  });
  afterAll(() => returnBrowser(browser));

  ruleTest(
    'the options are readable and accessible under every condition',
    async () => {
      const page = await browser.extensionPage('extension/options/index.html');
      await until('the site has its card', 3_000, () => page.$('article'));
      expect(await faultsUnderAll(page, 'options')).toEqual([]);
    },
    120_000,
  );

  ruleTest(
    'the options are readable and accessible after an import with invalid settings',
    async () => {
      const page = await browser.extensionPage('extension/options/index.html');
      await until('the site has its card', 3_000, () => page.$('article'));
      const { path } = makeFile('settings.json');
      const warningMinutes = 'soon, and no later than the coffee';
      const sites = {
        'https://jira.example.com': { guard: 'on' },
        'ftp://jira.example.com/a-long-way-down': {},
      };
      writeFileSync(path, JSON.stringify({ freshtoken: 1, all: { banner: 'yes', warningMinutes }, sites }));
      const input = (await page.$('input[type=file]'))!;
      await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(path);
      await until('each bad line is named', 3_000, async () => (await page.$$('[role=status] li')).length === 3);
      expect(await faultsUnderAll(page, 'options imported')).toEqual([]);
    },
    120_000,
  );

  ruleTest(
    'the welcome page is readable and accessible under every condition',
    async () => {
      const page = await browser.extensionPage(WELCOME_PATH);
      await until('the form is there', 3_000, () => page.$('#address'));
      expect(await faultsUnderAll(page, 'welcome')).toEqual([]);
    },
    120_000,
  );

  test.skipIf(whyNoLanguage(kind)).each([
    ['options', 'extension/options/index.html'],
    ['welcome', WELCOME_PATH],
  ])(
    `the page %s is readable and accessible in every language${whyNoLanguage(kind)}`,
    async (name, path) => {
      const page = await browser.extensionPage(path);
      const faults: string[] = [];
      for (const [index, language] of LANGUAGES.entries()) {
        await reopenIn(page, language);
        const check = { what: `${name} ${language}`, index, width: 1_000, isBrief: true };
        faults.push(...(await faultsOf(browser, page, check)));
      }
      expect(faults).toEqual([]);
    },
    240_000,
  );

  /** Checks under all conditions; in the short form three times under two. */
  async function faultsUnderAll(page: Page, what: string): Promise<string[]> {
    const faults: string[] = [];
    for (const index of IS_WHOLE ? [0] : [0, 1, 2])
      faults.push(...(await faultsOf(browser, page, { what, index, width: 1_000 })));
    return faults;
  }
});
