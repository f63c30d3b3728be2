/** The matrix plays every combination that docs/guard.md promises: a rule of rotation can leave some out. */
import { expect, test } from 'vitest';
import { allCells, CASES, type Cell } from '../matrix/cells.ts';

const cells = allCells();
const onPlain = cells.filter(({ page, way }) => page === 'plain' && way !== 'form');
const onReal = cells.filter(({ page }) => page === 'split view' || page === 'board');

/** Groups the cells by a key, and gives the smallest number of different values in a group. */
function fewest(of: readonly Cell[], groupOf: (cell: Cell) => string, value: (cell: Cell) => string): number {
  const groups = [...new Set(of.map(groupOf))].map((name) => of.filter((cell) => groupOf(cell) === name));
  return Math.min(...groups.map((group) => new Set(group.map(value)).size));
}

test('every case is played in every way on every version, on a plain page and on a real one', () => {
  const keyOf = ({ case: number, way, profile }: Cell): string => `${number} ${way} ${profile}`;
  const count = (of: readonly Cell[]): number => new Set(of.map(keyOf)).size;
  expect(count(onPlain)).toBe(CASES.length * 3 * 4);
  expect(count(onReal)).toBe(CASES.length * 8 * 4);
  expect(onReal.filter(({ page, way }) => page === 'board' && way === 'menu transition')).toEqual([]);
});

test.each(['case', 'way', 'profile'] as const)(
  'every %s is played with each kind of handler under each jQuery',
  (factor) => {
    const pairOf = ({ handlersOn, jquery }: Cell): string => `${handlersOn} ${jquery}`;
    expect(fewest(onPlain, (cell) => String(cell[factor]), pairOf)).toBe(12);
  },
);

test.each(['case', 'profile'] as const)(
  'every %s is played in every way but the menu on the split view and on the board',
  (factor) => {
    const withoutMenu = onReal.filter(({ way }) => way !== 'menu transition');
    expect(
      fewest(
        withoutMenu,
        (cell) => `${cell[factor]} ${cell.way}`,
        ({ page }) => page,
      ),
    ).toBe(2);
  },
);
