/** When two values count as the same JSON. */
import { expect, test } from 'vitest';
import { isSameJson, parseJson } from '../../src/lib/json.ts';

const rows: [a: unknown, b: unknown, isSame: boolean][] = [
  [1, 1, true],
  [1, '1', false],
  ['a', 'a', true],
  [null, null, true],
  [undefined, undefined, true],
  [null, undefined, false],
  [null, {}, false],
  [{}, null, false],
  [{}, 1, false],
  [1, {}, false],
  [{}, {}, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1, b: 2 }, { a: 1, b: 3 }, false],
  [{ a: 1, b: 2 }, { a: 3, b: 2 }, false],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  // JSON has no undefined: a key without a value is no key.
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1, c: undefined }, true],
  [{ a: null }, { b: null }, false],
  [{ a: undefined, b: 1 }, { a: undefined, c: undefined }, false],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }, true],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
];

test.each(rows)('%j and %j are the same: %s', (a, b, isSame) => {
  expect(isSameJson(a, b)).toBe(isSame);
  expect(isSameJson(b, a)).toBe(isSame);
});

test('a text that is no JSON has no value', () => {
  expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
  expect(parseJson('{"a":')).toBeUndefined();
});
