/** Which names the build may shorten. */
import { expect, test } from 'vitest';

const SCRIPT = '../../scripts/own-names.mjs';
const { faultOf } = (await import(SCRIPT)) as {
  faultOf: (name: string, long: string, short: string, others: string) => string | undefined;
};

test.each([
  ['preventScroll', 'a browser has it'],
  ['sendMessage', 'a browser has it'],
  ['isInPlace', 'a newer version of the script reads it'],
  ['contents', 'a newer version of the script reads it'],
  ['kept', 'a newer version of the script reads it'],
  ['renewedFrom', 'another part of the extension has it'],
  ['dispatchUs', 'it is still in the script'],
  ['isGone', 'nobody has it'],
  ['isProven', undefined],
])('%s: %s', (name, fault) => {
  expect(faultOf(name, 'a.isProven()', 'a.b("dispatchUs")', '{renewedFrom:e}')).toBe(fault);
});
