/** Chromium: the released archive, unpacked over version 0.1.0, whose user has settings, sites and a session. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { storedFor } from '../fixtures/stored/stored.ts';
import { extract } from '../package/unzip.ts';
import { zipOf } from './archive.ts';
import type { Browser } from './browsers/browser.ts';
import { until } from './browsers/until.ts';
import { launchAndWatch, logIn } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'freshtoken-updated-'));
let browser: Browser;
let server: RunningJira;

/** Unpacks the archive, as one that says it is of another version. */
function unpack(version?: string): void {
  extract(zipOf('dist/chrome'), folder);
  const file = join(folder, 'manifest.json');
  if (version) writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), version }));
}

beforeAll(async () => {
  unpack('0.1.0');
  browser = await launchAndWatch('chromium', '127.0.0.1', folder);
  server = await serveJira({ basePath: '/jira' });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('an update in place keeps sites, settings and sessions, and uses them', async () => {
  const { local } = storedFor(server.url, Date.now());
  await browser.store('local', local);
  const tab = await browser.open('about:blank');
  await logIn(tab, server, 'alice');

  unpack('0.1.1');
  expect(await browser.update()).toEqual([]);
  const options = await browser.extensionPage('extension/options/index.html');
  expect(await options.evaluate(() => chrome.runtime.getManifest().version)).toBe('0.1.1');
  expect(await options.evaluate(() => chrome.storage.local.get())).toEqual(local);
  const card = `article[aria-label="${server.url}"]`;
  const shown = await until('the options show the site', 4_000, () =>
    options.$eval(card, (article) => [...article.querySelectorAll('input')].map(({ value }) => value).join()),
  );
  expect(shown).toContain('150');
  expect(await options.$eval('#all-warningMinutes', (field) => (field as HTMLInputElement).value)).toBe('20');

  // The site is still watched, and its own timeout applies: two hours and a half.
  await tab.goto(`${server.url}/browse/RAIL-7`);
  await until('the badge says how long the session lasts', 4_000, () =>
    options.evaluate(async (url) => {
      const { id } = (await chrome.tabs.query({})).find((each) => each.url === url)!;
      return (await chrome.action.getBadgeText({ tabId: id! })) === '2h';
    }, `${server.url}/browse/RAIL-7`),
  );
});
