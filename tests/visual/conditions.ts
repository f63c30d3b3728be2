/** The conditions under which people look at a surface, and what is wrong with it under each. */
import axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import type { Browser } from '../e2e/browsers/browser.ts';
import { picture } from '../e2e/files.ts';

const CONDITIONS = [
  { name: 'light', scheme: 'light' },
  { name: 'dark', scheme: 'dark' },
  { name: 'forced colours', scheme: 'forced' },
  { name: '320 px', scheme: 'light', isNarrow: true },
  { name: '200 % text', scheme: 'light', isLarge: true },
  { name: 'right to left', scheme: 'dark', isMirrored: true },
] as const;

interface Condition {
  readonly name: string;
  readonly scheme: 'light' | 'dark' | 'forced';
  readonly isNarrow?: boolean;
  readonly isLarge?: boolean;
  readonly isMirrored?: boolean;
}

/**
 * `npm run looks` looks at each state under every condition; `npm test` at each under two, or, of states that are many, under
 * one, so that all are met.
 */
export const IS_WHOLE = process.env['VISUAL'] === 'whole';

function conditionsOf({ index, isBrief, isOneOfMany }: Look): readonly Condition[] {
  if (IS_WHOLE && !isBrief) return CONDITIONS;
  if (!IS_WHOLE && isOneOfMany) return [CONDITIONS[index % 6]!];
  return CONDITIONS.filter((_each, at) => at === index % 6 || at === (index + 3) % 6);
}

/** What is looked at. */
export interface Look {
  /** Names the pictures. */
  readonly what: string;
  /** Its place among its like, which chooses the conditions where not all are met. */
  readonly index: number;
  /** Under two conditions is enough also where all are met. */
  readonly isBrief?: boolean;
  /** Under one condition is enough where not all are met. */
  readonly isOneOfMany?: boolean;
  /** How wide it is shown, in pixels. */
  readonly width: number;
  /** Only this part of the page is ours. There the size of the text is the page's, and people zoom to read. */
  readonly within?: string;
}

/** The faults of a page under its conditions, with a picture under each; none is an empty list. */
export async function faultsOf(browser: Browser, page: Page, look: Look): Promise<string[]> {
  const faults: string[] = [];
  for (const condition of conditionsOf(look)) {
    await setCondition(browser, page, condition, look);
    for (const fault of await faultsNow(page, look.within)) faults.push(`${look.what}, ${condition.name}: ${fault}`);
    const name = `${browser.kind}-${look.what}-${condition.name}`.replaceAll(/[^a-z0-9]+/gi, '-');
    await photograph(page, picture(name), !look.within);
  }
  await setCondition(browser, page, CONDITIONS[0], look);
  return faults;
}

/** A picture of all of it: the window is made as high as the page, because what is taken beyond it is laid out anew. */
async function photograph(page: Page, path: string, isWhole: boolean): Promise<void> {
  const { width, height } = page.viewport()!;
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  if (isWhole) await page.setViewport({ width, height: Math.max(200, whole) });
  await page.screenshot({ path: path as `${string}.png`, captureBeyondViewport: false });
  if (isWhole) await page.setViewport({ width, height });
}

async function setCondition(
  browser: Browser,
  page: Page,
  { scheme, isNarrow, isLarge, isMirrored }: Condition,
  { width, within }: Look,
): Promise<void> {
  await browser.setScheme(scheme);
  const isZoomed = isLarge && within;
  await page.setViewport({ width: isNarrow ? 320 : isZoomed ? width / 2 : width, height: 760 });
  await page.evaluate(
    async (text, dir) => {
      document.documentElement.style.fontSize = text;
      // Arabic stays as it is.
      document.documentElement.dir = document.documentElement.lang === 'ar' ? 'rtl' : dir;
      // Two frames: one to lay it out, one to have it done.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.all(document.getAnimations().map(({ finished }) => finished));
    },
    isLarge && !within ? '200%' : '100%',
    isMirrored ? 'rtl' : 'ltr',
  );
}

/** What axe finds, each as its rule and where; and whether anything is cut off at the window's edge. */
async function faultsNow(page: Page, within?: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (where) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    const { violations } = await inPage.run(where ?? document, { resultTypes: ['violations'] });
    const { left, right } = document.querySelector(where ?? 'body')!.getBoundingClientRect();
    const { scrollWidth, clientWidth } = document.documentElement;
    const isCut = left < 0 || right > clientWidth || (!where && scrollWidth > clientWidth);
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`),
      ...(isCut ? [`cut off at ${clientWidth} px`] : []),
    ];
  }, within);
}
