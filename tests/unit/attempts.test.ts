// @vitest-environment happy-dom
/** What an attempt writes into the page on its way, and what is left of it. */
import { beforeEach, expect, test } from 'vitest';
import { attemptIn } from '../../extension/content/attempts.ts';
import { tokenText } from './tokens.ts';

const OWN = tokenText({});

beforeEach(() => {
  document.head.innerHTML = `<meta id="atlassian-token" content="${OWN}">`;
});

/** What the event of an element is about to send. */
function attempted(selector: string, event: Event): ReturnType<typeof attemptIn> {
  let attempt: ReturnType<typeof attemptIn> = null;
  const note = (): unknown => (attempt = attemptIn(event));
  window.addEventListener(event.type, note, { capture: true, once: true });
  document.querySelector(selector)!.dispatchEvent(event);
  return attempt;
}

test.each([
  ['sent by a button', '#own', () => new SubmitEvent('submit', { bubbles: true })],
  ['sent by another form’s', '#other', () => new SubmitEvent('submit', { bubbles: true })],
  [
    'sent by a key',
    'textarea',
    () => new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }),
  ],
])(
  'a form that a user wrote has no token by the time that it is %s, though a file was picked in it',
  (_how, where, press) => {
    document.body.innerHTML = `<form id="own" action="/secure/DeleteIssue.jspa">
      <input type="hidden" name="atl_token" value=""><input type="file"><textarea></textarea>
    </form><form id="other"></form>`;
    const [token, input] = document.querySelectorAll('input');
    Object.defineProperty(input!, 'files', { value: [new File(['x'], 'door.log')], writable: true });
    attempted('[type=file]', new Event('change', { bubbles: true }))!.release();
    expect(token!.value).toBe(OWN);
    expect(attempted(where, press())).toBeNull();
    expect(token!.value).toBe('');
  },
);
