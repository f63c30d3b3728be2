/**
 * Renewal: the cookie's token written into the page, in place, where the old one stood and nowhere else. Whether
 * it may be done at all is `mayRenew`'s to say, in verdict.ts.
 */
import { attributeOf, destinations, type Destinations } from './destination.ts';
import type { Site } from './page.ts';
import { Token } from './token.ts';

export interface Renewal {
  readonly site: Site;
  readonly old: Token;
  readonly current: Token;
}

/**
 * Renews a document, and from then on what its scripts draw out of templates of their own, which can hold the old token again:
 * until the signal ends it. What is written is attributes alone, which are not watched.
 */
export function renewPage(document: Document, renewal: Renewal, signal: AbortSignal): void {
  renewIn(document, renewal);
  const observer = new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof Element && renewal.old.isIn(node.outerHTML)) renewIn(node, renewal);
  });
  observer.observe(document, { childList: true, subtree: true });
  signal.addEventListener('abort', () => observer.disconnect());
}

/**
 * Writes the current token into every attribute below a root that holds the old one, whatever the element is: metas, inputs,
 * links, forms, the items of menus, templates. What leads to another site keeps what it has. Whether the page leaves it there
 * shows at the next look. Gives how many attributes it has written. Takes the base of the page's addresses, which its
 * templates' parts don't know: they belong to a document of their own.
 */
export function renewIn(root: ParentNode & Node, renewal: Renewal, base = root.baseURI): number {
  const { site, old, current } = renewal;
  const leads = destinations(base, site);
  let written = 0;
  for (const element of elementsIn(root)) {
    for (const name of Element.prototype.getAttributeNames.call(element)) {
      const text = attributeOf(element, name);
      if (!old.isIn(text) || isLoadedBy(element, name) || !leadsToSite(element, text, leads)) continue;
      Element.prototype.setAttribute.call(element, name, current.writtenInto(text, old));
      written++;
    }
    // What the page has in store for later: its parts are no part of the document.
    if (element instanceof HTMLTemplateElement) written += renewIn(element.content, renewal, base);
  }
  return written;
}

/** A root that is an element counts itself. */
function elementsIn(root: ParentNode): Iterable<Element> {
  const below = root.querySelectorAll('*');
  return root instanceof Element ? [root, ...below] : below;
}

/** What is in a form goes where the form goes, and a token by itself else to the page's own scripts. */
function leadsToSite(element: Element, text: string, leads: Destinations): boolean {
  const form = 'form' in element ? element.form : null;
  if (form instanceof HTMLFormElement && !leads.ofForm(form)) return false;
  return Token.parse(text) !== null || leads.ofText(text);
}

/**
 * What has been loaded with its token stays: to load it again would be a request of ours, and could take away what is
 * written in a frame. Of links only those of the head's that load nothing are followed later.
 */
function isLoadedBy(element: Element, attribute: string): boolean {
  if (element instanceof HTMLLinkElement) return !/^(alternate|next|prev)$/.test(element.rel);
  return /^(src|data$|poster)/.test(attribute);
}
