/** The keys that submit a form. */
import type { Token } from '../../../src/jira/token.ts';
import { createSendAttempt, tokensOfForm, type PageAttempt } from './attempt.ts';

/** Ctrl+Enter (or Command) in a text of a form: some pages then submit the form without a `submit` event. */
export function readShortcut(event: KeyboardEvent): PageAttempt | null {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return null;
  const text = event.composedPath()[0];
  if (!(text instanceof HTMLTextAreaElement) || !text.form) return null;
  const { form } = text;
  const sent = (): Token[] => tokensOfForm(form);
  if (sent().length === 0) return null;
  const [released, after] = ['keydown', 'keypress'].map((type) => new KeyboardEvent(type, event));
  return {
    ...createSendAttempt(event, sent, form),
    // No `keypress` follows a key that was intercepted, and some editors wait for it (field case A13).
    release: () => void (text.dispatchEvent(released!) && text.dispatchEvent(after!)),
  };
}
