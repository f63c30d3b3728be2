/**
 * Where a token may go: only into what leads to the page's own site. User content can hold links and forms to other hosts,
 * and whoever gets the token there can act with it. Every write of a token and every fill asks here.
 */
import { native } from '../lib/native.ts';
import type { Site } from './page.ts';

export interface Destinations {
  /** Whether an address leads to the site. */
  ofAddress(address: string): boolean;
  /**
   * Whether all that an attribute's text leads to is of the site: the address that it is, and what is written out in it, where
   * it is a script or JSON. In doubt it is not: an escape, or a second address, can lead anywhere.
   */
  ofText(text: string): boolean;
  /** Whether a form sends what is in it to the site, whichever of its buttons is pressed. */
  ofForm(form: HTMLFormElement): boolean;
}

/** Takes the base that addresses are resolved against. What was found out is remembered: a page can hold thousands of links. */
export function destinations(base: string, site: Site): Destinations {
  const known = new Map<string | HTMLFormElement, boolean>();
  const once = <Key extends string | HTMLFormElement>(key: Key, find: (key: Key) => boolean): boolean => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
  // A query and a fragment lead nowhere else.
  const ofAddress = (address: string): boolean => once(address.split(/[?#]/, 1)[0]!, isOfSite);

  function isOfSite(address: string): boolean {
    if (!URL.canParse(address, base)) return false;
    const { origin, pathname } = new URL(address, base);
    return `${origin}${pathname}/`.startsWith(`${site}/`);
  }

  return {
    ofAddress,
    ofText: (text) =>
      ofAddress(text) &&
      // Most texts are short paths, and a page can hold thousands.
      (!ELSEWHERE.test(text) || !ELSEWHERE.test(text.replaceAll('\\/', '/').replaceAll(`${site}/`, '/'))),
    ofForm: (form) =>
      once(form, () => {
        // A form that is not in the document is a root itself.
        const root = native(native(form).getRootNode() as ParentNode & Node);
        const buttons = [...root.querySelectorAll<HTMLButtonElement | HTMLInputElement>('[formaction]')];
        return [
          // A form without an action sends to its page.
          attributeOf(form, 'action') || base,
          ...buttons.filter((each) => each.form === form).map((each) => attributeOf(each, 'formaction')),
        ].every(ofAddress);
      }),
  };
}

/** As `native`, for what is asked of every element. */
export function attributeOf(element: Element, name: string): string {
  return Element.prototype.getAttribute.call(element, name) ?? '';
}

/** Tabs and ends of lines count for nothing in an address. */
const ELSEWHERE = /\/\s*\/|\\|h\s*t\s*t\s*p\s*(s\s*)?:/i;
