/**
 * Objects of the page's own realm. In Firefox what a content script makes in its world arrives empty in the page: there
 * its files, and the things that describe an event, are made by the page's constructors. Chromium shares the objects
 * themselves, and needs none of it.
 */

/** The page's window, as Firefox gives it to content scripts. Elsewhere the page's elements can be called so, but are not own. */
const page = Object.hasOwn(window, 'wrappedJSObject')
  ? (window as unknown as { wrappedJSObject: typeof globalThis }).wrappedJSObject
  : undefined;

/** Firefox's own: takes a page's object for what it is, whatever the page has written on it. */
declare const XPCNativeWrapper: <T>(object: T) => T;

/** The files of a paste. One that a script has made carries them, in Firefox, where only the page's realm sees them. */
export function pastedIn(event: ClipboardEvent): DataTransfer | null {
  const own = event.clipboardData;
  if (!page || (own && own.files.length > 0)) return own;
  const { wrappedJSObject } = event as unknown as { wrappedJSObject?: ClipboardEvent };
  const written = wrappedJSObject?.clipboardData;
  return written ? XPCNativeWrapper(written) : own;
}

/** A transfer that arrives whole in the page. */
export function transferOf(files: readonly File[], texts: readonly (readonly [string, string])[]): DataTransfer {
  const transfer = new (page?.DataTransfer ?? DataTransfer)();
  for (const file of files) transfer.items.add(file);
  for (const [type, text] of texts) transfer.setData(type, text);
  return transfer;
}

/** A paste that carries a transfer. Firefox's constructor takes no files, so that there they are put on the event. */
export function pasteOf(transfer: DataTransfer): ClipboardEvent {
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
