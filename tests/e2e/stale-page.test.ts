/**
 * The main feature: detects a stale page, tells the user, and renews it. Case numbers are those of docs/jira-xsrf.md.
 */
import { describe, expect, test } from 'vitest';
import { serveJira } from '../fixtures/jira/serve.ts';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile, picture } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import {
  attachEveryWay,
  attachLog,
  createSignedInTest,
  logIn,
  logOut,
  switchTo,
  waitForBadge,
  waitForBanner,
  watch,
  withScenario,
  type Scenario,
} from './scenario.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';

/** Screenshots wait for the end of the banner's animation. */
const waitForAnimation = (): Promise<void> => pause(300);

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let scenario: Scenario;

  /** Each test has its own Jira and cookies. */
  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    onLaunch: (launched) => (browser = launched),
    beforeEach: (started) => {
      scenario = started;
    },
  });

  signedInTest('a fresh page has a green badge, shows no banner and asks nothing', {}, async () => {
    await until('the badge is green', 1_000, async () => {
      const seen = await scenario.tab.badge();
      return seen.title.includes('fresh') && seen.colour === '#1a7f37';
    });
    expect(await scenario.tab.banner()).toBeNull();
    expect(scenario.server.jira.requests.filter(({ path }) => path.startsWith('/rest/auth'))).toEqual([]);
  });

  signedInTest(
    'case 4: signed in again in another tab: the banner offers a renewal, which keeps the typed comment',
    { runsInBothBrowsers: true },
    async () => {
      const { tab, other, server } = scenario;
      await tab.page.type('#comment', 'half a sentence');
      await other.activate();
      await switchTo(other, server, 'alice');
      const badge = await waitForBadge(tab, '!');
      expect(badge.title).toBe('Freshtoken: You signed in again since this page was opened.');
      await until('the badge is red', 500, async () => (await tab.badge()).colour === '#c9252d');
      await waitForBanner(tab, 'You signed in again');
      await tab.activate();
      const banner = await waitForBanner(tab, 'Renewing mends it in place');
      expect(banner).toMatchObject({ role: 'status', buttons: ['Renew this page', 'Reload', 'Dismiss'] });
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again');
      await waitForBadge(tab, '4h');
      expect(await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe('half a sentence');

      await attachEveryWay(scenario);

      await tab.page.click('#comment-submit');
      await until('the comment is saved', 3_000, async () => server.jira.comments.length === 1);
      expect(server.jira.comments[0]).toEqual({ issue: 'RAIL-7', user: 'alice', body: 'half a sentence' });
    },
  );

  signedInTest('case 5: logged out in another tab: badge and banner say so', {}, async () => {
    const { tab, other, server } = scenario;
    await other.activate();
    await logOut(other, server);
    expect((await waitForBadge(tab, 'out')).title).toContain('You are signed out of Jira');
    expect((await waitForBanner(tab, 'You are signed out')).buttons).toEqual(['Sign in', 'Dismiss']);
  });

  signedInTest(
    'case 6: mallory signs in: never offers a renewal, and leaves alice’s page unchanged',
    { runsInBothBrowsers: true },
    async () => {
      const { tab, other, server } = scenario;
      const offered: string[] = [];
      const seen = async (): Promise<void> => {
        offered.push(...((await tab.banner())?.buttons ?? []));
      };
      const before = await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
      await other.activate();
      await logOut(other, server);
      await seen();
      await logIn(other, server, 'mallory');
      await waitForBadge(tab, '!');
      await seen();
      await tab.activate();
      for (let round = 0; round < 20; round++) await seen();
      expect((await waitForBadge(tab, 'user')).title).toContain('mallory is signed in now');
      const banner = await waitForBanner(tab, 'You opened this page as alice, but mallory is signed in now.');
      expect(banner.buttons).toEqual(['Reload', 'Dismiss']);
      const popup = await tab.popup();
      await until('the popup says so', 2_000, async () => (await popup.text()).includes('mallory is signed in now'));
      expect(await popup.buttons()).toEqual(['Reload', 'Stop watching']);
      await popup.close();
      expect(offered).not.toContain('Renew this page');
      expect(await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content)).toBe(before);
    },
  );

  signedInTest('case 7: an anonymous page, then alice signs in in another tab', {}, async () => {
    const { tab, other, server } = scenario;
    await logOut(other, server);
    await tab.goto(`${server.url}/browse/RAIL-7`);
    expect(await tab.banner()).toBeNull();
    await logIn(other, server, 'alice');
    expect((await waitForBadge(tab, 'in')).title).toContain('You have signed in');
    expect((await waitForBanner(tab, 'You have signed in')).buttons).toEqual(['Reload', 'Dismiss']);
    await Promise.all([tab.page.waitForNavigation(), tab.press('Reload')]);
    await until('the page is alice’s', 3_000, async () => (await tab.badge()).title.includes('fresh'));
  });

  signedInTest('case 9: another Jira on this host takes the cookie', {}, async () => {
    const { tab, other } = scenario;
    const second = await serveJira({ serverId: 'AOTH-ERJI-RAXX-0002' });
    await other.goto(`${second.url}/login.jsp`);
    expect((await waitForBadge(tab, 'jira')).title).toContain('Another Jira on this host');
    expect((await waitForBanner(tab, 'Another Jira on this host')).buttons).toEqual(['Reload', 'Dismiss']);
    await second.close();
  });

  signedInTest('case 11: cookies cleared while the page is hidden: shows “?” until Jira is asked', {}, async () => {
    const { tab, other } = scenario;
    await other.goto(`${scenario.server.url}/confluence/`);
    await other.activate();
    await browser.clearCookies();
    expect((await waitForBadge(tab, '?')).title).toContain('cookie for this page is gone');
    expect((await waitForBanner(tab, 'cookie for this page is gone')).buttons).toEqual(['Try again', 'Dismiss']);
    await tab.activate();
    await waitForBadge(tab, 'out');
  });

  signedInTest('case 12: a page from the back/forward cache has an old token, and is renewed', {}, async () => {
    const { tab, other, server } = scenario;
    await waitForBadge(tab, '4h');
    await tab.goto(`${server.url}/secure/Dashboard.jspa`);
    await switchTo(other, server, 'alice');
    await tab.activate();
    await tab.page.evaluate(() => history.back());
    await until('the issue is back', 3_000, () => tab.page.evaluate(() => location.pathname === '/browse/RAIL-7'));
    expect((await waitForBadge(tab, '!', 1_500)).title).toContain('You signed in again');
    await tab.activate();
    await waitForBanner(tab, 'Renewing mends it in place', 2_000);
    await tab.press('Renew this page');
    await waitForBanner(tab, 'This page is fresh again');
  });

  signedInTest('a question that leaving the page aborts is not shown as “Jira did not answer”', {}, async () => {
    const { tab, other, server } = scenario;
    await switchTo(other, server, 'alice');
    server.jira.faults.proof = { delayMillis: 1_500 };
    await tab.activate();
    await until('the question is under way', 2_000, async () =>
      server.jira.requests.some(({ path }) => path.startsWith('/rest/auth')),
    );
    // Navigate by a script of the page: the driver would wait for the answer first.
    await tab.page.evaluate(() => void (location.href = `${location.origin}/secure/Dashboard.jspa`));
    await until('the dashboard', 3_000, () => tab.page.evaluate(() => location.pathname.endsWith('Dashboard.jspa')));
    server.jira.faults.proof = undefined;
    await tab.page.evaluate(() => history.back());
    await until('the issue is back', 3_000, () => tab.page.evaluate(() => location.pathname === '/browse/RAIL-7'));
    await tab.activate();
    const seen: string[] = [];
    for (let round = 0; round < 30; round++) {
      seen.push((await tab.banner())?.text ?? '');
      await pause(50);
    }
    expect(seen.filter((text) => text.includes('did not answer'))).toEqual([]);
  });

  describe.each<[string, Partial<JiraOptions>]>([
    ['Jira 7', { profile: '7' }],
    ['Jira 8.3', { profile: '8.3' }],
    ['Jira 11, which refuses the first question', { profile: '11' }],
    ['a context path', { basePath: '/jira' }],
    ['an HttpOnly cookie', { httpOnlyCookie: true }],
    ['a quoted cookie', { profile: '7', quotedCookie: true }],
    ['a strict content security policy', { strictCsp: true }],
  ])('with %s', (_name, options) => {
    signedInTest('a stale page is detected and renewed, and a drop then arrives', options, async () => {
      const { tab, other, server } = scenario;
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 1_500);
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again');
      await waitForBadge(tab, '4h');
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(server.jira.attachments).toHaveLength(1);
    });
  });

  signedInTest('two Jiras at / and /jira of one host don’t conflict', {}, async () => {
    // One origin, two context paths: the cookie with the longest path comes first.
    const { tab, other, server } = scenario;
    await other.goto(`${server.url}/login.jsp`);
    await other.page.evaluate(
      (token) => {
        document.cookie = `atlassian.xsrf.token=${token}; path=/jira`;
      },
      `AOTH-ERJI-RAXX-0002_${'d'.repeat(40)}_lin`,
    );
    await pause(400);
    expect((await tab.badge()).title).toContain('fresh');
    expect(await tab.banner()).toBeNull();
  });

  signedInTest('a dismissed banner stays away until the verdict changes', {}, async () => {
    const { tab, other, server } = scenario;
    await switchTo(other, server, 'alice');
    await tab.activate();
    await waitForBanner(tab, 'Renewing mends it in place');
    await tab.press('Dismiss');
    await until('the banner goes', 1_000, async () => (await tab.banner()) === null);
    await other.activate();
    await tab.activate();
    await pause(500);
    expect(await tab.banner()).toBeNull();
    expect((await tab.badge()).text).toBe('!');
    await logOut(other, server);
    await waitForBanner(tab, 'You are signed out');
  });

  const waitForFresh = (text: string, within = 2_000): Promise<unknown> =>
    waitForBanner(scenario.tab, text, within).then(() => waitForBadge(scenario.tab, '4h'));

  signedInTest('with automatic renewal, a stale page renews itself when it is visible, and says so', {}, async () => {
    const { tab, other, server } = scenario;
    await browser.store('local', { [`settings ${server.url}`]: { renew: 'auto' } });
    await tab.page.type('#comment', 'half a sentence');
    await other.activate();
    await switchTo(other, server, 'alice');
    await waitForBadge(tab, '!');
    await pause(500);
    expect((await tab.badge()).text).toBe('!');
    await tab.activate();
    await waitForFresh('This page is fresh again');
    expect((await tab.banner())?.buttons).toEqual(['Dismiss']);
    expect(await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe('half a sentence');
    await attachEveryWay(scenario);
    await other.activate();
    await switchTo(other, server, 'mallory');
    await tab.activate();
    await waitForBanner(tab, 'mallory is signed in now', 7_000);
  });

  signedInTest('“Always on this site” makes the next stale page renew itself', {}, async () => {
    const { tab, other, server } = scenario;
    await switchTo(other, server, 'alice');
    await tab.activate();
    await waitForBanner(tab, 'Renewing mends it in place');
    await tab.press('Renew this page');
    expect((await waitForBanner(tab, 'This page is fresh again')).buttons).toEqual(['Always on this site', 'Dismiss']);
    await tab.press('Always on this site');
    await waitForBanner(tab, 'From now on, stale pages of this site are renewed without asking.');
    const [local] = JSON.parse(await browser.storage()) as [Record<string, unknown>];
    expect(local[`settings ${server.url}`]).toEqual({ renew: 'auto' });
    await tab.press('Dismiss');
    await other.activate();
    await switchTo(other, server, 'alice');
    await waitForBadge(tab, '!');
    await tab.activate();
    await waitForFresh('This page is fresh again');
    expect((await tab.banner())?.buttons).toEqual(['Dismiss']);
  });

  signedInTest('the popup shows the verdict of a stale page and renews it', {}, async () => {
    const { tab, other, server } = scenario;
    await switchTo(other, server, 'alice');
    await tab.activate();
    const popup = await tab.popup();
    await until('the popup offers it', 3_000, async () => (await popup.buttons()).includes('Renew this page'));
    expect(await popup.text()).toContain('You signed in again since this page was opened.');
    await popup.click('Renew this page');
    await until('the popup says fresh', 3_000, async () => (await popup.text()).includes('This page is fresh'));
    await popup.close();
    await waitForBadge(tab, '4h');
  });

  signedInTest('works when the background is killed between any two steps', {}, async () => {
    const { tab, other, server } = scenario;
    // Keep the page hidden, so that it asks nothing yet: a question aborted by a kill counts as “Jira did not answer”.
    await other.activate();
    await browser.killBackground();
    await logOut(other, server);
    await waitForBadge(tab, 'out', 1_500);
    await browser.killBackground();
    await logIn(other, server, 'alice');
    await waitForBadge(tab, '!', 1_500);
    await browser.killBackground();
    await tab.activate();
    await waitForBanner(tab, 'Renewing mends it in place', 1_500);
    await browser.killBackground();
    await tab.press('Renew this page');
    await waitForBanner(tab, 'This page is fresh again', 1_500);
    await browser.killBackground();
    await tab.drop('#dropzone', [makeFile('door.log').path]);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await tab.goto(`${server.url}/secure/Dashboard.jspa`);
    await until('the next page has its badge', 1_500, async () => (await tab.badge()).title.includes('fresh'));
  });

  signedInTest('the badge follows a navigation', {}, async () => {
    const { tab, other, server } = scenario;
    await switchTo(other, server, 'alice');
    await waitForBadge(tab, '!');
    await tab.goto(`${server.url}/secure/Dashboard.jspa`);
    await until('the next page is fresh', 2_500, async () => (await tab.badge()).title.includes('fresh'));
    await tab.goto(`${server.url}/confluence/`);
    await until('the button has no verdict', 1_500, async () => (await tab.badge()).title === 'Freshtoken');
    expect((await tab.badge()).text).toBe('');
    await tab.goto(`${server.url}/secure/forbidden`);
    await until('the title says that there is nothing to watch', 1_000, async () =>
      (await tab.badge()).title.includes('Nothing to watch'),
    );
    expect(await tab.banner()).toBeNull();
  });

  describe('unexpected input causes no false alarm', () => {
    signedInTest('a cookie of 4 kB of garbage', {}, async () => {
      const { tab } = scenario;
      await tab.page.evaluate((garbage) => {
        document.cookie = `atlassian.xsrf.token=${garbage}; path=/`;
      }, '%7C_x'.repeat(780));
      await until('it is not shown as fresh', 1_500, async () => ['?', '!'].includes((await tab.badge()).text));
      await until('Jira has set its own cookie again', 3_000, async () =>
        ['!', 'out', '4h'].includes((await tab.badge()).text),
      );
    });

    signedInTest('a page with ten metas', {}, async () => {
      const { tab, other, server } = scenario;
      await tab.page.evaluate(() => {
        const meta = document.querySelector('#atlassian-token')!;
        for (let n = 0; n < 9; n++) document.body.append(meta.cloneNode());
      });
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place');
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again');
      const tokens = await tab.page.$$eval('meta[name=atlassian-token]', (metas) =>
        metas.map((meta) => meta.getAttribute('content')),
      );
      expect(new Set(tokens).size).toBe(1);
    });

    signedInTest('a meta that changes a thousand times a second', {}, async () => {
      const { tab } = scenario;
      const own = await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
      await tab.page.evaluate(async (token) => {
        const meta = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
        const end = performance.now() + 1_500;
        for (let n = 0; performance.now() < end; n++) {
          meta.content = token.replace(/[0-9a-f]{40}/, n.toString(16).padStart(40, '0'));
          if (n % 10 === 0) await new Promise((done) => setTimeout(done, 8));
        }
        meta.content = token;
      }, own);
      await until('the page is fresh again', 1_500, async () => (await tab.badge()).title.includes('fresh'));
      await until('the banner is gone', 1_000, async () => (await tab.banner()) === null);
    });

    inOneBrowser(kind).each([
      ['bad-gateway', 'Your Jira can’t be reached', ['Try again', 'Dismiss']],
      ['hang-up', 'Your Jira can’t be reached', ['Try again', 'Dismiss']],
      ['html', 'A sign-in in front of your Jira has ended', ['Sign in', 'Dismiss']],
      ['sso-redirect', 'A sign-in in front of your Jira has ended', ['Sign in', 'Dismiss']],
      ['never', 'did not answer who is signed in', ['Try again', 'Reload', 'Dismiss']],
    ] as const)('a server that answers the proof with %s', (fault, sentence, buttons) =>
      withScenario(browser, {}, async ({ tab, other, server }) => {
        server.jira.faults.proof = fault;
        await other.activate();
        await switchTo(other, server, 'alice');
        await waitForBadge(tab, '!');
        await tab.activate();
        const banner = await waitForBanner(tab, sentence, 3_500);
        expect(banner.buttons).toEqual(buttons);
        const before = await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content);
        const retry = async (): Promise<void> => {
          if (buttons[0] === 'Try again') return tab.press('Try again');
          await other.activate();
          await tab.activate();
        };
        await retry();
        await pause(fault === 'never' ? 2_500 : 600);
        expect(await tab.page.$eval('#atlassian-token', (meta) => (meta as HTMLMetaElement).content)).toBe(before);
        server.jira.faults.proof = undefined;
        await retry();
        // “Try again” also renews the page. Coming back only offers the renewal.
        if (buttons[0] === 'Sign in') {
          await waitForBanner(tab, 'Renewing mends it in place');
          await tab.press('Renew this page');
        }
        await waitForBanner(tab, 'This page is fresh again');
      }),
    );
  });

  signedInTest(
    'after its permission is revoked, a site is shown as not watched, and not as signed out',
    {},
    async () => {
      const { tab, other, server } = scenario;
      await logOut(other, server);
      await waitForBanner(tab, 'You are signed out');
      await browser.revoke('http://127.0.0.1/*');
      await until('the badge shows it', 2_000, async () =>
        (await tab.badge()).title.includes('does not watch this site'),
      );
      expect((await tab.badge()).text).toBe('');
      await until('the banner is gone', 1_000, async () => (await tab.banner()) === null);
      await tab.goto(`${server.url}/browse/RAIL-7`);
      await pause(400);
      expect(await tab.banner()).toBeNull();
      await watch(browser);
      await tab.goto(`${server.url}/browse/RAIL-7`);
      await until('it is watched again', 2_000, async () => (await tab.badge()).title !== 'Freshtoken');
    },
  );

  test('stores no token and logs no error', async () => {
    const [stored, loggedErrors] = [await browser.storage(), await browser.loggedErrors()];
    expect(stored).not.toMatch(/[0-9a-f]{40}/);
    expect(loggedErrors).toEqual([]);
  });

  describe.each(['light', 'dark'] as const)('screenshots in %s', (scheme) => {
    signedInTest('stale, renewed, another user, and signed out', {}, async () => {
      const { tab, other, server } = scenario;
      await browser.setScheme(scheme);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place');
      await waitForAnimation();
      await tab.screenshot(picture(`${kind}-${scheme}-banner-stale`));
      const popup = await tab.popup();
      await until('the popup has its buttons', 3_000, async () => (await popup.buttons()).length > 1);
      await popup.screenshot(picture(`${kind}-${scheme}-popup-stale`));
      await popup.close();
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again');
      await waitForAnimation();
      await tab.screenshot(picture(`${kind}-${scheme}-banner-renewed`));
      await switchTo(other, server, 'mallory');
      await tab.activate();
      await waitForBanner(tab, 'mallory is signed in now', 7_000);
      await waitForAnimation();
      await tab.screenshot(picture(`${kind}-${scheme}-banner-other-user`));
      await logOut(other, server);
      await waitForBanner(tab, 'You are signed out');
      await waitForAnimation();
      await tab.screenshot(picture(`${kind}-${scheme}-banner-signed-out`));
      await browser.setScheme('light');
    });
  });
});
