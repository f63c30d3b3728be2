// @vitest-environment happy-dom
/** What a file that is picked writes into the page on its way. */
import { expect, test } from 'vitest';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import { readPick } from '../../extension/content/guard/file-input.ts';
import { tokenText } from './tokens.ts';

test('a file that is picked in a form with an empty token, which a user can have written, brings no token into it', () => {
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
