/** The cells of the matrix: each case by each way to attach or send, on each kind of page; and a selection of them. */
import { PROFILES, type JiraSettings, type Profile } from '../fixtures/jira/options.ts';

export const CASES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
export const WAYS = [
  'drop',
  'paste',
  'file input',
  'form',
  'menu transition',
  'paste in the visual editor',
  'drop in the visual editor',
  'inline edit',
  'portal upload',
] as const;
/**
 * `plain` is an issue's page without AUI. Split view and board are made of real parts, and show the issue by script.
 * The portal has no issue and no token.
 */
export const PAGES = ['plain', 'split view', 'board', 'portal'] as const;

export interface Cell {
  readonly case: (typeof CASES)[number];
  readonly way: (typeof WAYS)[number];
  readonly page: (typeof PAGES)[number];
  readonly profile: Profile;
  readonly handlersOn: JiraSettings['handlersOn'];
  readonly jquery: JiraSettings['jquery'];
}

const FACTORS = {
  case: CASES,
  way: WAYS,
  page: PAGES,
  profile: PROFILES.filter((profile) => profile !== '10'),
  handlersOn: ['zone', 'document', 'window'],
  jquery: ['none', '1.7', '2.2', '3'],
} as const;
type Factor = keyof typeof FACTORS;
const NAMES = Object.keys(FACTORS) as Factor[];

const ON_PLAIN: ReadonlySet<Cell['way']> = new Set(['drop', 'paste', 'file input', 'form']);

/**
 * All cells: each case, by each way, on each version of Jira, on a plain page and on one of real parts. Factors that
 * decide only how a page listens, or how it shows an issue, rotate instead of being combined: each handler with each
 * jQuery occurs in each case, way and version; split view and board alternate over case, way and version.
 *
 * A form needs no handler of the page, the portal has its own script, and the board's pane has no menu. Pages of real
 * parts listen on the document: up to Jira 8 with AUI 8, jQuery 2.2 and TinyMCE 4, later with AUI 9, jQuery 3 and
 * TinyMCE 5 or 6.
 */
export function allCells(): Cell[] {
  return everyCombination().filter((cell) => {
    const { way, page, profile, handlersOn, jquery } = cell;
    const isPlainest = handlersOn === 'document' && jquery === 'none';
    if (page === 'portal' || way === 'portal upload')
      return page === 'portal' && way === 'portal upload' && isPlainest;
    if (page === 'plain') return way === 'form' ? isPlainest : ON_PLAIN.has(way) && hasRotatedHandlers(cell);
    const ownJquery = ['7', '8.3'].includes(profile) ? '2.2' : '3';
    return handlersOn === 'document' && jquery === ownJquery && hasRotatedPage(cell);
  });
}

function hasRotatedHandlers(cell: Cell): boolean {
  const { handlersOn, jquery } = FACTORS;
  const own = placeOf(cell, 'handlersOn') * jquery.length + placeOf(cell, 'jquery');
  const turn = placeOf(cell, 'case') + placeOf(cell, 'way') * FACTORS.profile.length + placeOf(cell, 'profile');
  return own === turn % (handlersOn.length * jquery.length);
}

function hasRotatedPage(cell: Cell): boolean {
  if (cell.way === 'menu transition') return cell.page === 'split view';
  const turn = placeOf(cell, 'case') + placeOf(cell, 'way') + placeOf(cell, 'profile');
  return cell.page === (turn % 2 === 0 ? 'split view' : 'board');
}

function placeOf(cell: Cell, name: Factor): number {
  return (FACTORS[name] as readonly unknown[]).indexOf(cell[name]);
}

/** Whether the files go into TinyMCE's frame. */
export function isInEditor({ way }: Pick<Cell, 'way'>): boolean {
  return way.endsWith('in the visual editor');
}

function everyCombination(): Cell[] {
  let cells: Record<string, unknown>[] = [{}];
  for (const name of NAMES)
    cells = cells.flatMap((cell) => FACTORS[name].map((value) => ({ ...cell, [name]: value })));
  return cells as unknown as Cell[];
}

/**
 * A selection with each pair of values of two factors (pairwise testing), chosen greedily. Pairs with a case are
 * fewer: each case occurs with each page, version and kind of way, but not with each jQuery and handler.
 */
export function selectedCells(): Cell[] {
  const cells = allCells();
  const open = new Set(cells.flatMap(pairsOf));
  const chosen: Cell[] = [];
  while (open.size > 0) {
    let [best, most] = [cells[0]!, -1];
    for (const cell of cells) {
      const gain = pairsOf(cell).filter((pair) => open.has(pair)).length;
      if (gain > most) [best, most] = [cell, gain];
    }
    chosen.push(best);
    for (const pair of pairsOf(best)) open.delete(pair);
  }
  return chosen;
}

function pairsOf(cell: Cell): string[] {
  const { handlersOn, jquery, page, profile, way } = cell;
  const others = [`way=${way}`, `page=${page}`, `profile=${profile}`, `handlersOn=${handlersOn}`, `jquery=${jquery}`];
  const pairs = others.flatMap((a, at) => others.slice(at + 1).map((b) => `${a} ${b}`));
  // A portal has no token, so the version makes no difference there.
  const ofCase = [`kind=${kindOf(cell)}`, `page=${page}`, ...(page === 'portal' ? [] : [`profile=${profile}`])];
  return [...pairs, ...ofCase.map((each) => `case=${cell.case} ${each}`)];
}

/** Groups similar ways. */
function kindOf(cell: Cell): string {
  if (isInEditor(cell)) return 'into the visual editor';
  if (cell.way === 'form' || cell.way === 'menu transition') return 'sent by the browser';
  return ['drop', 'paste', 'file input'].includes(cell.way) ? 'attached' : cell.way;
}

export function nameOf({ case: number, way, page, profile, handlersOn, jquery }: Cell): string {
  return `case ${number}, ${way}, ${page}, Jira ${profile}, handlers on ${handlersOn}, jQuery ${jquery}`;
}
