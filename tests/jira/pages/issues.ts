/** What the made-up railway works on. */
export const ISSUES: Readonly<Record<string, string>> = {
  'RAIL-7': 'The doors of carriage 12 close too early',
  'RAIL-8': 'The heating of carriage 3 stays off below zero',
  'RAIL-12': 'The announcement names the wrong platform at Elm Junction',
};

/** What there is to show of an issue. */
export interface IssueContent {
  readonly key: string;
  readonly title: string;
  readonly status: 'In progress' | 'In review' | 'Resolved' | 'Done';
  readonly comments: readonly { user: string; body: string }[];
  readonly attachments: readonly { name: string; size: number; user: string }[];
  readonly votes: number;
  readonly isWatching: boolean;
}

/** The number by which links and forms name an issue: RAIL-7 is 10007. */
export function idOf(key: string): string {
  return String(10_000 + Number(key.slice(key.lastIndexOf('-') + 1)));
}

/** The key of a number, or of a key. */
export function keyOf(id: string): string {
  return /^\d+$/.test(id) ? `RAIL-${Number(id) - 10_000}` : id;
}
