/** Inline edit of the summary: click, type, click elsewhere. No form is submitted; a script posts the page's token. */
import { showDialog } from './dialog.js';

export function watchInlineEdit() {
  const $ = window.jQuery;
  $(document).on('click', '#summary-val:not(.editing)', ({ currentTarget }) => edit(currentTarget));
}

function edit(heading) {
  const before = heading.textContent;
  const input = document.createElement('input');
  input.id = 'summary';
  input.className = 'text';
  input.value = before;
  heading.classList.add('editing');
  heading.replaceChildren(input);
  input.focus();
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') input.value = before;
    if (key === 'Enter' || key === 'Escape') input.blur();
  });
  input.addEventListener('blur', () => void save(heading, input, before));
}

async function save(heading, input, before) {
  const { value } = input;
  if (value === before || (await post(heading, value))) {
    heading.classList.remove('editing');
    heading.textContent = value;
  }
}

/** Whether it was saved. On a refusal the page takes the answer's token over, and shows the retry form in a dialog. */
async function post(heading, summary) {
  const key = heading.closest('.issue-view').querySelector('#key-val').dataset.issueKey;
  const body = new URLSearchParams({
    id: key,
    summary,
    singleFieldEdit: 'true',
    atl_token: window.atl_token(),
  });
  const address = `${document.body.dataset.base}/secure/AjaxIssueAction.jspa?decorator=none`;
  const response = await fetch(address, { method: 'POST', body }).catch(() => null);
  if (!response) return false;
  const isJson = response.headers.get('Content-Type')?.includes('json');
  const answer = isJson ? await response.json() : { html: await response.text() };
  if (response.status === 200 && isJson) return true;
  const dialog = showDialog('inline-edit-error', 'The summary was not saved', answer.html ?? '');
  const token = answer.token ?? dialog.querySelector('input[name=atl_token]')?.value;
  const meta = document.querySelector('#atlassian-token');
  if (token && meta) meta.content = token;
  return false;
}
