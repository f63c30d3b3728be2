/** The words, out of `_locales`, as the content script says them. */
import { countedIn } from '../../src/counted.ts';

export function message(key: string, values: string[] = []): string {
  return chrome.i18n.getMessage(key, values);
}

/** Words that depend on a number of files. */
export function counted(key: string, files: readonly string[]): string {
  return countedIn(message, key, files);
}
