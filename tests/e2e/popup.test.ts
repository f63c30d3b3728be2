/** The popup: renewing many pages, copying a diagnosis, discarding files; all of it by the keyboard. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import {
  borrowBrowser,
  returnBrowser,
  logIn,
  logOut,
  popupPage,
  request,
  waitForBadge,
  waitForBanner,
  withScenario,
  type Scenario,
} from './scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  const ruleTest = inOneBrowser(kind);
  let browser: Browser;
  let scenarios = 0;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  /** Opens alice's issue in several tabs and makes all of them stale. */
  async function withStaleTabs(count: number, run: (tabs: Tab[], scenario: Scenario) => Promise<void>): Promise<void> {
    // A new context path, so that the next test starts without this test's cookies.
    await withScenario(browser, { basePath: `/jira${++scenarios}` }, async (scenario) => {
      const tabs = [scenario.tab];
      while (tabs.length < count)
        tabs.push(await browser.open(`${scenario.server.url}/browse/RAIL-7?tab=${tabs.length}`));
      // She signs in without signing out first: after a sign-out the pages would renew themselves.
      await logIn(scenario.other, scenario.server, 'alice');
      for (const tab of tabs) await waitForBadge(tab, '!', 3_000);
      await run(tabs, scenario);
      for (const tab of tabs.slice(1)) await tab.close();
    });
  }

  /**
   * Opens a tab's popup after the page has asked Jira who is signed in. The popup's own tab hides the page, and a
   * hidden page asks nothing.
   */
  async function openPopupAfterProof(tab: Tab): Promise<Page> {
    await tab.activate();
    await until('the page offers its renewal', 5_000, async () =>
      (await tab.banner())?.buttons.includes('Renew this page'),
    );
    return popupPage(browser, tab);
  }

  const focusedElement = (page: Page): Promise<string> =>
    page.evaluate(() => document.activeElement!.id || document.activeElement!.textContent!);
  const waitForText = (page: Page, text: string): Promise<unknown> =>
    until(`it says "${text}"`, 5_000, () => page.evaluate((words) => document.body.innerText.includes(words), text));

  const tabToAndPress = async (page: Page, label: string, kindOf = 'button'): Promise<void> => {
    await until(`the way to "${label}"`, 5_000, async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(
        (words, element) => document.activeElement!.matches(element) && document.activeElement!.textContent === words,
        label,
        kindOf,
      );
    });
    await page.keyboard.press(kindOf === 'summary' ? ' ' : 'Enter');
  };

  ruleTest('“Renew all pages” renews every stale page, with one question to Jira for all of them', async () => {
    await withStaleTabs(4, async (tabs, { server }) => {
      const before = questionCount(server);
      const popup = await tabs[0]!.popup();
      await popup.click('Renew all pages');
      await until('all are renewed', 5_000, async () => (await popup.text()).includes('fresh again'));
      for (const tab of tabs) await waitForBadge(tab, '4h');
      // One question when the popup opened, and at most one to renew.
      expect(questionCount(server) - before).toBeLessThanOrEqual(2);
      await popup.close();
    });
  });

  ruleTest(
    'a page whose content script does not answer: the popup says that the renewal failed, and “Reload” works',
    async () => {
      await withStaleTabs(1, async ([tab]) => {
        const popup = await tab!.popup();
        await until('it is offered', 5_000, async () => (await popup.buttons()).includes('Renew this page'));
        await tab!.inContentScript('globalThis[Symbol.for("freshtoken")].copy.abort()');
        await popup.click('Renew this page');
        await until('the popup reports the failure', 8_000, async () =>
          (await popup.text()).includes('That did not work'),
        );
        await popup.click('Reload');
        await waitForBadge(tab!, '4h', 5_000);
      });
    },
  );

  ruleTest('by keyboard: renews a page, and copies a diagnosis without tokens and names', async () => {
    // Another Jira at the root of the host leaves a cookie, which is sent to this one too.
    await withScenario(browser, {}, async () => undefined);
    await withStaleTabs(1, async ([tab]) => {
      const page = await openPopupAfterProof(tab!);
      await tabToAndPress(page, 'Renew this page');
      await waitForBadge(tab!, '4h', 3_000);
      // The button has gone. The focus must move to the result.
      await waitForText(page, 'This page is fresh');
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');
      await tabToAndPress(page, 'Details', 'summary');
      await tabToAndPress(page, 'Copy diagnosis');
      await waitForText(page, 'Copied.');
      const text = await browser.clipboard();
      expect(text).toMatch(/^Freshtoken \d/);
      expect(text).toContain('Compared: equal');
      expect(text).toMatch(/Cookie 1: [0-9a-f]{8} · lin; Path=\/jira\d; SameSite=/);
      expect(text).toMatch(/stale\n[^]*fresh/);
      expect(text).not.toMatch(/[0-9a-f]{40}|alice/);
      // All times are in UTC, so that they can be compared with a server's log.
      expect(text).toMatch(/Verdict: fresh\n/);
      expect(text).toMatch(/Jira's last answer: signed-in, 20\d\d-/);
      expect(text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '')).not.toMatch(/\b\d\d?:\d\d\b/);

      await page.keyboard.press('Tab');
      await page.keyboard.press(' ');
      await page.keyboard.down('Shift');
      await page.keyboard.press('Tab');
      await page.keyboard.up('Shift');
      await page.keyboard.press('Enter');
      await until('the diagnosis names alice', 3_000, async () =>
        (await browser.clipboard()).includes('User of the page: alice'),
      );
      await page.close();
    });
  });

  ruleTest('without clipboard access the diagnosis is shown, with names only while their box is ticked', async () => {
    await withStaleTabs(1, async ([tab]) => {
      const page = await popupPage(browser, tab!);
      await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))));
      await tabToAndPress(page, 'Details', 'summary');
      expect(await page.evaluate(() => document.body.innerText)).toContain('You signed in again since');
      await tabToAndPress(page, 'Copy diagnosis');
      await waitForText(page, 'Select it here and copy it.');
      const shown = (): Promise<string> => page.$eval('textarea', ({ value }) => value);
      expect(await shown()).not.toContain('alice');
      await page.keyboard.press('Tab');
      await page.keyboard.press(' ');
      await until('the diagnosis names alice', 2_000, async () => (await shown()).includes('User of the page: alice'));
      await page.keyboard.press(' ');
      await until('the diagnosis has no name', 2_000, async () => !(await shown()).includes('alice'));
      await page.close();
    });
  });

  ruleTest('without sticky sessions the details name the likely cause, the banner does not', async () => {
    const options = { basePath: `/jira${++scenarios}`, rememberMe: true, clustered: true };
    const run = async ({ tab, other, server }: Scenario): Promise<void> => {
      await waitForBadge(tab, '4h', 3_000);
      server.jira.faults.noStickySessions = true;
      for (let round = 0; round < 6; round++) {
        await request(other, server, '/rest/gadget/1.0/activity');
        await waitForBadge(tab, '!', 3_000);
        // The page would count two changes within one refresh as one.
        await pause(350);
      }
      const page = await openPopupAfterProof(tab);
      expect((await tab.banner())?.text).not.toContain('sticky sessions');
      await tabToAndPress(page, 'Details', 'summary');
      await waitForText(page, 'sticky sessions');
      await page.close();
    };
    await withScenario(browser, options, run, true);
  });

  ruleTest('by keyboard: renews all pages, switches the guard off, and goes to another tab', async () => {
    await withStaleTabs(2, async ([other, own]) => {
      const page = await openPopupAfterProof(own!);
      await tabToAndPress(page, 'Renew all pages');
      await waitForText(page, 'All pages that were stale are fresh again.');
      for (const tab of [own!, other!]) await waitForBadge(tab, '4h', 3_000);
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');

      await until('the switch is reached', 3_000, async () => {
        await page.keyboard.press('Tab');
        return (await focusedElement(page)) === 'guard';
      });
      await page.keyboard.press(' ');
      await until('it is stored', 3_000, async () => (await browser.storage()).includes('"guard":"off"'));
      expect(await focusedElement(page)).toBe('guard');

      await until('the other tab is reached', 3_000, async () => {
        await page.keyboard.press('Tab');
        return (await focusedElement(page)).includes('RAIL-7');
      });
      const isSeen = (tab: Tab): Promise<boolean> => tab.page.evaluate(() => document.visibilityState === 'visible');
      expect(await isSeen(other!)).toBe(false);
      // The key closes the popup.
      await page.keyboard.down('Enter');
      await until('the other tab is active', 3_000, () => isSeen(other!));
    });
  });

  ruleTest(
    'names parked files after their banner was dismissed; by keyboard: discards and restores them',
    async () => {
      await withScenario(browser, { basePath: `/jira${++scenarios}` }, async ({ tab, other, server }) => {
        await waitForBadge(tab, '4h', 3_000);
        await logOut(other, server);
        await tab.activate();
        await tab.drop('#dropzone', [makeFile('door.log').path, makeFile('sill.txt').path]);
        const parkedText = '2 files are safe here: door.log, sill.txt.';
        await waitForBanner(tab, parkedText, 4_000);
        await tab.press('Dismiss');
        await until('the banner is gone', 2_000, async () => (await tab.banner()) === null);
        const badge = await waitForBadge(tab, 'file', 3_000);
        expect(badge.colour).toBe('#c9252d');
        expect(badge.title).toContain(`You are signed out of Jira. ${parkedText}`);

        const page = await popupPage(browser, tab);
        const waitForStatus = (text: string): Promise<unknown> =>
          until(`it says "${text}"`, 5_000, async () =>
            (await page.$$eval('[role=status]', (all) => all.map(({ textContent }) => textContent))).some((each) =>
              each?.replaceAll(/[\u2068\u2069]/g, '').includes(text),
            ),
          );
        await waitForStatus(parkedText);
        await tabToAndPress(page, 'Discard files');
        await waitForStatus('2 files were discarded: door.log, sill.txt.');
        await waitForBadge(tab, 'out', 3_000);
        // The button has become “Undo”, and keeps the focus.
        await until('the focus is on “Undo”', 2_000, async () => (await focusedElement(page)) === 'Undo');
        await page.keyboard.press('Enter');
        await waitForStatus(parkedText);
        await waitForBadge(tab, 'file', 3_000);
        await until('the popup is idle', 3_000, async () => (await page.$('[aria-busy=true]')) === null);
        expect(await focusedElement(page)).toBe('Discard files');
        await page.keyboard.press('Enter');
        await waitForStatus('2 files were discarded');
        await until('“Undo” is gone', 12_000, async () => (await focusedElement(page)) === 'verdict');
        await waitForBadge(tab, 'out', 3_000);
        await page.close();
      });
    },
  );

  ruleTest('by keyboard: stops watching a site, and watches it again', async () => {
    await withStaleTabs(1, async ([tab]) => {
      const page = await popupPage(browser, tab!);
      await tabToAndPress(page, 'Stop watching');
      await waitForText(page, 'Freshtoken does not watch this site yet');
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');
      await browser.allow('http://127.0.0.1/*');
      await tabToAndPress(page, 'Watch this site');
      await waitForText(page, 'Stop watching');
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');
      // Wait for the focus first: a key is lost while the focused button goes, and the text may still be of the first
      // time.
      await tabToAndPress(page, 'Stop watching');
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');
      await waitForText(page, 'Freshtoken has forgotten this site');
      await browser.allow('http://127.0.0.1/*');
      await tabToAndPress(page, 'Undo');
      await waitForText(page, 'Stop watching');
      await until('the focus is on the verdict', 2_000, async () => (await focusedElement(page)) === 'verdict');
      await page.close();
    });
  });

  test('logs no error', async () => {
    expect(await browser.loggedErrors()).toEqual([]);
  });
});

function questionCount({ jira }: Scenario['server']): number {
  return jira.requests.filter(({ path }) => path.includes('/rest/auth/')).length;
}
