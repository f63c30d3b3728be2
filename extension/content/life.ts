/**
 * The life of one copy of the content script. A newer copy (after an update, or injected twice) ends the older
 * one; one whose extension is gone is an orphan and ends itself. Everything it set up hangs on the one signal.
 */

/** Ends any older copy in this page and gives this one's signal, with the way to end it. */
export function beginLife(): AbortController {
  const life = new AbortController();
  document.dispatchEvent(new Event(NEWER_COPY));
  document.addEventListener(NEWER_COPY, () => life.abort(), { signal: life.signal });
  return life;
}

/** After an update or a removal the old copy stays in the page, without an extension behind it. */
export function isOrphan(): boolean {
  return chrome.runtime?.id === undefined;
}

const NEWER_COPY = 'freshtoken:newer-copy';
