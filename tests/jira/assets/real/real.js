/** The script of pages that are made of real parts: ties each piece to the page. `jira.js` has defined `atl_token` before. */
import { openDialog } from '../dialogs.js';
import { watchBoard } from './board.js';
import { watchCreateButton } from './create.js';
import { startEditors } from './editor.js';
import { watchInlineEdit } from './inline-edit.js';
import { watchMask } from './mask.js';
import { watchTemplates } from './redraw.js';
import { watchScreenshot } from './screenshot.js';
import { watchSplitView } from './split-view.js';
import { attachScreenshot, watchZones } from './zones.js';

watchZones();
watchMask();
startEditors(document);
watchInlineEdit();
watchCreateButton();
watchScreenshot(attachScreenshot);
watchTemplates();
watchSplitView();
watchBoard();

const $ = window.jQuery;
$(document).on('click', '#attach-file', (event) => {
  event.preventDefault();
  void openDialog('/secure/AttachFile!default.jspa');
});
$(document).on('click', '#comment-issue', () => document.querySelector('#comment').focus());
