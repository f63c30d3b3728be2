/** What the made-up railway works on. */
export const ISSUES: Readonly<Record<string, string>> = {
  'RAIL-7': 'The doors of carriage 12 close too early',
  'RAIL-8': 'The heating of carriage 3 stays off below zero',
  'RAIL-12': 'The announcement names the wrong platform at Elm Junction',
};

export function titleOf(key: string): string {
  return ISSUES[key] ?? 'A new issue';
}
