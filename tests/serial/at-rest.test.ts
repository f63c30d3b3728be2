/**
 * The extension does nothing while there is nothing to do. Measured in Chromium, which reports timers and worker
 * starts.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countTimers } from '../bench/timers.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import type { Browser } from '../e2e/browsers/browser.ts';
import { pause } from '../e2e/browsers/until.ts';
import { launchAndWatch, waitForBadge, withScenario } from '../e2e/scenario.ts';

const TIMES = 20;
/** How long `npm test` and the long form watch a page at rest. */
const REST_MILLIS = process.env['REST'] === 'long' ? 60_000 : 5_000;

let browser: Browser;
/** The Jira by another host name, which is not watched. */
let unwatchedUrl: string;
let server: RunningJira;

beforeAll(async () => {
  browser = await launchAndWatch('chromium');
  server = await serveJira();
  unwatchedUrl = server.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

test(`${TIMES} navigations and ${TIMES} closed tabs of a site that is not watched don’t start the worker`, async () => {
  const tab = await browser.open(unwatchedUrl);
  await expectNoStartDuring(async () => {
    for (let n = 0; n < TIMES; n++) await tab.goto(`${unwatchedUrl}/browse/RAIL-${n}`);
    for (let n = 0; n < TIMES; n++) await (await browser.open(`${unwatchedUrl}/browse/RAIL-${n}`)).close();
    await pause(500);
  });
  await tab.close();
});

test(`a watched page at rest sets no timer, sends no request and starts no worker in ${REST_MILLIS / 1_000} s`, async () => {
  await withScenario(browser, {}, async ({ tab, server: own }) => {
    await waitForBadge(tab, '4h');
    await pause(3_000);
    const requests = own.jira.requests.length;
    let timers = 0;
    await expectNoStartDuring(async () => {
      timers = await countTimers(tab.page, async () => {
        await pause(REST_MILLIS);
        // Set one timer, to prove that timers are counted.
        await tab.page.evaluate(() => new Promise((done) => setTimeout(done, 20)));
      });
    });
    expect(timers).toBe(1);
    expect(own.jira.requests.length - requests).toBe(0);
  });
}, 120_000);

test('a page of a watched site starts the worker, so the count of starts works', async () => {
  await withScenario(browser, {}, async ({ tab, server: own }) => {
    // Wait for the report of the first page.
    await waitForBadge(tab, '4h');
    await pause(500);
    await browser.killBackground();
    const before = await browser.backgroundStarts();
    await tab.goto(`${own.url}/browse/RAIL-8`);
    await waitForBadge(tab, '4h');
    expect(await browser.backgroundStarts()).toBe(before + 1);
  });
});

/** Kills the worker, and expects that this work does not start it. */
async function expectNoStartDuring(work: () => Promise<void>): Promise<void> {
  await browser.killBackground();
  await pause(200);
  const before = await browser.backgroundStarts();
  await work();
  expect(await browser.backgroundStarts()).toBe(before);
}
