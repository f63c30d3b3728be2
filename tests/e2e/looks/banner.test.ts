/** The banner in everything that it says, under every condition and in every language. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveJira, type RunningJira } from '../../jira/serve.ts';
import { KINDS, launch, type Browser } from '../browsers/browser.ts';
import type { Shown } from './banner-page.ts';
import { faultsOf, IS_WHOLE } from './conditions.ts';
import { LANGUAGES, speak, tagOf, textsOf } from './languages.ts';
import { statesAt, type State } from './states.ts';

const FILES = ['door.log', 'sill.png', 'hinge.txt'];

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
  const scenes: [string, Shown][] = [
    ...verdicts.map(({ name, evidence }): [string, Shown] => [name, { evidence, now, files: [] }]),
    ...verdicts
      .filter(({ verdict }) => ['signed-out', 'other-user', 'signed-in'].includes(verdict))
      .map(({ name, evidence }): [string, Shown] => [`${name}, files`, { evidence, now, files: FILES }]),
    ...(['held', 'refused', 'discarded', 'renewed', 'refusal'] as const).map((what): [string, Shown] => [
      what,
      what,
    ]),
  ];

  test('everything that it says looks well and reads well, everywhere and in every language', async () => {
    const faults: string[] = [];
    let shown = 0;
    for (const language of LANGUAGES) {
      await speakIn(language);
      for (const [index, [name, scene]] of scenes.entries()) {
        // Each scene in one language, unless all of it is wanted.
        if (!IS_WHOLE && index % 3 !== LANGUAGES.indexOf(language)) continue;
        if (!(await page.evaluate((it) => (window as unknown as OurPage).show(it), scene as never))) continue;
        shown++;
        const what = `banner ${name} ${language}`;
        faults.push(
          ...(await faultsOf(browser, page, { what, index, width: 1_000, within: 'freshtoken-banner' })),
        );
      }
    }
    expect(faults).toEqual([]);
    // Fresh, lapsed and unknown have no banner.
    expect(shown).toBe((scenes.length - 3) * (IS_WHOLE ? LANGUAGES.length : 1));
  }, 600_000);

  async function speakIn(language: string): Promise<void> {
    await page.goto(`${server.url}/login.jsp`);
    await page.evaluate(speak, textsOf(language), tagOf(language));
    await page.evaluate(code);
  }
});

interface OurPage {
  show(shown: Shown): boolean;
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
