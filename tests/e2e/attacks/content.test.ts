/**
 * User content is on the same page as Jira's own elements, and browsers make elements available by their names: the
 * extension must not mistake user content for Jira's elements or for its own objects.
 */
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenText } from '../../unit/tokens.ts';
import { KINDS, launch, type Browser } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { inOneBrowser } from '../one-browser.ts';
import {
  attachEveryWay,
  attachLog,
  startScenario,
  switchTo,
  waitForBadge,
  waitForBanner,
  watch,
  withScenario,
} from '../scenario.ts';

/** Every identifier of the content script, and two names of globals. */
const NAMES = [
  ...new Set(readFileSync('dist/chrome/extension/content/main.iife.js', 'utf8').match(/[A-Za-z_$][\w$]+/g)),
  'freshtokenLife',
  'freshtokenKept',
];

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(kind);
  });
  afterAll(() => browser.close());

  test('elements and frames named like the script’s globals have no effect, also on a page opened before it was watched', async () => {
    const userContent = `${NAMES.map((name) => `<p id="${name}"></p>`).join('')}
      <iframe name="freshtokenLife"></iframe><iframe name="freshtokenKept"></iframe>
      <iframe name="wrappedJSObject"></iframe>`;
    const scenario = await startScenario(browser, { basePath: '/jira', userContent });
    const { tab, other, server } = scenario;
    try {
      await watch(browser);
      await tab.activate();
      await waitForBadge(tab, '4h', 3_000);
      await tab.goto(`${server.url}/browse/RAIL-7`);
      await waitForBadge(tab, '4h', 3_000);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await attachEveryWay(scenario);
    } finally {
      await scenario.end();
    }
  });

  test('pictures and forms named like members of `document` have no effect', async () => {
    // The driver of the tests calls `document.hasFocus` itself.
    const names = NAMES.filter((name) => name !== 'hasFocus');
    const userContent = names.map((name) => `<img name="${name}"><form name="${name}"></form>`).join('');
    await withScenario(browser, { userContent }, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h');
      await other.activate();
      await switchTo(other, server, 'alice');
      await waitForBadge(tab, '!');
      await tab.activate();
      await waitForBanner(tab, 'Renewing mends it in place', 2_000);
      await tab.press('Renew this page');
      await waitForBanner(tab, 'This page is fresh again', 2_000);
      await waitForBadge(tab, '4h');
    });
  });

  test('a form with fields named like methods prevents neither the guard nor a later renewal', async () => {
    const fields = NAMES.map((name) => `<input type="hidden" name="${name}">`).join('');
    const userContent = `<form id="trap">${fields}<p id="trap-text">Drop it here!</p></form>`;
    await withScenario(browser, { userContent }, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h');
      const old = await tab.page.$eval('#atlassian-token', (meta) => meta.getAttribute('content')!);
      await other.activate();
      await switchTo(other, server, 'alice');
      await tab.activate();
      await tab.drop('#trap-text', [makeFile('door.log').path]);
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      const drawn = await tab.page.evaluate(async (token) => {
        const link = document.createElement('a');
        link.href = `/secure/Do.jspa?atl_token=${token}`;
        document.body.append(document.querySelector('#trap')!.cloneNode(true), link);
        await new Promise((done) => setTimeout(done, 100));
        return link.href;
      }, old);
      expect(drawn).not.toContain(old);
      expect(drawn).toContain('atl_token=');
    });
  });

  inOneBrowser(kind)('links and forms with a made-up or empty token get no valid one', async () => {
    const form = (id: string, token: string): string => `
      <form id="${id}" method="post" action="/secure/AddComment.jspa" target="trap">
        <input type="hidden" name="atl_token" value="${token}"><input type="hidden" name="id" value="RAIL-7">
        <input type="hidden" name="comment" value="A trap"><input type="file"><button>Show</button>
      </form>`;
    const userContent = `<iframe name="trap" hidden></iframe>${form('empty', '')}`;
    await withScenario(browser, { userContent }, async ({ tab, server }) => {
      await waitForBadge(tab, '4h');
      await tab.activate();
      const own = await tab.page.$eval('#atlassian-token', (meta) => meta.getAttribute('content')!);
      const madeUp = own.replace(/[0-9a-f]{40}/, 'c'.repeat(40));
      const query = `id=RAIL-7&comment=A+trap&atl_token=${encodeURIComponent(madeUp)}`;
      const link = `<a id="link" target="trap" href="/secure/AddComment.jspa?${query}">Show</a>`;
      await tab.page.$eval(
        'main',
        (main, html) => main.insertAdjacentHTML('beforeend', html),
        form('made-up', madeUp) + link,
      );
      await tab.pick('#empty [type=file]', [makeFile('door.log').path]);
      await pause(500);
      for (const [n, button] of ['#empty button', '#made-up button', '#link'].entries()) {
        await tab.page.click(button);
        await until(`${button} is refused`, 4_000, async () => {
          const sent = server.jira.requests.filter(({ path }) => path.endsWith('AddComment.jspa'));
          return sent.length === n + 1;
        });
      }
      expect(server.jira.comments).toEqual([]);
    });
  });

  inOneBrowser(kind)('an upload limit in user content does not switch the guard off', async () => {
    const userContent = '<p data-upload-limit="1"></p>';
    await withScenario(browser, { userContent, anatomy: 'real' }, async ({ tab, other, server }) => {
      await waitForBadge(tab, '4h');
      await other.activate();
      await switchTo(other, server, 'alice');
      await tab.activate();
      await tab.paste('#comment');
      expect(await attachLog(tab, 1)).toEqual(['ok']);
    });
  });

  test('a comment that looks like Jira’s refusal shows no banner', async () => {
    const userContent = `<div id="xsrf-error" class="xsrf-session-expired">
      <form id="atl_token_retry_form" class="xsrf-check-failed"></form></div>`;
    await withScenario(browser, { userContent }, async ({ tab }) => {
      await waitForBadge(tab, '4h');
      await pause(500);
      expect(await tab.banner()).toBeNull();
    });
  });

  inOneBrowser(kind)('a wiki, a picture or XML with Jira’s metas is not taken for a Jira', async () => {
    const token = tokenText({});
    const metas = `<meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0"/>
      <meta name="ajs-remote-user" content="alice"/>
      <meta id="atlassian-token" name="atlassian-token" content="${token}"/>`;
    const xhtml = (name: string): string =>
      `<${name} xmlns="http://www.w3.org/1999/xhtml"><head>${metas}</head><body><p>x</p></body></${name}>`;
    const pages: Record<string, readonly [type: string, text: string]> = {
      '/jira': ['text/html', `<!doctype html><head>${metas}</head><body><p>x</p></body>`],
      '/wiki': ['text/html', `<!doctype html><head><title>x</title></head><body><p>x</p>${metas}</body>`],
      '/picture.svg': ['image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg">${xhtml('g')}</svg>`],
      '/data.xml': ['application/xml', `<data>${xhtml('html')}</data>`],
      '/page.xhtml': ['application/xhtml+xml', xhtml('html')],
    };
    const app = new Hono();
    app.get('*', ({ req }) => {
      const [type, text] = pages[req.path] ?? ['text/plain', ''];
      return new Response(text, {
        headers: { 'Content-Type': type, 'Set-Cookie': `atlassian.xsrf.token=${token}; Path=/` },
      });
    });
    const server = await new Promise<{ url: string; close: () => void }>((done) => {
      const own = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        done({ url: `http://127.0.0.1:${port}`, close: () => own.close() }),
      );
    });
    const tab = await browser.open(`${server.url}/jira`);
    try {
      for (const path of Object.keys(pages).slice(1)) {
        await tab.goto(`${server.url}/jira`);
        await waitForBadge(tab, '4h', 3_000);
        await tab.goto(server.url + path);
        await until(`${path} has no badge`, 3_000, async () => (await tab.badge()).text === '');
        await pause(500);
        expect([path, (await tab.badge()).text, await tab.banner()]).toEqual([path, '', null]);
      }
    } finally {
      await tab.close();
      server.close();
    }
  });

  test('the extension logs no error', async () => {
    const loggedErrors = await browser.loggedErrors();
    expect(loggedErrors.filter((each) => /Freshtoken|extension:/.test(each))).toEqual([]);
  });
});
