/**
 * Objects of the page's own realm. In Firefox the objects that a content script creates arrive empty in the page:
 * files, and the objects that describe an event, must be created by the page's constructors. Chromium shares the
 * objects themselves and needs none of this.
 */

/** The page's window in Firefox. Elsewhere an element of the page can have this name, but not as an own property. */
const page = Object.hasOwn(window, 'wrappedJSObject')
  ? (window as unknown as { wrappedJSObject: typeof globalThis }).wrappedJSObject
  : undefined;

/** Firefox only: gives a page's object without whatever the page has written on it. */
declare const XPCNativeWrapper: <T>(object: T) => T;

/** The files of a paste. In Firefox only the page's realm sees the files of a paste that a script has created. */
export function pastedData(event: ClipboardEvent): DataTransfer | null {
  const own = event.clipboardData;
  if (!page || (own && own.files.length > 0)) return own;
  const { wrappedJSObject } = event as unknown as { wrappedJSObject?: ClipboardEvent };
  const written = wrappedJSObject?.clipboardData;
  return written ? XPCNativeWrapper(written) : own;
}

/** A transfer that arrives complete in the page. */
export function createTransfer(files: readonly File[], texts: readonly (readonly [string, string])[]): DataTransfer {
  const transfer = new (page?.DataTransfer ?? DataTransfer)();
  for (const file of files) transfer.items.add(file);
  for (const [type, text] of texts) transfer.setData(type, text);
  return transfer;
}

/** A paste that carries a transfer. Firefox's constructor accepts no files, so they are defined on the event. */
export function createPaste(transfer: DataTransfer): ClipboardEvent {
  const init = { bubbles: true, cancelable: true, composed: true };
  if (!page) return new ClipboardEvent('paste', { ...init, clipboardData: transfer });
  const { Object: PageObject, ClipboardEvent: PageEvent } = page;
  const event = new PageEvent('paste', Object.assign(new PageObject(), init));
  PageObject.defineProperty(
    event,
    'clipboardData',
    Object.assign(new PageObject(), { value: transfer, enumerable: true }),
  );
  return event;
}
