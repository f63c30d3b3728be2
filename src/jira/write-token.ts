/**
 * Renewal: the cookie's token written into the page, in place, where the old one stood and nowhere else. Whether
 * it may be done at all is `mayRenew`'s to say, in verdict.ts.
 */
import { attributeOf, destinations, type Destinations } from './destination.ts';
import { native } from '../lib/native.ts';
import type { Site } from './page.ts';
import { Token } from './token.ts';

export interface Renewal {
  readonly site: Site;
  readonly old: Token;
  readonly current: Token;
}

/**
 * Gives a function that renews a document, and from then on what its scripts draw out of templates of their own, which can
 * hold an old token again: until the signal ends it. What is written is attributes alone, which are not watched.
 */
export function createRenewer(document: Document, signal: AbortSignal): (renewal: Renewal) => void {
  const renewals: Renewal[] = [];
  let left = MOST_LATER_WRITES;
  const observer = new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(node instanceof Element)) continue;
      // In their order: what the first has written is old for the next.
      for (const renewal of renewals) {
        if (renewal.old.isIn(native(node).outerHTML)) left -= renewIn(node, renewal, document.baseURI);
      }
    }
    if (left < 0) observer.disconnect();
  });
  signal.addEventListener('abort', () => observer.disconnect());
  return (renewal) => {
    renewIn(document, renewal, document.baseURI);
    renewals.push(renewal);
    observer.observe(document, { childList: true, subtree: true });
  };
}

/** A page that draws the old token whenever it is renewed must not be kept busy for ever. */
const MOST_LATER_WRITES = 10_000;

/**
 * Writes the current token into every attribute below a root that holds the old one, whatever the element is: metas, inputs,
 * links, forms, the items of menus, templates. What leads to another site keeps what it has. Whether the page leaves it there
 * shows at the next look. Gives how many attributes it has written. Takes the base of the page's addresses.
 */
export function renewIn(root: ParentNode, renewal: Renewal, base: string): number {
  const { site, old, current } = renewal;
  const leads = destinations(base, site);
  let written = 0;
  for (const element of elementsIn(root)) {
    for (const name of Element.prototype.getAttributeNames.call(element)) {
      const text = attributeOf(element, name);
      const renewed = current.writtenInto(text, old);
      if (renewed === text || isLeftAlone(element, name) || !leadsToSite(element, text, leads)) continue;
      Element.prototype.setAttribute.call(element, name, renewed);
      written++;
    }
    // What the page has in store for later: its parts are no part of the document.
    if (element instanceof HTMLTemplateElement) written += renewIn(element.content, renewal, base);
  }
  return written;
}

/** A root that is an element counts itself. A form's fields are its properties too, one named `querySelectorAll` among them. */
function elementsIn(root: ParentNode): Iterable<Element> {
  if (!(root instanceof Element)) return root.querySelectorAll('*');
  return [root, ...Element.prototype.querySelectorAll.call(root, '*')];
}

/** What is in a form goes where the form goes, and a token by itself else to the page's own scripts. */
function leadsToSite(element: Element, text: string, leads: Destinations): boolean {
  const form = 'form' in element ? element.form : null;
  if (form instanceof HTMLFormElement && !leads.ofForm(form)) return false;
  // A click on a link sends its whole address to each address in its `ping`.
  const ping = attributeOf(element, 'ping');
  if (ping !== '' && !leads.ofText(ping)) return false;
  return leads.ofText(text) || Token.parse(text) !== null;
}

/**
 * What has been loaded with its token stays: to load it again would be a request of ours, and could take away what is
 * written in a frame. Of the head's links only those that load nothing are followed later. Many parts of an SVG
 * drawing load what they name. And what somebody writes into a field is theirs.
 */
function isLeftAlone(element: Element, attribute: string): boolean {
  if (element instanceof SVGElement || attributeOf(element, 'http-equiv')) return true;
  if (element instanceof HTMLLinkElement) return !/^(alternate|next|prev)$/.test(element.rel);
  if (element instanceof HTMLInputElement) return element.type !== 'hidden' && element.name !== 'atl_token';
  return /^(src|data$|poster|background|style)/.test(attribute);
}
