import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { relationOf, Token, tokenInCookies } from '../../src/jira/token.ts';
import { anyToken, anyTokenText, HEX_A, HEX_B, tokenText } from './tokens.ts';

describe('a token is read in every shape that Jira writes', () => {
  test.each([
    ['Jira up to 7', `B0Q8-ABCD-1234-EFGH|${HEX_A}|lin`, 'lin', 'B0Q8-ABCD-1234-EFGH'],
    ['Jira from 8 on', `AEXA-MPLE-0000-WXYZ_${HEX_A}_lout`, 'lout', 'AEXA-MPLE-0000-WXYZ'],
    [
      'Cloud, with an id',
      `00000000-0000-4000-8000-000000000000_${HEX_A}_lin`,
      'lin',
      '00000000-0000-4000-8000-000000000000',
    ],
    ['Cloud, without', `${HEX_A}_lin`, 'lin', undefined],
    ['a quoted cookie', `" BJB4-ABCD-1234-EFGH |${HEX_A}|lin"`, 'lin', 'BJB4-ABCD-1234-EFGH'],
  ])('%s', (_name, text, login, serverId) => {
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
    'x'.repeat(4096),
  ])('and %j is no token', (text) => expect(Token.parse(text)).toBeNull());

  test('whatever its shape, it survives being read and written', () => {
    fc.assert(
      fc.property(anyTokenText, (text) => {
        const token = Token.parse(text);
        expect(token).not.toBeNull();
        expect(Token.parse(token!.revealInPlaceOf(token!))!.equals(token!)).toBe(true);
      }),
    );
  });

  test('and no string makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 5000 }), anyTokenText), (text) => {
        Token.parse(text);
        tokenInCookies(`a=b; atlassian.xsrf.token=${text}`);
      }),
    );
  });
});

describe('two tokens are compared', () => {
  test('as an equivalence: each with itself, both ways round, and on from one to the next', () => {
    fc.assert(
      fc.property(anyToken, anyToken, anyToken, (a, b, c) => {
        expect(a.equals(a)).toBe(true);
        expect(a.equals(b)).toBe(b.equals(a));
        if (a.equals(b) && b.equals(c)) expect(a.equals(c)).toBe(true);
      }),
    );
  });

  test('the same secret counts as equal, whatever the separator, the quotes or the blanks', () => {
    const page = Token.parse(`BJB4-ABCD-1234-EFGH|${HEX_A}|lin`)!;
    expect(relationOf(page, Token.parse(`" BJB4-ABCD-1234-EFGH |${HEX_A}|lin"`)!)).toBe('equal');
    expect(relationOf(page, Token.parse(`BJB4-ABCD-1234-EFGH_${HEX_A}_lin`)!)).toBe('equal');
  });

  test('another secret, or another login, is the same server’s other token', () => {
    const page = Token.parse(tokenText({ secret: HEX_A }))!;
    expect(relationOf(page, Token.parse(tokenText({ secret: HEX_B }))!)).toBe('same-server');
    expect(relationOf(page, Token.parse(tokenText({ secret: HEX_A, login: 'lout' }))!)).toBe('same-server');
  });

  test('another server’s token is told from one’s own, and a token without a server id is nobody’s', () => {
    const page = Token.parse(tokenText({}))!;
    expect(relationOf(page, Token.parse(tokenText({ serverId: 'AOTH-ERSE-RVER-0000' }))!)).toBe('other-server');
    expect(relationOf(page, Token.parse(`${HEX_A}_lin`)!)).toBe('other-server');
  });
});

describe('a token keeps itself to itself', () => {
  test('printed, logged, joined or serialised, it shows nothing of its secret', () => {
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

  test('its digest tells it from another, alike for alike tokens, and is a fifth of the secret at most', () => {
    const a = Token.parse(tokenText({ secret: HEX_A }))!;
    const b = Token.parse(tokenText({ secret: HEX_B }))!;
    expect(a.traits.digest).not.toBe(b.traits.digest);
    expect(a.traits.digest).toBe(Token.parse(`"${tokenText({ secret: HEX_A })}"`)!.traits.digest);
    expect(a.traits.digest).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe('the cookie that a page would send', () => {
  test('is the one of its name', () => {
    const header = `x=1; atlassian.xsrf.token=${tokenText({ secret: HEX_B })}; y=2`;
    expect(tokenInCookies(header)!.equals(Token.parse(tokenText({ secret: HEX_B }))!)).toBe(true);
  });

  test('is not to be told where there are two of its name: one can be another host’s', () => {
    const header = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}; atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
    expect(tokenInCookies(header)).toBeNull();
  });

  test('is none where there is none, where its name only looks alike, or where it is 4 kB of garbage', () => {
    expect(tokenInCookies('')).toBeNull();
    expect(tokenInCookies(`xatlassian.xsrf.token=${tokenText({})}`)).toBeNull();
    expect(tokenInCookies(`atl.xsrf.token=${tokenText({})}`)).toBeNull();
    expect(tokenInCookies(`atlassian.xsrf.token=${'%/x|_'.repeat(820)}`)).toBeNull();
  });
});

test('a copy of the script can compare the tokens of an earlier copy, whose files it takes over', async () => {
  vi.resetModules();
  const later = await import('../../src/jira/token.ts');
  const [text, other] = [tokenText({}), tokenText({ secret: HEX_B })];
  const [earlier, same, different] = [Token.parse(text)!, later.Token.parse(text)!, later.Token.parse(other)!];
  expect([same.equals(earlier), earlier.equals(same)]).toEqual([true, true]);
  expect([different.equals(earlier), earlier.equals(different)]).toEqual([false, false]);
});
