/**
 * What the page's scripts draw after a renewal, out of templates of their own, can hold the old token again. It is renewed as
 * it comes: from the first renewal on, and not before, what is added to the document is looked through. In a task of its own,
 * so that a page that draws without end is never kept from anything else.
 */
import { renewIn, type Renewal } from '../../src/renewal.ts';
import { quietly } from '../errors.ts';

export interface Redrawn {
  /** From now on the old token of this renewal is replaced by its current one, wherever it is drawn. */
  follow(renewal: Renewal): void;
}

export function watchRedrawn(signal: AbortSignal): Redrawn {
  let renewals: readonly Renewal[] = [];
  const added = new Set<Element>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof Element) added.add(node);
    if (added.size > 0) timer ??= setTimeout(renewAdded);
  });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
  });

  function renewAdded(): void {
    timer = undefined;
    const elements = [...added].filter((element) => element.isConnected);
    added.clear();
    for (const element of elements)
      for (const renewal of renewals)
        if (renewal.old.isIn(element.outerHTML)) quietly(() => renewIn(element, renewal));
  }

  return {
    follow(renewal) {
      if (signal.aborted) return;
      const { current } = renewal;
      // Each token that the page ever had leads to the current one; which may be one that it had before.
      renewals = [...renewals, renewal]
        .filter(({ old }) => !old.equals(current))
        .map((each) => ({ ...each, current }))
        .slice(-MOST_TOKENS);
      observer.observe(document, { childList: true, subtree: true });
    },
  };
}

/** Nobody keeps a page open for more. */
const MOST_TOKENS = 5;
