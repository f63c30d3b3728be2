/** A Jira page's own script, as the stand-in has it: attaching, dialogs, the comment box, a polling gadget. */
import { attachByDrop, attachByInput } from './attach.js';

const { base, uploadPath, issue, handlersOn, poll } = document.body.dataset;
const jQuery = window.jQuery;

/** The page's scripts go through this, afresh at each use. */
window.atl_token = () => document.querySelector('#atlassian-token')?.content ?? '';

/** Listens the way that this page's Jira does: through jQuery, whose events wrap the browser's, or plainly. */
function listen(target, type, handler) {
  if (!jQuery) target.addEventListener(type, handler);
  else if (jQuery.fn.on) jQuery(target).on(type, (event) => handler(event.originalEvent));
  else jQuery(target).bind(type, (event) => handler(event.originalEvent));
}

const requestOf = (path, query) => `${base}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;

async function request(method, path, query, body) {
  try {
    const response = await fetch(requestOf(path, query), { method, ...(body && { body }) });
    const isJson = response.headers.get('Content-Type')?.includes('json');
    return { status: response.status, body: isJson ? await response.json() : undefined };
  } catch {
    return { status: 0, body: undefined };
  }
}

function pageOf(form) {
  const input = form?.querySelector('input[name=atl_token]');
  return {
    metaToken: window.atl_token,
    formToken: () => input?.value,
    adoptToken: (token) => {
      document.querySelector('#atlassian-token').content = token;
      if (input) input.value = token;
    },
    request,
    issue,
    uploadPath,
  };
}

const MESSAGES = {
  ok: 'was attached.',
  'missing-token':
    'Jira could not attach the file as there was a missing token. Please try attaching the file again.',
  'session-expired': 'You are not authorized, your session has expired or the connection is lost.',
  error: 'Something went wrong while attaching the file.',
};

async function attachAll(files, attach, form, via) {
  for (const file of files) {
    const line = document.createElement('li');
    line.textContent = `${file.name} …`;
    document.querySelector('#attach-log')?.append(line);
    const outcome = await attach(file, pageOf(form), via);
    line.dataset.status = outcome;
    line.dataset.name = file.name;
    line.textContent =
      outcome === 'ok' ? `${file.name} ${MESSAGES.ok}` : `${file.name}: ${MESSAGES[outcome]}`;
    if (outcome === 'ok') addAttachment(file.name);
  }
}

function addAttachment(name) {
  const item = document.createElement('li');
  item.textContent = name;
  document.querySelector('#attachments')?.append(item);
}

/** Every file of a drop, those inside dropped folders too. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const walk = async (entry) => {
    if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
    const children = await new Promise((done, failed) => entry.createReader().readEntries(done, failed));
    return (await Promise.all(children.map(walk))).flat();
  };
  return (await Promise.all(entries.map(walk))).flat();
}

function watchDrops(zone, target, via) {
  if (!zone) return;
  listen(target, 'dragover', (event) => event.preventDefault());
  listen(target, 'drop', async (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    await attachAll(await filesOf(event.dataTransfer), attachByDrop, null, via);
  });
}

const zone = document.querySelector('#dropzone');
const place = { zone, document, window }[handlersOn] ?? document;
watchDrops(zone, place, 'drop');
if (zone) {
  listen(place === zone ? document : place, 'paste', async (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    await attachAll(files, attachByDrop, null, 'paste');
  });
}

function watchInput(form, via) {
  const input = form?.querySelector('input[type=file]');
  if (!input) return;
  listen(input, 'change', async () => {
    const files = [...input.files];
    if (files.length === 0) return;
    await attachAll(files, attachByInput, form, via);
    input.value = '';
  });
}

watchInput(document.querySelector('#attach-form'), 'input');

const comment = document.querySelector('#comment-form');
comment?.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.ctrlKey) comment.requestSubmit();
});

/** A dialog's HTML is the server's own; under trusted types it needs a policy. */
const policy = window.trustedTypes?.createPolicy('jira', { createHTML: (html) => html });

async function openDialog(path) {
  const { status, body } = await request('GET', path);
  if (status !== 200) return;
  const dialog = document.createElement('div');
  dialog.id = 'dialog';
  dialog.innerHTML = policy ? policy.createHTML(body.html) : body.html;
  document.body.append(dialog);
  watchDrops(dialog.querySelector('.dialog-dropzone'), dialog, 'dialog-drop');
  watchInput(dialog.querySelector('form'), 'dialog-input');
  dialog.querySelector('.close').addEventListener('click', () => {
    // Closing a server-rendered dialog copies its token over the page's.
    const token = dialog.querySelector('input[name=atl_token]')?.value;
    if (token) document.querySelector('#atlassian-token').content = token;
    dialog.remove();
  });
}

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
