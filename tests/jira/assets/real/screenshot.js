/**
 * The dialog for a screenshot: a picture is pasted into it and named, and uploaded minutes later, at its button, by a script that
 * reads the page's token then.
 */
import { hideDialog, showDialog } from './dialog.js';

const ID = 'attach-screenshot-dialog';
let picture = null;

export function watchScreenshot(attach) {
  window.jQuery(document).on('click', '#attach-screenshot', (event) => {
    event.preventDefault();
    const dialog = showDialog(ID, 'Attach screenshot', FORM, BUTTON);
    dialog.querySelector('form').addEventListener('submit', (submitted) => {
      submitted.preventDefault();
      if (!picture) return;
      const { value } = dialog.querySelector('#screenshot-name');
      attach(new File([picture], `${value}.png`, { type: picture.type }));
      picture = null;
      hideDialog(dialog);
    });
  });
}

/** Takes a pasted picture if the dialog is open. */
export function showPicture(file) {
  const place = document.querySelector(`#${ID} .screenshot-place`);
  if (!place) return false;
  picture = file;
  place.textContent = file.name;
  return true;
}

const FORM = `<form class="aui" id="attach-screenshot-form">
  <div class="screenshot-place" tabindex="0">Paste the picture here</div>
  <div class="field-group">
    <label for="screenshot-name">File name</label><input class="text" id="screenshot-name" value="screenshot-1">
  </div>
</form>`;
const BUTTON =
  '<button class="aui-button aui-button-primary" id="screenshot-upload" form="attach-screenshot-form">Upload</button>';
