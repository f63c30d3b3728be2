/** Drops of files, wherever the page takes them: on its zones, on its mask, in an editor, on a file input. */
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { frameOf } from '../editor-frames.ts';
import { createAttachAttempt, type CreateRelease, type PageAttempt } from './attempt.ts';
import { isFileInput, createPickAttempt } from './file-input.ts';
import { createTransfer } from './page-realm.ts';
import { placeOf } from './attempt-place.ts';

/** What is being dragged, if the drag began in the page itself. */
let dragged: Partial<Node> | null = null;

/**
 * Records drags that begin in the page: what they drop is not a new file but the page's own (field case A17). A drag
 * that the page cancels fires no end event; a moving pointer shows that no drag is under way.
 */
export function noteDrag({ type, target, isTrusted }: Event): void {
  if (isTrusted && /^(drag|pointer)/.test(type)) dragged = type === 'dragstart' ? target : null;
}

export function readDrop(event: DragEvent): PageAttempt | null {
  const { dataTransfer } = event;
  if (dragged?.isConnected || !dataTransfer?.types.includes('Files')) return null;
  const items = [...dataTransfer.items];
  // No script can create a transfer that holds a folder: the drop passes as it would without us.
  if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) return null;
  const files = [...dataTransfer.files];
  if (files.length === 0) return null;
  const types = dataTransfer.types.filter((type) => type !== 'Files');
  const texts = types.map((type) => [type, dataTransfer.getData(type)] as const);
  const [dropTarget] = event.composedPath() as [EventTarget];
  const place = placeOf(dropTarget);
  /** Whether the target is shown only during a drag, as Jira's mask is. */
  let isOfDrag = false;
  const createRelease: CreateRelease = (all) => {
    const init = initOf(event, { dataTransfer: createTransfer(all, texts) });
    const [drop, ...before] = ['drop', 'dragenter', 'dragover'].map((type) => new DragEvent(type, init));
    return () => {
      // Some zones accept a drop only while they show a drag (field case A5).
      for (const each of before) unclobbered(place.find() ?? document.body).dispatchEvent(each);
      const target = place.find();
      const isTaken = target !== null && !unclobbered(target).dispatchEvent(drop!);
      if (isTaken || !isFileInput(target)) return isTaken;
      // The browser does this by itself with a drop on a file input.
      createPickAttempt(target, all, event).release();
      return true;
    };
  };
  return createAttachAttempt(place, files, createRelease, {
    isInPlace: () => place.isInFront() && (isOfDrag || place.find() !== null),
    // No `dragleave` follows a drop: without this the page would show the drag for as long as the files wait.
    onHold() {
      const init = initOf(event, { relatedTarget: null, dataTransfer: createTransfer([], []) });
      for (const each of [dropTarget, frameOf(dropTarget as Element)])
        if (each) unclobbered(each).dispatchEvent(new DragEvent('dragleave', init));
      isOfDrag = place.find() === null;
    },
  });
}

/** An event as the init of its copy, with some members replaced. */
function initOf(event: DragEvent, others: DragEventInit): DragEventInit {
  return new Proxy(others, {
    get: (_others, name) => Reflect.get(Object.hasOwn(others, name) ? others : event, name) as unknown,
  });
}
