/** JSON from outside. */

/** The value of a text; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether two values would be the same JSON, whatever the order of their keys. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b;
  const [ofA, ofB] = [a, b].map((each) => new Map(Object.entries(each).filter(([, value]) => value !== undefined)));
  return (
    ofA!.size === ofB!.size && [...ofA!].every(([key, value]) => ofB!.has(key) && isSameJson(value, ofB!.get(key)))
  );
}
