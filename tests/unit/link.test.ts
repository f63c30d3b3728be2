// @vitest-environment happy-dom
/** Which clicks on links count as attempts. */
import { expect, test } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import { readLinkClick } from '../../extension/content/guard/link.ts';
import { tokenText } from './tokens.ts';

function click(selector: string): PageAttempt | null {
  let attempt: PageAttempt | null = null;
  const target = document.querySelector<HTMLElement>(selector)!;
  target.addEventListener('click', (event) => (attempt = readLinkClick(event)), { once: true });
  target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  return attempt;
}

const address = (secret: string): string =>
  `${location.origin}/secure/WorkflowUIDispatcher.jspa?id=1&amp;atl_token=${tokenText({ secret: secret.repeat(40) })}`;

test('an item of an AUI menu and the link in it are one attempt: each has a token of its own (A18)', () => {
  document.body.innerHTML = `<aui-item-link href="${address('1')}"><a href="${address('2')}"><i></i></a></aui-item-link>`;
  const sent = click('i')!.sent();
  expect(sent.map((token) => token.revealInPlaceOf(token)[20])).toEqual(['2', '1']);
});

test('a link without a token, or to another site, is no attempt', () => {
  document.body.innerHTML = `<a href="/browse/RAIL-7"></a><b><a href="https://example.com/?atl_token=${tokenText({})}"></a></b>`;
  expect(click('a')).toBeNull();
  expect(click('b a')).toBeNull();
});
