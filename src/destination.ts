/**
 * Where a token may go: only into what leads to the page's own site. User content can hold links and forms to other hosts,
 * and whoever gets the token there can act with it. Every write of a token and every fill asks here.
 */
import type { Site } from './page.ts';

/** Whether an address, as it stands in a page of this base, leads to the site. */
export function leadsToSite(address: string, base: string, site: Site): boolean {
  if (!URL.canParse(address, base)) return false;
  const { origin, pathname } = new URL(address, base);
  return `${origin}${pathname}/`.startsWith(`${site}/`);
}

/**
 * Whether all that an attribute's text leads to is of the site: the address that it is, or each address that is written out
 * in it, where it is a script's or JSON.
 */
export function textLeadsToSite(text: string, base: string, site: Site): boolean {
  if (!leadsToSite(text, base, site)) return false;
  if (!/[\s"'<>{}]/.test(text)) return true;
  const written = text.replaceAll('\\/', '/').match(WRITTEN_OUT) ?? [];
  return written.every((address) => leadsToSite(address, base, site));
}

/** Whether a form sends what is in it to the site, whichever of its buttons is pressed. */
export function formLeadsToSite(form: HTMLFormElement, site: Site): boolean {
  const { document, base } = pageOf(form);
  const buttons = [...document.querySelectorAll<HTMLButtonElement | HTMLInputElement>('[formaction]')];
  const addresses = [
    // A form without an action sends to its page.
    attributeOf(form, 'action') || base,
    ...buttons.filter((button) => button.form === form).map((button) => attributeOf(button, 'formaction')),
  ];
  return addresses.every((address) => leadsToSite(address, base, site));
}

/** A form's fields are its properties too: one named `getAttribute` would be read in the method's place. */
export function attributeOf(element: Element, name: string): string {
  return Element.prototype.getAttribute.call(element, name) ?? '';
}

const WRITTEN_OUT = /(?:\b[a-z][a-z\d+.-]*:|(?<![^\s"'(=,]))\/\/[^\s"'<>]+/gi;

function pageOf(form: HTMLFormElement): { document: ParentNode; base: string } {
  const root = Node.prototype.getRootNode.call(form) as ParentNode & Node;
  return { document: root, base: root.baseURI };
}
