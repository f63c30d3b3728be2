/**
 * The life of this document, as the background files it: by an id of its own, because addresses change while a document
 * lives, and until it says that it leaves its tab. One that comes back from the back/forward cache begins another life.
 */
import { tellBackground } from './background-line.ts';

export interface DocumentLife {
  readonly id: string;
  /** Whether the document is in its tab. What it says after it has left is nobody's. */
  readonly isHere: boolean;
  /** The background knows of this document. Only then it is told of its leaving: a page that is no Jira wakes nobody. */
  noteReported(): void;
}

/** Says when the document leaves its tab: closed, navigated away, or put into the back/forward cache. */
export function watchDocumentLife(signal: AbortSignal): DocumentLife {
  let id = newId();
  let isHere = true;
  let isKnown = false;
  const onHide = (): void => {
    isHere = false;
    if (isKnown) void tellBackground({ kind: 'gone', document: id });
    isKnown = false;
  };
  const onShow = (): void => {
    if (!isHere) id = newId();
    isHere = true;
  };
  window.addEventListener('pagehide', onHide, { signal });
  window.addEventListener('pageshow', onShow, { signal });
  return {
    get id() {
      return id;
    },
    get isHere() {
      return isHere;
    },
    noteReported: () => void (isKnown = true),
  };
}

/** Sixteen hex digits. `crypto.randomUUID` is missing on http pages. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
