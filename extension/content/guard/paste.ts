/** Pastes of files, in the page, in a text or in an editor. */
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { createAttachAttempt, type CreateRelease, type PageAttempt } from './attempt.ts';
import { pastedData, createPaste, createTransfer } from './page-realm.ts';
import { placeOf } from './attempt-place.ts';

export function readPaste(event: ClipboardEvent): PageAttempt | null {
  const clipboardData = pastedData(event);
  if (!clipboardData || clipboardData.files.length === 0) return null;
  const files = [...clipboardData.files];
  const text = clipboardData.getData('text/plain');
  const [target] = event.composedPath() as [EventTarget];
  // A rich text editor also inserts the text of a paste, in a way that no script can.
  if (clipboardData.types.length > 1 && unclobbered(target as HTMLElement).isContentEditable) return null;
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  // A copied file comes with its name as text.
  const isWritten = /[\t\n]/.test(text) && isField && target === document.activeElement;
  const place = placeOf(target);
  const createRelease: CreateRelease = (all) => {
    const paste = createPaste(createTransfer(all, []));
    return () => !unclobbered(place.find()!).dispatchEvent(paste);
  };
  return createAttachAttempt(place, files, createRelease, {
    isPasted: true,
    // Copied table cells come with a picture (field case A15). Their text need not wait, and one undo removes it.
    onHold: () => isWritten && document.execCommand('insertText', false, text),
  });
}
