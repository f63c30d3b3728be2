/** Shows the UI in other languages than the browser's, with the texts of the package. */
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { textOf, type Messages } from '../../scripts/locales.ts';
import type { Kind } from '../e2e/browsers/browser.ts';
import { until } from '../e2e/browsers/until.ts';
import { IS_WHOLE } from './conditions.ts';

/** `npm test` takes the first three: one with long texts, one from right to left, and the source. */
const ALL = ['de', 'ar', 'en', 'fr', 'ja', 'es', 'zh_CN', 'pt_BR'];
export const LANGUAGES = IS_WHOLE ? ALL : ALL.slice(0, 3);

export type Texts = Readonly<Record<string, string>>;

/** All texts of a language by their keys. */
export function textsOf(language: string): Texts {
  const words = JSON.parse(readFileSync(`extension/_locales/${language}/messages.json`, 'utf8')) as Messages;
  return Object.fromEntries(Object.entries(words).map(([key, entry]) => [key, textOf(entry)]));
}

/** The BCP 47 tag of a language. */
export function tagOf(language: string): string {
  return language.replace('_', '-');
}

/** Runs in a page before its own scripts: replaces its texts. */
export function replaceTexts(texts: Texts, tag: string): void {
  const i18n = {
    getMessage: (key: string, given: string | string[] = []): string =>
      (texts[key] ?? '').replaceAll(/\$(\d)/g, (_whole, at: string) => [given].flat()[Number(at) - 1] ?? ''),
    getUILanguage: () => tag,
  };
  const own = globalThis as unknown as Record<'chrome' | 'browser', { i18n?: object } | undefined>;
  own.chrome ??= {};
  for (const api of [own.chrome, own.browser]) {
    if (api?.i18n) Object.assign(api.i18n, i18n);
    else if (api) api.i18n = i18n;
  }
  document.documentElement.lang = tag;
}

/** Why pages of the extension can't be shown in another language, for the title of a skipped test; '' if they can. */
export function whyNoLanguage(kind: Kind): string {
  return kind === 'firefox'
    ? ' (not run: in Firefox a test can’t run scripts before those of an extension’s page)'
    : '';
}

/** Opens a page of the extension again in a language. */
export async function reopenIn(page: Page, language: string): Promise<void> {
  const { identifier } = await page.evaluateOnNewDocument(replaceTexts, textsOf(language), tagOf(language));
  await page.goto(page.url(), { waitUntil: [] });
  await until(`the page is in ${language}`, 5_000, () =>
    page.evaluate(
      (tag) => document.documentElement.lang === tag && document.querySelector('main') !== null,
      tagOf(language),
    ),
  );
  await page.removeScriptToEvaluateOnNewDocument(identifier);
}
