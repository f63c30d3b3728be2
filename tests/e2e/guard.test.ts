/** The guard: an attachment is never lost to a missing token. The whole of it is the matrix; here are its stories. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JiraOptions } from '../jira/options.ts';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile, picture } from './files.ts';
import {
  atAnIssue,
  attachLog,
  badgeOf,
  bannerOf,
  launchWatching,
  logIn,
  logOut,
  switchTo,
  type World,
} from './world.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let world: World;

  beforeAll(async () => {
    browser = await launchWatching(kind);
  });
  afterAll(() => browser.close());

  function alice(name: string, options: Partial<JiraOptions>, story: () => Promise<void>): void {
    test(name, async () => {
      world = await atAnIssue(browser, options);
      try {
        await badgeOf(world.tab, '4h');
        await story();
      } finally {
        await world.end();
      }
    });
  }

  alice(
    'case 4: signed in again elsewhere, a drop, a paste and a pick arrive with nothing pressed',
    {},
    async () => {
      const { tab, other, server } = world;
      const [dropped, picked] = [makeFile('door.log'), makeFile('sill.txt')];
      await other.activate();
      await switchTo(other, server, 'alice');
      await tab.activate();
      await tab.drop('#dropzone', [dropped.path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      await tab.pick('#attach-input', [picked.path]);
      expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
      await tab.paste('#comment');
      expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
      expect(server.jira.attachments.map(({ via, user }) => [via, user])).toEqual([
        ['drop', 'alice'],
        ['input', 'alice'],
        ['paste', 'alice'],
      ]);
      expect(server.jira.attachments.slice(0, 2).map(({ sha256 }) => sha256)).toEqual([
        dropped.sha256,
        picked.sha256,
      ]);
      await badgeOf(tab, '4h');
    },
  );

  alice('signed out, three files are kept, and attached by themselves when alice is back', {}, async () => {
    const { tab, other, server } = world;
    await other.activate();
    await logOut(other, server);
    await tab.activate();
    const files = ['a.log', 'b.log', 'c.log'].map((name) => makeFile(name));
    await tab.drop(
      '#dropzone',
      files.map(({ path }) => path),
    );
    const banner = await bannerOf(tab, '3 files are safe here: a.log, b.log, c.log', 4_000);
    expect(banner).toMatchObject({ role: 'alert', buttons: ['Sign in', 'Discard files', 'Dismiss'] });
    await pause(300);
    await tab.screenshot(picture(`${kind}-guard-kept`));
    await other.activate();
    await logIn(other, server, 'mallory');
    await tab.activate();
    await bannerOf(tab, 'mallory is signed in now', 4_000);
    await pause(500);
    expect(server.jira.uploads).toEqual([]);
    await other.activate();
    await switchTo(other, server, 'alice');
    await tab.activate();
    expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
    await bannerOf(tab, 'Your files have been handed to Jira');
    expect(server.jira.attachments.map(({ sha256, user }) => [sha256, user])).toEqual(
      files.map(({ sha256 }) => [sha256, 'alice']),
    );
  });

  alice('a comment is sent from a stale page, and a transition, and a vote', {}, async () => {
    const { tab, other, server } = world;
    await switchTo(other, server, 'alice');
    await tab.activate();
    await tab.page.type('#comment', 'half a sentence');
    await tab.page.click('#comment-submit');
    await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
    await until('the issue is back', 4_000, () =>
      tab.page.evaluate(() => document.readyState === 'complete' && !!document.querySelector('#vote')),
    );
    await switchTo(other, server, 'alice');
    await tab.activate();
    await tab.page.click('#vote');
    await until('the vote is counted', 4_000, async () =>
      server.jira.changes.some(({ what }) => what.startsWith('vote')),
    );
  });
});
