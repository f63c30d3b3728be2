/** A Jira page's own script, as the stand-in has it: ties attaching, dialogs, the comment box and a gadget to the page. */
import { request, watchDrops, watchInput, watchPastes } from './attaching.js';
import { openDialog } from './dialogs.js';

const { handlersOn, poll } = document.body.dataset;

/** The page's scripts go through this, afresh at each use. */
window.atl_token = () => document.querySelector('#atlassian-token')?.content ?? '';

const zone = document.querySelector('#dropzone');
if (zone) {
  const place = { zone, document, window }[handlersOn];
  watchDrops(place, 'drop');
  watchPastes(place === zone ? document : place);
  watchInput(document.querySelector('#attach-form'), 'input');
}

const comment = document.querySelector('#comment-form');
comment?.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.ctrlKey) comment.requestSubmit();
});

for (const button of document.querySelectorAll('[data-dialog]')) {
  button.addEventListener('click', () => void openDialog(button.dataset.dialog));
}

if (poll) {
  const gadget = document.querySelector('#gadget');
  const ask = async () => {
    const { status, body } = await request('GET', '/rest/gadget/1.0/activity');
    gadget.textContent = status === 200 ? `Polled ${body.count} times` : 'No answer';
  };
  setInterval(() => void ask(), Number(poll) * 1000);
}
