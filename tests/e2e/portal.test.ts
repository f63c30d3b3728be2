/** The customer portal: it has no token, and its uploads belong to the session (field case A8). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import {
  attachLog,
  borrowBrowser,
  returnBrowser,
  logIn,
  logOut,
  popupPage,
  switchTo,
  waitForBadge,
  waitForBanner,
} from './scenario.ts';

const PORTAL = '/servicedesk/customer/portal/1/create/2';
const ZONE = '.vp-attachment-dropzone';
const LOST = 'Files that you attached here earlier would be missing';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let server: RunningJira;
  /** The portal, and another tab to log in and out. */
  let tab: Tab;
  let other: Tab;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  /** Declares a test that starts with alice at a portal. The page does not name her, except with `portalSaysMore`. */
  function portalTest(name: string, options: Partial<JiraOptions>, run: () => Promise<void>): void {
    inOneBrowser(kind)(name, async () => {
      server = await serveJira({ basePath: '/jira', ...options });
      await browser.clearCookies();
      other = await browser.open(`${server.url}/login.jsp`);
      await logIn(other, server, 'alice');
      tab = await browser.open(server.url + PORTAL);
      try {
        await waitForBadge(tab, '4h');
        await run();
      } finally {
        await Promise.all([tab.close(), other.close()]).catch(() => undefined);
        await server.close();
      }
    });
  }

  const uploaded = (): string[] => server.jira.uploads.map(({ name }) => name);
  const questionCount = (): number =>
    server.jira.requests.filter(({ path }) => path.endsWith('/auth/1/session')).length;
  const drop = (name: string): Promise<void> => tab.drop(ZONE, [makeFile(name).path]);
  const write = (text: string): Promise<void> => tab.page.type('#description', text);
  const typedText = (): Promise<string> =>
    tab.page.$eval('#description', (field) => (field as HTMLTextAreaElement).value);
  const send = (): Promise<void> => tab.page.click('#portal-form [type=submit]');
  /** Waits until the extension has asked who the page's user is, and has stored the answer. */
  const waitForPageUser = (): Promise<unknown> =>
    until(
      'alice is known',
      3_000,
      async () => questionCount() > 0 && (await browser.storage()).includes('"pageUser":"alice"'),
    );

  /** Changes the session in the other tab, then goes back to the portal. */
  async function inOtherTab(change: () => Promise<void>): Promise<void> {
    await other.activate();
    await change();
    await tab.activate();
  }

  const expectPopupTexts = async (...words: string[]): Promise<void> => {
    const popup = await popupPage(browser, tab);
    await until(`the popup says ${words.join(', ')}`, 4_000, async () => {
      // `textContent` includes the closed details.
      const text = await popup.evaluate(() => document.body.textContent);
      return words.every((each) => text.includes(each));
    });
    await popup.close();
    await tab.activate();
  };

  portalTest('the portal is recognised, and asks nothing at rest', {}, async () => {
    expect((await tab.badge()).title).toContain('This page is fresh');
    await tab.activate();
    await pause(1_500);
    expect(questionCount()).toBe(0);
    await expectPopupTexts('This page is fresh', 'Jira was last heard of', 'Jira Service Management portal', '5.12.0');
  });

  portalTest('a portal that names the product and its user', { portalSaysMore: true }, async () => {
    await expectPopupTexts('This page was opened as', 'alice', 'Jira Service Management portal');
    await inOtherTab(() => switchTo(other, server, 'mallory'));
    await waitForBanner(tab, 'You opened this page as alice, but mallory is signed in now', 4_000);
    await drop('sill.txt');
    await waitForBanner(tab, '1 file is safe here: sill.txt', 4_000);
    expect(uploaded()).toEqual([]);
  });

  portalTest('a drop, a pick and the request arrive', {}, async () => {
    await tab.activate();
    await drop('sill.txt');
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await tab.pick(`${ZONE} input`, [makeFile('door.log').path]);
    expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
    await write('The sill is bent.');
    await send();
    await until('it is sent', 4_000, async () => server.jira.portalRequests.length === 1);
    expect(server.jira.portalRequests).toEqual([
      { user: 'alice', description: 'The sill is bent.', files: ['sill.txt', 'door.log'] },
    ]);
    expect(await tab.banner()).toBeNull();
  });

  portalTest('signed out: parks a drop until its user is back', {}, async () => {
    await tab.activate();
    await write('The sill is bent.');
    await waitForPageUser();
    await inOtherTab(() => logOut(other, server));
    await waitForBadge(tab, 'out', 4_000);
    await drop('sill.txt');
    const banner = await waitForBanner(tab, '1 file is safe here: sill.txt', 4_000);
    expect(banner.text).not.toMatch(/token|renew/i);
    await inOtherTab(() => logIn(other, server, 'mallory'));
    await waitForBanner(tab, 'You opened this page as alice, but mallory is signed in now', 4_000);
    await pause(500);
    expect(uploaded()).toEqual([]);
    await inOtherTab(() => switchTo(other, server, 'alice'));
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await waitForBadge(tab, '4h', 4_000);
    expect(uploaded()).toEqual(['sill.txt']);
    expect(await typedText()).toBe('The sill is bent.');
  });

  portalTest('“Sign in” leads back to the portal', {}, async () => {
    await inOtherTab(() => logOut(other, server));
    await waitForBanner(tab, 'You are signed out of Jira', 4_000);
    await tab.press('Sign in');
    const query = await until(
      'the login is opened',
      4_000,
      async () => server.jira.requests.findLast(({ query: each }) => each.includes('os_destination'))?.query,
    );
    expect(decodeURIComponent(query)).toContain(`os_destination=${PORTAL}`);
  });

  portalTest('if the page’s user is unknown, a file stays parked until the user decides', {}, async () => {
    await inOtherTab(() => logOut(other, server));
    await drop('sill.txt');
    await waitForBanner(tab, '1 file is safe here: sill.txt', 4_000);
    await inOtherTab(() => logIn(other, server, 'mallory'));
    await waitForBanner(tab, 'You have signed in since this page was opened', 4_000);
    await pause(500);
    expect(uploaded()).toEqual([]);
    await tab.press('Discard files');
    await tab.press('Dismiss');
    await tab.goto(server.url + PORTAL);
    await drop('sill.txt');
    expect(await attachLog(tab, 1)).toEqual(['ok']);
  });

  /** alice uploads a file, then signs in again: the new session doesn't have the file. */
  async function uploadAndReplaceSession(): Promise<void> {
    await tab.activate();
    await drop('sill.txt');
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await write('The sill is bent.');
    await inOtherTab(() => switchTo(other, server, 'alice'));
    await waitForBadge(tab, '4h', 4_000);
  }

  portalTest('blocks a request whose files would be missing; after “Attach again” it has them', {}, async () => {
    await uploadAndReplaceSession();
    await send();
    const banner = await waitForBanner(tab, LOST, 4_000);
    expect(banner).toMatchObject({ role: 'alert', buttons: ['Attach again', 'Dismiss'] });
    expect(banner.text).toContain('Nothing was sent, and what you wrote is still here.');
    expect(server.jira.portalRequests).toEqual([]);
    expect(await typedText()).toBe('The sill is bent.');
    await tab.press('Attach again');
    expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
    await until('the banner goes', 4_000, async () => (await tab.banner()) === null);
    await send();
    await until('it is sent', 4_000, async () => server.jira.portalRequests.length === 1);
    expect(server.jira.portalRequests).toEqual([
      { user: 'alice', description: 'The sill is bent.', files: ['sill.txt'] },
    ]);
  });

  portalTest(
    'after the warning the request can be sent without the files, but not by a double click',
    {},
    async () => {
      await uploadAndReplaceSession();
      await tab.page.click('#portal-form [type=submit]', { count: 2 });
      await waitForBanner(tab, LOST, 4_000);
      await pause(1_500);
      expect(server.jira.portalRequests).toEqual([]);
      await send();
      await until('it is sent', 4_000, async () => server.jira.portalRequests.length === 1);
      expect(server.jira.portalRequests).toMatchObject([{ user: 'alice', files: [] }]);
      await until('the banner goes', 4_000, async () => (await tab.banner()) === null);
    },
  );

  test('stores no token and logs no error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    expect(await browser.loggedErrors()).toEqual([]);
  });
});
