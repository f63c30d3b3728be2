/**
 * The mask over the page while files are dragged over it. Only a drop, the drag's leaving of the window, and the page's own
 * word that a drop was handled take it away: no `dragleave` follows a drop.
 */
import { hasFiles } from '../attaching.js';

const ACTIVE = 'issue-drop-zone-active';
/** Said by what handles a drop that the window never sees, such as one into the visual editor's frame. */
export const HANDLED = 'dropHandled';

export function watchMask() {
  const $ = window.jQuery;
  $(window).on('dragenter dragover', ({ originalEvent }) => {
    if (hasFiles(originalEvent.dataTransfer) && document.querySelector('.issue-drop-zone')) show();
  });
  $(window).on('drop', hide);
  $(window).on('dragleave', ({ originalEvent }) => {
    // From one element to the next there is a related one.
    if (!originalEvent.relatedTarget) hide();
  });
  $(document).on(HANDLED, hide);
}

export function isDragging() {
  return document.body.classList.contains(ACTIVE);
}

function show() {
  if (isDragging()) return;
  document.body.classList.add(ACTIVE);
  const mask = document.createElement('div');
  mask.className = 'issue-drop-zone__mask';
  mask.textContent = 'Drop files to attach them to this issue';
  document.body.append(mask);
}

function hide() {
  document.body.classList.remove(ACTIVE);
  document.querySelector('.issue-drop-zone__mask')?.remove();
}
