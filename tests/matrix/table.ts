/** The tables of the matrix in docs/guard.md: the outcome of each case by each way, without the guard and with it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CASES, PAGES, WAYS, type Cell } from './cells.ts';
import type { CellResult } from './play.ts';

export interface Row {
  readonly cell: Cell;
  readonly without: CellResult;
  readonly with: CellResult;
}

const CASE_NAMES: Readonly<Record<Cell['case'], string>> = {
  1: 'idle past the timeout',
  2: 'the same, and a request since',
  3: 'idle, and remembered',
  4: 'signed in again elsewhere',
  5: 'signed out elsewhere',
  6: 'another user signed in',
  7: 'opened by nobody, then signed in',
  8: 'cluster node lost, and remembered',
  9: 'another Jira took the cookie',
  10: 'a cross-site embed',
  11: 'cookies cleared',
  12: 'back/forward cache',
};

/** Makes a table. The lines of ways that were not played are taken from the earlier table. */
function tableOf(rows: readonly Row[], before = ''): string {
  const earlier = before.split('\n');
  const lines = ['| case | by | without Freshtoken | with it |', '|---|---|---|---|'];
  for (const number of CASES) {
    for (const way of WAYS) {
      const begin = `| ${number} ${CASE_NAMES[number]} | ${way} |`;
      const some = rows.filter(({ cell }) => cell.case === number && cell.way === way);
      if (some.length === 0) lines.push(...earlier.filter((line) => line.startsWith(begin)));
      else {
        const without = tally(some.map((row) => row.without.outcome));
        const guarded = tally(some.map((row) => row.with.outcome));
        lines.push(`${begin} ${without} | ${guarded} |`);
      }
    }
  }
  return lines.join('\n');
}

/** Each outcome with its number of cells, the most frequent first. */
function tally(outcomes: readonly string[]): string {
  return [...new Set(outcomes)]
    .map((outcome) => [outcome, outcomes.filter((each) => each === outcome).length] as const)
    .toSorted((a, b) => b[1] - a[1])
    .map(([outcome, count]) => `${outcome} (${count})`)
    .join('; ');
}

const RESULTS = 'build/results/matrix';

/** Saves the rows of one browser, and returns those of all browsers: they may run one after the other. */
export function saveRows(browser: string, rows: readonly Row[]): Row[] {
  mkdirSync(RESULTS, { recursive: true });
  replaceFile(`${RESULTS}/${browser}.json`, JSON.stringify(rows));
  const files = readdirSync(RESULTS).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => JSON.parse(readFileSync(`${RESULTS}/${file}`, 'utf8')) as Row[]);
}

/** Replaces a file in one step, because the other browser's run can read it at any time. */
function replaceFile(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, text);
  renameSync(part, path);
}

const DOCUMENT = 'docs/guard.md';

/** Writes the table of each kind of page that was played into the document. */
export function writeTables(rows: readonly Row[]): void {
  let text = readFileSync(DOCUMENT, 'utf8');
  for (const page of pagesOf(rows)) {
    const [begin, end] = [`<!-- matrix: ${page} -->`, '<!-- its end -->'];
    const [before, after] = text.split(begin) as [string, string];
    const at = after.indexOf(end);
    const table = tableOf(rowsOf(page, rows), after.slice(0, at));
    text = `${before}${begin}\n\n${table}\n\n${after.slice(at)}`;
  }
  replaceFile(DOCUMENT, text);
}

export function tablesOf(rows: readonly Row[]): [Cell['page'], string][] {
  return pagesOf(rows).map((page) => [page, tableOf(rowsOf(page, rows))]);
}

function pagesOf(rows: readonly Row[]): Cell['page'][] {
  return PAGES.filter((page) => rows.some(({ cell }) => cell.page === page));
}

function rowsOf(page: Cell['page'], rows: readonly Row[]): Row[] {
  return rows.filter(({ cell }) => cell.page === page);
}
