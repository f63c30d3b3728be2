/** The portal's script: files are uploaded at once, and named when the request is sent. */
import { filesOf, hasFiles, say } from './attaching.js';

const form = document.querySelector('#portal-form');
const zone = document.querySelector('.vp-attachment-dropzone');
const input = zone.querySelector('input');

input.addEventListener('change', () => {
  const files = [...input.files];
  input.value = '';
  void uploadAll(files);
});
zone.addEventListener('dragover', (event) => event.preventDefault());
zone.addEventListener('drop', (event) => {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  void filesOf(event.dataTransfer).then(uploadAll);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});

async function uploadAll(files) {
  for (const file of files) {
    const write = say(file.name);
    const body = new FormData();
    body.append('file', file);
    const response = await post('/rest/servicedesk/1/portal/1/attachTemporaryFile', body);
    write({ 201: 'ok', 401: 'session-expired' }[response?.status] ?? 'error');
    if (response?.status !== 201) continue;
    const [{ temporaryAttachmentId }] = (await response.json()).temporaryAttachments;
    const id = document.createElement('input');
    id.type = 'hidden';
    id.name = 'temporaryAttachmentId';
    id.value = temporaryAttachmentId;
    form.append(id);
  }
}

async function send() {
  const response = await post('/servicedesk/customer/portal/1/create/2', new FormData(form));
  const answer = document.querySelector('#portal-answer');
  answer.dataset.status = response?.status ?? 0;
  answer.textContent = response?.ok ? `Sent as ${(await response.json()).issue.key}.` : 'It could not be sent.';
}

function post(path, body) {
  const init = { method: 'POST', headers: { 'X-Atlassian-Token': 'no-check' }, body };
  return fetch(document.body.dataset.base + path, init).catch(() => null);
}
