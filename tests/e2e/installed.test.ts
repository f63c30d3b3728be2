/** Firefox: the released archive, installed from its file, before and after a restart of the browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchInstalled, type Browser } from './browsers/browser.ts';
import { until } from './browsers/until.ts';
import { zipOf } from './archive.ts';
import { waitForBadge, withScenario } from './scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'freshtoken-installed-'));
const [archive, profile] = [join(folder, 'firefox.xpi'), join(folder, 'profile')];
let browser: Browser;

beforeAll(async () => {
  writeFileSync(archive, zipOf('dist/firefox'));
  browser = await launchInstalled(archive, profile);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('watches a site that the user grants, and still does after a restart, with the user’s settings', async () => {
  expect(browser.wasWelcomed).toBe(true);
  await browser.grant('http://127.0.0.1/*');
  await browser.store('local', { settings: { warningMinutes: 20 } });
  await withScenario(browser, {}, ({ tab }) => waitForBadge(tab, '4h', 4_000).then(() => undefined));

  await browser.close();
  browser = await launchInstalled(archive, profile);
  expect(browser.wasWelcomed).toBe(false);
  await withScenario(browser, {}, ({ tab }) => waitForBadge(tab, '4h', 4_000).then(() => undefined));
  const options = await browser.extensionPage('extension/options/index.html');
  await until('the options show the setting', 4_000, () =>
    options.$eval('#all-warningMinutes', (field) => (field as HTMLInputElement).value === '20'),
  );
}, 240_000);
