/**
 * Everything that one part of the extension says to another: one discriminated union a direction. Each side has
 * one handler table. No message carries a token, but for the answer to `cookie`, which the page's own script
 * needs where a proxy has made the cookie HttpOnly.
 */
import type { Evidence } from './evidence.ts';
import type { Site } from './page.ts';
import type { Action } from './presentation.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './verdict.ts';

/** To the background, from a content script or the popup. Its door is `toBackgroundSchema`, in schemas.ts. */
export type ToBackground =
  | { readonly kind: 'report'; readonly site: Site; readonly evidence: Evidence }
  | { readonly kind: 'cookie' }
  | { readonly kind: 'tab-state'; readonly tabId: number };

/** To a content script, from the background or the popup. */
export type ToPage =
  | { readonly kind: 'look' }
  | { readonly kind: 'report-again' }
  | { readonly kind: 'act'; readonly action: Action }
  | { readonly kind: 'stop' };

/** What is answered to each message; nothing to those not named. */
export interface Answers {
  readonly report: { readonly settings: Settings };
  readonly cookie: { readonly value: string | null };
  readonly 'tab-state': TabState | null;
  readonly look: Verdict;
  readonly act: Verdict;
}

/** What the background keeps of a tab, for its badge and the popup, in `storage.session`. */
export interface TabState {
  readonly site: Site;
  readonly evidence: Evidence;
}

export type AnswerTo<M extends { kind: string }> = M['kind'] extends keyof Answers
  ? Answers[M['kind']]
  : undefined;
