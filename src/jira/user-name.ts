/**
 * When two names are one user's. Jira lower-cases names as Java does, and changes nothing else of them: what it tells apart, as `ß`
 * and `ss`, `İ` and `i`, or one text composed and decomposed, are two users. In doubt two names are two users'.
 */

/** A capital sigma beside anything but a letter with case: Java and browsers may differ on whether it is lower-cased to `ς`. */
const DOUBTFUL = /\P{LC}Σ|Σ\P{LC}/u;

/** Whether two names are the same user's. */
export function isSameUser(a: string, b: string): boolean {
  return a === b || (a.toLowerCase() === b.toLowerCase() && !DOUBTFUL.test(a) && !DOUBTFUL.test(b));
}

/**
 * Whether a header's text, in which `fetch` gives each byte as one character, names a user in any usual way: as it is, or
 * percent-encoded, also with `+` for a blank; and each of these as UTF-8.
 */
export function mayNameUser(header: string, user: string): boolean {
  const texts = [header, ...decoded(header), ...decoded(header.replaceAll('+', ' '))];
  return [...texts, ...texts.flatMap(fromBytes)].some((text) => isSameUser(text, user));
}

/** What was read as Latin-1, read as UTF-8. */
function fromBytes(text: string): string[] {
  return decoded(text.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
}

/** No text where there is none to decode. */
function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}
