/** The create dialog: its fields and its token come as JSON. Files that are dropped in it wait for its form. */
import { request } from '../attaching.js';
import { takeTokenOver, watchCreate } from '../dialogs.js';
import { hideDialog, onHide, showDialog } from './dialog.js';
import { endEditors, startEditors } from './editor.js';

export function watchCreateButton() {
  document.querySelector('#create_link')?.addEventListener('click', () => void open());
}

async function open() {
  const { status, body } = await request('GET', '/secure/QuickCreateIssue!default.jspa', {
    decorator: 'none',
  });
  if (status !== 200) return;
  const footer = `
    <button class="aui-button aui-button-primary" id="create-issue-submit" form="create-form">Create</button>
    <button class="aui-button aui-button-link" type="button" id="create-issue-cancel">Cancel</button>`;
  const dialog = showDialog('create-issue-dialog', 'Create Issue', formOf(body), footer);
  startEditors(dialog);
  watchCreate(dialog.querySelector('form'), () => hideDialog(dialog));
  dialog.querySelector('#create-issue-cancel').addEventListener('click', () => hideDialog(dialog));
  onHide(dialog, () => {
    endEditors(dialog);
    takeTokenOver(dialog);
  });
}

function formOf({ atl_token: token, fields }) {
  const groups = fields.map(
    ({ id, label, editHtml }) =>
      `<div class="field-group"><label for="create-${id}">${label}</label>${editHtml}</div>`,
  );
  return `<form id="create-form" class="aui" data-project="RAIL">
    <input type="hidden" name="atl_token" value="${token}">${groups.join('')}
  </form>`;
}
