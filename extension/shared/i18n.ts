/** The texts in `_locales`, for every part. */
import { shownName } from '../../src/lib/display-name.ts';
import type english from '../_locales/en/messages.json';

/** A key of the messages. English has all of them; a test checks the other languages against it. */
export type MessageKey = keyof typeof english;

/** The text of a key in the user's language, with `$1`, `$2` filled in. */
export function message(key: MessageKey, ...values: string[]): string {
  return chrome.i18n.getMessage(key, values);
}

/** A key with the plural forms of each language: `files_kept` stands for `files_kept_one`, `files_kept_other` etc. */
type CountedKey<Key = MessageKey> = Key extends `${infer Start}_other` ? Start : never;

/** A key's text in the language's plural form for the number of files: `$1` is that number, `$2` their names. */
export function counted(key: CountedKey, files: readonly string[]): string {
  const tag = message('language');
  const form = new Intl.PluralRules(tag).select(files.length);
  const values = [files.length.toLocaleString(tag), listOf(files)];
  // English has two of the forms, Arabic all six.
  return message(`${key}_${form}` as MessageKey, ...values) || message(`${key}_other`, ...values);
}

/** How many names are listed; a person who dropped a hundred files knows which. */
const MAX_NAMES = 4;

function listOf(names: readonly string[]): string {
  const some = names.slice(0, MAX_NAMES).map(shownName);
  return some.concat(names.length > MAX_NAMES ? '…' : []).join(', ');
}

/**
 * The language of the texts, in the user's own variant (`en-GB`). If the browser's language is not one of ours, it is
 * English: the texts are English then, and must be read aloud, counted and laid out as English.
 */
export function language(): string {
  const [own, ours] = [chrome.i18n.getUILanguage(), message('language')];
  return own.split('-')[0] === ours.split('-')[0] ? own : ours;
}

/** The direction of a language, by its tag (`pt-BR`). Of our languages only Arabic runs from right to left. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return tag === 'ar' ? 'rtl' : 'ltr';
}

/** Declares the page's language and direction, for screen readers and layout. */
export function declareLanguage(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = directionOf(message('language'));
}
