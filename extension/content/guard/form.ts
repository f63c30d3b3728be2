/** Submissions of forms: those that carry a token, a portal's, and those of Jira's dialogs. */
import { readPage } from '../../../src/jira/page.ts';
import { FORM_IN_DIALOG } from '../../../src/jira/selectors.ts';
import type { Token } from '../../../src/jira/token.ts';
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { createSendAttempt, tokensOfForm, type PageAttempt } from './attempt.ts';

export function readSubmit(event: Event): PageAttempt | null {
  const form = event.composedPath()[0];
  if (!(form instanceof HTMLFormElement)) return null;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const sent = (): Token[] => tokensOfForm(form, submitter);
  // A portal's forms carry no token, and may name files that belong to the session.
  const hasToken = sent().length > 0 || readPage(document, location)?.product === 'portal';
  // A script can send the page's token for a dialog's form: a pasted picture is uploaded at its button (field case A9).
  if (!hasToken && !(event.isTrusted && unclobbered(form).matches(FORM_IN_DIALOG))) return null;
  // A submit event from a script submits nothing by itself, and must not when it is dispatched again.
  const released = event.isTrusted ? null : new SubmitEvent('submit', event);
  return {
    ...createSendAttempt(event, sent, form),
    sending: hasToken ? 'send' : 'script',
    release() {
      if (released) unclobbered(form).dispatchEvent(released);
      // A form rejects another form's button as its submitter.
      else unclobbered(form).requestSubmit((submitter as HTMLButtonElement | null)?.form === form ? submitter : null);
    },
  };
}
