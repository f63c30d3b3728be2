/** The verdicts that a site's pages had, for an administrator's diagnosis. It contains no user and no token. */
import type { VerdictName } from './verdict.ts';

export interface PastVerdict {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tabId: number;
  readonly verdict: VerdictName;
}

/** Adds the verdict that a tab now shows, unless it showed that before, also on an earlier page; drops the oldest. */
export function withVerdict(history: PastVerdict[], past: PastVerdict): PastVerdict[] {
  if (history.findLast(({ tabId }) => tabId === past.tabId)?.verdict === past.verdict) return history;
  return [...history, past].slice(-MAX_STORED);
}

const MAX_STORED = 40;
