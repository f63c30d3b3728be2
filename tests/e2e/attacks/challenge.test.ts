/**
 * A server, or a proxy before it, can answer our question with a challenge. Browsers then open a login dialog over the page for
 * a request of the page's: what is typed there goes to whoever has asked. None ever opens because of a question of ours.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUESTIONS } from '../../fixtures/jira/routes/questions.ts';
import { KINDS, type Browser } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { attachLog, badgeOf, bannerOf, inWorld, launchWatching, switchTo } from '../scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchWatching(kind);
  });
  afterAll(() => browser.close());

  // For Negotiate browsers on Linux ask nobody, elsewhere they may.
  test.each(['Basic', 'Digest', 'NTLM', 'Negotiate'] as const)(
    'a challenge for %s opens no login dialog: neither when alice comes nor when she attaches',
    (scheme) =>
      inWorld(browser, {}, async ({ tab, other, server }) => {
        const asked = (): number => server.jira.requests.filter(({ path }) => QUESTIONS.includes(path)).length;
        await badgeOf(tab, '4h');
        const logins = await tab.watchLogins();
        await other.activate();
        await switchTo(other, server, 'alice');
        server.jira.faults.proof = { challenge: scheme };
        await tab.activate();
        await until('Jira is asked', 3_000, async () => asked() > 0);
        await pause(1_000);
        expect(await logins()).toEqual([]);

        // By the old file input, whose page asks nothing of its own.
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await badgeOf(tab, '4h', 2_000);
        await tab.pick('#attach-input', [makeFile('door.log').path]);
        // A challenge without a mark of Jira's is a sign-in in front of it: the file is kept, and goes at her word.
        await bannerOf(tab, '1 file is safe here: door.log', 6_000);
        expect(await logins()).toEqual([]);
        await tab.press('Attach anyway');
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        await pause(500);
        expect(await logins()).toEqual([]);
      }),
  );
});
