/**
 * Drop zones, pastes and browse inputs. One set of handlers on the document looks for the zone, because zones are drawn anew
 * after each change.
 */
import { addAttachment, attachDropped, filesOf, hasFiles } from '../attaching.js';
import { GIVEN, markUp } from './editor.js';
import { isDragging } from './mask.js';
import { showPicture } from './screenshot.js';

const TARGETS = '.issue-drop-zone[duitype], .issue-drop-zone__mask';

/** The upload that the screenshot's dialog asks for, to the issue that is shown. */
export function attachScreenshot(file) {
  attachTo(zoneOfIssue(), [file], 'paste', []);
}

export function watchZones() {
  const $ = window.jQuery;
  const place = $(document.body.dataset.handlersOn === 'window' ? window : document);
  place.on('dragover', TARGETS, (event) => event.preventDefault());
  place.on('drop', TARGETS, onDrop);
  place.on('paste', onPaste);
  $(document).on('change', 'input.issue-drop-zone__file', onPick);
  $(document).on(GIVEN, onGiven);
  $(document).on('click', '.issue-drop-zone__button', (event) =>
    event.target.parentElement.querySelector('input').click(),
  );
}

/** A zone takes a drop only while a drag is shown. A drop on the mask is for the dialog, or for the issue that is shown. */
function onDrop({ currentTarget, originalEvent }) {
  const zone = currentTarget.matches('[duitype]') ? currentTarget : zoneOfPage();
  if (!zone || !isDragging() || !hasFiles(originalEvent.dataTransfer)) return;
  originalEvent.preventDefault();
  attachTo(zone, filesOf(originalEvent.dataTransfer), 'drop', [...originalEvent.dataTransfer.files]);
}

/** Text beside the picture, as from a spreadsheet, is pasted by the browser as ever. */
function onPaste({ originalEvent }) {
  const { clipboardData } = originalEvent;
  const files = [...(clipboardData?.files ?? [])].map(renamed);
  const zone = zoneOfPage();
  if (!zone || files.length === 0) return;
  if (showPicture(files[0])) return originalEvent.preventDefault();
  if (!clipboardData.types.includes('text/plain')) originalEvent.preventDefault();
  attachTo(zone, files, 'paste', files);
}

function onPick({ target }) {
  const files = [...target.files];
  if (files.length > 0) attachTo(target.closest('.issue-drop-zone'), files, 'browse', files);
  target.value = '';
}

/** What an editor in the dialog is given goes to the dialog's zone. */
function onGiven(_event, given, via, place) {
  const files = via === 'paste' ? given.map(renamed) : given;
  const zone = place.closest('#create-issue-dialog')?.querySelector('[duitype]') ?? zoneOfIssue();
  if (zone) attachTo(zone, files, via, files);
}

function attachTo(zone, files, via, marked) {
  const uploadLimitBytes = Number(zone.dataset.uploadLimit);
  const form = zone.closest('#create-form');
  if (via !== 'browse' && (!form || form.contains(document.activeElement)))
    for (const { name } of marked) markUp(name);
  if (form) return void attachDropped(files, 'dialog-drop', { form, uploadLimitBytes });
  const issue = issueOf(zone);
  const attached = (name) => {
    if (issueOf(zoneOfIssue()) !== issue) return;
    addAttachment(name);
    drawAnew(zoneOfIssue());
  };
  void attachDropped(files, via, { issue, uploadLimitBytes, attached });
}

function zoneOfPage() {
  return document.querySelector('#create-issue-dialog [duitype]') ?? zoneOfIssue();
}

/** The attachments' zone that can be seen; a board has one in a pane that may be hidden. */
function zoneOfIssue() {
  const zone = document.querySelector('#attachmentmodule [duitype]');
  return zone?.closest('[hidden]') ? null : zone;
}

function issueOf(zone) {
  return zone?.closest('.issue-view')?.querySelector('#key-val')?.dataset.issueKey;
}

/** After each change the panel is another, in the same place. */
function drawAnew(zone) {
  const fresh = zone.cloneNode(true);
  fresh.querySelector('input[type=file]').value = '';
  zone.replaceWith(fresh);
}

/** Pasted pictures have no names of their own: they get one of date and time. */
function renamed(file) {
  const time = new Date().toISOString().replaceAll(/[T:.]/g, '-').replace('Z', '');
  const type = file.name.slice(file.name.lastIndexOf('.'));
  return new File([file], `image-${time}${type}`, { type: file.type });
}
