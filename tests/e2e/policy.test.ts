/** A policy, from a real policy file where an administrator puts it. */
import { describe, expect, test } from 'vitest';
import { createClock } from '../jira/clock.ts';
import { KINDS } from './browsers/browser.ts';
import { setPolicy, whyNoPolicy } from './browsers/policy.ts';
import { pause } from './browsers/until.ts';
import { atAnIssue, badgeOf, underPolicy } from './world.ts';

describe.each(KINDS)('in %s', (kind) => {
  const why = whyNoPolicy(kind);

  test.skipIf(why)(`a policy’s timeout and its “stay signed in” hold over the user’s${why}`, async () => {
    const policy = { timeoutMinutes: 60, staySignedIn: false, banner: 'yes', colour: 'green' };
    await underPolicy(kind, policy, async (browser) => {
      await browser.store('local', { settings: { staySignedIn: true, timeoutMinutes: 600 } });
      const clock = createClock();
      const world = await atAnIssue(browser, { basePath: '/jira1', clock });
      const { tab, server } = world;
      // Of the wrong type and of unknown name: passed over, and the rest holds.
      await badgeOf(tab, '59m', 15_000);
      clock.advance(45);
      await browser.store('session', { aheadMillis: 45 * 60_000 });
      await badgeOf(tab, '14m', 3_000);
      await tab.activate();
      await tab.page.type('#comment', 'half a sentence');
      await pause(500);
      expect(server.jira.requests.filter(({ path }) => path.startsWith('/rest'))).toEqual([]);

      if (kind === 'chromium') {
        setPolicy(kind, browser.extensionId, { ...policy, timeoutMinutes: 120 });
        await badgeOf(tab, '1h', 15_000);
      }
      await world.end();
    });
  });
});
