/** The life of this document in its tab, by which the background files it: addresses change while a document lives. */
import { tellBackground } from './background.ts';

/**
 * Gives the id of this lifecycle; undefined while the document is out of its tab, when what it says is nobody's. It ends when the tab
 * is closed, goes on to another page, or puts this one into the back/forward cache, where another life can begin. The background
 * is told of the end if it knows of the page.
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

/** Tells one life of a tab from another; no secret. */
function newId(): string {
  return String(Math.random());
}
