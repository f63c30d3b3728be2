/**
 * What the fuzz tests share: how many inputs, what hostile texts are made of, and what holds for every reader of what comes
 * from outside. `npm run fuzz` gives each reader a hundred thousand inputs, `npm test` some.
 */
import { setImmediate as nextTask } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { LONGEST_ADDRESS } from '../../src/jira/page.ts';

const INPUTS = Number(process.env['FUZZ'] ?? 500);
/** `npm test` gives the same inputs each time, so that nothing in it is luck. */
const SEED = process.env['FUZZ'] ? Date.now() : 1;
vi.setConfig({ testTimeout: 30_000 + 60 * INPUTS });
/** A page must not stand still for what somebody else has written. */
const MOST_MILLIS = 50;

/** The longest that a text may be in what a reader gives, by the name of its field. No text may be longer than an address. */
const LONGEST: Readonly<Record<string, number>> = {
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

/** What makes a pattern that goes back and forth take its time. */
const long = fc
  .tuple(
    fc.constantFrom('a', '/', ' ', '+', '%20', '"', '.', ';', '-', '_', '|', '\u202e', '9', '[', '//a'),
    fc.integer({ min: 1, max: 20_000 }),
    fc.constantFrom('', 'x', '!', '/', '"'),
  )
  .map(([part, count, end]) => part.repeat(count) + end);

/** Any text: short ones of every character, what attackers write, and now and then a long one. */
export const anyText = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 4, arbitrary: fc.constantFrom('', ...MARKUP, ...NAMES, ...SIGNS, ...ADDRESSES) },
  { weight: 1, arbitrary: long },
);

export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, -1e308, NaN, Infinity, -Infinity, 2 ** 53, 10_080, 10_081),
);

/** Any value that JSON or a message can hold, also one that has a length and is no text. */
export const anyValue = fc.oneof(
  anyText,
  anyNumber,
  fc.constant({ length: { toString: 0 } }),
  fc.anything({ key: fc.constantFrom(...NAMES, 'a', 'user'), maxDepth: 2, maxKeys: 4 }),
);

/** A record of which every field can be sound, any value, or missing; with fields that nobody knows. */
export function anyRecordLike(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const spoilt = Object.entries(fields).map(([name, sound]): [string, fc.Arbitrary<unknown>] => [
    name,
    fc.oneof({ weight: 12, arbitrary: sound }, { weight: 1, arbitrary: anyValue }),
  ]);
  const record = fc.record(Object.fromEntries(spoilt), { requiredKeys: [] });
  const complete = fc.record(Object.fromEntries(spoilt));
  const extended = fc.tuple(complete, fc.constantFrom(...NAMES, 'future'), anyValue).map(([own, name, value]) => {
    // Defined, and not assigned: a field named `__proto__`, as JSON can bring it, is a field like any other.
    return Object.defineProperty({ ...own }, name, { value, enumerable: true, configurable: true });
  });
  return fc.oneof(
    { weight: 8, arbitrary: complete },
    { weight: 3, arbitrary: record },
    { weight: 1, arbitrary: extended },
  );
}

/** Runs a reader over many inputs: it must not throw, take long, give long texts, or reach what all objects share. */
export async function fuzz<Input, Output>(
  inputs: fc.Arbitrary<Input>,
  read: (input: Input) => Output | Promise<Output>,
  check: (output: Output, input: Input) => void = () => undefined,
): Promise<void> {
  const shared = sharedNames();
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const output = await inTime(() => read(input));
      expect(tooLong(output)).toEqual([]);
      check(output, input);
      // What documents refer to weakly is let go of only between two tasks: of 100 000 documents that is all of the memory.
      await nextTask();
    }),
    { numRuns: INPUTS, seed: SEED },
  );
  expect(sharedNames()).toEqual(shared);
}

/** Measured in time of the processor, because others work on the machine too; and again if it was long, to leave out a chance. */
async function inTime<Output>(read: () => Output | Promise<Output>): Promise<Output> {
  let millis = Infinity;
  let output: Output;
  for (let n = 0; n < 3 && millis > MOST_MILLIS; n++) {
    const before = process.cpuUsage();
    output = await read();
    const { user, system } = process.cpuUsage(before);
    millis = (user + system) / 1_000;
  }
  if (millis > MOST_MILLIS) throw new Error(`It took ${millis.toFixed()} ms`);
  return output!;
}

/** The fields of a value whose texts, or names, are longer than they may be. */
function tooLong(value: unknown, name = ''): string[] {
  if (typeof value === 'string')
    return value.length > (LONGEST[name] ?? LONGEST_ADDRESS) ? [`${name}: ${value.length} characters`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [
    ...(key.length > LONGEST_ADDRESS ? [`a name of ${key.length} characters`] : []),
    ...tooLong(each, Array.isArray(value) ? name : key),
  ]);
}

function sharedNames(): string[] {
  return [Object.prototype, Array.prototype].flatMap((each) => Object.getOwnPropertyNames(each));
}
