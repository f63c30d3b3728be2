/** The words, out of `_locales`. */
import { countedIn } from '../src/counted.ts';
import { directionOf } from '../src/language.ts';
import { browser } from './browser.ts';

/** The text of a key in the user's language, with `$1`, `$2` filled in. */
export function message(key: string, ...values: string[]): string {
  return browser.i18n.getMessage(key, values);
}

/** Words that depend on a number of files. */
export function counted(key: string, files: readonly string[]): string {
  return countedIn((each, values = []) => message(each, ...values), key, files);
}

/**
 * The language of the words, in the user's own kind of it (`en-GB`). A browser in a language that we don't speak is told
 * ours: there the words are English, to be read, counted and laid out as that.
 */
export function language(): string {
  const [own, ours] = [browser.i18n.getUILanguage(), message('language')];
  return own.split('-')[0] === ours.split('-')[0] ? own : ours;
}

/** Tells the page's reader, human or not, in which language and direction it is. */
export function speakTheUsersLanguage(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = directionOf(message('language'));
}
