// @vitest-environment happy-dom
/** What the release of a picked file writes into the page. */
import { expect, test } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import { readPick } from '../../extension/content/guard/file-input.ts';
import { tokenText } from './tokens.ts';

test('a picked file writes no token into a form with an empty one, which another user may have written', () => {
  document.head.innerHTML = `<meta id="atlassian-token" content="${tokenText({})}">`;
  document.body.innerHTML = `<form action="/secure/DeleteIssue.jspa">
      <input type="hidden" name="atl_token" value=""><input type="file">
    </form>`;
  const [token, input] = document.querySelectorAll('input');
  Object.defineProperty(input!, 'files', { value: [new File(['x'], 'door.log')], writable: true });
  let attempt: PageAttempt | null = null;
  input!.addEventListener('change', (event) => (attempt ??= readPick(event)), { once: true });
  input!.dispatchEvent(new Event('change', { bubbles: true }));
  attempt!.release();
  expect(token!.value).toBe('');
});
