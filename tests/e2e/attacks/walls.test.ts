/** The extension's storage: who can read and write it, how large it can become, and when it is deleted. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveJira } from '../../fixtures/jira/serve.ts';
import { KINDS, type Browser } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { launchAndWatch, logIn, startScenario, waitForBadge, watch, withScenario } from '../scenario.ts';

/** The API of the extension's pages; it is called only in such pages. */
declare const chrome: any; // oxlint-disable-line typescript/no-explicit-any

const OPTIONS = 'extension/options/index.html';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind);
  });
  afterAll(() => browser.close());

  type StoredItems = Record<string, unknown>;
  const stored = async (): Promise<[local: StoredItems, session: StoredItems]> =>
    JSON.parse(await browser.storage()) as [StoredItems, StoredItems];
  /** The stored items that mention an address. */
  const storedFor = async (url: string): Promise<StoredItems> =>
    Object.fromEntries(
      (await stored()).flatMap(Object.entries).filter((entry) => JSON.stringify(entry).includes(url)),
    );

  const reads =
    kind === 'chromium'
      ? 'a hijacked content script can neither read nor write the storage'
      : 'a hijacked content script can read no user’s name, and write only settings';
  test(reads, async () => {
    await withScenario(browser, { basePath: '/taken' }, async ({ tab, server }) => {
      await browser.store('local', { settings: { warningMinutes: 20 } });
      await waitForBadge(tab, '4h', 3_000);
      const attempt = async (area: 'local' | 'session' | 'managed'): Promise<Record<string, string>> => {
        // The isolated world and the page share only the document.
        await tab.inContentScript(`
          delete document.documentElement.dataset.read;
          Promise.resolve().then(() => chrome.storage.${area}.get())
            .catch((error) => ({ refused: String(error) }))
            .then((all) => document.documentElement.dataset.read = JSON.stringify(all));
          Promise.resolve().then(() => chrome.storage.${area}.set({ planted: 1 })).catch(() => undefined);
        `);
        return JSON.parse(
          await until('the result', 3_000, () => tab.page.evaluate(() => document.documentElement.dataset['read'])),
        ) as Record<string, string>;
      };
      const [local, session] = [await attempt('local'), await attempt('session')];
      expect(Object.keys(session)).toEqual(['refused']);
      expect(await stored()).not.toMatchObject([{}, { planted: 1 }]);
      if (kind === 'chromium') {
        for (const seen of [local, await attempt('managed')]) expect(Object.keys(seen)).toEqual(['refused']);
        expect((await stored())[0]).not.toHaveProperty('planted');
        // The same after a restart of the background.
        await browser.killBackground();
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await waitForBadge(tab, '4h', 3_000);
        expect(Object.keys(await attempt('local'))).toEqual(['refused']);
      } else {
        // Firefox can't restrict the local storage: there the script can read a clock and a hash, and write settings.
        expect(JSON.stringify(local)).not.toMatch(/alice|atl_token|_lin\b/);
      }
    });
  });

  test('a script with made-up context paths and users can’t fill the storage, and other tabs stay watched', async () => {
    await withScenario(browser, { basePath: '' }, async ({ tab, server }) => {
      await waitForBadge(tab, '4h', 3_000);
      await tab.activate();
      for (let n = 0; n < 30; n++) {
        // Some names are longer than those that the extension accepts.
        const user = 'm'.repeat(n % 5 === 0 ? 10_000 : 250);
        await tab.page.evaluate(
          (path, made) => {
            const name = (meta: string): HTMLMetaElement => document.querySelector(`meta[name="${meta}"]`)!;
            history.pushState(null, '', `${path}/browse/RAIL-7`);
            name('ajs-context-path').content = path;
            name('ajs-remote-user').content = made;
            // A change of this meta causes a refresh.
            const token = name('atlassian-token');
            token.setAttribute('content', token.content);
          },
          `/made-up-${n}`,
          user,
        );
        await pause(300);
      }
      await pause(1_500);
      const all = (await stored()).flatMap(Object.keys).filter((key) => key.includes('/made-up-'));
      expect(new Set(all.map((key) => key.split(' ').at(-1))).size).toBeLessThanOrEqual(20);
      expect(await browser.storage()).not.toContain('m'.repeat(300));
      const next = await browser.open(`${server.url}/browse/RAIL-7`);
      await waitForBadge(next, '4h', 3_000);
      await next.close();
    });
  });

  test('badges and settings work while the storage is full', async () => {
    const helperPage = await browser.extensionPage(OPTIONS);
    await withScenario(browser, { basePath: '/full' }, async ({ tab, server }) => {
      await waitForBadge(tab, '4h', 3_000);
      await helperPage.evaluate(async () => {
        for (let n = 0, length = 2 ** 20; n < 60 && length >= 256; n++) {
          const item = { [`filler${n}`]: 'x'.repeat(length) };
          const isFull = await chrome.storage.session.set(item).then(
            () => false,
            () => true,
          );
          if (isFull) length /= 2;
        }
      });
      const next = await browser.open(`${server.url}/browse/RAIL-8`);
      await waitForBadge(next, '4h', 3_000);
      await browser.store('local', { settings: { timeoutMinutes: 90 } });
      await waitForBadge(next, '1h', 3_000);
      await helperPage.evaluate(async () => {
        const keys = Object.keys(await chrome.storage.session.get());
        await chrome.storage.session.remove(keys.filter((key) => key.startsWith('filler')));
        await chrome.storage.local.remove('settings');
      });
      await helperPage.close();
      await next.close();
    });
  });

  test('deletes the user’s name with the last tab of a Jira, and everything except settings with the permission', async () => {
    const { tab, other, server } = await startScenario(browser, { basePath: '/over' });
    await waitForBadge(tab, '4h', 3_000);
    await browser.store('local', { [`settings ${server.url}`]: { guard: 'off' } });
    expect(JSON.stringify(await storedFor(server.url))).toContain('alice');
    // A reload deletes nothing.
    await tab.page.reload();
    await waitForBadge(tab, '4h', 3_000);
    expect(Object.keys(await storedFor(server.url)).some((key) => key.startsWith('cookieChanges '))).toBe(true);
    // What the reload has begun must be over: the closing tab itself must say that it goes.
    await pause(1_000);
    for (const each of [tab, other]) await each.close();
    // All of it is deleted half a second after the page has left.
    await until('the user’s name is gone', 3_000, async () => {
      expect(await browser.storage()).not.toContain('"alice"');
      const left = Object.keys(await storedFor(server.url)).map((key) => key.split(' ', 1).join());
      expect(left.toSorted()).toEqual(['session', 'settings']);
      return true;
    });
    await browser.revoke('http://127.0.0.1/*');
    await until('only the settings are left', 3_000, async () => {
      expect(await storedFor(server.url)).toEqual({ [`settings ${server.url}`]: { guard: 'off' } });
      return true;
    });
    await server.close();
    await watch(browser);
  });

  const clears = `forgets a session whose cookies are cleared while no tab of the Jira is open${
    kind === 'firefox' ? ' (not run: Firefox sends no event when all cookies are cleared)' : ''
  }`;
  test.skipIf(kind === 'firefox')(clears, async () => {
    await withScenario(browser, {}, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h', 3_000);
      for (const each of [tab, other]) await each.goto('about:blank');
      await until('the session is stored', 3_000, async () => Object.keys(await storedFor(server.url)).length > 0);
      await browser.clearCookies();
      await until('the session is deleted', 3_000, async () => Object.keys(await storedFor(server.url)).length === 0);
    });
  });

  test('refuses a huge settings file, and ignores an endless timeout', async () => {
    const page = await browser.extensionPage(OPTIONS);
    const waitForText = (words: string): Promise<unknown> =>
      until(`it says "${words}"`, 3_000, () => page.evaluate((part) => document.body.innerText.includes(part), words));
    const importText = async (text: string): Promise<void> => {
      const { path } = makeFile('settings.json');
      writeFileSync(path, text);
      const input = await until('the input', 3_000, () => page.$('input[type=file]'));
      await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(path);
    };
    const lines = (count: number): string => Array.from({ length: count }, (_, n) => `"x${n}":1`).join();
    await importText(`{"freshtoken":1,"all":{${lines(200_000)}}}`);
    await waitForText('file: expected at most 128 kB');
    await importText(`{"freshtoken":1,"all":{"timeoutMinutes":1e308,${lines(9_999)}}}`);
    await waitForText('all.timeoutMinutes: expected a number of minutes above 0, at most 10080');
    await waitForText('and 9,980 more');
    expect(await page.$$eval('.status li', (all) => all.length)).toBe(21);
    await page.close();
    const server = await serveJira({ basePath: '/endless' });
    await browser.store('local', { [`settings ${server.url}`]: { timeoutMinutes: 1e308 } });
    const tab = await browser.open(`${server.url}/login.jsp`);
    await logIn(tab, server, 'alice');
    await tab.goto(`${server.url}/browse/RAIL-7`);
    await waitForBadge(tab, '4h', 3_000);
    await tab.close();
    await server.close();
  });
});
