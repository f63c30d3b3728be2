/** The banner in everything that it says, under every condition and in every language. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, launch, type Browser } from '../e2e/browsers/browser.ts';
import type { Shown } from './banner-page.ts';
import { faultsOf, IS_WHOLE } from './conditions.ts';
import { LANGUAGES, speak, tagOf, textsOf } from './languages.ts';
import { statesAt, type State } from './states.ts';

type Extras = Extract<Shown, object>['extras'];

const FILES = ['door.log', 'sill.png', 'hinge.txt'];
const OTHER_VIEWS = [
  'held',
  'form held',
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
  'handed over',
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
  const scenes: [string, Shown][] = [
    // Those that the badge alone tells are said to who asks.
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

  test('everything that it says looks well and reads well, everywhere and in every language', async () => {
    const faults: string[] = [];
    const said = new Set<string>();
    for (const language of LANGUAGES) {
      await speakIn(language);
      for (const [index, [name, scene]] of scenes.entries()) {
        // Each scene in one language, unless all of it is wanted.
        if (!IS_WHOLE && index % 3 !== LANGUAGES.indexOf(language)) continue;
        const keys = await page.evaluate((it) => (window as unknown as OurPage).show(it), scene as never);
        expect(keys, name).not.toEqual([]);
        for (const key of keys.filter((each: string) => each !== 'language')) said.add(withoutForm(key));
        // All is said in both browsers, and looked at in one of them. Each meets all conditions.
        if (!IS_WHOLE && Math.floor(index / 6) % 2 !== Number(kind === 'firefox')) continue;
        const what = `banner ${name} ${language}`;
        const look = { what, index, width: 1_000, within: '[popover]', isOneOfMany: true };
        faults.push(...(await faultsOf(browser, page, look)));
      }
    }
    expect(faults).toEqual([]);
    expect([...said].toSorted()).toEqual(allThatItCanSay());
  }, 600_000);

  async function speakIn(language: string): Promise<void> {
    await page.goto(`${server.url}/login.jsp`);
    await page.evaluate(speak, textsOf(language), tagOf(language));
    await page.evaluate(code);
  }
});

interface OurPage {
  show(shown: Shown): string[];
}

/** "Dismiss" is on every banner, and the last word of a copy without an extension is looked at where that is taken away. */
const OTHERS = /^(action_dismiss|files_orphaned_\w+)$/;

/** The keys of all words that are the banner's, each once, whatever its plural forms. */
function allThatItCanSay(): string[] {
  const own =
    /^(verdict|crowded|files|failed|refusal|steps|held|form_held|nothing_sent|renewed|back_again|handed_over|action)(_|$)/;
  const keys = Object.keys(textsOf('en')).filter((key) => own.test(key) && !OTHERS.test(key));
  return [...new Set(keys.map(withoutForm))].toSorted();
}

function withoutForm(key: string): string {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

/** The page's script, built as the content script is. */
async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('banner-page.ts', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, lib: { entry, name: 'page', formats: ['iife'] } },
  })) as Rollup.RollupOutput[];
  return built[0]!.output[0].code;
}
