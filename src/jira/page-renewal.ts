/**
 * Renewal: writes the cookie's token into the page in place of the old one, and nowhere else. `mayRenew` in verdict.ts
 * decides whether that is allowed.
 */
import { attributeOf, siteBoundary, type SiteBoundary } from './site-boundary.ts';
import { unclobbered } from '../lib/unclobbered.ts';
import type { Site } from './page.ts';
import { Token } from './token.ts';

export interface Renewal {
  readonly site: Site;
  readonly old: Token;
  readonly current: Token;
}

/**
 * Gives a function that renews a document. Until the signal aborts, it also renews what the page's scripts insert
 * later from their own templates, which can hold the old token. It writes only attributes, which are not observed.
 */
export function createRenewer(document: Document, signal: AbortSignal): (renewal: Renewal) => void {
  const renewals: Renewal[] = [];
  let left = MAX_LATER_WRITES;
  const observer = new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(node instanceof Element)) continue;
      // In order: what the first renewal has written is old for the next.
      for (const renewal of renewals) {
        if (renewal.old.isIn(unclobbered(node).outerHTML)) left -= renewIn(node, renewal, document.baseURI);
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

/** A limit for a page that inserts the old token whenever it is renewed: it must not be kept busy for ever. */
const MAX_LATER_WRITES = 10_000;

/**
 * Writes the current token into every attribute below a root that holds the old one, on any element: metas, inputs,
 * links, forms, menu items, templates. What leads to another site stays unchanged. The next refresh shows whether the
 * page keeps the new token. Takes the base of the page's addresses. Gives the number of attributes written.
 */
export function renewIn(root: ParentNode, renewal: Renewal, base: string): number {
  const { site, old, current } = renewal;
  const boundary = siteBoundary(base, site);
  let written = 0;
  for (const element of elementsIn(root)) {
    for (const name of Element.prototype.getAttributeNames.call(element)) {
      const text = attributeOf(element, name);
      const renewed = current.writtenInto(text, old);
      if (renewed === text || keepsOldToken(element, name) || !leadsToSite(element, text, boundary)) continue;
      Element.prototype.setAttribute.call(element, name, renewed);
      written++;
    }
    // A template's content is not part of the document, but the page may insert it later.
    if (element instanceof HTMLTemplateElement) written += renewIn(element.content, renewal, base);
  }
  return written;
}

/** Includes a root that is an element. A form's fields are its properties too, even one named `querySelectorAll`. */
function elementsIn(root: ParentNode): Iterable<Element> {
  if (!(root instanceof Element)) return root.querySelectorAll('*');
  return [root, ...Element.prototype.querySelectorAll.call(root, '*')];
}

/** A form's content goes where the form goes; outside of forms, a token alone goes to the page's own scripts. */
function leadsToSite(element: Element, text: string, boundary: SiteBoundary): boolean {
  const form = 'form' in element ? element.form : null;
  if (form instanceof HTMLFormElement && !boundary.includesForms(form)) return false;
  // A click on a link sends its whole address to each address in its `ping`.
  const ping = attributeOf(element, 'ping');
  if (ping !== '' && !boundary.includesText(ping)) return false;
  return boundary.includesText(text) || Token.parse(text) !== null;
}

/**
 * Whether an attribute keeps the old token. What was loaded with it stays: another load would be a request of ours,
 * and could lose what is written in a frame. Of the head's links, only those that load nothing are followed later.
 * Many parts of an SVG drawing load what they name. What somebody writes into a field is theirs.
 */
function keepsOldToken(element: Element, attribute: string): boolean {
  if (element instanceof SVGElement || attributeOf(element, 'http-equiv')) return true;
  if (element instanceof HTMLLinkElement) return !/^(alternate|next|prev)$/.test(element.rel);
  if (element instanceof HTMLInputElement) return element.type !== 'hidden' && element.name !== 'atl_token';
  return /^(src|data$|poster|background|style)/.test(attribute);
}
