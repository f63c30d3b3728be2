/** Dialogs whose HTML comes from the server, with a token of its own. */
import { request, say, watchDrops, watchInput } from './attaching.js';

/** A dialog's HTML is the server's own; where trusted types are required it needs a policy. */
const policy = window.trustedTypes?.createPolicy('jira', { createHTML: (html) => html });

export async function openDialog(path) {
  const { status, body } = await request('GET', path);
  if (status !== 200) return;
  document.querySelector('#dialog')?.remove();
  const dialog = document.createElement('div');
  dialog.id = 'dialog';
  dialog.innerHTML = policy ? policy.createHTML(body.html) : body.html;
  document.body.append(dialog);

  const form = dialog.querySelector('form');
  if (form.querySelector('input[type=file]')) watchInput(form, 'dialog-input');
  if (form.id === 'create-form') {
    watchDrops(dialog, 'dialog-drop', form);
    watchCreate(form, () => close(dialog));
  }
  dialog.querySelector('.close').addEventListener('click', () => close(dialog));
}

/** Creates the issue when the form is submitted, and tells when it has been. */
export function watchCreate(form, created) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void create(form).then((isCreated) => isCreated && created());
  });
}

function close(dialog) {
  takeTokenOver(dialog);
  dialog.remove();
}

/** Closing a dialog copies its token over the page's: a page can heal, or change, by itself. */
export function takeTokenOver(dialog) {
  const token = dialog.querySelector('input[name=atl_token]')?.value;
  const meta = document.querySelector('#atlassian-token');
  if (token && meta) meta.content = token;
}

/** Creates the issue with the files that were uploaded for it; those that were lost must be attached again. */
async function create(form) {
  const { status, body } = await request('POST', '/secure/QuickCreateIssue.jspa', undefined, new FormData(form));
  if (status === 200 && body.lost.length === 0) {
    location.assign(`${document.body.dataset.base}/browse/${body.issue}`);
    return true;
  }
  const failure = { 401: 'session-expired', 500: 'missing-token' }[status] ?? 'error';
  say(status === 200 ? body.issue : 'The issue', failure);
  return false;
}
