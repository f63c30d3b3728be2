/** The cells of the matrix: each case by each way to attach or send, on each kind of page; and a selection of them. */
import { isBoundToSession, PROFILES, type JiraSettings, type Profile } from '../fixtures/jira/options.ts';

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
 * A selection for `npm test`: each case once in each of the two browsers, in cells that contain as many pairs of values
 * as possible. The tests in tests/e2e test the ways, pages and versions one by one.
 */
export function selectedCells(browser: 0 | 1): Cell[] {
  const cells = allCells().filter(failsWithoutGuard);
  const met = new Set<string>();
  return [0, 1].flatMap((round) =>
    CASES.flatMap((number) => {
      const gainOf = (cell: Cell): number => pairsOf(cell).filter((pair) => !met.has(pair)).length;
      const best = cells.filter((cell) => cell.case === number).reduce((a, b) => (gainOf(b) > gainOf(a) ? b : a));
      for (const pair of pairsOf(best)) met.add(pair);
      return (number + round) % 2 === browser ? [best] : [];
    }),
  );
}

/**
 * Not where a token outlives its session, because Jira then accepts it in some cases; and Firefox does not keep every real
 * page in its back/forward cache.
 */
function failsWithoutGuard(cell: Cell): boolean {
  return isBoundToSession(cell.profile) && (cell.case !== 12 || cell.page === 'plain');
}

function pairsOf({ handlersOn, jquery, page, profile, way }: Cell): string[] {
  const values = [`way=${way}`, `page=${page}`, `profile=${profile}`, `handlersOn=${handlersOn}`, `jquery=${jquery}`];
  return values.flatMap((a, at) => values.slice(at + 1).map((b) => `${a} ${b}`));
}

export function nameOf({ case: number, way, page, profile, handlersOn, jquery }: Cell): string {
  return `case ${number}, ${way}, ${page}, Jira ${profile}, handlers on ${handlersOn}, jQuery ${jquery}`;
}
