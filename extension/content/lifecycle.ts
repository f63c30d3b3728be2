/**
 * The life of one copy of the content script. A newer copy in the same world (injected twice) ends the older one;
 * one whose extension is gone is an orphan and ends itself. Everything it set up hangs on the one signal. Pages
 * can't see this world, and so can neither end the script nor find out that it is there.
 */
import type { Attempt } from '../../src/guard/attempt-queue.ts';

/** What a copy of the script hands on to the next, where they share a world. */
interface HandedOn {
  copy?: AbortController;
  /** The files that it kept. */
  attempts?: readonly Attempt[];
}

/** A symbol, because what a page's users write can't be read by one: a name also finds the page's elements and frames. */
const KEY = Symbol.for('freshtoken');
const world = globalThis as { [KEY]?: HandedOn };

export const handedOn: HandedOn = (world[KEY] ??= {});

/** Ends any older copy in this page, which hands on what it has, and gives this one's signal, with the way to end it. */
export function startLifecycle(): AbortController {
  handedOn.copy?.abort(handedOn);
  return (handedOn.copy = new AbortController());
}

/** After an update or a removal the old copy stays in the page, without an extension behind it. */
export function isOrphan(): boolean {
  return !chrome.runtime?.id;
}
