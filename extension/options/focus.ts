/** Where the focus goes when what had it is no longer there: a keyboard would begin at the top of the page again. */

/**
 * Leads it on from a button that goes once it was pressed: to the undo that is offered in its place, else to its site's
 * card, else to the heading of its section. It is taken from nothing that has it.
 */
export function leadFocusOn(): void {
  let last: { element: Element; card: string; section: string } | undefined;
  document.addEventListener('focusin', ({ target }) => {
    const element = target as Element;
    const section = element.closest('section')?.getAttribute('aria-labelledby') ?? '';
    last = { element, card: element.closest('article')?.id ?? '', section };
  });
  const onChange = (): void => {
    if (!last || last.element.isConnected) return;
    // By the names, because the card of a site that is watched now takes the place of the one that offered it.
    const [card, section] = [named(last.card), named(last.section)];
    last = undefined;
    if (document.activeElement !== document.body) return;
    (card?.querySelector<HTMLElement>('.said button') ?? card ?? section)?.focus();
  };
  new MutationObserver(onChange).observe(document.body, { childList: true, subtree: true });
}

/** Firefox complains of a search for no name. */
function named(id: string): HTMLElement | null {
  return id ? document.getElementById(id) : null;
}
