/** The banner with each of its texts, under every condition and in every language. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, launch, type Browser } from '../e2e/browsers/browser.ts';
import type { Shown } from './banner-page.ts';
import { faultsOf, IS_WHOLE } from './conditions.ts';
import { LANGUAGES, replaceTexts, tagOf, textsOf } from './languages.ts';
import { inOneBrowser } from '../e2e/one-browser.ts';
import { statesAt, type State } from './states.ts';

type Extras = Extract<Shown, object>['extras'];

const FILES = ['door.log', 'sill.png', 'hinge.txt'];
const OTHER_VIEWS = [
  'checking files',
  'checking a form',
  'failed, token',
  'failed, again',
  'failed, 0',
  'failed, 403',
  'lost',
  'lost before',
  'discarded',
  'renewed',
  'steps forgotten',
  'renewed, and always',
  'renewed always',
  'back again',
  'released',
  'refused, token',
  'refused, session',
  'refused, empty',
  'refused, fresh',
] as const;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let server: RunningJira;
  let page: Page;
  let code: string;

  beforeAll(async () => {
    code = await bundled();
    browser = await launch(kind);
    server = await serveJira();
    page = (await browser.open(`${server.url}/login.jsp`)).page;
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const now = Date.now();
  const verdicts = statesAt(now, 'https://jira.example.com' as State['page']['site']);
  const verdict = (name: string, extras: Extras = {}, what = name): [string, Shown] => {
    const { evidence } = verdicts.find((each) => each.name === name)!;
    return [what, { evidence, now, extras }];
  };
  const views: [string, Shown][] = [
    // Verdicts that only the badge shows appear in the banner when the user presses the key.
    ...verdicts.map(({ name }) => verdict(name, { isAsked: ['fresh', 'lapsed', 'unknown'].includes(name) })),
    ...verdicts
      .filter((each) => ['signed-out', 'other-user', 'signed-in'].includes(each.verdict))
      .map(({ name }) => verdict(name, { files: FILES }, `${name}, files`)),
    verdict('signed-out', { files: FILES.slice(0, 1) }, 'signed-out, a file'),
    verdict('stale, possible', { files: FILES, away: '' }, 'stale, files that the page does not take'),
    verdict('fresh', { files: FILES, away: 'RAIL-7' }, 'fresh, files for another issue'),
    verdict('signed-out', { isBlockedSend: true }, 'signed-out, a form that was not sent'),
    ...['gateway', 'offline', 'busy'].flatMap((name) => [
      verdict(name, { files: FILES, goes: 'attach' }, `${name}, files`),
      verdict(name, { isBlockedSend: true, goes: 'send' }, `${name}, a form that was not sent`),
    ]),
    verdict('fresh', { files: FILES, away: '', changed: FILES.slice(0, 1) }, 'fresh, a file that has changed'),
    verdict('fresh', { files: FILES, away: '', changed: FILES.slice(1) }, 'fresh, files that have changed'),
    ...OTHER_VIEWS.map((what): [string, Shown] => [what, what]),
  ];

  inOneBrowser(kind)(
    'each text is readable and accessible, under every condition and in every language',
    async () => {
      const faults: string[] = [];
      const usedKeys = new Set<string>();
      for (const language of LANGUAGES) {
        await loadPageIn(language);
        for (const [index, [name, view]] of views.entries()) {
          // In the short form each view runs in one language.
          if (!IS_WHOLE && index % 3 !== LANGUAGES.indexOf(language)) continue;
          const keys = await page.evaluate((it) => (window as unknown as BannerPage).show(it), view as never);
          expect(keys, name).not.toEqual([]);
          for (const key of keys.filter((each: string) => each !== 'language')) usedKeys.add(withoutForm(key));
          // In the short form both browsers show each view, and one of them checks it. Each browser runs all conditions.
          if (!IS_WHOLE && Math.floor(index / 6) % 2 !== Number(kind === 'firefox')) continue;
          const what = `banner ${name} ${language}`;
          const check = { what, index, width: 1_000, within: '[popover]', isOneOfMany: true };
          faults.push(...(await faultsOf(browser, page, check)));
        }
      }
      expect(faults).toEqual([]);
      expect([...usedKeys].toSorted()).toEqual(allBannerKeys());
    },
    600_000,
  );

  async function loadPageIn(language: string): Promise<void> {
    await page.goto(`${server.url}/login.jsp`);
    await page.evaluate(replaceTexts, textsOf(language), tagOf(language));
    await page.evaluate(code);
  }
});

interface BannerPage {
  show(shown: Shown): string[];
}

/** "Dismiss" is on every banner; the text of a script without its extension has its own test. */
const OTHERS = /^(action_dismiss|files_orphaned_\w+)$/;

/** The keys of all texts of the banner, without plural forms. */
function allBannerKeys(): string[] {
  const own =
    /^(verdict|crowded|files|failed|refusal|steps|held|form_held|nothing_sent|renewed|back_again|handed_over|action)(_|$)/;
  const keys = Object.keys(textsOf('en')).filter((key) => own.test(key) && !OTHERS.test(key));
  return [...new Set(keys.map(withoutForm))].toSorted();
}

function withoutForm(key: string): string {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

/** Bundles the page's script like the content script. */
async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('banner-page.ts', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, lib: { entry, name: 'page', formats: ['iife'] } },
  })) as Rollup.RollupOutput[];
  return built[0]!.output[0].code;
}
