/**
 * A server, or a proxy in front of it, can answer the extension's question with a challenge. For a page's request,
 * browsers then open a login dialog, whose input goes to the challenger. The extension's question must never open one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUESTIONS } from '../../fixtures/jira/routes/questions.ts';
import { KINDS, type Browser } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { attachLog, launchAndWatch, switchTo, waitForBadge, waitForBanner, withScenario } from '../scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind);
  });
  afterAll(() => browser.close());

  // Browsers on Linux open no dialog for Negotiate; on other systems they may.
  test.each(['Basic', 'Digest', 'NTLM', 'Negotiate'] as const)(
    'a %s challenge opens no login dialog, neither when alice comes to the page nor when she attaches',
    (scheme) =>
      withScenario(browser, {}, async ({ tab, other, server }) => {
        const questionCount = (): number => server.jira.requests.filter(({ path }) => QUESTIONS.includes(path)).length;
        await waitForBadge(tab, '4h');
        const logins = await tab.watchLogins();
        await other.activate();
        await switchTo(other, server, 'alice');
        server.jira.faults.proof = { challenge: scheme };
        await tab.activate();
        await until('Jira is asked', 3_000, async () => questionCount() > 0);
        await pause(1_000);
        expect(await logins()).toEqual([]);

        // By the old file input, for which the page itself asks nothing.
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await waitForBadge(tab, '4h', 2_000);
        await tab.pick('#attach-input', [makeFile('door.log').path]);
        // A challenge without Jira's headers counts as a sign-in in front of it: the file is parked until she decides.
        await waitForBanner(tab, '1 file is safe here: door.log', 6_000);
        expect(await logins()).toEqual([]);
        await tab.press('Attach anyway');
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        await pause(500);
        expect(await logins()).toEqual([]);
      }),
  );
});
