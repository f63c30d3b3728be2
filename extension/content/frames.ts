/**
 * The visual editors' frames: of the same origin, without an address of their own, beside the text that they belong to
 * (field case A1). What happens in one counts as in the page. Frames of apps and gadgets are left alone. What a frame is, and how
 * one is listened to, no other module knows.
 */

/**
 * Whether an element is the frame of a visual editor. Its `src` is read, not its document's address: a frame that is filled by
 * `document.write` gets the page's address.
 */
export function isEditor(element: Element | null | undefined): element is HTMLIFrameElement {
  if (element?.localName !== 'iframe') return false;
  const { src, contentDocument } = element as HTMLIFrameElement;
  return /^(about:|javascript:|$)/.test(src) && contentDocument?.body?.id === 'tinymce';
}

/**
 * Listens from the document's start, before the page's own scripts can, on its window and on each editor's as it comes.
 * Takes the types of events. Gives a function that adds who hears all of them, and keeps the order.
 */
export function hearEvents(types: Iterable<string>, signal: AbortSignal): (hear: (event: Event) => void) => void {
  const hearers: ((event: Event) => void)[] = [];
  const onEvent = (event: Event): void => {
    for (const hear of hearers) hear(event);
  };
  const listen = (view: Window): void => {
    // A listener of the same function is never added twice.
    for (const type of types)
      view.addEventListener(type, onEvent, { signal, capture: true, passive: type === 'wheel' });
  };
  const listenIn = (element: Element | null): void => {
    if (isEditor(element)) listen(element.contentWindow!);
  };
  listen(window);
  for (const frame of document.querySelectorAll('iframe')) listenIn(frame);
  // A frame that is written anew, and so has lost its listeners, is loaded again.
  document.addEventListener('load', ({ target }) => listenIn(target as Element), { signal, capture: true });
  return (hear) => void hearers.push(hear);
}

/** The frame that an element is in; null for one of the page itself, and where the frame is gone. */
export function frameOf(element: Element): Element | null {
  const { ownerDocument } = element;
  return ownerDocument === document ? null : (ownerDocument.defaultView?.frameElement ?? null);
}

/** Whether an element of a frame is still in the page. In Firefox what was in a frame that is gone can't be asked. */
export function isAlive(element: Element): boolean {
  try {
    return element.isConnected && frameOf(element)?.isConnected === true;
  } catch {
    return false;
  }
}

/** The text that a visual editor belongs to; the frame itself where there is none. */
export function textBeside(frame: Element): Element {
  return nearest(frame, 'textarea') ?? frame;
}

/** The place to write of a text: the visual editor's that belongs to it, or its own while there is none. */
export function editorBeside(text: Element): Element {
  const frame = nearest(text, 'iframe');
  return isEditor(frame) && textBeside(frame) === text ? frame.contentDocument!.body : text;
}

function nearest(inner: Element, selector: string): Element | null {
  const around = inner.parentElement;
  return around && (around.querySelector(selector) ?? nearest(around, selector));
}
