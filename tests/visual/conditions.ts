/** The conditions under which people see the UI, and the faults that it has under each. */
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
 * `npm run visual` checks each state under every condition. `npm test` checks each under two, or under one where there
 * are many states, so that each condition is used.
 */
export const IS_WHOLE = process.env['VISUAL'] === 'whole';

function conditionsOf({ index, isBrief, isOneOfMany }: Check): readonly Condition[] {
  if (IS_WHOLE && !isBrief) return CONDITIONS;
  if (!IS_WHOLE && isOneOfMany) return [CONDITIONS[index % 6]!];
  return CONDITIONS.filter((_each, at) => at === index % 6 || at === (index + 3) % 6);
}

/** What is checked. */
export interface Check {
  /** Part of the screenshots' names. */
  readonly what: string;
  /** Its number among similar checks, which selects the conditions in the short form. */
  readonly index: number;
  /** Two conditions are enough in the long form too. */
  readonly isBrief?: boolean;
  /** One condition is enough in the short form. */
  readonly isOneOfMany?: boolean;
  /** The window's width in pixels. */
  readonly width: number;
  /**
   * A selector, if only this part of the page is checked. There the page decides the size of texts, so large text
   * means zoom.
   */
  readonly within?: string;
}

/** Checks a page under its conditions and takes a screenshot under each; returns the faults. */
export async function faultsOf(browser: Browser, page: Page, check: Check): Promise<string[]> {
  const faults: string[] = [];
  for (const condition of conditionsOf(check)) {
    await setCondition(browser, page, condition, check);
    for (const fault of await faultsNow(page, check.within)) faults.push(`${check.what}, ${condition.name}: ${fault}`);
    const name = `${browser.kind}-${check.what}-${condition.name}`.replaceAll(/[^a-z0-9]+/gi, '-');
    await photograph(page, picture(name), !check.within);
  }
  await setCondition(browser, page, CONDITIONS[0], check);
  return faults;
}

/**
 * A screenshot of the whole page. The window gets the page's height, because a capture beyond it changes the layout.
 */
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
  { width, within }: Check,
): Promise<void> {
  await browser.setScheme(scheme);
  const isZoomed = isLarge && within;
  await page.setViewport({ width: isNarrow ? 320 : isZoomed ? width / 2 : width, height: 760 });
  await page.evaluate(
    async (text, dir) => {
      document.documentElement.style.fontSize = text;
      // Arabic is always from right to left.
      document.documentElement.dir = document.documentElement.lang === 'ar' ? 'rtl' : dir;
      // Wait for two frames, after which the layout is done.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.all(document.getAnimations().map(({ finished }) => finished));
    },
    isLarge && !within ? '200%' : '100%',
    isMirrored ? 'rtl' : 'ltr',
  );
}

/** The violations that axe finds, with rule and element; and whether anything is cut off at the window's edge. */
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
