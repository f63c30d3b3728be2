// @vitest-environment happy-dom
/** Documents and addresses of any content: the page reader must accept each of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, readPage, refusalOn, signInAddress } from '../../src/jira/page.ts';
import { Token } from '../../src/jira/token.ts';
import { anyTokenText } from '../unit/tokens.ts';
import { anyText, fuzz } from './fuzz.ts';

/** A text as it is written in an attribute. */
const inAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const value = anyText.map(inAttribute);

const APPLICATION = '<meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">';
const application = fc.oneof(
  fc.constant(APPLICATION),
  value.map((version) => APPLICATION.replace('9.12.0', version)),
);

const META_NAMES = ['ajs-context-path', 'ajs-remote-user', 'ajs-issue-key', 'ajs-cloud-id'];
const meta = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...META_NAMES),
      fc.oneof(value, fc.constantFrom('/jira', '/jira/browse', 'RAIL-7', 'alice')),
    )
    .map(([name, content]) => `<meta name="${name}" content="${content}">`),
  fc
    .tuple(fc.constantFrom('', ' id="atlassian-token"'), fc.oneof(value, anyTokenText.map(inAttribute)))
    .map(([id, content]) => `<meta name="atlassian-token"${id} content="${content}">`),
);

/** The form in which pages state the session's end, with numbers and with other texts. */
const time = fc.oneof(value, fc.nat().map(String), fc.constantFrom('-', '9'.repeat(15), '1e9'));
const timing = fc.tuple(time, time).map(
  ([start, end]) => `<form id="jira_request_timing_info">
      <input type="hidden" title="jira.request.start.millis" value="${start}">
      <input type="hidden" title="jira.session.expiry.time" value="${end}"></form>`,
);

/** Elements named like members of a document or a form, and unclosed markup. */
const content = fc.oneof(
  value.map((key) => `<a id="key-val" data-issue-key="${key}">`),
  fc
    .tuple(
      fc.constantFrom('img', 'form', 'svg', 'template', 'input'),
      fc.constantFrom('querySelector', 'content', 'getAttribute', 'baseURI', 'value', 'freshtokenLife'),
    )
    .map(([element, name]) => `<${element} name="${name}" id="${name}">`),
  anyText,
);

const html = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: application }, { weight: 1, arbitrary: fc.constant('') }),
    fc.array(fc.oneof({ weight: 3, arbitrary: meta }, timing, content), { maxLength: 5 }),
  )
  .chain(([first, others]) => fc.shuffledSubarray([first, ...others], { minLength: others.length }))
  .map((parts) => parts.join('\n'));

const address = fc
  .tuple(
    fc.constantFrom('https://jira.example.com', 'http://localhost:8080', 'https://example.com/jira'),
    fc.oneof(
      fc.constantFrom('', '/browse/RAIL-7', '/jira/browse/RAIL-7'),
      anyText.map((text) => `/${text}`),
    ),
    fc.oneof(
      fc.constantFrom('', '?selectedIssue=RAIL-7'),
      anyText.map((text) => `?atl_token=${text}`),
    ),
  )
  .map((parts) => parts.join(''))
  .filter((text) => URL.canParse(text))
  .map((text) => new URL(text));

test('any document is read within the limits', async () => {
  let pageCount = 0;
  await fuzz(
    fc.tuple(html, address).map(([text, url]) => ({ document: parse(text), url })),
    ({ document, url }) => {
      const page = readPage(document, url);
      if (!page) return null;
      const { token, ...found } = page;
      return {
        ...found,
        traits: token?.traits,
        refusal: refusalOn(document),
        reported: addressOf(url),
      };
    },
    (found, { url }) => {
      if (!found) return;
      pageCount++;
      expect(`${url.origin}${url.pathname}/`.startsWith(`${found.site}/`)).toBe(true);
      expect(JSON.stringify(found)).not.toMatch(/[0-9a-f]{40}_(lin|lout)/);
      const signIn = new URL(signInAddress(found.site, url, found.issue));
      expect(signIn.origin).toBe(url.origin);
      const back = signIn.searchParams.get('os_destination')!;
      expect(new URL(`${found.site}${back}`).origin).toBe(url.origin);
      expect(back).not.toContain('atl_token');
    },
  );
  // If no document were a Jira, this test would prove nothing.
  expect(pageCount).toBeGreaterThan(0);
});

test('any text is parsed as a token or null, and a renewed address has nothing of the old token', async () => {
  const text = fc.oneof(anyText, anyTokenText);
  await fuzz(
    fc.tuple(text, anyTokenText, anyText),
    ([before, after, around]) => {
      const [old, current] = [Token.parse(before), Token.parse(after)!];
      const written = `/secure/Do.jspa?id=${around}${before}`;
      if (!old) return current.writtenInto(written, current) === written;
      return old.equals(current) || !old.isIn(current.writtenInto(written, old));
    },
    (isClean) => expect(isClean).toBe(true),
  );
});

function parse(text: string): Document {
  return new DOMParser().parseFromString(`<html><head>${text}</head></html>`, 'text/html');
}
