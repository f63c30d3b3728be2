/** Policies, from a real policy file. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/settings/definitions.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { KINDS, launch, type Browser, type Kind } from '../e2e/browsers/browser.ts';
import { GECKO_ID } from '../e2e/browsers/firefox-privileged.ts';
import { removePolicy, setPolicy, whyNoPolicy } from '../e2e/browsers/policy.ts';
import { pause, until } from '../e2e/browsers/until.ts';
import { makeFile } from '../e2e/files.ts';
import {
  attachLog,
  startScenario,
  switchTo,
  waitForBadge,
  waitForBanner,
  withPolicy,
  withScenario,
} from '../e2e/scenario.ts';

describe.each(KINDS)('in %s', (kind) => {
  const why = whyNoPolicy(kind);

  test.skipIf(why)(`a policy’s timeout and “stay signed in” override the user’s${why}`, async () => {
    const policy = { timeoutMinutes: 12, staySignedIn: false, banner: 'yes', colour: 'green' };
    await withPolicy(kind, policy, async (browser) => {
      await browser.store('local', { settings: { staySignedIn: true, timeoutMinutes: 600 } });
      const clock = createClock();
      const scenario = await startScenario(browser, { basePath: '/jira1', clock });
      const { tab, server } = scenario;
      // The invalid and the unknown setting are ignored, the others apply.
      await waitForBadge(tab, '11m', 4_000);
      // Less than a quarter of an hour, after which coming back would ask Jira.
      clock.advance(10);
      await browser.store('local', { aheadMillis: 10 * 60_000 });
      await waitForBadge(tab, '1m', 3_000);
      await tab.activate();
      await tab.page.type('#comment', 'half a sentence');
      await pause(500);
      expect(server.jira.requests.filter(({ path }) => path.startsWith('/rest'))).toEqual([]);

      setPolicy(kind, browser.extensionId, { ...policy, timeoutMinutes: 120 });
      if (kind === 'chromium') await waitForBadge(tab, '1h', 4_000);
      else {
        // Firefox reads policies only when it starts.
        await pause(3_000);
        expect((await tab.badge()).text).toMatch(/^[01]m$/);
      }
      await scenario.end();
    });
  });

  test.skipIf(why)(`a policy’s “banner off” and “guard off” override the user’s${why}`, async () => {
    await withPolicy(kind, { banner: false, guard: 'off' }, async (browser) => {
      await browser.store('local', { settings: { banner: true, guard: 'on' } });
      const page = await browser.extensionPage(OPTIONS);
      await until('the choice is locked', 4_000, () => page.$('#all-guard:disabled'));
      await page.close();
      await withScenario(browser, {}, async ({ tab, other, server }) => {
        await switchTo(other, server, 'alice');
        await tab.activate();
        await waitForBadge(tab, '!', 4_000);
        await tab.drop('#dropzone', [makeFile('door.log').path]);
        expect(await attachLog(tab, 1)).toEqual(['missing-token']);
        expect(await tab.banner()).toBeNull();
      });
    });
  });

  test.skipIf(why)(
    `a policy’s “guard off” and “renew: ask” apply to a page’s first event, even if the background takes 3 s to start${why}`,
    async () => {
      const policy = { guard: 'off', renew: 'ask' };
      const run = async (browser: Browser): Promise<void> => {
        await browser.store('local', { settings: { guard: 'on', renew: 'auto' } });
        const page = await browser.extensionPage(OPTIONS);
        await until('the choice is locked', 8_000, () => page.$('#all-guard:disabled'));
        await page.close();
        await withScenario(browser, {}, async ({ tab, other, server }) => {
          await waitForBadge(tab, '4h', 8_000);
          await browser.killBackground();
          // The page becomes stale before it gets an answer from the background.
          await tab.goto(`${server.url}/browse/RAIL-7?again`);
          const began = Date.now();
          await switchTo(other, server, 'alice');
          await tab.activate();
          await tab.drop('#dropzone', [makeFile('door.log').path]);
          expect(await attachLog(tab, 1)).toEqual(['missing-token']);
          expect(Date.now() - began).toBeGreaterThan(2_000);
          // The page asks who is signed in, and does not renew itself.
          await waitForBadge(tab, '!', 8_000);
          await waitForBanner(tab, 'Jira refused a file: door.log.', 8_000);
        });
      };
      await withPolicy(kind, policy, run, withSlowBackground(kind));
    },
  );

  // Only in the long form: the one without a page waits long for it. The rule itself has unit tests.
  test.skipIf(why || !process.env['ROWS']).each([false, true])(
    `a policy’s “welcomePage” decides whether a forced installation opens the welcome page: %s${why}`,
    async (welcomePage) => {
      const folder = withForcedInstallation(kind);
      setPolicy(kind, kind === 'firefox' ? GECKO_ID : idOfFolder(folder), { welcomePage });
      try {
        const browser = await launch(kind, true, folder);
        await browser.close();
        expect(browser.wasWelcomed).toBe(welcomePage);
      } finally {
        removePolicy(kind);
      }
    },
  );

  test.skipIf(why)(`the ready file locks every choice, and offers its Jira${why}`, async () => {
    await withPolicy(kind, 'the ready file', async (browser) => {
      const page = await browser.extensionPage(OPTIONS);
      const open = (): Promise<string[]> =>
        page.$$eval('[id^="all-"]:is(select, input):not(:disabled)', (all) => all.map(({ id }) => id));
      await until('every choice is locked', 4_000, async () => (await open()).length === 0);
      const forAll = await page.$eval('section[aria-labelledby="all"]', ({ textContent }) => textContent);
      expect(forAll?.match(/Set by your organisation\./g)).toHaveLength(Object.keys(SETTINGS).length);
      expect(await page.$('article[aria-label="https://jira.example.com"]')).not.toBeNull();
      expect(await page.evaluate(() => document.body.innerText)).not.toContain('policy.');
    });
  });

  test.skipIf(why)(`the options lock a policy’s settings, and list its invalid ones${why}`, async () => {
    await withPolicy(kind, { guard: 'off', renew: 'auto', banner: 'yes', colour: 'green' }, async (browser) => {
      const page = await browser.extensionPage(OPTIONS);
      await until('the choice is locked', 4_000, () => page.$('#all-guard:disabled'));
      expect(await page.$eval('#all-renew:disabled', (input) => (input as HTMLInputElement).checked)).toBe(true);
      const text = await page.evaluate(() => document.body.innerText);
      expect(text).toContain('Set by your organisation.');
      if (kind === 'firefox') {
        // Chromium removes these by the schema, before the extension gets the policy.
        expect(text).toContain('policy.banner: expected true or false');
        expect(text).toContain('policy.colour: no setting');
      }
    });
  });

  test.skipIf(why)(`a Jira named in the policy can be watched with one click${why}`, async () => {
    await withPolicy(kind, { sites: [`${NAMED}/jira/`, 'jira'] }, async (browser) => {
      const page = await browser.extensionPage(OPTIONS);
      await browser.allow(`${NAMED}/*`);
      const card = `article[aria-label="${NAMED}/jira"]`;
      await until('it is offered', 4_000, () =>
        page.evaluate(
          (where) => document.querySelector(where)?.textContent?.includes('does not watch it yet') === true,
          card,
        ),
      );
      expect(await page.evaluate(() => document.body.innerText)).toContain(
        'policy.sites[1]: expected an address like "https://jira.example.com/jira"',
      );
      await page.focus(`${card} button`);
      await page.keyboard.press('Enter');
      await until('it is watched', 5_000, () =>
        page.evaluate((where) => document.querySelector(where)?.textContent?.includes('Stop watching'), card),
      );
    });
  });
});

/** The id that Chromium gives to an extension that is loaded from a folder without a key. */
function idOfFolder(path: string): string {
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return digest.replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/** Copies the shipped extension, with a background that takes three seconds to start; returns the folder. */
function withSlowBackground(kind: Kind): string {
  return withFirst(kind, 'for (const end = Date.now() + 3_000; Date.now() < end; );');
}

/** Copies the shipped extension, which then believes that a policy has installed it; returns the folder. */
function withForcedInstallation(kind: Kind): string {
  return withFirst(
    kind,
    `const self = { installType: 'admin' };
    (globalThis.browser ?? chrome).management.getSelf = (done) => (done ? done(self) : Promise.resolve(self));`,
  );
}

/** Copies the shipped extension, with a script that its background runs first; returns the folder. */
function withFirst(kind: Kind, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'freshtoken-changed-'));
  cpSync(`dist/${kind === 'firefox' ? 'firefox' : 'chrome'}`, folder, { recursive: true });
  const loader = `${folder}/service-worker-loader.js`;
  writeFileSync(`${folder}/first.js`, script);
  writeFileSync(loader, `import './first.js';\n${readFileSync(loader, 'utf8')}`);
  return folder;
}

const OPTIONS = 'extension/options/index.html';
const NAMED = 'https://jira.example.com';
