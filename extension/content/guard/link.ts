/** Clicks on links that carry a token. */
import { attributeOf } from '../../../src/jira/site-boundary.ts';
import { TOKEN_LINK } from '../../../src/jira/selectors.ts';
import type { Token } from '../../../src/jira/token.ts';
import { unclobbered } from '../../../src/lib/unclobbered.ts';
import { createSendAttempt, tokensInAddress, type PageAttempt } from './attempt.ts';

/**
 * A click on a link, or on an item of an AUI menu: there the host element has an address of its own, which Jira's
 * scripts read, and the browser follows the link in it (field case A18).
 */
export function readLinkClick(event: MouseEvent): PageAttempt | null {
  const path = event.composedPath();
  const links = path.filter(
    (node): node is Element => node instanceof Element && unclobbered(node).matches(TOKEN_LINK),
  );
  const sent = (): Token[] => links.flatMap((each) => tokensInAddress(attributeOf(each, 'href')));
  const [link] = links;
  if (!link || sent().length === 0) return null;
  const [target] = path;
  const released = new MouseEvent('click', event);
  return {
    ...createSendAttempt(event, sent, link),
    release() {
      unclobbered(target instanceof Node && unclobbered(link).contains(target) ? target : link).dispatchEvent(
        released,
      );
    },
  };
}
