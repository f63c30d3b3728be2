/** The line to the background. It may be dead, asleep or updated: then there is no answer, and the page goes on. */
import type { AnswerTo, ToBackground } from '../../src/messages.ts';

/** Sends a message; gives its answer, or undefined where there is none to be had. Never throws. */
export async function tellBackground<M extends ToBackground>(message: M): Promise<AnswerTo<M> | undefined> {
  try {
    const answer = chrome.runtime.sendMessage<M, AnswerTo<M> | undefined>(message);
    return await Promise.race([answer, silence()]);
  } catch {
    // "Extension context invalidated", "Receiving end does not exist": expected of an orphan or a restart.
    return undefined;
  }
}

/** A background that hangs must not keep a page from being judged. */
function silence(): Promise<undefined> {
  return new Promise((done) => setTimeout(done, 800));
}
