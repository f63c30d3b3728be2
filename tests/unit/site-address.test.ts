import { describe, expect, test } from 'vitest';
import { isSiteAddress, matchPatternOf, parseTypedAddress, siteOfAddress } from '../../src/jira/site-address.ts';

describe('a user who types the address of their Jira', () => {
  test.each([
    ['jira.example.com', 'https://jira.example.com', ''],
    ['  JIRA.example.com \n', 'https://jira.example.com', ''],
    ['jira.example.com/jira', 'https://jira.example.com', '/jira'],
    ['//jira.example.com/jira', 'https://jira.example.com', '/jira'],
    ['jira.example.com//jira', 'https://jira.example.com', '//jira'],
    ['jira.example.com/a:b', 'https://jira.example.com', '/a:b'],
    ['jira:8/jira', 'https://jira:8', '/jira'],
    ['jira.example.com.', 'https://jira.example.com', ''],
    ['jira', 'https://jira', ''],
    ['localhost:8080/jira', 'https://localhost:8080', '/jira'],
    ['jira.example.com:8443', 'https://jira.example.com:8443', ''],
    ['192.0.2.7:8080', 'https://192.0.2.7:8080', ''],
    ['bücher.example', 'https://xn--bcher-kva.example', ''],
    ['https:jira.example.com', 'https://jira.example.com', ''],
    ['HTTPS://jira.example.com', 'https://jira.example.com', ''],
    ['(https://jira.example.com/browse/DOOR-7).', 'https://jira.example.com', '/browse/DOOR-7'],
    ['<https://jira.example.com/jira>', 'https://jira.example.com', '/jira'],
  ])('may write %j', (text, origin, path) => {
    expect(parseTypedAddress(text)).toEqual({ origin, address: `${origin}${path}` });
  });

  test('may paste a very long address, which is cut', () => {
    const typed = parseTypedAddress(`https://jira.example.com/${'a'.repeat(5_000)}`);
    expect((typed as { address: string }).address).toHaveLength(4_096);
  });

  test('may paste an issue’s address, which is opened without its query', () => {
    expect(
      parseTypedAddress('https://jira.example.com/jira/browse/DOOR-7?atl_token=AAAA-BBBB_cc_lin#comment'),
    ).toEqual({
      origin: 'https://jira.example.com',
      address: 'https://jira.example.com/jira/browse/DOOR-7',
    });
  });

  test('gets http only if it was typed, and https otherwise', () => {
    expect(parseTypedAddress('http://jira.example.com:8080/')).toMatchObject({
      origin: 'http://jira.example.com:8080',
    });
    expect(parseTypedAddress('jira.example.com')).toMatchObject({ origin: 'https://jira.example.com' });
  });

  test.each(['', '   ', '\n', '""'])('gets the message that the field is empty for %j', (text) => {
    expect(parseTypedAddress(text)).toEqual({ refused: 'address_empty' });
  });

  test.each([
    'ftp://jira.example.com',
    'xhttps://jira.example.com',
    'h323://jira.example.com',
    'file:///home/alice/jira.html',
    'javascript:alert(1)',
    'about:addons',
    'chrome-extension://abc/page.html',
  ])('gets the message that %j is no web address', (text) => {
    expect(parseTypedAddress(text)).toEqual({ refused: 'address_scheme' });
  });

  test.each(['https://', 'my jira', '/browse/DOOR-7', '?x', '#x', 'https://jira example.com/', 'http://:80'])(
    'gets the message that %j has no host',
    (text) => {
      expect(parseTypedAddress(text)).toEqual({ refused: 'address_no_host' });
    },
  );

  test.each(['*', '*.example.com', 'https://*/jira', '*://*/*'])(
    'can’t request permission for all hosts: %j',
    (text) => {
      expect(parseTypedAddress(text)).toEqual({ refused: 'address_no_host' });
    },
  );

  test.each([
    'https://alice:secret@jira.example.com',
    'alice:secret@jira.example.com/jira',
    'alice:1234@jira.example.com',
    'https:alice@jira.example.com',
    'alice@example.com',
  ])('can’t enter a name or a password: %j', (text) => {
    expect(parseTypedAddress(text)).toEqual({ refused: 'address_user' });
  });

  test.each(['acme.atlassian.net', 'https://ACME.atlassian.net./browse/DOOR-7', 'atlassian.net'])(
    'gets the message that Jira Cloud can’t be watched: %j',
    (text) => {
      expect(parseTypedAddress(text)).toEqual({ refused: 'is_cloud' });
    },
  );

  test.each(['notatlassian.net', 'atlassian.net.example.com', 'jira.example.com/acme.atlassian.net'])(
    'may enter a host that only looks like Jira Cloud: %j',
    (text) => {
      expect(parseTypedAddress(text)).not.toHaveProperty('refused');
    },
  );
});

describe('an address in a policy or a file', () => {
  const ofLength = (length: number): string => 'https://jira.example.com/'.padEnd(length, 'a');

  test('can have 512 characters', () => {
    expect([siteOfAddress(ofLength(512)), isSiteAddress(ofLength(512))]).toEqual([ofLength(512), true]);
    expect([siteOfAddress(ofLength(513)), isSiteAddress(ofLength(513))]).toEqual([null, false]);
  });

  test.each(['https://alice@jira.example.com', 'https://:secret@jira.example.com', 'see https://jira.example.com'])(
    'is none if it has more than a host and a path: %s',
    (address) => expect(siteOfAddress(address)).toBeNull(),
  );

  test('must be the whole text', () => {
    expect(isSiteAddress('https://jira.example.com/jira')).toBe(true);
    expect(isSiteAddress('see https://jira.example.com')).toBe(false);
  });
});

test.each([
  ['https://jira.example.com:8443/jira', 'https://jira.example.com/*'],
  ['http://localhost:8080', 'http://localhost/*'],
  ['xhttp://jira.example.com', null],
  ['file:///home/alice', null],
  ['no address', null],
])('the permission that covers %s is %s', (url, pattern) => {
  expect(matchPatternOf(url)).toBe(pattern);
});
