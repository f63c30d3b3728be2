/** Where the focus goes when what had it is no longer there: a keyboard would begin at the top of the page again. */

/**
 * Leads it on from a button that goes once it was pressed: to the undo that is offered in its place, else to its site's
 * card, else to the heading of its section. It is taken from nothing that has it.
 */
export function leadFocusOn(): void {
  let last: Place | undefined;
  document.addEventListener('focusin', ({ target }) => {
    last = placeOf(target as Element);
  });
  const onChange = (): void => {
    if (!last || last.element.isConnected) return;
    const gone = last;
    last = undefined;
    if (document.activeElement === document.body) nextTo(gone)?.focus();
  };
  new MutationObserver(onChange).observe(document.body, { childList: true, subtree: true });
}

/** To be noted while it is there. */
interface Place {
  readonly element: Element;
  readonly card: string | undefined;
  readonly section: string | undefined;
}

function placeOf(element: Element): Place {
  return {
    element,
    card: element.closest('article')?.id,
    section: element.closest('section')?.getAttribute('aria-labelledby') ?? undefined,
  };
}

/** By the names, because the card of a site that is watched now takes the place of the one that offered it. */
function nextTo({ card, section }: Place): HTMLElement | null {
  const site = named(card);
  return site?.querySelector<HTMLElement>('.said button') ?? site ?? named(section);
}

/** Firefox complains of a search for no name. */
function named(id: string | undefined): HTMLElement | null {
  return id ? document.getElementById(id) : null;
}
