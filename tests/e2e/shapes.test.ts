/** The saved shapes of real pages in a browser: watched from the load on, and renewed completely. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { serveShape, SHAPES, type ShapeServer } from '../fixtures/jira/shapes.ts';
import { KINDS, type Browser, type Tab } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { inOneBrowser } from './one-browser.ts';
import { borrowBrowser, returnBrowser, waitForBadge, waitForBanner } from './scenario.ts';

const REWRITES = `<script>history.replaceState({}, '', '/secure/Rewritten.jspa')</script>`;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  describe.each(SHAPES)('%s', (name) => {
    inOneBrowser(kind).each([
      ['at its own address', ''],
      ['rewriting its address while it loads', REWRITES],
    ])('%s: shows the right badge from the load on, and a renewal replaces all old tokens', async (_how, added) => {
      await browser.clearCookies();
      const server = await serveShape(name, added);
      const other = await browser.open(`${server.url}/no-jira`);
      const tab = await browser.open(`${server.url}/browse/RAIL-7`);
      try {
        await until('the badge has the time left', 1_000, async () => /^\d+[hm]$/.test((await tab.badge()).text));
        expect((await tab.badge()).title).toContain('This page is fresh');
        await addForeignParts(tab, server);
        await other.activate();
        await other.goto(`${server.url}/sign-in-again`);
        await waitForBadge(tab, '!');
        await tab.activate();
        await waitForBanner(tab, 'Renewing mends it in place', 2_000);
        await tab.press('Renew this page');
        await waitForBanner(tab, 'This page is fresh again', 2_000);

        expect(await attributesWith(tab, secretOf(server.old))).toEqual(['#away@href', '#away-input@value']);
        const fresh = await attributesWith(tab, secretOf(server.current()));
        expect(fresh).toContain('#atlassian-token@content');
        expect(fresh.filter((place) => place.startsWith('#away'))).toEqual([]);
        await drawAgain(tab, server.old);

        const item = await tab.page.$('aui-item-link a');
        if (!item) return;
        await tab.page.evaluate(() => document.querySelector<HTMLElement>('aui-item-link a')!.click());
        await until('the transition is made', 2_000, async () => server.actions.length > 0);
        expect(server.actions).toEqual([{ path: '/secure/WorkflowUIDispatcher.jspa', isAccepted: true }]);
      } finally {
        await tab.close();
        await other.close();
        await server.close();
      }
    });
  });
});

/** Adds a link and a form to another host, with the page's token, as user content may contain them. */
async function addForeignParts(tab: Tab, { old }: ShapeServer): Promise<void> {
  await tab.page.evaluate((token) => {
    const link = document.createElement('a');
    link.id = 'away';
    link.href = `https://evil.example/?atl_token=${token}`;
    const form = document.createElement('form');
    form.action = 'https://evil.example/';
    const input = document.createElement('input');
    input.id = 'away-input';
    input.name = 'atl_token';
    input.setAttribute('value', token);
    form.append(input);
    document.body.append(link, form);
  }, old);
}

/** Draws a link by script with the old token; expects that it gets the new one. */
async function drawAgain(tab: Tab, old: string): Promise<void> {
  await tab.page.evaluate((token) => {
    const drawn = document.createElement('p');
    drawn.innerHTML = `<a id="drawn" href="/secure/Drawn.jspa?atl_token=${token}">Drawn</a>`;
    document.body.append(drawn);
  }, old);
  await pause(100);
  expect(await attributesWith(tab, secretOf(old))).not.toContain('#drawn@href');
}

/** The attributes that contain a text, as `#id@attribute` or `element@attribute`. */
async function attributesWith(tab: Tab, text: string): Promise<string[]> {
  return tab.page.evaluate(
    (wanted) =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        element
          .getAttributeNames()
          .filter((name) => element.getAttribute(name)!.includes(wanted))
          .map((name) => `${element.id ? `#${element.id}` : element.localName}@${name}`),
      ),
    text,
  );
}

function secretOf(token: string): string {
  return /[0-9a-f]{40}/.exec(token)![0];
}
