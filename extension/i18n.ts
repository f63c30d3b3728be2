/** The words, out of `_locales`. */
import { browser } from './browser.ts';

/** The text of a key in the user's language, with `$1`, `$2` filled in. */
export function message(key: string, ...values: string[]): string {
  return browser.i18n.getMessage(key, values);
}

/** Tells the page's reader, human or not, in which language and direction it is. */
export function speakTheUsersLanguage(): void {
  document.documentElement.lang = browser.i18n.getUILanguage();
  document.documentElement.dir = message('@@bidi_dir');
}
