/**
 * The guard's matrix in real browsers: cases by ways to attach by kinds of pages, without the extension and with it.
 * `npm run matrix` plays all cells (`-- -t chromium` in one browser) and writes the tables in docs/guard.md; `npm
 * test` plays a selection.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBoundToSession } from '../fixtures/jira/options.ts';
import { serveJira } from '../fixtures/jira/serve.ts';
import { launch, type Browser, type Kind } from '../e2e/browsers/browser.ts';
import { launchAndWatch } from '../e2e/scenario.ts';
import { allCells, CASES, isInEditor, nameOf, selectedCells, type Cell } from './cells.ts';
import { isDriversFault, play, replaceTab, type CellResult, type Stage } from './play.ts';
import { saveRows, tablesOf, writeTables, type Row } from './table.ts';

/** `whole`, or a comma-separated list of pages and ways whose cells are all played. */
const WANTED = process.env['MATRIX'];
const IS_WHOLE = WANTED === 'whole';

function cellsFor(kind: Kind): Cell[] {
  if (WANTED) {
    const wanted = WANTED.split(',');
    return allCells().filter(({ page, way }) => IS_WHOLE || wanted.includes(page) || wanted.includes(way));
  }
  return selectedCells(kind === 'chromium' ? 0 : 1);
}

function isBound({ profile }: Cell): boolean {
  return isBoundToSession(profile);
}

async function stageOf(browser: Browser, isWatched: boolean): Promise<Stage> {
  const server = await serveJira();
  const other = await browser.open('about:blank');
  const tab = await browser.open(`${server.url}/login.jsp`);
  await server.close();
  return { browser, tab, other, isWatched };
}

/** Declares the matrix for one browser. Each browser has its own test file, so that both run in parallel. */
export function playMatrixIn(kind: Kind): void {
  describe(`in ${kind}`, () => matrixIn(kind));
}

function matrixIn(kind: Kind): void {
  const cells = cellsFor(kind);
  let bare: Stage;
  let guarded: Stage;
  const rows: Row[] = [];
  const withoutGuard = new Map<string, Promise<CellResult>>();

  beforeAll(async () => {
    bare = await stageOf(await launch(kind), false);
    guarded = await stageOf(await launchAndWatch(kind), true);
  });
  afterAll(async () => {
    await bare.browser.close();
    await guarded.browser.close();
    console.log(tablesOf(saveRows(kind, rows)).flat().join('\n'));
  });

  test.each(CASES)(
    'case %i: nothing is refused, lost, sent twice, sent as another user or to another issue',
    async (number) => {
      const own = cells.filter((cell) => cell.case === number);
      const failures: string[] = [];
      for (const cell of own) {
        try {
          const row = { cell, without: await playWithoutGuard(cell), with: await playWithRetry(guarded, cell) };
          rows.push(row);
          const { outcome, ...zeros } = row.with;
          if (Object.values(zeros).some((count) => count > 0))
            failures.push(`${nameOf(cell)}: ${outcome} ${JSON.stringify(zeros)}`);
        } catch (error) {
          failures.push(`${nameOf(cell)}: ${String(error)}`);
          await replaceTab(guarded);
        }
      }
      // Save after each case: all cells take an hour.
      const allRows = saveRows(kind, rows);
      if (WANTED) writeTables(allRows);
      expect(failures).toEqual([]);
      // Each case must fail without the guard, or the test would prove nothing. The portal's uploads need no token.
      const failed = rows.filter(({ without }) => /missing token|session expired|refused/.test(without.outcome));
      const canFail = own.some(({ page }) => page !== 'portal');
      expect(failed.some(({ cell }) => cell.case === number)).toBe(canFail);
    },
  );

  /**
   * The outcome without the guard depends neither on the kind of page nor on handlers and jQuery. So each case and way
   * is played once for the versions of Jira that bind the token to the session, and once for the others. In the
   * selection it is enough that each case fails once.
   */
  function playWithoutGuard(cell: Cell): Promise<CellResult> {
    const key = WANTED
      ? `${cell.case} ${cell.way} ${isBound(cell)}`
      : `${cell.case} ${isBound(cell)} ${cell.way === 'drop'} ${cell.page === 'portal'} ${isInEditor(cell)}`;
    const known = withoutGuard.get(key) ?? playWithRetry(bare, cell);
    withoutGuard.set(key, known);
    return known;
  }

  /**
   * Plays a cell, once more if the browser hangs, as on a busy machine. No other failure is retried: a file that is
   * lost sometimes is lost.
   */
  async function playWithRetry(stage: Stage, cell: Cell): Promise<CellResult> {
    try {
      return await play(stage, cell);
    } catch (error) {
      if (!isDriversFault(error)) throw error;
      console.log(`again: ${nameOf(cell)}: ${String(error)}`);
      await replaceTab(stage);
      return play(stage, cell);
    }
  }
}
