/**
 * The options page, by keyboard: settings apply at once, can be exported and imported, and each reset can be undone.
 */
import { writeFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import { borrowBrowser, returnBrowser, startScenario, waitForBadge, watch } from './scenario.ts';

const PATH = 'extension/options/index.html';
const SITE = 'http://127.0.0.1:9';
const SECOND = 'http://127.0.0.1:9/second';
/** The background deletes a session that is long over. */
const NOW = Date.now();

/** The API of the extension's pages; it is called only in such pages. */
declare const chrome: any; // oxlint-disable-line typescript/no-explicit-any

describe.each(KINDS)('in %s', (kind) => {
  const ruleTest = inOneBrowser(kind);
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));
  beforeEach(async () => {
    await page?.close();
    page = await browser.extensionPage(PATH);
    await page.evaluate(() => chrome.storage.local.clear());
    await browser.store('local', { [`settings ${SITE}`]: {} });
    await until('the site has its card', 3_000, () => page.$(field('guard')));
  });

  const field = (name: string): string => `[id="${SITE}-${name}"]`;
  const waitForText = (words: string): Promise<unknown> =>
    until(`it says "${words}"`, 3_000, () => page.evaluate((part) => document.body.innerText.includes(part), words));
  const offersUndo = (): Promise<boolean> =>
    page.evaluate(() => [...document.querySelectorAll('button')].some((each) => each.textContent === 'Undo'));

  /** Focuses a button, in the page or in a part of it, and presses a key. */
  async function press(label: string, part = 'body', key: 'Enter' | ' ' = 'Enter'): Promise<void> {
    await until(`"${label}" is there`, 3_000, () =>
      page.evaluate(
        (words, where) => {
          const buttons = [...document.querySelectorAll<HTMLElement>(`${where} button`)];
          const button = buttons.find((each) => each.textContent === words);
          button?.focus();
          return button && document.activeElement === button;
        },
        label,
        part,
      ),
    );
    await page.keyboard.press(key);
  }
  /** Waits until the focus is on an element, known by its label or its text. */
  const waitForFocus = (expected: string): Promise<unknown> =>
    until(`the focus is on "${expected}"`, 3_000, async () => {
      const name = await page.evaluate(() => {
        const { ariaLabel, textContent, localName } = document.activeElement!;
        return localName === 'body' ? 'nothing' : (ariaLabel ?? textContent);
      });
      if (name !== expected) throw new Error(`it is on ${name}`);
      return true;
    });

  const storedItems = async (): Promise<Record<string, Record<string, unknown>>> => {
    const [local] = JSON.parse(await browser.storage()) as [Record<string, Record<string, unknown>>];
    return local;
  };
  const waitForStored = (expected: Record<string, unknown>, key = `settings ${SITE}`): Promise<unknown> =>
    until(`${JSON.stringify(expected)} is stored`, 3_000, async () => {
      const now = (await storedItems())[key];
      expect(now).toEqual(expected);
      return true;
    });
  async function importFile(content: object): Promise<void> {
    const { path } = makeFile('settings.json');
    writeFileSync(path, JSON.stringify(content));
    const input = (await page.$('input[type=file]'))!;
    await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(path);
  }

  ruleTest('stores each choice at once, by keyboard', async () => {
    await page.focus(field('guard'));
    await page.keyboard.press(' ');
    await waitForStored({ guard: 'off' });
    await page.keyboard.press('Tab');
    await page.keyboard.type('90');
    await page.keyboard.press('Tab');
    await waitForStored({ guard: 'off', timeoutMinutes: 90 });
    await page.keyboard.press('Tab');
    await page.keyboard.press(' ');
    await waitForStored({ guard: 'off', timeoutMinutes: 90, banner: false });
    await page.focus(field('renew'));
    await page.keyboard.press(' ');
    await waitForStored({ guard: 'off', timeoutMinutes: 90, banner: false, renew: 'auto' });
    await page.keyboard.press(' ');
    await waitForStored({ guard: 'off', timeoutMinutes: 90, banner: false, renew: 'ask' });
  });

  ruleTest('an emptied number of minutes is removed from the storage, and the default applies', async () => {
    const value = (name: string): Promise<string> =>
      page.$eval(field(name), (input) => (input as HTMLInputElement).value);
    const empty = async (name: string): Promise<void> => {
      await page.focus(field(name));
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Tab');
    };
    await browser.store('local', { [`settings ${SITE}`]: { timeoutMinutes: 90, warningMinutes: 12 } });
    await until('both are shown', 3_000, async () => (await value('timeoutMinutes')) === '90');
    await empty('timeoutMinutes');
    await waitForStored({ warningMinutes: 12 });
    expect(Object.keys((await storedItems())[`settings ${SITE}`]!)).toEqual(['warningMinutes']);
    await waitForText('Timeout: 5 h');
    expect(await value('timeoutMinutes')).toBe('');
    expect(await page.$eval(field('timeoutMinutes'), (input) => input.getAttribute('placeholder'))).toBe('300');
    await empty('warningMinutes');
    await waitForStored({});
    await until('the default is shown', 3_000, async () => (await value('warningMinutes')) === '30');
  });

  ruleTest('a new timeout applies to open pages of the site at once', async () => {
    const scenario = await startScenario(browser, { basePath: '/jira9' });
    await waitForBadge(scenario.tab, '4h');
    await browser.store('local', { [`settings ${scenario.server.url}`]: { timeoutMinutes: 90 } });
    await waitForBadge(scenario.tab, '1h', 2_000);
    await scenario.end();
  });

  ruleTest('exports a file with the user’s settings only', async () => {
    await browser.store('local', {
      settings: { banner: false },
      [`settings ${SITE}`]: { guard: 'off', timeoutMinutes: 90 },
      [`session 0 ${SITE}`]: { began: NOW, lastContact: NOW, statedMinutes: 30 },
    });
    // Catch the file before the browser writes it into the downloads folder.
    await page.evaluate(() => {
      let blob: Blob;
      URL.createObjectURL = (given) => ((blob = given as Blob), 'blob:file');
      HTMLAnchorElement.prototype.click = function () {
        void blob.text().then((text) => Object.assign(globalThis, { file: [this.download, text] }));
      };
    });
    await press('Export settings');
    const [name, text] = await until('the file is there', 3_000, () =>
      page.evaluate(() => (globalThis as { file?: [string, string] }).file),
    );
    expect(name).toBe('freshtoken-settings.json');
    expect(JSON.parse(text)).toEqual({
      freshtoken: 1,
      all: { banner: false },
      sites: { [SITE]: { guard: 'off', timeoutMinutes: 90 } },
    });
  });

  ruleTest('imports the valid settings of a file, reports each invalid one, and can undo the import', async () => {
    const before = { guard: 'off', timeoutMinutes: 90 };
    await browser.store('local', { [`settings ${SITE}`]: before });
    await importFile({
      freshtoken: 1,
      all: { banner: 'yes', staySignedIn: true },
      sites: {
        [SITE]: { guard: 'on', warningMinutes: 12 },
        [SECOND]: { guard: 'maybe', renew: 'on', banner: false },
        nowhere: {},
      },
    });
    await waitForText('The settings were imported.');
    await waitForText('all.banner: expected true or false');
    await waitForText('sites["nowhere"]: expected an address');
    await waitForText('.guard: expected "on" or "off"');
    await waitForText('.renew: expected "ask" or "auto"');
    await waitForStored({ guard: 'on', timeoutMinutes: 90, warningMinutes: 12 });
    await waitForStored({ banner: false }, `settings ${SECOND}`);
    await waitForStored({ staySignedIn: true }, 'settings');
    await press('Undo', 'section:last-of-type', ' ');
    await waitForText('Your settings are as they were before.');
    expect(await storedItems()).toEqual({ settings: {}, [`settings ${SITE}`]: before });
    await waitForFocus('Take your settings along');
  });

  ruleTest('imports nothing from a file without a valid setting, and reports a file that can’t be read', async () => {
    await importFile({ freshtoken: 1, sites: { [SITE]: { guard: 'maybe' } } });
    await waitForText('Nothing was imported');
    expect(await offersUndo()).toBe(false);
    await page.evaluate(() => {
      File.prototype.text = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    });
    await importFile({ freshtoken: 1, all: { banner: false } });
    await waitForText('The file could not be read.');
    await waitForStored({});
  });

  ruleTest('resets all settings, and can undo it', async () => {
    await browser.store('local', { [`settings ${SITE}`]: { guard: 'off' } });
    await press('Reset all settings');
    await waitForText('All settings are as they were at first.');
    expect((await storedItems())[`settings ${SITE}`]).toBeUndefined();
    await press('Undo');
    await waitForStored({ guard: 'off' });
  });

  ruleTest('offers no undo of a reset once the user has made a new choice', async () => {
    await browser.store('local', { settings: { guard: 'off' } });
    await press('Reset all settings');
    await until('“Undo” is offered', 3_000, offersUndo);
    await pause(300);
    expect(await offersUndo()).toBe(true);
    await page.focus('#all-banner');
    await page.keyboard.press(' ');
    await waitForStored({ banner: false }, 'settings');
    await until('“Undo” is gone', 3_000, async () => !(await offersUndo()));
  });

  ruleTest('resets one site without changing others, and can undo it', async () => {
    await browser.store('local', {
      settings: { banner: false },
      [`settings ${SITE}`]: { guard: 'off', timeoutMinutes: 90 },
      [`settings ${SECOND}`]: { guard: 'on' },
    });
    const card = `[id="${SITE}"]`;
    await press('Reset this site', card);
    await waitForText('This site is as it was at first.');
    await waitForStored({});
    expect(await storedItems()).toMatchObject({
      settings: { banner: false },
      [`settings ${SECOND}`]: { guard: 'on' },
    });
    await waitForFocus('Undo');
    await page.keyboard.press('Enter');
    await waitForStored({ guard: 'off', timeoutMinutes: 90 });
    await waitForFocus(SITE);
  });

  ruleTest('a site’s card shows the timeout that its pages state; the longest one of several containers', async () => {
    const record = { began: NOW, lastContact: NOW };
    await browser.store('local', {
      [`session 0 ${SITE}`]: { ...record, statedMinutes: 25 },
      [`session 1 ${SITE}`]: { ...record, statedMinutes: 30 },
    });
    await waitForText('Timeout: 30 min, as your Jira states.');
    const placeholder = (): Promise<string | null> =>
      page.$eval(field('timeoutMinutes'), (input) => input.getAttribute('placeholder'));
    expect(await placeholder()).toBe('30');
    await browser.store('local', { [`session 1 ${SITE}`]: { ...record, statedMinutes: 45 } });
    await waitForText('Timeout: 45 min, as your Jira states.');
    await browser.store('local', { [`settings ${SITE}`]: { timeoutMinutes: 90 } });
    await waitForText('Timeout: 1 hr 30 min, as you set it.');
    expect(await placeholder()).toBe('45');
  });

  ruleTest(
    '“Stop watching” revokes the host and deletes all of its sites, names the other sites, and offers “Undo”',
    async () => {
      await browser.store('local', {
        [`settings ${SECOND}`]: { guard: 'off' },
        [`session 0 ${SECOND}`]: { began: NOW, lastContact: NOW },
      });
      await waitForText(`“Stop watching” also holds for ${SECOND}.`);
      await press('Stop watching', `[id="${SITE}"]`);
      await waitForText('Freshtoken has forgotten this site and your settings for it.');
      await waitForText('No site is watched yet.');
      expect(await page.$$eval('article', (cards) => cards.map(({ id }) => id))).toEqual([SITE]);
      await waitForFocus('Undo');
      expect(JSON.stringify(await storedItems())).not.toContain('127.0.0.1');
      if (kind === 'firefox') {
        await browser.answer(false, () => page.keyboard.press('Enter'));
        await waitForText('Without your permission');
        expect(JSON.stringify(await storedItems())).not.toContain('127.0.0.1');
        await waitForFocus('Undo');
      }
      await browser.allow('http://127.0.0.1/*');
      await page.keyboard.press('Enter');
      await until('both have their cards', 3_000, async () => (await page.$$('article')).length === 2);
      await until('the site has its fields again', 3_000, () => page.$(field('guard')));
      await waitForStored({ guard: 'off' }, `settings ${SECOND}`);
      await waitForStored({ began: NOW, lastContact: NOW }, `session 0 ${SECOND}`);
      await waitForFocus(SITE);
      expect(await offersUndo()).toBe(false);
    },
  );

  ruleTest('with permission for all sites, each known Jira has a card, and a text says if there is none', async () => {
    const revoke = (pattern: string): Promise<boolean> =>
      page.evaluate(
        (origin) =>
          chrome.permissions.remove({
            origins: [origin],
          }),
        pattern,
      );
    await revoke('http://127.0.0.1/*');
    await waitForText('No site is watched yet.');
    await browser.allow('*://*/*');
    // Instead of the browser's settings: a page can also request it, at the press of a key.
    await page.evaluate(() =>
      addEventListener('keydown', () => void chrome.permissions.request({ origins: ['*://*/*'] }), {
        once: true,
      }),
    );
    await page.keyboard.press('Enter');
    await until('the site has its card again', 3_000, () => page.$(field('guard')));
    await press('Stop watching', `[id="${SITE}"]`);
    await waitForText('It can only be taken back there.');
    await page.evaluate(() => chrome.storage.local.clear());
    await waitForText('Your Jira appears here once you have visited it.');
    await revoke('*://*/*');
    await waitForText('No site is watched yet.');
    await watch(browser);
  });

  ruleTest('lists the keys as the browser has them, and “Change keys” opens the browser’s page for them', async () => {
    await waitForText('Renew this page');
    await waitForText('Alt+Period');
    const tabs = (): Promise<{ id: number; active: boolean }[]> => page.evaluate(() => chrome.tabs.query({}));
    const before = new Set((await tabs()).map(({ id }) => id));
    await press('Change keys');
    const opened = await until('a tab has opened', 3_000, async () =>
      (await tabs()).find(({ id, active }) => active && !before.has(id)),
    );
    if (kind === 'chromium') {
      await until('it shows the keys', 3_000, async () =>
        (await page.browser().pages()).some((each) => each.url() === 'chrome://extensions/shortcuts'),
      );
    }
    await page.evaluate((id) => chrome.tabs.remove(id), opened.id);
  });

  test('logs no error', async () => {
    expect(await browser.loggedErrors()).toEqual([]);
  });
});
