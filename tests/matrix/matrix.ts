/**
 * The guard's matrix, in real browsers: the cases by the ways to attach by the kinds of pages, without the extension and
 * with it. `npm run matrix` plays all of it (`-- -t chromium` one browser's) and writes docs/guard.md; `npm test` a
 * selection.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBoundToSession } from '../fixtures/jira/options.ts';
import { serveJira } from '../fixtures/jira/serve.ts';
import { launch, type Browser, type Kind } from '../e2e/browsers/browser.ts';
import { launchWatching } from '../e2e/scenario.ts';
import { allCells, CASES, isInEditor, nameOf, selectedCells, type Cell } from './cells.ts';
import { isDriversFault, play, renewTab, type Played, type Stage } from './play.ts';
import { keepRows, tablesOf, writeTables, type Row } from './table.ts';

/** `whole`, or the kinds of pages and the ways that are wanted whole, with a comma between them. */
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

/** The matrix in one browser; each has a file of its own, so that they run side by side. */
export function playMatrixIn(kind: Kind): void {
  describe(`in ${kind}`, () => matrixIn(kind));
}

function matrixIn(kind: Kind): void {
  const cells = cellsFor(kind);
  let bare: Stage;
  let guarded: Stage;
  const rows: Row[] = [];
  const withoutGuard = new Map<string, Promise<Played>>();

  beforeAll(async () => {
    bare = await stageOf(await launch(kind), false);
    guarded = await stageOf(await launchWatching(kind), true);
  });
  afterAll(async () => {
    await bare.browser.close();
    await guarded.browser.close();
    console.log(tablesOf(keepRows(kind, rows)).flat().join('\n'));
  });

  test.each(CASES)('case %i: nothing is refused, lost, sent twice, as another or elsewhere', async (number) => {
    const own = cells.filter((cell) => cell.case === number);
    const failures: string[] = [];
    for (const cell of own) {
      try {
        const row = { cell, without: await unguarded(cell), with: await played(guarded, cell) };
        rows.push(row);
        const { outcome, ...zeros } = row.with;
        if (Object.values(zeros).some((count) => count > 0))
          failures.push(`${nameOf(cell)}: ${outcome} ${JSON.stringify(zeros)}`);
      } catch (error) {
        failures.push(`${nameOf(cell)}: ${String(error)}`);
        await renewTab(guarded);
      }
    }
    // Kept as it grows: the whole of it takes an hour.
    const kept = keepRows(kind, rows);
    if (WANTED) writeTables(kept);
    expect(failures).toEqual([]);
    // A table in which nothing fails without the guard would prove nothing of it. The portal's uploads need no token.
    const failed = rows.filter(({ without }) => /missing token|session expired|refused/.test(without.outcome));
    const canFail = own.some(({ page }) => page !== 'portal');
    expect(failed.some(({ cell }) => cell.case === number)).toBe(canFail);
  });

  /**
   * What fails without the guard does so on every kind of page, wherever it listens and with whichever jQuery: it is played once for
   * the versions of Jira that tie the token to the session, and once for the others. For a selection it is enough that each case is
   * seen to fail.
   */
  function unguarded(cell: Cell): Promise<Played> {
    const key = WANTED
      ? `${cell.case} ${cell.way} ${isBound(cell)}`
      : `${cell.case} ${isBound(cell)} ${cell.way === 'drop'} ${cell.page === 'portal'} ${isInEditor(cell)}`;
    const known = withoutGuard.get(key) ?? played(bare, cell);
    withoutGuard.set(key, known);
    return known;
  }

  /** A browser on a busy machine hangs now and then. Nothing else is played again: what is lost at times is lost. */
  async function played(stage: Stage, cell: Cell): Promise<Played> {
    try {
      return await play(stage, cell);
    } catch (error) {
      if (!isDriversFault(error)) throw error;
      console.log(`again: ${nameOf(cell)}: ${String(error)}`);
      await renewTab(stage);
      return play(stage, cell);
    }
  }
}
