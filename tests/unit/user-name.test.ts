/** When two names are one user's, as Jira compares them, and which user a header may name. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameUser, mayNameUser } from '../../src/jira/user-name.ts';

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });

/** A description of two names, both names, and whether they are one user's. */
const PAIRS: readonly [string, string, string, boolean][] = [
  ['equal', 'alice', 'alice', true],
  ['different', 'alice', 'mallory', false],
  ['with one the beginning of the other', 'alice', 'alice2', false],
  ['in capitals and in small letters', 'alice', 'ALICE', true],
  ['in mixed capitals', 'Alice', 'aLiCe', true],
  ['e-mail addresses', 'Ann@Example.com', 'ann@example.COM', true],
  ['e-mail addresses of two hosts', 'ann@example.com', 'ann@example.org', false],
  ['e-mail addresses with a tag and without', 'ann+jira@example.com', 'ann@example.com', false],
  ['e-mail addresses with a dot and without', 'ann.lee@example.com', 'annlee@example.com', false],
  ['of a Windows domain', 'CORP\\Alice', 'corp\\alice', true],
  ['with a domain and without', 'corp\\alice', 'alice', false],
  ['with an apostrophe', 'O’Neil', 'o’neil', true],
  ['with two kinds of apostrophe', 'o’neil', "o'neil", false],
  ['Polish', 'ŁUKASZ', 'łukasz', true],
  ['with a stroke and without', 'łukasz', 'lukasz', false],
  ['French', 'RENÉ', 'rené', true],
  ['with an accent and without', 'rené', 'rene', false],
  ['composed and decomposed', 'ren\u00e9', 'rene\u0301', false],
  ['both decomposed', 'RENE\u0301', 'rene\u0301', true],
  ['with marks in different orders', 'a\u0323\u0301', 'a\u0301\u0323', false],
  ['an Ångström and a letter', '\u212bke', 'åke', true],
  ['a Kelvin and a letter', '\u212aate', 'kate', true],
  ['a long s and an s', 'ro\u017fa', 'rosa', false],
  ['ß and ss', 'strauß', 'strauss', false],
  ['ß and SS', 'strauß', 'STRAUSS', false],
  ['ß and its capital', 'strauß', 'STRAUẞ', true],
  ['a ligature and its letters', 'o\ufb03ce', 'office', false],
  ['Turkish: İ and i', 'İlker', 'ilker', false],
  ['Turkish: I and ı', 'Ilker', 'ılker', false],
  ['Turkish: ı and i', 'ılker', 'ilker', false],
  ['Turkish: İ and I', 'İlker', 'Ilker', false],
  ['Turkish: İ and its own lower case', 'İlker', 'i\u0307lker', true],
  ['Greek', 'ΑΛΈΞΑΝΔΡΑ', 'αλέξανδρα', true],
  ['Greek with and without its accent', 'ΑΛΕΞΑΝΔΡΑ', 'αλέξανδρα', false],
  ['Greek: a final sigma', 'ΝΙΚΟΣ', 'νικος', true],
  ['Greek: a sigma inside', 'ΣΟΦΟΣ', 'σοφος', true],
  ['Greek: no final sigma at the end', 'ΝΙΚΟΣ', 'νικοσ', false],
  ['Greek: both small sigmas', 'νικος', 'νικοσ', false],
  ['Greek: a sigma before a digit, on which Java and browsers differ', 'ΝΙΚΟΣ1Α', 'νικος1α', false],
  ['Greek: a sigma after a letter without case', 'αبΣ', 'αبσ', false],
  ['Greek: a sigma before a digit in both', 'ΝΙΚΟΣ1Α', 'ΝΙΚΟΣ1Α', true],
  ['Greek: a micro sign and a letter', '\u00b5', '\u03bc', false],
  ['Cyrillic', 'ИВАН', 'иван', true],
  ['Cyrillic with a mark and without', 'андрей', 'андреи', false],
  ['Cyrillic instead of Latin', '\u0430lice', 'alice', false],
  ['Cyrillic capitals instead of Latin', '\u0410LICE', 'alice', false],
  ['Greek instead of Latin', '\u03bfscar', 'oscar', false],
  ['Armenian', 'ԱՆԻ', 'անի', true],
  ['Chinese', '王芳', '王芳', true],
  ['in full width and in normal width', 'ａｌｉｃｅ', 'alice', false],
  ['in full width, in capitals and in small letters', 'ＡＬＩＣＥ', 'ａｌｉｃｅ', true],
  ['with digits of two scripts', 'a1', 'a١', false],
  ['outside of the basic plane', '\u{10400}', '\u{10428}', true],
  ['with a space and without', 'anna maria', 'annamaria', false],
  ['with a space and with a plus', 'anna maria', 'anna+maria', false],
  ['with a space and with a no-break space', 'anna maria', 'anna\u00a0maria', false],
  ['with a space at the end', 'alice ', 'alice', false],
  ['with a space at the start', ' alice', 'alice', false],
  ['with a line break', 'alice\n', 'alice', false],
  ['with a control character', 'al\u0000ice', 'alice', false],
  ['with an invisible character', 'al\u200bice', 'alice', false],
  ['with a soft hyphen', 'al\u00adice', 'alice', false],
  ['with a reversed direction', '\u202ealice', 'alice', false],
  ['percent-encoded and plain', 'ann%40example.com', 'ann@example.com', false],
  ['percent-encoded in capitals and in small letters', 'a%C5%82', 'a%c5%82', true],
  ['UTF-8 read as Latin-1', 'Å\u0082ukasz', 'łukasz', false],
  ['with half a surrogate pair', '\ud83d', '\ud83d\ude00', false],
  ['with one empty', '', 'alice', false],
  ['with one "anonymous"', 'anonymous', 'alice', false],
];

test('the table has at least 42 pairs', () => expect(PAIRS.length).toBeGreaterThanOrEqual(42));

test.each(PAIRS)('two names: %s', (_what, a, b, isSame) => {
  expect([isSameUser(a, b), isSameUser(b, a)]).toEqual([isSame, isSame]);
  expect(javaLowered(a) === javaLowered(b) || !isSame).toBe(true);
});

describe('the text of a header', () => {
  test.each<[string, string, string, boolean]>([
    ['plain', 'alice', 'alice', true],
    ['in other capitals', 'alice', 'ALICE', true],
    ['a plain e-mail address', 'ann@example.com', 'ann@example.com', true],
    ['an e-mail address encoded', 'Ann%40Example.com', 'ann@example.com', true],
    ['Latin-1', 'Ren\u00e9', 'rené', true],
    ['Latin-1 with a plus', 'Ren\u00e9+Maria', 'rené maria', true],
    ['UTF-8', 'Å\u0082ukasz', 'łukasz', true],
    ['UTF-8 with a space', 'Å\u0082ukasz k', 'Łukasz K', true],
    ['UTF-8 with a plus for a space', 'Å\u0082ukasz+k', 'łukasz k', true],
    ['UTF-8 of a name with a percent sign', '100%Å\u0082', '100%ł', true],
    ['UTF-8 with an encoded @', 'Å\u0082ukasz%40example.com', 'łukasz@example.com', true],
    ['UTF-8 encoded', '%C5%82ukasz', 'łukasz', true],
    ['UTF-8 encoded in small letters', '%c5%82ukasz', 'łukasz', true],
    ['UTF-8 read as Latin-1 and then encoded', '%C3%85%C2%82ukasz', 'łukasz', true],
    ['characters of four bytes', '%F0%90%90%80', '\u{10428}', true],
    ['a space encoded', 'anna%20maria', 'anna maria', true],
    ['a plus for a space', 'anna+maria', 'anna maria', true],
    ['a plus for a plus', 'anna+maria', 'anna+maria', true],
    ['an e-mail address with a plus, the rest encoded', 'ann+jira%40example.com', 'ann+jira@example.com', true],
    ['a plus encoded', 'anna%2Bmaria', 'anna+maria', true],
    ['an encoded plus is no space', 'anna%2Bmaria', 'anna maria', false],
    ['a plain percent sign', '100%', '100%', true],
    ['a percent sign encoded', '100%25', '100%', true],
    ['a name that looks encoded', 'ann%40', 'ann%40', true],
    ['encoded twice', 'ann%2540', 'ann@', false],
    ['no valid encoding, with a plus', '100%+a', '100% a', false],
    ['Latin-1 is not its own encoding', 'Ren\u00e9', 'ren%e9', false],
    ['a letter cut in two', '%C5ukasz', 'łukasz', false],
    ['an overlong encoding of a letter', '\u00c1\u0081', 'A', false],
    ['another user', 'mallory', 'alice', false],
    ['the anonymous user', 'anonymous', 'alice', false],
    ['an empty text', '', 'alice', false],
    ['a longer name', 'alice2', 'alice', false],
    ['ss for ß', 'strauss', 'strauß', false],
    ['i for İ', 'ilker', 'İlker', false],
    ['a question mark for a letter', '?ukasz', 'łukasz', false],
    ['decomposed for composed', 'rene%CC%81', 'ren\u00e9', false],
    ['Cyrillic for Latin', '%D0%B0lice', 'alice', false],
    ['a letter with the last byte of another one', '%C5%A1', 'a', false],
    ['a character of more than a byte', 'ł', 'b', false],
    ['a space at the end', 'alice%20', 'alice', false],
    ['an encoded line break', 'alice%0A', 'alice', false],
    ['an encoded zero', 'alice%00', 'alice', false],
  ])('may name a user, or not: %s', (_what, header, user, isNamed) => expect(mayNameUser(header, user)).toBe(isNamed));

  // A name that is also an encoding of another name may name both. Then the answer's body decides.
  const plain = [...new Set(PAIRS.flatMap(([, a, b]) => [a, b]))].filter(
    (name) => !/\p{Surrogate}/u.test(name) && !/[+%]/.test(name) && name !== 'Å\u0082ukasz',
  );

  test.each(plain)('may name only %j for each encoding of that name', (name) => {
    for (const header of encodingsOf(name))
      expect(plain.filter((each) => mayNameUser(header, each))).toEqual(
        plain.filter((each) => isSameUser(name, each)),
      );
  });

  test('may name each name, in every encoding', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(encodingsOf(name).filter((header) => !mayNameUser(header, name))).toEqual([]);
      }),
    );
  });

  test('never causes an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), anyName, (header, name) => void mayNameUser(header, name)));
  });
});

const LETTERS = [...'aAiIıİkK\u212aåÅ\u212bßẞsSſσςΣΑαЯяÆæბǅ王بʰ\u0301\u0307\u200d. _-@+%1\u{10400}\u{10428}'];
const anyLetter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
const anyName = fc.string({ unit: fc.oneof(fc.constantFrom(...LETTERS), anyLetter), minLength: 1, maxLength: 12 });
/** A name, and the same with changed capitals and sigmas. */
const anyPair = fc.tuple(anyName, fc.infiniteStream(fc.nat(5))).map(([name, ways]): [string, string] => {
  const other = [...name].map((letter) => {
    const way = ways.next().value;
    if (way === 0) return letter.toUpperCase();
    if (way === 1) return letter.toLowerCase();
    return way === 2 && letter === 'Σ' ? 'ς' : letter;
  });
  return [name, other.join('')];
});

test('the comparison of names is reflexive and symmetric', () => {
  fc.assert(
    fc.property(anyPair, ([a, b]) => {
      expect(isSameUser(a, a)).toBe(true);
      expect(isSameUser(a, b)).toBe(isSameUser(b, a));
    }),
    { numRuns: 5_000 },
  );
});

test('names are one user’s only if Java lower-cases them to the same text', () => {
  let same = 0;
  fc.assert(
    fc.property(anyPair, ([a, b]) => {
      if (a === b || !isSameUser(a, b)) return;
      same++;
      expect(javaLowered(a)).toBe(javaLowered(b));
    }),
    { numRuns: 20_000 },
  );
  expect(same).toBeGreaterThan(1_000);
});

/** Every known encoding of a name in the header, as `fetch` gives it. */
function encodingsOf(name: string): string[] {
  const utf8 = String.fromCharCode(...new TextEncoder().encode(name));
  const isLatin = /^[^\u0100-\uffff]*$/.test(name);
  return [
    ...(isLatin ? [name] : []),
    utf8,
    encodeURIComponent(name),
    encodeURIComponent(utf8),
    new URLSearchParams({ name }).toString().slice('name='.length),
    ...(/[+%]/.test(name) ? [] : [utf8.replaceAll(' ', '+')]),
  ];
}

/** Java's `String.toLowerCase(Locale.ENGLISH)`: letter by letter, except for a sigma at the end of a word. */
function javaLowered(name: string): string {
  return [...WORDS.segment(name)]
    .map(({ segment }) => {
      const letters = [...segment];
      const isCased = (letter: string): boolean => /\p{Cased}/u.test(letter);
      return letters
        .map((letter, at) => {
          if (letter !== 'Σ') return letter.toLowerCase();
          return letters.slice(0, at).some(isCased) && !letters.slice(at + 1).some(isCased) ? 'ς' : 'σ';
        })
        .join('');
    })
    .join('');
}
