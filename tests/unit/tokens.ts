/** Invented tokens for the tests, in every shape that docs/jira-xsrf.md names. */
import fc from 'fast-check';
import { Token } from '../../src/jira/token.ts';

export const HEX_A = 'a1'.repeat(20);
export const HEX_B = 'b2'.repeat(20);

/** A token's text as Jira 8 and later write it. */
export function tokenText({ serverId = 'BEXA-MPLE-0000-ABCD', secret = HEX_A, login = 'lin' }): string {
  return `${serverId}_${secret}_${login}`;
}

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
const block = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
  minLength: 4,
  maxLength: 4,
});
const serverId = fc.tuple(block, block, block, block).map((blocks) => blocks.join('-'));
const login = fc.constantFrom('lin', 'lout');
const modern = fc
  .tuple(fc.option(fc.oneof(serverId, fc.uuid())), fc.constantFrom('|', '_'), hex, login)
  .map(([id, separator, secret, end]) => [...(id ? [id] : []), secret, end].join(separator));
const quoted = fc
  .tuple(serverId, fc.constantFrom('', ' '), hex, login)
  .map(([id, blank, secret, end]) => `"${blank}${id}${blank}|${secret}|${end}"`);

export const anyTokenText = fc.oneof(modern, quoted);

/** Uses few secrets, so that tokens are often equal. */
export const anyToken = fc
  .oneof(
    anyTokenText,
    fc
      .tuple(fc.constantFrom('|', '_'), fc.constantFrom(HEX_A, HEX_B), login)
      .map(([separator, secret, end]) => `BEXA-MPLE-0000-ABCD${separator}${secret}${separator}${end}`),
  )
  .map((text) => Token.parse(text)!);
