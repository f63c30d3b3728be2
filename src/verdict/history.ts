/** The verdicts that a site's pages had: what a diagnosis tells an administrator. It names no user and no token. */
import type { VerdictName } from './verdict.ts';

export interface Past {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tabId: number;
  readonly verdict: VerdictName;
}

/** Adds what a tab now shows, unless it showed that before, also on an earlier page; the oldest go. */
export function withPast(history: Past[], past: Past): Past[] {
  if (history.findLast(({ tabId }) => tabId === past.tabId)?.verdict === past.verdict) return history;
  return [...history, past].slice(-KEPT);
}

const KEPT = 40;
