/** The lifecycle of this document in its tab, the background's key to it: addresses change while a document lives. */
import type { SendToBackground } from './send-to-background.ts';

/**
 * Returns a getter of the lifecycle's id; undefined while the document is out of its tab and its reports belong to
 * none. A lifecycle ends when the tab is closed, goes to another page, or puts this one into the back/forward cache;
 * from there another one can begin. The background is notified of the end if it knows the page. Calls `onReturn` when
 * the document is shown, with whether it was in that cache, and when its network is back. Ignores events that scripts
 * make: they could make a page ask endlessly.
 */
export function watchDocumentLifecycle(
  isKnown: () => boolean,
  sendToBackground: SendToBackground,
  signal: AbortSignal,
  onReturn: (wasCached?: boolean) => void,
): () => string | undefined {
  let id: string | undefined = newId();
  const listen = (type: string, handler: (event: Partial<PageTransitionEvent>) => void): void =>
    window.addEventListener(type, (event) => event.isTrusted && handler(event), { signal });
  listen('pagehide', () => {
    if (id && isKnown()) void sendToBackground({ kind: 'gone', document: id });
    id = undefined;
  });
  listen('pageshow', ({ persisted }) => {
    id ??= newId();
    onReturn(persisted);
  });
  listen('online', () => onReturn());
  return () => id;
}

/** Distinguishes one lifecycle of a tab from another; not a secret. */
function newId(): string {
  return String(Math.random());
}
