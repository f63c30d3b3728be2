/**
 * Where a token may go: only to the page's own site. User content can hold links and forms to other hosts, and whoever
 * gets the token there can act with it. Every write and every fill of a token is checked here.
 */
import { unclobbered } from '../lib/unclobbered.ts';
import type { Site } from './page.ts';

export interface SiteBoundary {
  /** Whether an address is on the site. */
  includesAddress(address: string): boolean;
  /**
   * Whether everything that an attribute's text refers to is on the site: the text as an address, and the addresses
   * written in it if it is a script or JSON. False in doubt: an escape, or a second address, can lead anywhere.
   */
  includesText(text: string): boolean;
  /** Whether a form submits to the site, whichever of its buttons is pressed. */
  includesForms(form: HTMLFormElement): boolean;
}

/** Takes the base that addresses are resolved against. Caches its results: a page can hold thousands of links. */
export function siteBoundary(base: string, site: Site): SiteBoundary {
  const known = new Map<string | HTMLFormElement, boolean>();
  const once = <Key extends string | HTMLFormElement>(key: Key, find: (key: Key) => boolean): boolean => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
  // A query and a fragment do not change where an address leads.
  const includesAddress = (address: string): boolean => once(address.split(/[?#]/, 1)[0]!, isOfSite);

  function isOfSite(address: string): boolean {
    if (!URL.canParse(address, base)) return false;
    const { origin, pathname } = new URL(address, base);
    return `${origin}${pathname}/`.startsWith(`${site}/`);
  }

  return {
    includesAddress,
    includesText: (text) =>
      includesAddress(text) &&
      // Most texts are short paths, and a page can hold thousands.
      (!ELSEWHERE.test(text) || !ELSEWHERE.test(text.replaceAll('\\/', '/').replaceAll(`${site}/`, '/'))),
    includesForms: (form) =>
      once(form, () => {
        // A form outside of the document is its own root.
        const root = unclobbered(unclobbered(form).getRootNode() as ParentNode & Node);
        const buttons = [...root.querySelectorAll<HTMLButtonElement | HTMLInputElement>('[formaction]')];
        return [
          // A form without an action submits to its page.
          attributeOf(form, 'action') || base,
          ...buttons.filter((each) => each.form === form).map((each) => attributeOf(each, 'formaction')),
        ].every(includesAddress);
      }),
  };
}

/** Works as `unclobbered` does, for a call that is made for every element. */
export function attributeOf(element: Element, name: string): string {
  return Element.prototype.getAttribute.call(element, name) ?? '';
}

/** Browsers ignore tabs and line ends in an address. */
const ELSEWHERE = /\/\s*\/|\\|h\s*t\s*t\s*p\s*(s\s*)?:/i;
