/**
 * Permissions for sites: requested, denied, granted, revoked, granted again; a move to https; two Jiras on one host; a
 * package with built-in sites.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, launch, WELCOME_PATH, type Browser, type Popup, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { inOneBrowser } from './one-browser.ts';
import { logIn, logOut, waitForBadge } from './scenario.ts';

const NOT_WATCHED = 'Freshtoken does not watch this site.';

/** Waits for a sentence in the popup; the error has the popup's text. */
async function waitForPopupText(popup: Popup, sentence: string): Promise<void> {
  await until(`the popup says “${sentence}”`, 3_000, async () => {
    const text = await popup.text();
    if (!text.includes(sentence)) throw new Error(`it says ${JSON.stringify(text)}`);
    return true;
  });
}

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let server: RunningJira;
  let tab: Tab;

  beforeAll(async () => {
    browser = await launch(kind);
    server = await serveJira({ basePath: '/jira' });
    tab = await browser.open(`${server.url}/login.jsp`);
    await logIn(tab, server, 'alice');
    await tab.goto(`${server.url}/browse/RAIL-7`);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test('opens the welcome page after the installation', () => {
    expect(browser.wasWelcomed).toBe(true);
  });

  const refused = `an address is typed and the permission denied: the welcome page says so, and nothing is watched${
    kind === 'chromium' ? ' (not run: no test can answer Chromium’s permission dialog)' : ''
  }`;
  test.skipIf(kind === 'chromium')(refused, async () => {
    const page = await browser.extensionPage(WELCOME_PATH);
    await until('the form is there', 3_000, () => page.$('#address'));
    await browser.answer(false, async () => {
      await page.focus('#address');
      await page.keyboard.type(`${server.url}/browse/RAIL-7`);
      await page.keyboard.press('Enter');
    });
    await until('the welcome page says so', 3_000, () =>
      page.evaluate(() => document.body.innerText.includes('Without your permission')),
    );
    await page.close();
    await tab.activate();
    expect(await tab.badge()).toMatchObject({ text: '', title: 'Freshtoken' });
  });

  test('needs two clicks from the installation to a watched Jira', async () => {
    const popup = await tab.popup();
    await waitForPopupText(popup, 'This is a Jira');
    expect(await popup.clicks()).toBe(1);
    await popup.click('Watch this site');
    await waitForBadge(tab, '4h', 3_000);
    expect(await popup.clicks()).toBe(2);
    await popup.close();
  });

  test('revoked in the browser’s settings, a site is shown as not watched, not as signed out; granted again, it is watched', async () => {
    await logOut(tab, server);
    await tab.activate();
    await waitForBadge(tab, 'out', 3_000);
    await browser.revoke('http://127.0.0.1/*');
    await until('it is not watched', 3_000, async () => (await tab.badge()).title.includes(NOT_WATCHED));
    await until('the banner is gone', 1_000, async () => (await tab.banner()) === null);
    expect((await tab.badge()).text).toBe('');
    await logIn(tab, server, 'alice');
    await tab.goto(`${server.url}/browse/RAIL-7`);
    await pause(500);
    expect([(await tab.badge()).text, await tab.banner()]).toEqual(['', null]);

    // Now on the welcome page, with the full address of an issue.
    await browser.allow('http://127.0.0.1/*');
    const page = await browser.extensionPage(WELCOME_PATH);
    await until('the form is there', 3_000, () => page.$('#address'));
    const typed = async (): Promise<void> => {
      await page.focus('#address');
      await page.keyboard.type(` ${server.url}/browse/RAIL-7?filter=1`);
      await page.keyboard.press('Enter');
    };
    await (kind === 'firefox' ? browser.answer(true, typed) : typed());
    await until('the welcome page says so', 3_000, () =>
      page.evaluate(() => document.body.innerText.includes('Freshtoken watches')),
    );
    await page.close();
    await tab.activate();
    await waitForBadge(tab, '4h', 3_000);
  });

  test('“Stop watching” deletes everything of the site and its user; “Undo” watches it again, with its settings', async () => {
    const settings = { [`settings ${server.url}`]: { timeoutMinutes: 90 } };
    await browser.store('local', settings);
    await waitForBadge(tab, '1h', 3_000);
    const namesOfIt = /127\.0\.0\.1|alice/;
    expect(await browser.storage()).toMatch(namesOfIt);
    const popup = await tab.popup();
    await popup.click('Stop watching');
    await waitForPopupText(popup, 'Freshtoken has forgotten this site and your settings for it.');
    const [local] = JSON.parse(await browser.storage()) as [object];
    expect(JSON.stringify(local)).not.toMatch(namesOfIt);
    // The background deletes its tabs, and does so once more half a second later.
    await pause(1_000);
    expect(await browser.storage()).not.toMatch(namesOfIt);
    await browser.allow('http://127.0.0.1/*');
    const undo = (): Promise<void> => popup.click('Undo');
    await (kind === 'firefox' ? browser.answer(true, undo) : undo());
    await waitForBadge(tab, '1h', 3_000);
    await popup.close();
    const [after] = JSON.parse(await browser.storage()) as [object];
    expect(after).toMatchObject(settings);
    await browser.store('local', { [`settings ${server.url}`]: {} });
    await waitForBadge(tab, '4h', 3_000);
  });

  inOneBrowser(kind)('two Jiras on one host have their own sessions', async () => {
    const second = await serveJira({ basePath: '/second' });
    const other = await browser.open(`${second.url}/login.jsp`);
    await logIn(other, second, 'alice');
    await other.goto(`${second.url}/browse/RAIL-7`);
    await waitForBadge(other, '4h', 3_000);
    await logOut(other, second);
    await waitForBadge(other, 'out', 3_000);
    await tab.activate();
    await pause(500);
    await waitForBadge(tab, '4h');
    await other.close();
    await second.close();
  });

  inOneBrowser(kind)(
    'a site that moved to https is not watched until it is granted, and is not shown as signed out',
    async () => {
      await browser.revoke('https://127.0.0.1/*');
      const before = await serveJira({ basePath: '/jira' });
      const moved = await serveJira({ basePath: '/jira', tls: true });
      const old = await browser.open(`${before.url}/login.jsp`);
      await logIn(old, before, 'alice');
      await old.goto(`${before.url}/browse/RAIL-7`);
      await waitForBadge(old, '4h', 3_000);
      await before.close();
      const https = await browser.open(`${moved.url}/login.jsp`);
      await logIn(https, moved, 'alice');
      await https.goto(`${moved.url}/browse/RAIL-7`);
      await pause(500);
      expect([(await https.badge()).text, await https.banner()]).toEqual(['', null]);
      const popup = await https.popup();
      await waitForPopupText(popup, 'This is a Jira');
      await popup.click('Watch this site');
      await waitForBadge(https, '4h', 3_000);
      await popup.close();
      // The old page may see the cookie of https or not, and its server is gone: that is no logout.
      await old.activate();
      await until('the old page has noticed', 5_000, async () => ['?', '!'].includes((await old.badge()).text));
      for (const each of [old, https]) await each.close();
      await moved.close();
    },
  );

  test('an update does not open the welcome page', async () => {
    const pages = await browser.update();
    expect(pages.filter((address) => address.endsWith(WELCOME_PATH))).toEqual([]);
  });
});

describe.each(KINDS)('built for a fleet, in %s', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'freshtoken-fleet-'));
  let browser: Browser;
  let server: RunningJira;

  beforeAll(async () => {
    vi.stubEnv('FRESHTOKEN_SITES', 'http://127.0.0.1/jira');
    const mode = kind === 'firefox' ? 'firefox' : 'chrome';
    await build({ mode, logLevel: 'silent', build: { outDir: folder } }).finally(() => vi.unstubAllEnvs());
    browser = await launch(kind, true, folder);
    server = await serveJira({ basePath: '/jira' });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('watches the built-in site from the start, opens no welcome page, and offers no “Stop watching”', async () => {
    expect(browser.wasWelcomed).toBe(false);
    const tab = await browser.open(`${server.url}/login.jsp`);
    await logIn(tab, server, 'alice');
    await tab.goto(`${server.url}/browse/RAIL-7`);
    await waitForBadge(tab, '4h', 3_000);
    const popup = await tab.popup();
    await until('the popup shows the verdict', 3_000, async () => (await popup.text()).includes('This page is fresh'));
    expect(await popup.buttons()).toEqual([]);
    await popup.close();
  });
});
