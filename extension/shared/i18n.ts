/** The words, out of `_locales`, for every part: by `chrome`, because the content script has no polyfill. */
import { shownName } from '../../src/lib/display-name.ts';
import type english from '../_locales/en/messages.json';

/** A key of the messages. English has all of them, and a test holds the other languages to it. */
export type MessageKey = keyof typeof english;

/** The text of a key in the user's language, with `$1`, `$2` filled in. */
export function message(key: MessageKey, ...values: string[]): string {
  return chrome.i18n.getMessage(key, values);
}

/** A key that has the plural forms of each language: `files_kept` stands for `files_kept_one`, `files_kept_other` and so on. */
type CountedKey<Key = MessageKey> = Key extends `${infer Start}_other` ? Start : never;

/** The words of a key in the language's plural form for so many files: `$1` is the number, `$2` their names. */
export function counted(key: CountedKey, files: readonly string[]): string {
  const spoken = message('language');
  const form = new Intl.PluralRules(spoken).select(files.length);
  const values = [files.length.toLocaleString(spoken), listOf(files)];
  // English has two of the forms, Arabic all six.
  return message(`${key}_${form}` as MessageKey, ...values) || message(`${key}_other`, ...values);
}

/** The first few names; a person who dropped a hundred files knows which. */
const MOST_NAMES = 4;

function listOf(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMES).map(shownName);
  return some.concat(names.length > MOST_NAMES ? '…' : []).join(', ');
}

/**
 * The language of the words, in the user's own kind of it (`en-GB`). A browser in a language that we don't speak is told
 * ours: there the words are English, to be read, counted and laid out as that.
 */
export function language(): string {
  const [own, ours] = [chrome.i18n.getUILanguage(), message('language')];
  return own.split('-')[0] === ours.split('-')[0] ? own : ours;
}

/** The direction of a language: of ours, Arabic alone goes from right to left. Takes its tag (`pt-BR`). */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return tag === 'ar' ? 'rtl' : 'ltr';
}

/** Tells the page's reader, human or not, in which language and direction it is. */
export function speakTheUsersLanguage(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = directionOf(message('language'));
}
