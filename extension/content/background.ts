/** The line to the background. It may be dead, asleep or updated: then there is no answer, and the page goes on. */
import type { AnswerTo, ToBackground } from '../../src/messages/protocol.ts';
import { withTimeout } from '../../src/lib/async.ts';

/**
 * Sends a message; gives its answer, or undefined where there is none to be had. Never throws. Takes how long the work itself
 * may take, in milliseconds.
 */
export async function tellBackground<M extends ToBackground>(
  message: M,
  workMillis = 0,
): Promise<AnswerTo<M> | undefined> {
  try {
    // A background that hangs must not keep a page from being judged.
    const millis = SILENCE_MILLIS + workMillis;
    return await withTimeout(millis, chrome.runtime.sendMessage<M, AnswerTo<M> | undefined>(message));
  } catch {
    // "Extension context invalidated", "Receiving end does not exist": expected of an orphan or a restart.
    return undefined;
  }
}

const SILENCE_MILLIS = 800;
