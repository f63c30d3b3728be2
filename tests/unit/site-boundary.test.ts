// @vitest-environment happy-dom
/** Which addresses, texts and forms lead to the page's own site. */
import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/jira/page.ts';
import { siteBoundary } from '../../src/jira/site-boundary.ts';

const BASE = 'https://jira.example.com/jira/browse/RAIL-7';
const boundary = siteBoundary(BASE, 'https://jira.example.com/jira' as Site);

test.each([
  ['/jira/secure/Do.jspa', true],
  ['', true],
  ['https://jira.example.com/jira', true],
  ['/jiralike/x', false],
  ['https://jira.example.com:8443/jira/', false],
  ['https://[', false],
])('an address is on the site, or not: "%s", %s', (address, expected) => {
  expect(boundary.includesAddress(address)).toBe(expected);
});

describe('a text', () => {
  test('may hold addresses of the site, also as JSON escapes them', () => {
    expect(boundary.includesText('["/jira/a","https://jira.example.com/jira/b"]')).toBe(true);
    expect(boundary.includesText('["\\/jira\\/a","https:\\/\\/jira.example.com\\/jira\\/b"]')).toBe(true);
  });

  test.each(['h ttp:', 'ht  tp:', 'htt\tp:', 'http\n:', 'http\n\n:', 'https :', 'https  :', 'h\n\ntt\r\rp\t\ts:'])(
    'may hold no address of another host, even as "%j", in which browsers ignore the blanks',
    (scheme) => expect(boundary.includesText(`/jira/x?to=${scheme}evil.example`)).toBe(false),
  );

  test.each(['http:evil.example', 'HTTPS:evil.example', '//evil.example', '/ /evil.example', '/ \t /evil.example'])(
    'may hold no address without its usual beginning: "%j"',
    (address) => expect(boundary.includesText(`/jira/x?to=${address}`)).toBe(false),
  );

  test('may hold no escape, which can lead anywhere', () => {
    expect(boundary.includesText('/jira/x?to=\\u002f\\u002fevil.example')).toBe(false);
  });
});

describe('a form', () => {
  const formIn = (html: string): HTMLFormElement => {
    document.body.innerHTML = html;
    return document.querySelector('form')!;
  };

  test('submits to the site if no button of its own leads elsewhere', () => {
    const other = '<form><button formaction="https://evil.example/">Go</button></form>';
    expect(boundary.includesForms(formIn(`<form action="/jira/x"><button>Go</button></form>${other}`))).toBe(true);
    expect(boundary.includesForms(formIn(`<form action="/jira/x"></form>${other}`))).toBe(true);
    expect(boundary.includesForms(formIn(other))).toBe(false);
  });

  test('without an action submits to its page', () => {
    expect(boundary.includesForms(formIn('<form></form>'))).toBe(true);
  });
});
