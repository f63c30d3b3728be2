/** The lifecycle of this document in its tab, the background's key to it: addresses change while a document lives. */
import { tellBackground } from './background.ts';

/**
 * Returns a getter of the lifecycle's id; undefined while the document is out of its tab and its reports belong to
 * none. A lifecycle ends when the tab is closed, goes to another page, or puts this one into the back/forward cache;
 * from there another one can begin. The background is notified of the end if it knows the page.
 */
export function watchDocumentLife(isKnown: () => boolean, signal: AbortSignal): () => string | undefined {
  let id: string | undefined = newId();
  const onHide = ({ isTrusted }: Event): void => {
    if (!isTrusted) return;
    if (id && isKnown()) void tellBackground({ kind: 'gone', document: id });
    id = undefined;
  };
  window.addEventListener('pagehide', onHide, { signal });
  window.addEventListener('pageshow', ({ isTrusted }) => isTrusted && (id ??= newId()), { signal });
  return () => id;
}

/** Distinguishes one lifecycle of a tab from another; not a secret. */
function newId(): string {
  return String(Math.random());
}
