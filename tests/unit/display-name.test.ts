/** Names in sentences: a name can't change how the rest of the sentence is displayed. */
import { describe, expect, test } from 'vitest';
import { usersIn } from '../../src/verdict/presentation.ts';
import { withoutInvisible, shownName } from '../../src/lib/display-name.ts';

const inIsolates = (name: string): string => `\u2068${name}\u2069`;

test.each([
  ['reverses the direction of the text', 'ali\u202ece', 'alice'],
  ['opens and closes an isolate', '\u2067alice\u2069\u2069', 'alice'],
  ['marks a direction', '\u200falice\u200e\u061c', 'alice'],
  ['starts a new line', 'alice\r\n\u2028\u2029Sign in', 'aliceSign in'],
  ['has invisible characters', 'al\u200bi\ufeffce\u00ad\u{e0041}\u0007\u009b', 'alice'],
  ['needs joiners between its letters', 'می\u200cخواهم 👩\u200d💻', 'می\u200cخواهم 👩\u200d💻'],
])('a name that %s is shown without what could mislead', (_what, name, seen) => {
  expect(withoutInvisible(name)).toBe(seen);
  expect(shownName(name)).toBe(inIsolates(seen));
});

describe('a long name', () => {
  test('keeps its beginning and its end', () => {
    const shown = shownName(`${'a'.repeat(200)}the-end-of-it.png`);
    expect(shown).toBe(inIsolates(`${'a'.repeat(39)}…aaathe-end-of-it.png`));
    expect(shown).toHaveLength(60 + 2);
  });

  test('is cut between characters, and only if it is longer than 60', () => {
    expect([...shownName('👩'.repeat(61))].slice(1, -1)).toEqual([
      ...Array.from({ length: 39 }, () => '👩'),
      '…',
      ...Array.from({ length: 20 }, () => '👩'),
    ]);
    expect(shownName('b'.repeat(60))).toBe(inIsolates('b'.repeat(60)));
  });
});

test('the names of both users of a verdict are isolated and cleaned', () => {
  expect(usersIn({ name: 'other-user', user: 'mal\u202elory' }, '\u2067alice')).toEqual([
    inIsolates('alice'),
    inIsolates('mallory'),
  ]);
  expect(usersIn({ name: 'signed-out' }, undefined)).toEqual(['', '']);
});
