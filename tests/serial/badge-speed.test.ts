/** How soon badge and banner are right: one second after a login in another tab, two after coming back to a page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Browser } from '../e2e/browsers/browser.ts';
import { launchAndWatch, logIn, logOut, waitForBadge, waitForBanner, withScenario } from '../e2e/scenario.ts';
import { createClock } from '../fixtures/jira/clock.ts';

const ROUNDS = 5;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind);
  });
  afterAll(() => browser.close());

  test('badge and banner show a stale page within a second of a login in another tab', async () => {
    await withScenario(browser, {}, async ({ tab, other, server }) => {
      const took: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await waitForBadge(tab, '4h');
        await logOut(other, server);
        const began = Date.now();
        await logIn(other, server, 'alice');
        await waitForBadge(tab, '!');
        await waitForBanner(tab, 'Renew');
        took.push(Date.now() - began);
      }
      report('a login elsewhere', took);
      expect(Math.max(...took)).toBeLessThanOrEqual(1_000);
    });
  });

  test('the badge shows the session’s end within two seconds of coming back to a page', async () => {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const clock = createClock();
      await browser.store('local', { aheadMillis: 0 });
      await withScenario(browser, { clock, basePath: `/jira${round}` }, async ({ tab, other, server }) => {
        await waitForBadge(tab, '4h');
        await other.goto(`${server.url}/confluence/`);
        await other.activate();
        clock.advance(301);
        await browser.store('local', { aheadMillis: 301 * 60_000 });
        await waitForBadge(tab, '?');
        const began = Date.now();
        await tab.activate();
        await waitForBadge(tab, 'out');
        took.push(Date.now() - began);
      });
    }
    report('coming back', took);
    expect(Math.max(...took)).toBeLessThanOrEqual(2_000);
  });

  function report(what: string, took: readonly number[]): void {
    console.log(`${kind}, ${what}: ${took.toSorted((a, b) => a - b).join(', ')} ms`);
  }
});
