/** The board: a chosen card is shown in the one pane, by writing the issue into the elements that are there. */
import { request } from '../attaching.js';

export function watchBoard() {
  const board = document.querySelector('#gh');
  if (!board) return;
  board.addEventListener('click', ({ target }) => {
    const key = target.closest('.ghx-issue')?.dataset.issueKey;
    if (key) {
      pushQuery('selectedIssue', key);
      void select(key);
    }
    const filter = target.closest('.js-quickfilter-button');
    if (filter) {
      filter.setAttribute('aria-pressed', String(filter.getAttribute('aria-pressed') !== 'true'));
      pushQuery('quickFilter', filter.dataset.filterId);
    }
  });
  window.addEventListener('popstate', () => {
    const key = new URLSearchParams(location.search).get('selectedIssue');
    if (key) void select(key);
  });
}

function pushQuery(name, value) {
  const query = new URLSearchParams(location.search);
  query.set(name, value);
  history.pushState({}, '', `?${query}`);
}

async function select(key) {
  const { status, body } = await request('GET', '/rest/greenhopper/1.0/xboard/issue/details.json', {
    rapidViewId: '1',
    issueIdOrKey: key,
  });
  if (status !== 200) return;
  const pane = document.querySelector('#ghx-detail-view');
  const link = pane.querySelector('#key-val');
  link.dataset.issueKey = link.textContent = body.key;
  link.href = `${document.body.dataset.base}/browse/${body.key}`;
  pane.querySelector('#summary-val').textContent = body.title;
  pane.querySelector('#issue-comment-add [name=id]').value = body.id;
  pane.querySelector('#attachments').replaceChildren(...body.attachments.map(({ name }) => item('li', name)));
  pane
    .querySelector('#issue_actions_container')
    .replaceChildren(...body.comments.map(({ user, body: text }) => item('div', `${user}: ${text}`)));
  pane.hidden = false;
}

function item(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
