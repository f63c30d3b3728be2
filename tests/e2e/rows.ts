/** Which rows of a table of tests are played: all of them in the long form, every second one in each browser otherwise. */
import type { Kind } from './browsers/browser.ts';

const ALL = process.env['ROWS'] === 'all';

/** The rows of one rule that a browser plays: it is enough that the rule is met in both browsers, and each row in one of them. */
export function rowsFor<T>(kind: Kind, rows: readonly T[]): readonly T[] {
  return ALL ? rows : rows.filter((_row, at) => at % 2 === (kind === 'chromium' ? 0 : 1));
}
