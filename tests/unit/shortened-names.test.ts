/** Which names the build may shorten, with the reason if it may not. */
import { expect, test } from 'vitest';

const SCRIPT = '../../scripts/shortened-names.mjs';
const { whyNot } = (await import(SCRIPT)) as {
  whyNot: (name: string, long: string, short: string, others: string) => string | undefined;
};

test.each([
  ['preventScroll', 'a browser has it'],
  ['sendMessage', 'a browser has it'],
  ['isInPlace', 'a newer version of the script reads it'],
  ['contents', 'a newer version of the script reads it'],
  ['attempts', 'a newer version of the script reads it'],
  ['renewedFrom', 'one part of the extension says it to another'],
  ['retryMillis', 'one part of the extension says it to another'],
  ['endedAt', 'one part of the extension says it to another'],
  ['isGranted', 'another part of the extension has it'],
  ['dispatchUs', 'it is still in the script'],
  ['isGone', 'nobody has it'],
  ['isProven', undefined],
  // The other script has a copy of the same module.
  ['losesInput', undefined],
])('%s: %s', (name, reason) => {
  expect(whyNot(name, 'a.isProven(b.losesInput)', 'a.b("dispatchUs")', '{isGranted:e,losesInput:f}')).toBe(reason);
});
