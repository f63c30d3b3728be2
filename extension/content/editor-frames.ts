/**
 * The visual editors' frames: of the same origin, without an address of their own, beside the text that they belong to
 * (field case A1). Events in them count as events in the page. Frames of apps and gadgets are left alone. Only this
 * module knows what an editor's frame is and how to listen to it.
 */
import { EDITOR_BODY } from '../../src/jira/selectors.ts';

/**
 * Whether an element is the frame of a visual editor. Its `src` is read, not its document's address: a frame that is
 * filled by `document.write` gets the page's address.
 */
export function isEditor(element: Element | null | undefined): element is HTMLIFrameElement {
  if (element?.localName !== 'iframe') return false;
  const { src, contentDocument } = element as HTMLIFrameElement;
  return /^(about:|javascript:|$)/.test(src) && !!contentDocument?.querySelector(EDITOR_BODY);
}

/**
 * Listens from the document's start, before the page's own scripts can, on its window and on that of each new editor.
 * Takes the types of events. Returns a function that adds a listener to all of them; listeners run in the order added.
 */
export function listenToEvents(
  types: Iterable<string>,
  signal: AbortSignal,
): (handler: (event: Event) => void) => void {
  const handlers: ((event: Event) => void)[] = [];
  const onEvent = (event: Event): void => {
    for (const handler of handlers) handler(event);
  };
  const listen = (view: Window): void => {
    // The browser never adds the same function twice.
    for (const type of types)
      view.addEventListener(type, onEvent, { signal, capture: true, passive: type === 'wheel' });
  };
  const listenIn = (element: Element | null): void => {
    if (isEditor(element)) listen(element.contentWindow!);
  };
  listen(window);
  for (const frame of document.querySelectorAll('iframe')) listenIn(frame);
  // A rewritten frame has lost its listeners; it fires `load` again.
  document.addEventListener('load', ({ target }) => listenIn(target as Element), { signal, capture: true });
  return (handler) => void handlers.push(handler);
}

/** The frame that contains an element; null for an element of the page itself, and if the frame is gone. */
export function frameOf(element: Element): Element | null {
  const { ownerDocument } = element;
  return ownerDocument === document ? null : (ownerDocument.defaultView?.frameElement ?? null);
}

/** Whether an element of a frame is still in the page. Firefox throws on access if the frame is gone. */
export function isInLiveFrame(element: Element): boolean {
  try {
    return element.isConnected && frameOf(element)?.isConnected === true;
  } catch {
    return false;
  }
}

/** The text field that a visual editor belongs to; the frame itself if there is none. */
export function textFieldOf(frame: Element): Element {
  return nearest(frame, 'textarea') ?? frame;
}

/** Where to write a text: in the visual editor that belongs to it, or in the text field itself if there is none. */
export function editorOf(text: Element): Element {
  const frame = nearest(text, 'iframe');
  return isEditor(frame) && textFieldOf(frame) === text ? frame.contentDocument!.body : text;
}

function nearest(inner: Element, selector: string): Element | null {
  const around = inner.parentElement;
  return around && (around.querySelector(selector) ?? nearest(around, selector));
}
