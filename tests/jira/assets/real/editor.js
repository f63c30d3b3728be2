/** The visual editor: TinyMCE in a frame beside the textarea that it belongs to. Made anew whenever the mode is switched. */
import { HANDLED } from './mask.js';

/** Said on the document when the frame was given files, with the element that the editor stands for. */
export const GIVEN = 'editorGivenFiles';

/** By container: the editor in it, if it is in visual mode. */
const editors = new WeakMap();

export function startEditors(root) {
  for (const tabs of root.querySelectorAll('.editor-toggle-tabs')) {
    for (const button of tabs.querySelectorAll('[data-mode]')) {
      button.addEventListener('click', () => void setMode(tabs, button.dataset.mode));
    }
    const form = tabs.closest('form');
    const container = containerOf(tabs);
    form.addEventListener('submit', () => writeBack(container));
    // Some editors submit on `keypress`, which never comes after a `keydown` that was prevented.
    form.addEventListener('keypress', (event) => {
      if (event.ctrlKey && event.key === 'Enter') form.requestSubmit();
    });
    void setMode(tabs, tabs.dataset.start);
  }
}

/** Takes the editors below an element away, before the element is. */
export function endEditors(root) {
  for (const container of root.querySelectorAll('.rte-container')) endEditor(container);
}

/** Puts a picture's markup where the caret is, if it is in an editor. */
export function markUp(name) {
  const focused = document.activeElement;
  const container = focused?.closest('.rte-container');
  if (!container) return;
  const markup = `!${name}|thumbnail!`;
  if (focused.matches('textarea')) focused.setRangeText(markup, focused.selectionStart, focused.selectionEnd, 'end');
  else editors.get(container)?.insertContent(markup);
}

function containerOf(tabs) {
  return tabs.closest('.jira-wikifield').querySelector('.rte-container');
}

async function setMode(tabs, mode) {
  for (const button of tabs.querySelectorAll('[data-mode]')) {
    button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
  }
  const container = containerOf(tabs);
  endEditor(container);
  container.classList.toggle('rte-visual', mode === 'wysiwyg');
  if (mode === 'wysiwyg') await beginEditor(container);
}

async function beginEditor(container) {
  // It has no id, so that TinyMCE gives one: mce_0.
  const target = document.createElement('div');
  target.className = 'rte-target';
  container.append(target);
  const [editor] = await window.tinymce.init({
    target,
    menubar: false,
    statusbar: false,
    branding: false,
    promotion: false,
    height: 180,
    plugins: 'lists',
    toolbar: 'undo redo | bold italic underline | bullist numlist',
    // Its own refusal of dropped files would prevent drops on the whole page.
    block_unsupported_drop: false,
    setup: watchEditor,
  });
  // It was taken away while it loaded its skin.
  if (!editor || !target.isConnected) return;
  editors.set(container, editor);
  editor.setContent(htmlOf(container.querySelector('textarea').value));
  editor.on('change keyup', () => writeBack(container));
}

function endEditor(container) {
  const editor = editors.get(container);
  writeBack(container);
  editors.delete(container);
  editor?.remove();
  container.querySelector('.rte-target')?.remove();
}

/** The form sends the textarea, so it holds what the editor shows. */
function writeBack(container) {
  const editor = editors.get(container);
  if (editor) container.querySelector('textarea').value = editor.getContent({ format: 'text' }).trim();
}

/** Files that are pasted or dropped in the frame go to the page's uploader, which reads the page's token. */
function watchEditor(editor) {
  editor.on('paste', (event) => handOver(editor, event, event.clipboardData, 'paste'));
  editor.on('drop', (event) => handOver(editor, event, event.dataTransfer, 'drop'));
  editor.on('dragover', (event) => event.preventDefault());
}

function handOver(editor, event, transfer, via) {
  const files = [...(transfer?.files ?? [])];
  if (files.length === 0 || transfer.types.includes('text/plain')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  window.jQuery(document).trigger(GIVEN, [files, via, editor.getElement()]).trigger(HANDLED);
}

function htmlOf(text) {
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  return text && paragraph.outerHTML;
}
