/**
 * All messages between the parts of the extension: one discriminated union for each direction. Each side has one
 * handler table. No message carries a token, except the answer to `cookie`, which the page's own script needs if a
 * proxy has made the cookie HttpOnly.
 */
import type { Cookie, Evidence } from '../verdict/evidence.ts';
import type { Site } from '../jira/page.ts';
import type { Action } from '../verdict/presentation.ts';
import type { Proof, ProofAnswer } from '../session/proof-request.ts';
import type { SessionClock } from '../session/session-clock.ts';
import type { Settings } from '../settings/definitions.ts';
import type { Verdict, VerdictName } from '../verdict/verdict.ts';

/** What a document reports of itself. */
interface PageReport {
  /** The id of the document, by which its state is stored: addresses change while a document lives. */
  readonly document: string;
  /** Where the page is now: the address of a message's sender is that of its load, and never follows `pushState`. */
  readonly address: string;
  readonly site: Site;
  /** The issue that is shown now. */
  readonly issue?: string | undefined;
  readonly evidence: Evidence;
  /** When the page was loaded, epoch milliseconds, if it was seen from its start: its user was signed in then. */
  readonly loadedAt?: number | undefined;
  /** The names of the files parked in the page, which would be lost with our permission. */
  readonly files: readonly string[];
}

/** To the background, from a content script. `readToBackground` in schemas.ts validates it. */
export type ToBackground =
  | (PageReport & {
      readonly kind: 'report';
      /** When a request of this page last reached the site, epoch milliseconds, if not yet reported. */
      readonly contactAt?: number | undefined;
      /** The timeout that the page states. */
      readonly statedMinutes?: number | undefined;
    })
  /** Asks for the page's cookie, if the page itself can't tell which it is. */
  | { readonly kind: 'cookie'; readonly site: Site; readonly address: string }
  /** Has Jira asked who is signed in; says whether the user has pressed a button for it. */
  | { readonly kind: 'ask'; readonly site: Site; readonly version: string; readonly isPressed: boolean }
  /** The document leaves its tab: closed, navigated away, or put into the back/forward cache. */
  | { readonly kind: 'gone'; readonly document: string }
  /** The page is no Jira, though its host is watched. */
  | { readonly kind: 'no-jira' }
  /** The user has pressed "Always on this site" in the banner: the only setting that a page can change. */
  | { readonly kind: 'renew-always'; readonly site: Site };

/** To a content script, from the background or the popup. */
export type ToPage =
  | { readonly kind: 'refresh' }
  /** The user has opened the popup on the page. */
  | { readonly kind: 'came' }
  | { readonly kind: 'act'; readonly action: Action }
  /** The user discards the files parked in the page, or wants them back. */
  | { readonly kind: 'discard' | 'undo-discard' }
  /** The user has pressed the key for the banner: it shows the current state and takes the focus. */
  | { readonly kind: 'jump' }
  /** The user has pressed the key for a renewal: the banner shows the result and takes no focus. */
  | { readonly kind: 'renew-aloud' }
  | { readonly kind: 'stop' };

/** The answer to each message; messages that are not named have none. */
export interface Answers {
  readonly report:
    | {
        readonly settings: Settings;
        readonly clock?: SessionClock | undefined;
        /** The latest proof of this session, from any tab, if it applies to the page. */
        readonly proof?: Proof | undefined;
        /** Files parked in the page before, if it vanished. In every answer of this one: an answer can be lost. */
        readonly lostFiles?: readonly string[] | undefined;
        /** How far the product's time is ahead of the machine's: zero, except in tests. */
        readonly aheadMillis: number;
      }
    | { readonly stop: true };
  /**
   * A null value means that the browser says there is no cookie. `unreadable` does not mean that it is gone; another
   * host's cookie is `unreadable` too.
   */
  readonly cookie:
    | ({ readonly state: 'read'; readonly value: string | null } & Pick<Cookie, 'isCrowded' | 'changeCount'>)
    | { readonly state: 'unreadable' };
  readonly ask: ProofAnswer;
  readonly 'renew-always': true;
  readonly refresh: Verdict;
  readonly came: Verdict;
  readonly act: Verdict;
  readonly discard: Verdict;
  readonly 'undo-discard': Verdict;
}

/** The state of a tab, for its badge and the popup, in `storage.session`. */
export interface TabState extends PageReport {
  /** The cookie store of the tab, and whether it is a private window's. */
  readonly storeId: string;
  readonly isPrivate: boolean;
  /** The browser would discard the tab, and was told not to while files are parked. */
  readonly isSpared?: boolean | undefined;
  /** The names of the files parked in the page before, if that crashed or was put to sleep. */
  readonly lostFiles?: readonly string[] | undefined;
  /** The name of the verdict that its badge shows. */
  readonly shown?: VerdictName | undefined;
}

export type AnswerTo<M extends { kind: string }> = M['kind'] extends keyof Answers ? Answers[M['kind']] : undefined;
