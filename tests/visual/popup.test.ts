/** The popup with every verdict, under every condition. */
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, POPUP_PATH, type Browser, type Tab } from '../e2e/browsers/browser.ts';
import { pause, until } from '../e2e/browsers/until.ts';
import { inOneBrowser } from '../e2e/one-browser.ts';
import { borrowBrowser, returnBrowser } from '../e2e/scenario.ts';
import { faultsOf, IS_WHOLE } from './conditions.ts';
import { LANGUAGES, reopenIn, textsOf, whyNoLanguage } from './languages.ts';
import { statesAt, type State } from './states.ts';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let server: RunningJira;
  let tabs: Tab[];
  let page: Page;
  let ids: number[];
  let states: State[];

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
    server = await serveJira();
    // Pages without Jira report nothing, so that the stored states are the test's.
    tabs = [];
    for (const name of ['one', 'two', 'three']) tabs.push(await browser.open(`${server.url}/no-page/${name}`));
    await pause(500);
    const helperPage = await browser.extensionPage(POPUP_PATH);
    ids = await idsOf(helperPage, `${server.url}/no-page/`);
    states = statesAt(Date.now(), server.url as State['page']['site']);
    page = await browser.extensionPage(`${POPUP_PATH}?tab=${ids[0]}`);
    await until('the popup is there', 5_000, () => page.$('#sentence'));
  });
  afterAll(async () => {
    await returnBrowser(browser);
    await server.close();
  });

  /** The state of a tab, as the background stores it. */
  const tabState = ({ evidence, verdict, page: { site } }: State): object => ({
    document: '0-1',
    address: `${site}/browse/RAIL-7`,
    site,
    evidence,
    storeId: kind === 'firefox' ? 'firefox-default' : '0',
    isPrivate: false,
    files: verdict === 'signed-out' ? ['door.log', 'sill.png'] : [],
  });
  const show = async (state: State): Promise<void> => {
    const others = [states[3]!, states[0]!];
    await browser.store('session', {
      [`tab:${ids[0]}`]: tabState(state),
      [`tab:${ids[1]}`]: tabState(others[0]!),
      [`tab:${ids[2]}`]: tabState(others[1]!),
    });
    await until('the popup shows it', 3_000, () =>
      page.$$eval('dd data', (all, name) => all.some((each) => each.getAttribute('value') === name), state.name),
    );
  };

  test('every verdict is readable and accessible under every condition', async () => {
    const faults: string[] = [];
    for (const [index, state] of states.entries()) {
      // In the short form each state runs in one browser.
      if (!IS_WHOLE && index % 2 !== Number(kind === 'firefox')) continue;
      await show(state);
      await page.evaluate(() => (document.querySelector('details')!.open = true));
      faults.push(...(await faultsOf(browser, page, { what: `popup ${state.name}`, index, width: 360 })));
    }
    expect(faults).toEqual([]);
  }, 240_000);

  test.skipIf(whyNoLanguage(kind))(
    `every verdict is readable and accessible in every language${whyNoLanguage(kind)}`,
    async () => {
      const faults: string[] = [];
      for (const [at, language] of LANGUAGES.entries()) {
        await reopenIn(page, language);
        for (const [index, state] of states.entries()) {
          if (!IS_WHOLE && index % 7 !== at) continue;
          await show(state);
          const what = `popup ${state.name} ${language}`;
          faults.push(...(await faultsOf(browser, page, { what, index, width: 360, isBrief: true })));
        }
      }
      expect(faults).toEqual([]);
    },
    600_000,
  );

  inOneBrowser(kind)(
    'a page without a known state gets the right sentence, readable and accessible',
    async () => {
      // The same Jira by a host name that is not watched.
      const tab = await browser.open(`${server.url.replace('127.0.0.1', 'localhost')}/login.jsp`);
      // Opening the popup grants `activeTab`, until the tab leaves the page.
      await (await tab.popup()).close();
      const [id] = await idsOf(page, tab.page.url());
      const become = (file: string) => (): Promise<void> =>
        tab.page.setContent(readFileSync(`tests/fixtures/pages/${file}`, 'utf8'));
      const stay = async (): Promise<void> => undefined;
      const leave = async (): Promise<void> => {
        const gone = await serveJira();
        await gone.close();
        await tab.goto(gone.url.replace('127.0.0.1', 'localhost')).catch(() => undefined);
        // An error page may reload by itself, which ends `activeTab`: open the popup again.
        await until('the popup sees it', 4_000, async () => {
          await pause(1_500);
          await (await tab.popup()).close();
          return (await idsOf(page, gone.url.replace('127.0.0.1', 'localhost'))).length > 0;
        });
      };
      const situations: [key: string, id: number, prepare: () => Promise<void>][] = [
        ['popup_is_jira', id!, stay],
        ['is_cloud', id!, become('jira-cloud-1001-lin.html')],
        ['popup_no_jira', id!, become('not-jira-bitbucket.html')],
        ['popup_watched_no_jira', ids[0]!, () => browser.store('session', { [`tab:${ids[0]}`]: null })],
        ['popup_no_page', -1, stay],
        // No extension can read a browser's own page, such as the one for a failed connection.
        ['popup_may_be_jira', id!, leave],
      ];
      const languages = whyNoLanguage(kind) ? ['en'] : LANGUAGES;
      const faults: string[] = [];
      for (const [index, [key, of, prepare]] of situations.entries()) {
        await prepare();
        const popup = await browser.extensionPage(`${POPUP_PATH}?tab=${of}`);
        for (const [at, language] of languages.entries()) {
          if (!IS_WHOLE && index % languages.length !== at) continue;
          if (!whyNoLanguage(kind)) await reopenIn(popup, language);
          const sentence = textsOf(language)[key]!;
          await until(`the popup says “${sentence}”`, 5_000, () =>
            popup.$eval(
              '#sentence',
              ({ textContent }, text) => {
                if (textContent === text) return true;
                throw new Error(document.body.innerText);
              },
              sentence,
            ),
          );
          const check = { what: `${key} ${language}`, index, width: 360, isBrief: language !== 'en' };
          faults.push(...(await faultsOf(browser, popup, check)));
        }
        await popup.close();
      }
      await tab.close();
      expect(faults).toEqual([]);
    },
    240_000,
  );
});

/** The ids of the tabs whose address starts with this, oldest first. */
async function idsOf(page: Page, address: string): Promise<number[]> {
  return page.evaluate(async (start) => {
    const { tabs } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
    const all = await tabs.query({});
    return all.filter(({ url }) => url?.startsWith(start)).map(({ id }) => id!);
  }, address);
}
