/** Words that depend on a number of files. */
import { shownName } from './shown-name.ts';

/**
 * The words of a key in the plural form that the language has for so many; `$1` is the number, `$2` the files' names. Takes
 * what gives a key's text.
 */
export function countedIn(
  message: (key: string, values?: string[]) => string,
  key: string,
  files: readonly string[],
): string {
  const language = message('language');
  const form = new Intl.PluralRules(language).select(files.length);
  const values = [files.length.toLocaleString(language), listOf(files)];
  return message(`${key}_${form}`, values) || message(`${key}_other`, values);
}

/** The first few names; a person who dropped a hundred files knows which. */
const MOST_NAMES = 4;

function listOf(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMES).map(shownName);
  return some.concat(names.length > MOST_NAMES ? '…' : []).join(', ');
}
