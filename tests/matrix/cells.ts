/** The cells of the matrix: every case by every way to attach, on every kind of page; and a selection in which every pair is met. */
import { PROFILES, type JiraSettings, type Profile } from '../jira/options.ts';

export const CASES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
export const WAYS = ['drop', 'paste', 'file input', 'form'] as const;

export interface Cell {
  readonly case: (typeof CASES)[number];
  readonly way: (typeof WAYS)[number];
  readonly profile: Profile;
  readonly handlersOn: JiraSettings['handlersOn'];
  readonly jquery: JiraSettings['jquery'];
}

const FACTORS = {
  case: CASES,
  way: WAYS,
  profile: PROFILES.filter((profile) => profile !== '10'),
  handlersOn: ['zone', 'document', 'window'],
  jquery: ['none', '1.7', '2.2', '3'],
} as const;
type Factor = keyof typeof FACTORS;
const NAMES = Object.keys(FACTORS) as Factor[];

/** All of them. A form goes its own way, with no handler and no jQuery in it, so that these are not varied there. */
export function allCells(): Cell[] {
  return everyCombination().filter(
    ({ way, handlersOn, jquery }) => way !== 'form' || (handlersOn === 'document' && jquery === 'none'),
  );
}

function everyCombination(): Cell[] {
  let cells: Record<string, unknown>[] = [{}];
  for (const name of NAMES)
    cells = cells.flatMap((cell) => FACTORS[name].map((value) => ({ ...cell, [name]: value })));
  return cells as unknown as Cell[];
}

/** Cells in which every two values of every two factors are met at least once, and every case by every way. */
export function pairwiseCells(): Cell[] {
  const cells = everyCombination();
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
  return NAMES.flatMap((a, at) => NAMES.slice(at + 1).map((b) => `${a}=${cell[a]} ${b}=${cell[b]}`));
}

export function nameOf({ case: number, way, profile, handlersOn, jquery }: Cell): string {
  return `case ${number}, ${way}, Jira ${profile}, handlers on ${handlersOn}, jQuery ${jquery}`;
}
