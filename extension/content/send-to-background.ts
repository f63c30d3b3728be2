/** The connection to the background. That may be dead, asleep or updated: then the page goes on without an answer. */
import type { AnswerTo, ToBackground } from '../../src/messages/protocol.ts';
import { withTimeout } from '../../src/lib/async.ts';

/**
 * Sends a message; returns its answer, or undefined if there is none. Never throws. `workMillis` is how long the work
 * itself may take.
 */
export async function sendToBackground<M extends ToBackground>(
  message: M,
  workMillis = 0,
): Promise<AnswerTo<M> | undefined> {
  try {
    // A background that hangs must not keep a page from being judged.
    const millis = ANSWER_LIMIT_MILLIS + workMillis;
    return await withTimeout(millis, chrome.runtime.sendMessage<M, AnswerTo<M> | undefined>(message));
  } catch {
    // "Extension context invalidated", "Receiving end does not exist": expected in an orphan or during a restart.
    return undefined;
  }
}

export type SendToBackground = typeof sendToBackground;

const ANSWER_LIMIT_MILLIS = 800;
