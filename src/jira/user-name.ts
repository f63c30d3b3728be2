/**
 * Whether two names are one user's. Jira lower-cases names as Java does, and changes nothing else. Names that it tells
 * apart are two users': `ß` and `ss`, `İ` and `i`, one text composed and decomposed. In doubt it's two users.
 */

/** A capital sigma next to anything but a cased letter: Java and browsers may differ on lower-casing it to `ς`. */
const DOUBTFUL = /\P{LC}Σ|Σ\P{LC}/u;

export function isSameUser(a: string, b: string): boolean {
  return a === b || (a.toLowerCase() === b.toLowerCase() && !DOUBTFUL.test(a) && !DOUBTFUL.test(b));
}

/**
 * Whether a header, of which `fetch` gives each byte as one character, names a user in a usual notation: as it is, or
 * percent-encoded, also with `+` for a blank; and each of these as UTF-8.
 */
export function mayNameUser(header: string, user: string): boolean {
  const texts = [header, ...decoded(header), ...decoded(header.replaceAll('+', ' '))];
  return [...texts, ...texts.flatMap(fromBytes)].some((text) => isSameUser(text, user));
}

/** Decodes as UTF-8 what was read as Latin-1. */
function fromBytes(text: string): string[] {
  return decoded(text.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
}

/** The decoded text, or an empty list if it can't be decoded. */
function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}
