/** Answers of a server, and events made up by a page's scripts, that try to keep a browser or a Jira busy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUESTIONS } from '../../fixtures/jira/routes/questions.ts';
import { KINDS, type Browser, type Tab } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { launchAndWatch, logOut, switchTo, waitForBadge, waitForBanner, withScenario } from '../scenario.ts';

/** A pause that users don't notice. */
const LONGEST_PAUSE_MILLIS = 200;
const NO_ANSWER = 'did not answer who is signed in';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind);
  });
  afterAll(() => browser.close());

  test.each([
    ['100 MB long', 'long'],
    ['compressed, and 100 MB long when it is unpacked', 'compressed'],
    ['with a name of a million letters', 'long name'],
  ] as const)('ignores an answer that is %s, without blocking the page', (_how, answer) =>
    withScenario(browser, {}, async ({ tab, other, server }) => {
      const questionCount = (): number => server.jira.requests.filter(({ path }) => QUESTIONS.includes(path)).length;
      server.jira.faults.proof = 'never';
      await other.activate();
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await waitForBanner(tab, NO_ANSWER, 4_000);
      const silent = [await tab.badge(), await tab.banner()];

      server.jira.faults.proof = { answer };
      const longestPause = await measurePauses(tab);
      const before = questionCount();
      await tab.press('Try again');
      await until('Jira is asked', 3_000, async () => questionCount() > before);
      await pause(3_000);
      expect(await longestPause()).toBeLessThan(LONGEST_PAUSE_MILLIS);
      expect([await tab.badge(), await tab.banner()]).toEqual(silent);
      expect((await browser.storage()).length).toBeLessThan(100_000);
    }),
  );

  test('parks a thousand made-up drops of a signed-out page, with few questions to Jira', () =>
    withScenario(browser, {}, async ({ tab, other, server }) => {
      await logOut(other, server);
      await waitForBadge(tab, 'out');
      await tab.activate();
      await waitForBanner(tab, 'You are signed out');
      const before = server.jira.requests.length;
      await tab.page.evaluate(() => {
        for (let n = 0; n < 1_000; n++) {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['x'], `made-up-${n}.txt`));
          const init = { bubbles: true, cancelable: true, composed: true, dataTransfer };
          document.querySelector('#dropzone')!.dispatchEvent(new DragEvent('drop', init));
        }
      });
      await pause(6_000);
      const since = server.jira.requests.slice(before);
      expect(since.filter(({ path }) => QUESTIONS.includes(path)).length).toBeLessThanOrEqual(20);
      expect(server.jira.uploads).toEqual([]);
      await waitForBanner(tab, 'safe here');
    }));
});

/** From now on measures the page's thread; returns a function that returns its longest pause in milliseconds. */
async function measurePauses(tab: Tab): Promise<() => Promise<number>> {
  await tab.page.evaluate(() => {
    const own = window as unknown as { longestPause: number };
    own.longestPause = 0;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      own.longestPause = Math.max(own.longestPause, now - last);
      last = now;
    }, 10);
  });
  return () => tab.page.evaluate(() => (window as unknown as { longestPause: number }).longestPause);
}
