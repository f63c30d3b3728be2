// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renewPage } from '../../src/renewal.ts';
import { Token } from '../../src/token.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

const OLD = tokenText({ secret: HEX_A });
const NEW = tokenText({ secret: HEX_B });
const OTHER = tokenText({ secret: 'c'.repeat(40) });

describe('a renewal', () => {
  test('writes the new token into metas, inputs, links, forms and buttons', () => {
    const page = parse(`
      <meta id="atlassian-token" name="atlassian-token" content="${OLD}">
      <meta name="atlassian-token" content="${OLD}">
      <input type="hidden" name="atl_token" value="${OLD}">
      <link rel="next" href="/x?atl_token=${OLD}&a=1">
      <a href="/secure/Do.jspa?a=1&amp;atl_token=${OLD}#here">Do</a>
      <form action="/secure/Go.jspa?atl_token=${OLD}"><button formaction="/secure/Back.jspa?atl_token=${OLD}">Back</button></form>`);
    renew(page, OLD, NEW);
    expect(page.documentElement.outerHTML).not.toContain(HEX_A);
    expect(page.documentElement.outerHTML.split(HEX_B)).toHaveLength(8);
    expect(page.querySelector('a')!.getAttribute('href')).toBe(`/secure/Do.jspa?a=1&atl_token=${NEW}#here`);
  });

  test('of an administrator’s page reaches every one of its links', () => {
    const page = parse(readFileSync(`${import.meta.dirname}/../pages/jira-9.12.0-admin-lin.html`, 'utf8'));
    const old = page.querySelector<HTMLMetaElement>('meta#atlassian-token')!.content;
    const links = page.querySelectorAll('a').length;
    renew(page, old, old.replace('1'.repeat(40), HEX_B));
    expect(page.documentElement.outerHTML).not.toContain('1'.repeat(40));
    expect(page.querySelectorAll(`a[href*="${HEX_B}"]`)).toHaveLength(links);
  });

  test('leaves alone what held another token, none, or another thing', () => {
    const html = `<input name="atl_token" value="${OTHER}"><input name="atl_token"><input name="formToken" value="${OLD}">
      <a href="/x?atl_token=${OTHER}">x</a><a href="/x?not_atl_token=${OLD}">x</a><p data-form-token="${OLD}">${OLD}</p><textarea>${OLD}</textarea>`;
    const page = parse(html);
    const before = page.body.innerHTML;
    renew(page, OLD, NEW);
    expect(page.body.innerHTML).toBe(before);
  });

  test('finds a token that a query carries percent-encoded, and writes it so', () => {
    const old = `BEXA-MPLE-0000-ABCD|${HEX_A}|lin`;
    const page = parse(`<a href="/x?atl_token=${encodeURIComponent(old)}">x</a>`);
    renew(page, old, `BEXA-MPLE-0000-ABCD|${HEX_B}|lin`);
    expect(page.querySelector('a')!.getAttribute('href')).toBe(
      `/x?atl_token=BEXA-MPLE-0000-ABCD%7C${HEX_B}%7Clin`,
    );
  });

  test('writes blanks only where the page had them', () => {
    const cookie = `" BEXA-MPLE-0000-ABCD |${HEX_B}|lin"`;
    const plain = parse(`<meta name="atlassian-token" content="BEXA-MPLE-0000-ABCD|${HEX_A}|lin">`);
    renew(plain, `BEXA-MPLE-0000-ABCD|${HEX_A}|lin`, cookie);
    expect(plain.querySelector('meta')!.content).toBe(`BEXA-MPLE-0000-ABCD|${HEX_B}|lin`);
    const blank = parse(`<meta name="atlassian-token" content=" BEXA-MPLE-0000-ABCD |${HEX_A}|lin">`);
    renew(blank, ` BEXA-MPLE-0000-ABCD |${HEX_A}|lin`, cookie);
    expect(blank.querySelector('meta')!.content).toBe(` BEXA-MPLE-0000-ABCD |${HEX_B}|lin`);
  });
});

function renew(page: Document, old: string, current: string): void {
  renewPage(page, Token.parse(old)!, Token.parse(current)!);
}

function parse(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html');
}
