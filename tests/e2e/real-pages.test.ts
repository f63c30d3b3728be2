/**
 * Pages made of real parts: addresses that change without a load, AUI menus, drop zones with an upload limit. The
 * cases are those of docs/jira-xsrf.md.
 */
import { describe, expect } from 'vitest';
import { KINDS, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import {
  attachLog,
  createSignedInTest,
  logIn,
  logOut,
  switchTo,
  waitForBadge,
  waitForBanner,
  type Scenario,
} from './scenario.ts';

/** The long form runs all views and both AUI versions. The matrix also covers AUI 8. */
const IS_LONG = process.env['PAGES'] === 'whole';
const AUI = IS_LONG ? (['8', '9'] as const) : (['9'] as const);
const ZONE = '.issue-drop-zone[duitype]';
/**
 * Signing out and in by hand takes at least this long. A faster change is taken for a cross-site embed, which causes
 * no renewal.
 */
const BY_HAND_MILLIS = 2_200;

describe.each(KINDS)('in %s', (kind) => {
  let scenario: Scenario;

  /** Each test has its own Jira, with pages of real parts, and its own cookies. */
  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    options: { anatomy: 'real' },
    beforeEach: (started) => {
      scenario = started;
    },
  });

  const goTo = (path: string): Promise<void> => scenario.tab.goto(`${scenario.server.url}${path}`);
  const path = (): Promise<string> => scenario.tab.page.evaluate(() => location.pathname + location.search);

  async function waitForPopupText(tab: Tab, text: string): Promise<void> {
    await tab.activate();
    const popup = await tab.popup();
    await until(`the popup says "${text}"`, 3_000, async () => (await popup.text()).includes(text));
    await popup.close();
  }

  describe('a page that changes its address', () => {
    signedInTest(
      'a dashboard that rewrites its address while it loads shows its badge at once',
      { rewritesAddress: true },
      async () => {
        await goTo('/');
        await waitForBadge(scenario.tab, '4h');
        expect(await path()).toBe('/secure/Dashboard.jspa');
        await logOut(scenario.other, scenario.server);
        await waitForBadge(scenario.tab, 'out');
      },
    );

    /** Views that show issues by script: name, address, and the link to the next issue. */
    const VIEWS = [
      ['the issue navigator', '/issues/?jql=project%3DRAIL', '.issue-list a[data-key="RAIL-8"]'],
      ['a project’s issues', '/projects/RAIL/issues/RAIL-7', '.issue-list a[data-key="RAIL-8"]'],
      ['a board', '/secure/RapidBoard.jspa?rapidView=1', '.ghx-issue[data-issue-key="RAIL-8"]'],
    ] as const;

    describe.each(IS_LONG ? VIEWS : [VIEWS[0], VIEWS[2]])('%s', (_name, address, next) => {
      async function showNext(): Promise<void> {
        await goTo(address);
        await waitForBadge(scenario.tab, '4h');
        await scenario.tab.page.click(next);
        await until('the next issue is shown', 2_000, () =>
          scenario.tab.page.evaluate(() => document.querySelector('#key-val')?.textContent?.trim() === 'RAIL-8'),
        );
        expect(await path()).toContain('RAIL-8');
      }

      signedInTest('badge, banner and popup work after another issue is shown', {}, async () => {
        const { tab, other, server } = scenario;
        await showNext();
        expect((await tab.badge()).text).toBe('4h');
        await logOut(other, server);
        await waitForBadge(tab, 'out');
        await waitForBanner(tab, 'You are signed out');
        await waitForPopupText(tab, 'You are signed out of Jira');
        await pause(BY_HAND_MILLIS);
        await logIn(other, server, 'alice');
        await waitForBanner(tab, 'You are signed in again, and this page is fresh', 3_000);
        await waitForBadge(tab, '4h');
      });

      signedInTest('files for the shown issue are parked until alice is back, and arrive there', {}, async () => {
        const { tab, other, server } = scenario;
        await showNext();
        await logOut(other, server);
        await waitForBadge(tab, 'out');
        await tab.activate();
        await tab.drop(ZONE, [makeFile('door.log').path]);
        await waitForBanner(tab, '1 file is safe here: door.log', 3_000);
        const popup = await tab.popup();
        await popup.click('Stop watching');
        await until('the popup refuses, because files are parked', 3_000, async () =>
          (await popup.text()).includes('Files wait in a page of this site'),
        );
        await popup.close();
        await logIn(other, server, 'alice');
        await tab.activate();
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect(server.jira.attachments.map(({ issue, user }) => [issue, user])).toEqual([['RAIL-8', 'alice']]);
      });

      signedInTest('“Sign in” leads back to the shown issue', {}, async () => {
        const { tab, other, server } = scenario;
        await showNext();
        await logOut(other, server);
        await waitForBanner(tab, 'You are signed out');
        await tab.activate();
        await tab.press('Sign in');
        const { query } = await until('the login page is requested', 3_000, async () =>
          server.jira.requests.find((each) => each.query.includes('os_destination')),
        );
        expect(decodeURIComponent(query)).toContain('os_destination=/browse/RAIL-8');
      });
    });

    signedInTest('a board’s quick filter changes only the address', {}, async () => {
      const { tab, other, server } = scenario;
      await goTo('/secure/RapidBoard.jspa?rapidView=1&selectedIssue=RAIL-8');
      await waitForBadge(tab, '4h');
      await tab.page.click('.js-quickfilter-button[data-filter-id="2"]');
      expect(await path()).toContain('quickFilter=2');
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await waitForPopupText(tab, 'You signed in again since this page was opened');
    });

    signedInTest('works on a page that rewrites its address a hundred times a second', {}, async () => {
      const { tab, other, server } = scenario;
      await waitForBadge(tab, '4h');
      await tab.page.evaluate(() => {
        let n = 0;
        const timer = setInterval(() => {
          // Browsers limit how often a page may rewrite its address, and then throw.
          try {
            history.replaceState({}, '', `?n=${n++}`);
            if (n >= 200) clearInterval(timer);
          } catch {
            // Ignore it.
          }
        }, 10);
      });
      await pause(1_000);
      expect((await tab.badge()).text).toBe('4h');
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!', 3_000);
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 2_000);
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again', 2_000);
    });
  });

  describe('a renewal', () => {
    async function renew(): Promise<string> {
      const { tab, other, server } = scenario;
      const old = await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 2_000);
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again', 2_000);
      return old;
    }

    /** How many attributes and templates of the document contain a text. */
    const occurrencesOf = (text: string): Promise<number> =>
      scenario.tab.page.evaluate((wanted) => {
        const attributes = [...document.querySelectorAll('*')].flatMap((element) => [
          ...[...element.attributes].map(({ value }) => value),
          element instanceof HTMLTemplateElement ? element.innerHTML : '',
        ]);
        return attributes.filter((value) => value.includes(wanted)).length;
      }, text);

    describe.each(AUI)('with AUI %s', (aui) => {
      signedInTest('makes a transition from the workflow menu valid again', { aui }, async () => {
        const { tab, server } = scenario;
        const old = await renew();
        expect(await occurrencesOf(old)).toBe(0);
        await tab.page.click('#opsbar-transitions_more');
        await tab.page.waitForSelector('#action_id_31 a', { visible: true });
        await Promise.all([tab.page.waitForNavigation(), tab.page.click('#action_id_31 a')]);
        expect(server.jira.changes).toEqual([{ what: 'transition RAIL-7 31', user: 'alice' }]);
      });

      signedInTest('happens before a transition from a stale page’s menu is sent', { aui }, async () => {
        const { tab, other, server } = scenario;
        await switchTo(other, server, 'alice');
        await waitForBadge(tab, '!');
        await tab.activate();
        await tab.page.click('#opsbar-transitions_more');
        await tab.page.waitForSelector('#action_id_31 a', { visible: true });
        await Promise.all([tab.page.waitForNavigation(), tab.page.click('#action_id_31 a')]);
        expect(server.jira.changes).toEqual([{ what: 'transition RAIL-7 31', user: 'alice' }]);
      });

      signedInTest('also covers links that a script draws later from the page’s templates', { aui }, async () => {
        const { tab } = scenario;
        const old = await renew();
        await tab.page.click('#redraw-links');
        expect(await tab.page.$$('#drawn-links a[href*=atl_token]')).not.toHaveLength(0);
        await until('the old token is gone', 1_000, async () => (await occurrencesOf(old)) === 0);
      });

      signedInTest('leaves a menu item without an address alone', { aui }, async () => {
        const { tab, other, server } = scenario;
        await switchTo(other, server, 'alice');
        await waitForBadge(tab, '!');
        await tab.activate();
        const wasClicked = await tab.page.evaluate(() => {
          const item = document.createElement('aui-item-link');
          document.body.append(item);
          let isClicked = false;
          item.addEventListener('click', () => (isClicked = true));
          item.click();
          return isClicked;
        });
        expect(wasClicked).toBe(true);
      });
    });

    signedInTest(
      'puts no token into user content that leads to another host',
      {
        userContent: `<a id="away" href="https://evil.example/?atl_token=OLD">x</a>
          <form action="https://evil.example/"><input id="away-token" name="atl_token" value=""><input id="away-file" type="file"></form>`,
      },
      async () => {
        const { tab } = scenario;
        await tab.page.evaluate(() => {
          const { content } = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
          const link = document.querySelector<HTMLAnchorElement>('#away')!;
          link.href = link.href.replace('OLD', content);
        });
        const old = await renew();
        expect(await tab.page.$eval('#away', (link) => link.getAttribute('href'))).toContain(old);
        await tab.pick('#away-file', [makeFile('door.log').path]);
        await pause(500);
        expect(await tab.page.$eval('#away-token', (input) => (input as HTMLInputElement).value)).toBe('');
      },
    );

    signedInTest('works on a page that has replaced its meta', {}, async () => {
      const { tab } = scenario;
      await tab.page.evaluate(() => {
        const meta = document.querySelector('#atlassian-token')!;
        meta.replaceWith(meta.cloneNode());
      });
      const old = await renew();
      expect(await occurrencesOf(old)).toBe(0);
    });

    signedInTest('covers five thousand links with the token', {}, async () => {
      const { tab } = scenario;
      await tab.page.evaluate(() => {
        const { content } = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
        const all = document.createElement('div');
        all.hidden = true;
        for (let n = 0; n < 5_000; n++) {
          const link = document.createElement('a');
          link.href = `/secure/Do.jspa?id=${n}&atl_token=${content}`;
          all.append(link);
        }
        document.body.append(all);
      });
      const old = await renew();
      expect(await occurrencesOf(old)).toBe(0);
    });
  });

  describe('a form with a token in its address and one in its input', () => {
    signedInTest('is sent with both tokens renewed', {}, async () => {
      const { tab, other, server } = scenario;
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await tab.page.type('#comment', 'half a sentence');
      await Promise.all([tab.page.waitForNavigation(), tab.page.click('#issue-comment-add-submit')]);
      expect(server.jira.comments).toEqual([{ issue: 'RAIL-7', user: 'alice', body: 'half a sentence' }]);
    });

    signedInTest('is accepted if only its address has the old token', {}, async () => {
      const { tab, other, server } = scenario;
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      // The page's scripts have written the new token into meta and input, as they do when a dialog closes.
      await tab.page.evaluate(() => {
        const token = /atlassian\.xsrf\.token=([^;]+)/.exec(document.cookie)![1]!;
        document.querySelector<HTMLMetaElement>('#atlassian-token')!.content = token;
        document.querySelector<HTMLInputElement>('#issue-comment-add [name=atl_token]')!.value = token;
      });
      await tab.activate();
      await waitForBadge(tab, '4h', 2_000);
      await tab.page.type('#comment', 'half a sentence');
      await Promise.all([tab.page.waitForNavigation(), tab.page.click('#issue-comment-add-submit')]);
      expect(server.jira.comments).toEqual([{ issue: 'RAIL-7', user: 'alice', body: 'half a sentence' }]);
    });
  });

  describe('a drop zone', () => {
    signedInTest('uploads files from its file dialog, on a stale page too', {}, async () => {
      const { tab, other, server } = scenario;
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await tab.pick('.issue-drop-zone__file', [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(server.jira.attachments.map(({ via }) => via)).toEqual(['browse']);
      expect(server.jira.requests.filter(({ status }) => status === 500)).toEqual([]);
    });

    signedInTest(
      'lets the page refuse a file over its limit at once, and parks no such file',
      { uploadLimitBytes: 1_000 },
      async () => {
        const { tab, other, server } = scenario;
        await logOut(other, server);
        await waitForBadge(tab, 'out');
        await tab.activate();
        await tab.drop(ZONE, [makeFile('large.log', 2_000).path]);
        expect(await attachLog(tab, 1)).toEqual(['too-large']);
        expect((await tab.banner())?.text).not.toContain('safe here');
      },
    );
  });

  describe('the login page of Jira 10', () => {
    signedInTest('leads to a watched page', { profile: '10' }, async () => {
      const { tab, other, server } = scenario;
      await logOut(other, server);
      await goTo('/login.jsp?os_destination=%2Fbrowse%2FRAIL-8');
      await tab.page.waitForSelector('#username-field');
      await tab.page.type('#username-field', 'alice');
      await tab.page.type('#password-field', 'alice');
      await Promise.all([tab.page.waitForNavigation(), tab.page.click('#login-button')]);
      await waitForBadge(tab, '4h', 2_000);
      expect(await path()).toBe('/browse/RAIL-8');
    });

    signedInTest('two logins by hand in ten minutes are not diagnosed as an embed', { profile: '10' }, async () => {
      const { tab, other, server } = scenario;
      for (let n = 0; n < 2; n++) {
        await logOut(other, server);
        await waitForBadge(tab, 'out');
        await pause(BY_HAND_MILLIS);
        await logIn(other, server, 'alice');
        await until('the page is fresh again or says so', 3_000, async () =>
          ['4h', '!'].includes((await tab.badge()).text),
        );
        expect((await tab.banner())?.text ?? '').not.toContain('without your session');
      }
      await tab.activate();
      const popup = await tab.popup();
      await until('the popup shows the session', 3_000, async () => (await popup.text()).includes('alice'));
      expect(await popup.text()).not.toContain('embed');
      await popup.close();
    });
  });
});
