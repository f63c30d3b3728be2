/** The names of users and files in our sentences: a name must not change how the rest of the sentence reads. */

/** Invisible characters that affect the text around them. Joiners stay: some languages tell words apart by them. */
const UNSEEN = /[^\P{C}\u200c\u200d]|[\u2028\u2029]/gu;
/** More than sixty characters. */
const LONG = /(.{39}).{2,}(.{20})/u;

/** A name without its invisible characters. */
export function withoutInvisible(name: string): string {
  return name.replace(UNSEEN, '');
}

/** A name for use in a sentence: a long one without its middle, each with its own direction of writing. */
export function shownName(name: string): string {
  return `\u2068${withoutInvisible(name).replace(LONG, '$1…$2')}\u2069`;
}
