/** The verdicts that a site's pages had: what a diagnosis tells an administrator. It names no user and no token. */
import type { VerdictName } from './verdict.ts';

export interface Past {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tabId: number;
  readonly verdict: VerdictName;
}

/** Adds what a tab now shows; the oldest go. */
export function withPast(history: readonly Past[], past: Past): Past[] {
  return [...history, past].slice(-KEPT);
}

const KEPT = 40;
