/** Ties attach.js to a page: drops, pastes and file inputs in, outcomes into the page's log. */
import { attachByDrop, attachByInput } from './attach.js';

const { base, uploadPath, issue, sessionRefusals } = document.body.dataset;
const jQuery = window.jQuery;

export async function request(method, path, query, body) {
  try {
    const address = `${base}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
    const response = await fetch(address, { method, ...(body && { body }) });
    const isJson = response.headers.get('Content-Type')?.includes('json');
    return { status: response.status, body: isJson ? await response.json() : undefined };
  } catch {
    return { status: 0, body: undefined };
  }
}

/** Drops with files. The create dialog's keep their uploads for its form. */
export function watchDrops(target, via, form = null) {
  listen(target, 'dragover', (event) => event.preventDefault());
  listen(target, 'drop', (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    void attachDropped(filesOf(event.dataTransfer), via, { form });
  });
}

export function watchPastes(target) {
  listen(target, 'paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void attachDropped(files, 'paste');
  });
}

/**
 * Attaches files the drop zone's way. They may still have to be read out of dropped folders; the token of all of them is the
 * one of this moment. `place` can name a form that keeps the uploads, another issue than the page's, and the zone's limit.
 */
export async function attachDropped(files, via, { form = null, attached = addAttachment, ...place } = {}) {
  const page = { ...pageOf(form), ...place, metaToken: constant(window.atl_token()) };
  await attachAll(await files, (file) => attachByDrop(file, page, via), attached);
}

export function watchInput(form, via) {
  const input = form.querySelector('input[type=file]');
  listen(input, 'change', async () => {
    const files = [...input.files];
    if (files.length === 0) return;
    await attachAll(files, (file) => attachByInput(file, pageOf(form), via), addAttachment);
    input.value = '';
  });
}

/** One line for a file in the page's log; a page without an issue gets its log when the first is written. */
export function say(name, status) {
  const line = document.createElement('li');
  logOf().append(line);
  const write = (outcome) => {
    line.dataset.name = name;
    line.dataset.status = outcome;
    line.textContent = outcome === 'ok' ? `${name} was attached.` : `${name}: ${MESSAGES[outcome]}`;
  };
  if (status) write(status);
  else line.textContent = `${name} …`;
  return write;
}

const MESSAGES = {
  'missing-token': 'Jira could not attach the file as there was a missing token.',
  'session-expired': 'you are not authorized, your session has expired or the connection is lost.',
  'too-large': 'the file is larger than this Jira takes.',
  error: 'something went wrong while attaching the file.',
};

function logOf() {
  let log = document.querySelector('#attach-log');
  if (!log) {
    log = document.createElement('ul');
    log.id = 'attach-log';
    (document.querySelector('#dialog') ?? document.querySelector('main')).append(log);
  }
  return log;
}

async function attachAll(files, attach, attached) {
  for (const file of files) {
    const write = say(file.name);
    const outcome = await attach(file);
    write(outcome);
    if (outcome === 'ok') attached(file.name);
  }
}

export function addAttachment(name) {
  const item = document.createElement('li');
  item.textContent = name;
  document.querySelector('#attachments')?.append(item);
}

/** What attach.js knows of a page, and of the form that the file is for. */
function pageOf(form) {
  const input = form?.querySelector('input[name=atl_token]');
  const page = {
    metaToken: () => window.atl_token(),
    formToken: () => input?.value,
    adoptToken: (token) => {
      document.querySelector('#atlassian-token').content = token;
      if (input) input.value = token;
    },
    request,
    issue,
    project: '',
    uploadPath,
    uploadFormToken: document.querySelector('[data-form-token]')?.dataset.formToken ?? '',
    sessionRefusals: sessionRefusals.split(' ').map(Number),
  };
  const project = form?.dataset.project;
  return project ? { ...page, issue: '', project, keepUpload: (id) => keepUpload(form, id) } : page;
}

function keepUpload(form, id) {
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = 'filetoconvert';
  input.value = id;
  form.append(input);
}

/** Whether something that is dragged is files, and not a link or a piece of text. */
export function hasFiles(transfer) {
  return transfer?.types.includes('Files') ?? false;
}

/** Every file of a drop, those inside dropped folders too. */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesUnder))).flat();
}

async function filesUnder(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const children = [];
  // A reader gives its entries in portions, the last of which is empty.
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) break;
    children.push(...some);
  }
  return (await Promise.all(children.map(filesUnder))).flat();
}

/** Listens the way that this page's Jira does: through jQuery, whose events wrap the browser's, or plainly. */
function listen(target, type, handler) {
  if (jQuery) jQuery(target).bind(type, (event) => handler(event.originalEvent));
  else target.addEventListener(type, handler);
}

function constant(value) {
  return () => value;
}
