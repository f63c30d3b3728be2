/** AUI's dialogs, built from HTML. */

/** Shows a dialog and gives its element; it is removed when it closes. */
export function showDialog(id, title, html, footer = '') {
  document.querySelector(`#${id}`)?.remove();
  const dialog = document.createElement('section');
  dialog.id = id;
  dialog.className = 'aui-dialog2 aui-dialog2-medium aui-layer';
  dialog.setAttribute('role', 'dialog');
  // AUI 8 wants it at the start and turns it by itself; AUI 9 goes by `open` alone.
  dialog.setAttribute('aria-hidden', 'true');
  dialog.dataset.auiRemoveOnHide = 'true';
  dialog.innerHTML = `
    <header class="aui-dialog2-header">
      <h2 class="aui-dialog2-header-main">${title}</h2>
      <button class="aui-button aui-button-subtle rail-close" type="button" aria-label="Close">
        <span class="aui-icon aui-icon-small aui-iconfont-cross"></span>
      </button>
    </header>
    <div class="aui-dialog2-content">${html}</div>
    <footer class="aui-dialog2-footer"><div class="aui-dialog2-footer-actions">${footer}</div></footer>`;
  document.body.append(dialog);
  const layer = window.AJS.dialog2(dialog);
  layer.show();
  dialog.setAttribute('aria-hidden', 'false');
  dialog.querySelector('.rail-close').addEventListener('click', () => layer.hide());
  return dialog;
}

export function hideDialog(dialog) {
  window.AJS.dialog2(dialog).hide();
}

/** Runs when a dialog is closed, whichever way. */
export function onHide(dialog, work) {
  window.AJS.dialog2(dialog).on('hide', work);
}
