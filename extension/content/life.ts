/**
 * The life of one copy of the content script. A newer copy in the same world (injected twice) ends the older one;
 * one whose extension is gone is an orphan and ends itself. Everything it set up hangs on the one signal. Pages
 * can't see this world, and so can neither end the script nor find out that it is there.
 */

const world = globalThis as { freshtokenLife?: AbortController };

/** Ends any older copy in this page and gives this one's signal, with the way to end it. */
export function beginLife(): AbortController {
  world.freshtokenLife?.abort();
  world.freshtokenLife = new AbortController();
  return world.freshtokenLife;
}

/** After an update or a removal the old copy stays in the page, without an extension behind it. */
export function isOrphan(): boolean {
  return chrome.runtime?.id === undefined;
}
