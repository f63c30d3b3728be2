import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { relationOf, Token, tokenInCookies } from '../../src/jira/token.ts';
import { anyToken, anyTokenText, HEX_A, HEX_B, tokenText } from './tokens.ts';

describe('the text of a token', () => {
  test.each([
    ['Jira up to 7', `B0Q8-ABCD-1234-EFGH|${HEX_A}|lin`, 'lin', 'B0Q8-ABCD-1234-EFGH'],
    ['Jira from 8 on', `AEXA-MPLE-0000-WXYZ_${HEX_A}_lout`, 'lout', 'AEXA-MPLE-0000-WXYZ'],
    [
      'Cloud, with an id',
      `00000000-0000-4000-8000-000000000000_${HEX_A}_lin`,
      'lin',
      '00000000-0000-4000-8000-000000000000',
    ],
    ['Cloud, without an id', `${HEX_A}_lin`, 'lin', undefined],
    ['a server that quotes its cookie', `" BJB4-ABCD-1234-EFGH |${HEX_A}|lin"`, 'lin', 'BJB4-ABCD-1234-EFGH'],
  ])('is parsed as written by %s', (_name, text, login, serverId) => {
    expect(Token.parse(text)).toMatchObject({ login, serverId });
  });

  test.each([
    null,
    undefined,
    '',
    '""',
    ' ',
    '97EXGGlZtL',
    HEX_A,
    `${HEX_A}_LIN`,
    `${HEX_A.slice(1)}_lin`,
    `${HEX_A}_linux`,
    `${HEX_A}zz_lin`,
    `BEXA-MPLE-0000-ABCD|zz${HEX_A}|lin`,
    `x"${HEX_A}_lin"`,
    `"${HEX_A}_"lin`,
    'x'.repeat(4096),
  ])('is not parsed if it is %j', (text) => expect(Token.parse(text)).toBeNull());

  test('is parsed with blanks outside of its quotes, and up to a length of 256', () => {
    expect(Token.parse(` "${HEX_A}_lin" `)).not.toBeNull();
    const withLength = (length: number): string => `BEXA${' '.repeat(length - 49)}|${HEX_A}|lin`;
    expect(withLength(256)).toHaveLength(256);
    expect(Token.parse(withLength(256))).not.toBeNull();
    expect(Token.parse(withLength(257))).toBeNull();
  });

  test('is the same after it is parsed and written, in any shape', () => {
    fc.assert(
      fc.property(anyTokenText, (text) => {
        const token = Token.parse(text);
        expect(token).not.toBeNull();
        expect(Token.parse(token!.revealInPlaceOf(token!))!.equals(token!)).toBe(true);
      }),
    );
  });

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 5000 }), anyTokenText), (text) => {
        Token.parse(text);
        tokenInCookies(`a=b; atlassian.xsrf.token=${text}`);
      }),
    );
  });
});

describe('the relation of two tokens', () => {
  test('is an equivalence: reflexive, symmetric and transitive', () => {
    fc.assert(
      fc.property(anyToken, anyToken, anyToken, (a, b, c) => {
        expect(a.equals(a)).toBe(true);
        expect(a.equals(b)).toBe(b.equals(a));
        if (a.equals(b) && b.equals(c)) expect(a.equals(c)).toBe(true);
      }),
    );
  });

  test('is "equal" if the secret is equal, whatever the separator, quotes or spaces are', () => {
    const page = Token.parse(`BJB4-ABCD-1234-EFGH|${HEX_A}|lin`)!;
    expect(relationOf(page, Token.parse(`" BJB4-ABCD-1234-EFGH |${HEX_A}|lin"`)!)).toBe('equal');
    expect(relationOf(page, Token.parse(`BJB4-ABCD-1234-EFGH_${HEX_A}_lin`)!)).toBe('equal');
  });

  test('is "same-server" if the secret or the login differs', () => {
    const page = Token.parse(tokenText({ secret: HEX_A }))!;
    expect(relationOf(page, Token.parse(tokenText({ secret: HEX_B }))!)).toBe('same-server');
    expect(relationOf(page, Token.parse(tokenText({ secret: HEX_A, login: 'lout' }))!)).toBe('same-server');
  });

  test('is "other-server" if the server id differs or is missing', () => {
    const page = Token.parse(tokenText({}))!;
    expect(relationOf(page, Token.parse(tokenText({ serverId: 'AOTH-ERSE-RVER-0000' }))!)).toBe('other-server');
    expect(relationOf(page, Token.parse(`${HEX_A}_lin`)!)).toBe('other-server');
    expect(page.equals(Token.parse(`${HEX_A}_lin`)!)).toBe(false);
  });
});

describe('the secret of a token', () => {
  test('is never shown when the token is printed, logged, joined or serialised', () => {
    fc.assert(
      fc.property(anyToken, (token) => {
        const secret = token.revealInPlaceOf(token);
        for (const shown of [
          `${token}`,
          String(token),
          inspect(token),
          JSON.stringify({ token }),
          inspect({ token }, { showHidden: true, depth: 9 }),
        ]) {
          expect(shown).not.toContain(secret);
          if (secret.length > 40) expect(shown).not.toMatch(/[0-9a-f]{40}/);
        }
      }),
    );
  });

  test('is represented by a digest of eight digits, which is equal for equal secrets', () => {
    const a = Token.parse(tokenText({ secret: HEX_A }))!;
    const b = Token.parse(tokenText({ secret: HEX_B }))!;
    expect(a.traits.digest).not.toBe(b.traits.digest);
    expect(a.traits.digest).toBe(Token.parse(`"${tokenText({ secret: HEX_A })}"`)!.traits.digest);
    expect(a.traits.digest).toMatch(/^[0-9a-f]{8}$/);
    const withZero = Token.parse(tokenText({ secret: '8'.padStart(40, '0') }))!;
    expect(withZero.traits.digest).toBe('0aae6eef');
  });
});

describe('the token in a page’s cookies', () => {
  test('is that of the cookie with the right name', () => {
    const header = `x=1; atlassian.xsrf.token=${tokenText({ secret: HEX_B })}; y=2`;
    expect(tokenInCookies(header)!.equals(Token.parse(tokenText({ secret: HEX_B }))!)).toBe(true);
    expect(tokenInCookies(header.replaceAll('; ', ';'))).not.toBeNull();
  });

  test('is unknown if two cookies have its name: one can be another host’s', () => {
    const header = [HEX_B, HEX_A].map((secret) => `atlassian.xsrf.token=${tokenText({ secret })}`).join('; ');
    expect(tokenInCookies(header)).toBeNull();
  });

  test('is null without a cookie, with a similar name, or with 4 kB of garbage', () => {
    expect(tokenInCookies('')).toBeNull();
    expect(tokenInCookies(`xatlassian.xsrf.token=${tokenText({})}`)).toBeNull();
    expect(tokenInCookies(`atl.xsrf.token=${tokenText({})}`)).toBeNull();
    expect(tokenInCookies(`atlassian.xsrf.token=${'%/x|_'.repeat(820)}`)).toBeNull();
  });
});

test('a copy of the script can compare and replace the tokens of an earlier copy, whose files it takes over', async () => {
  vi.resetModules();
  const later = await import('../../src/jira/token.ts');
  const [text, other] = [tokenText({}), tokenText({ secret: HEX_B })];
  const [earlier, same, different] = [Token.parse(text)!, later.Token.parse(text)!, later.Token.parse(other)!];
  expect([same.equals(earlier), earlier.equals(same)]).toEqual([true, true]);
  expect([different.equals(earlier), earlier.equals(different)]).toEqual([false, false]);
  expect(different.writtenInto(`?atl_token=${text}`, earlier)).toBe(`?atl_token=${other}`);
  expect(different.revealInPlaceOf(earlier)).toBe(other);
});
