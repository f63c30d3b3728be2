/**
 * Renewal: the cookie's token written into the page, in place, where the old one stood and nowhere else. Whether
 * it may be done at all is `mayRenew`'s to say, in verdict.ts.
 */
import { Token } from './token.ts';

/**
 * Writes `current` into every place of the document that holds `old`: metas, inputs, and the queries of links,
 * form actions and submit buttons. Whether the page leaves it there shows at the next look.
 */
export function renewPage(document: Document, old: Token, current: Token): void {
  const text = current.revealInPlaceOf(old);
  const holdsOld = (value: string | null): boolean => Token.parse(value)?.equals(old) ?? false;

  for (const meta of document.querySelectorAll<HTMLMetaElement>(METAS)) {
    if (holdsOld(meta.content)) meta.content = text;
  }
  for (const input of document.querySelectorAll<HTMLInputElement>(INPUTS)) {
    if (holdsOld(input.value)) input.value = text;
  }
  for (const [selector, attribute] of ADDRESSES) {
    for (const element of document.querySelectorAll(selector)) {
      const renewed = renewedAddress(element.getAttribute(attribute) ?? '', holdsOld, text);
      if (renewed !== undefined) element.setAttribute(attribute, renewed);
    }
  }
}

const METAS = 'meta#atlassian-token, meta[name="atlassian-token"]';
const INPUTS = 'input[name="atl_token"]';
const ADDRESSES = [
  ['a[href*="atl_token="]', 'href'],
  ['link[href*="atl_token="]', 'href'],
  ['form[action*="atl_token="]', 'action'],
  ['button[formaction*="atl_token="], input[formaction*="atl_token="]', 'formaction'],
] as const;

/** The address with its token replaced, the rest left as it was written; undefined if it holds another token. */
function renewedAddress(
  address: string,
  holdsOld: (value: string) => boolean,
  text: string,
): string | undefined {
  let changed = false;
  const renewed = address.replace(/([?&;]atl_token=)([^&#;]*)/g, (whole, key: string, value: string) => {
    if (!holdsOld(decoded(value))) return whole;
    changed = true;
    return key + encodeURIComponent(text);
  });
  return changed ? renewed : undefined;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
