/** The navigator's split view: a chosen issue is fetched into the pane, and the address follows without a load. */
import { endEditors, startEditors } from './editor.js';

export function watchSplitView() {
  const view = document.querySelector('.split-view');
  if (!view) return;
  const { addresses } = view.dataset;
  const keys = [...view.querySelectorAll('.issue-list a')].map((link) => link.dataset.key);
  const first = view.querySelector('#key-val').dataset.issueKey;

  view.querySelector('.issue-list').addEventListener('click', (event) => {
    const key = event.target.closest('a[data-key]')?.dataset.key;
    if (!key) return;
    event.preventDefault();
    history.pushState({}, '', addresses.replace('KEY', key));
    void show(view, key);
  });
  window.addEventListener('popstate', () => {
    void show(view, keys.find((key) => location.pathname.endsWith(`/${key}`)) ?? first);
  });
}

async function show(view, key) {
  for (const link of view.querySelectorAll('.issue-list a')) {
    link.parentElement.classList.toggle('focused', link.dataset.key === key);
  }
  const response = await fetch(`${document.body.dataset.base}/secure/AjaxIssueView.jspa?key=${key}`);
  if (!response.ok) return;
  const pane = view.querySelector('#issue-content');
  endEditors(pane);
  pane.innerHTML = await response.text();
  startEditors(pane);
}
