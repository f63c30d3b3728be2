/**
 * The lifecycle of one copy of the content script. A newer copy in the same world (injected twice) ends the older one;
 * a copy whose extension is gone is an orphan and ends itself. One signal ends everything that it set up. Pages can't
 * see this world, so they can neither end the script nor detect it.
 */
import type { Attempt } from '../../src/guard/attempt-queue.ts';

/** What one copy of the script passes on to the next in the same world. */
interface HandedOn {
  copy?: AbortController;
  /** The attempts that it had parked. */
  attempts?: readonly Attempt[];
}

/** A symbol, because content can't define one: a name would also find the page's elements and frames. */
const KEY = Symbol.for('freshtoken');
const world = globalThis as { [KEY]?: HandedOn };

export const handedOn: HandedOn = (world[KEY] ??= {});

/** Ends any older copy in this page, which passes on its state. Returns the controller of this copy's signal. */
export function startLifecycle(): AbortController {
  handedOn.copy?.abort(handedOn);
  return (handedOn.copy = new AbortController());
}

/** After an update or a removal the old copy stays in the page, without an extension behind it. */
export function isOrphan(): boolean {
  return !chrome.runtime?.id;
}
