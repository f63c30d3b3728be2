/** Which names the build may shorten, with the reason if it may not. */
import { expect, test } from 'vitest';

const SCRIPT = '../../scripts/shortened-names.mjs';
const { whyNot } = (await import(SCRIPT)) as {
  whyNot: (name: string, long: string, short: string, others: string) => string | undefined;
};

test.each([
  ['preventScroll', 'browsers have a member of this name'],
  ['sendMessage', 'browsers have a member of this name'],
  ['isInPlace', 'a newer copy of the script reads it'],
  ['contents', 'a newer copy of the script reads it'],
  ['attempts', 'a newer copy of the script reads it'],
  ['renewedFrom', 'a message has a field of this name'],
  ['retryMillis', 'a message has a field of this name'],
  ['endedAt', 'a message has a field of this name'],
  ['isGranted', 'another script of the package uses it'],
  ['dispatchUs', 'it is still in the script'],
  ['isGone', 'nothing uses it'],
  ['isProven', undefined],
  // The other script has a copy of the same module.
  ['losesInput', undefined],
])('%s: %s', (name, reason) => {
  expect(whyNot(name, 'a.isProven(b.losesInput)', 'a.b("dispatchUs")', '{isGranted:e,losesInput:f}')).toBe(reason);
});
