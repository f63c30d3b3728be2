/** The document of this page, as the page monitor reads and renews it. */
import { addressOf, metaOf, readPage, type Page } from '../../src/jira/page.ts';
import { tokenInCookies, type Token } from '../../src/jira/token.ts';
import { createRenewer } from '../../src/jira/page-renewal.ts';
import type { SessionDependencies } from '../../src/session/page-session.ts';
import type { SendToBackground } from './send-to-background.ts';
import { readCookie } from './read-cookie.ts';
import { isOrphan } from './script-lifecycle.ts';

export interface PageAccess extends Pick<SessionDependencies, 'readPage' | 'visibleCookie' | 'readCookie' | 'write'> {
  /** Where the page is now, as it is reported. */
  readonly address: () => string;
  /** Watches for another token in the page's meta. */
  readonly observeToken: () => void;
}

/** Takes what to do when a script writes another token into the meta. Once the signal aborts, no page is read. */
export function accessPage(signal: AbortSignal, sendToBackground: SendToBackground, onToken: () => void): PageAccess {
  const observer = new MutationObserver(onToken);
  signal.addEventListener('abort', () => observer.disconnect());
  let first: Page | null = null;
  return {
    /** With the user whom the page named first: a later name comes from a script or from the content. */
    readPage() {
      const seen = signal.aborted || isOrphan() ? null : readPage(document, location);
      first ??= seen;
      return seen && { ...seen, user: first!.user };
    },
    visibleCookie,
    readCookie: (page, includesOtherHosts) =>
      readCookie(page, includesOtherHosts, visibleCookie(), address(), sendToBackground),
    write: createRenewer(document, signal),
    address,
    observeToken() {
      const meta = metaOf(document);
      if (meta) observer.observe(meta, { attributeFilter: ['content'] });
    },
  };
}

const visibleCookie = (): Token | null => tokenInCookies(document.cookie);
const address = (): string => addressOf(location);
