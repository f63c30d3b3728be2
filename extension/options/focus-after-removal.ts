/** Moves the focus when its element is removed; otherwise the keyboard would start at the top of the page again. */

/**
 * When a pressed button disappears, focuses the undo that is offered in its place, else the card of its site, else the
 * heading of its section. Never takes the focus from an element that has it.
 */
export function moveFocusAfterRemoval(): void {
  let last: { element: Element; card: string; section: string } | undefined;
  document.addEventListener('focusin', ({ target }) => {
    const element = target as Element;
    const section = element.closest('section')?.getAttribute('aria-labelledby') ?? '';
    last = { element, card: element.closest('article')?.id ?? '', section };
  });
  const onChange = (): void => {
    if (!last || last.element.isConnected) return;
    // Look them up by name, because the card of a site that is now watched replaces the card that offered it.
    const [card, section] = [named(last.card), named(last.section)];
    last = undefined;
    if (document.activeElement !== document.body) return;
    (card?.querySelector<HTMLElement>('.status button') ?? card ?? section)?.focus();
  };
  new MutationObserver(onChange).observe(document.body, { childList: true, subtree: true });
}

/** Firefox logs a warning when asked for an empty id. */
function named(id: string): HTMLElement | null {
  return id ? document.getElementById(id) : null;
}
