/** Private windows and containers: they have their own cookies, so the page itself asks Jira. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { makeFile } from './files.ts';
import { attachLog, borrowBrowser, returnBrowser, logIn, startScenario, switchTo, waitForBadge } from './scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  /** Makes a page of bob's stale; his drop renews it, whoever is signed in in other windows. */
  async function attachOnStalePage(open: (url: string) => Promise<Tab>): Promise<void> {
    const scenario = await startScenario(browser, {});
    const { server } = scenario;
    const bobsTab = await open(`${server.url}/login.jsp`);
    try {
      await logIn(bobsTab, server, 'bob');
      await bobsTab.goto(`${server.url}/browse/RAIL-7`);
      await waitForBadge(bobsTab, '4h', 3_000);
      await switchTo(bobsTab, server, 'bob');
      await waitForBadge(bobsTab, '!', 3_000);
      await bobsTab.activate();
      await bobsTab.drop('#dropzone', [makeFile('door.log').path]);
      expect(await attachLog(bobsTab, 1)).toEqual(['ok']);
      expect(server.jira.attachments.map(({ user }) => user)).toEqual(['bob']);
    } finally {
      await bobsTab.close();
      await scenario.end();
    }
  }

  test('renews a stale page of a private window for its own user', () =>
    attachOnStalePage((url) => browser.openPrivate(url)));

  test.runIf(kind === 'firefox')('renews a stale page of a container for its own user', () =>
    attachOnStalePage((url) => browser.openContainer(url)),
  );
});
