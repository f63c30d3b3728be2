/** The names of users and files in our sentences: whoever chose them must not choose how the rest of the sentence reads. */

/** What is not seen and steers what stands around it. Joiners stay, by which some languages tell words apart. */
const UNSEEN = /[^\P{C}\u200c\u200d]|[\u2028\u2029]/gu;
/** More than sixty characters. */
const LONG = /^(.{39}).{2,}(.{20})$/u;

/** A name without what can't be seen of it. */
export function seenOf(name: string): string {
  return name.replace(UNSEEN, '');
}

/** A name to stand in a sentence: a long one without its middle, each with a direction of writing of its own. */
export function shownName(name: string): string {
  return `\u2068${seenOf(name).replace(LONG, '$1…$2')}\u2069`;
}
