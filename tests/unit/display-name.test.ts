/** Names in sentences: whoever chose them does not choose how the sentence reads. */
import { describe, expect, test } from 'vitest';
import { usersIn } from '../../src/verdict/presentation.ts';
import { withoutInvisible, shownName } from '../../src/lib/display-name.ts';

const inIsolates = (name: string): string => `\u2068${name}\u2069`;

test.each([
  ['turns the writing round', 'ali\u202ece', 'alice'],
  ['opens and closes isolates', '\u2067alice\u2069\u2069', 'alice'],
  ['marks a direction', '\u200falice\u200e\u061c', 'alice'],
  ['begins a new line', 'alice\r\n\u2028\u2029Sign in', 'aliceSign in'],
  ['hides something', 'al\u200bi\ufeffce\u00ad\u{e0041}\u0007\u009b', 'alice'],
  ['joins its letters', 'می\u200cخواهم 👩\u200d💻', 'می\u200cخواهم 👩\u200d💻'],
])('a name that %s', (_what, name, seen) => {
  expect(withoutInvisible(name)).toBe(seen);
  expect(shownName(name)).toBe(inIsolates(seen));
});

describe('a long name', () => {
  test('keeps its beginning and its end', () => {
    const shown = shownName(`${'a'.repeat(200)}the-end-of-it.png`);
    expect(shown).toBe(inIsolates(`${'a'.repeat(39)}…aaathe-end-of-it.png`));
    expect(shown).toHaveLength(60 + 2);
  });

  test('is cut between characters, and not before it has to be', () => {
    expect([...shownName('👩'.repeat(61))].slice(1, -1)).toEqual([
      ...Array.from({ length: 39 }, () => '👩'),
      '…',
      ...Array.from({ length: 20 }, () => '👩'),
    ]);
    expect(shownName('b'.repeat(60))).toBe(inIsolates('b'.repeat(60)));
  });
});

test('both users of a verdict are shown so', () => {
  expect(usersIn({ name: 'other-user', user: 'mal\u202elory' }, '\u2067alice')).toEqual([
    inIsolates('alice'),
    inIsolates('mallory'),
  ]);
  expect(usersIn({ name: 'signed-out' }, undefined)).toEqual(['', '']);
});
