/**
 * Shared by the fuzz tests: the number of inputs, hostile values, and the rules for every function that reads input
 * from outside. `npm run fuzz` gives each function a hundred thousand inputs, `npm test` five hundred.
 */
import { setImmediate as nextTask } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { LONGEST_ADDRESS } from '../../src/jira/page.ts';

const INPUTS = Number(process.env['FUZZ'] ?? 500);
/** `npm test` gives the same inputs each time, so that its result never depends on chance. */
const SEED = process.env['FUZZ'] ? Date.now() : 1;
vi.setConfig({ testTimeout: 30_000 + 60 * INPUTS });
/** No input that somebody else has written may block a page for longer. */
const MAX_MILLIS = 50;

/** The greatest lengths of texts in an output, by their field. Other texts may be as long as an address. */
const MAX_LENGTHS: Readonly<Record<string, number>> = {
  user: 255,
  pageUser: 255,
  session: 128,
  node: 128,
  version: 64,
};

const MARKUP = ['<img src=x onerror=alert(1)>', '"><script>1</script>', '</template><b>', '<!--', '&quot;&#0;'];
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length'];
const SIGNS = ['\u202e', '\u2066', '\0', '\ud800', '\ufeff', '\r\n', '%', '%E0%A4%A', '%00', '\\', '1e308', '-0'];
const ADDRESSES = ['//evil.example', 'https://evil.example/', 'https://a:b@jira.example.com', 'javascript:1', '/..'];

/** Long repetitions, on which a regular expression that backtracks takes a long time. */
const longText = fc
  .tuple(
    fc.constantFrom('a', '/', ' ', '+', '%20', '"', '.', ';', '-', '_', '|', '\u202e', '9', '[', '//a'),
    fc.integer({ min: 1, max: 20_000 }),
    fc.constantFrom('', 'x', '!', '/', '"'),
  )
  .map(([part, count, end]) => part.repeat(count) + end);

/** Any text: short ones of all characters, hostile ones, and sometimes a long one. */
export const anyText = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 4, arbitrary: fc.constantFrom('', ...MARKUP, ...NAMES, ...SIGNS, ...ADDRESSES) },
  { weight: 1, arbitrary: longText },
);

export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, -1e308, NaN, Infinity, -Infinity, 2 ** 53, 10_080, 10_081),
);

/** Any value that JSON or a message can hold, also an object with a field `length`. */
export const anyValue = fc.oneof(
  anyText,
  anyNumber,
  fc.constant({ length: { toString: 0 } }),
  fc.anything({ key: fc.constantFrom(...NAMES, 'a', 'user'), maxDepth: 2, maxKeys: 4 }),
);

/** A record in which every field can be valid, any value, or missing, and which can have unknown fields. */
export function anyRecordLike(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const mostlyValid = Object.entries(fields).map(([name, valid]): [string, fc.Arbitrary<unknown>] => [
    name,
    fc.oneof({ weight: 12, arbitrary: valid }, { weight: 1, arbitrary: anyValue }),
  ]);
  const record = fc.record(Object.fromEntries(mostlyValid), { requiredKeys: [] });
  const complete = fc.record(Object.fromEntries(mostlyValid));
  const extended = fc.tuple(complete, fc.constantFrom(...NAMES, 'future'), anyValue).map(([own, name, value]) => {
    // Defines the field: JSON can contain a field `__proto__`, but an assignment to it would set the prototype.
    return Object.defineProperty({ ...own }, name, { value, enumerable: true, configurable: true });
  });
  return fc.oneof(
    { weight: 8, arbitrary: complete },
    { weight: 3, arbitrary: record },
    { weight: 1, arbitrary: extended },
  );
}

/** Runs a function on many inputs: it must not throw, take long, give long texts, or change shared prototypes. */
export async function fuzz<Input, Output>(
  inputs: fc.Arbitrary<Input>,
  read: (input: Input) => Output | Promise<Output>,
  check: (output: Output, input: Input) => void = () => undefined,
): Promise<void> {
  const before = prototypeNames();
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const output = await withinTime(() => read(input));
      expect(tooLongIn(output)).toEqual([]);
      check(output, input);
      // Weakly referenced objects are freed only between two tasks: 100 000 documents would fill the memory.
      await nextTask();
    }),
    { numRuns: INPUTS, seed: SEED },
  );
  expect(prototypeNames()).toEqual(before);
}

/** Limits the processor time of a function. Measures up to three times, because other processes disturb it. */
async function withinTime<Output>(read: () => Output | Promise<Output>): Promise<Output> {
  let millis = Infinity;
  let output: Output;
  for (let n = 0; n < 3 && millis > MAX_MILLIS; n++) {
    const before = process.cpuUsage();
    output = await read();
    const { user, system } = process.cpuUsage(before);
    millis = (user + system) / 1_000;
  }
  if (millis > MAX_MILLIS) throw new Error(`It took ${millis.toFixed()} ms`);
  return output!;
}

/** The fields of a value whose texts or names are too long. */
function tooLongIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string')
    return value.length > (MAX_LENGTHS[name] ?? LONGEST_ADDRESS) ? [`${name}: ${value.length} characters`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key.length > LONGEST_ADDRESS ? [`a name of ${key.length} characters`] : []),
    ...tooLongIn(each, Array.isArray(value) ? name : key),
  ]);
}

/** The names of the members of shared prototypes. */
function prototypeNames(): string[] {
  return [Object.prototype, Array.prototype].flatMap((each) => Object.getOwnPropertyNames(each));
}
