/**
 * Whether the user is at the page. A proof is made only then: a tab in the background, a window behind another, and a
 * machine that was left alone with a Jira page in front ask nothing.
 */

export interface Presence {
  /** Whether the user came, or did something here, within the last minute. */
  isHere(): boolean;
  /** The user came: by the popup, which takes the focus. */
  readonly came: () => void;
  /** Calls once when the user is here next. */
  whenBack(call: () => void): void;
}

const RECENT_MILLIS = 60_000;

/** Calls `onCome` whenever the user comes, and not when who was at the page all the time does something there. */
export function watchPresence(signal: AbortSignal, onCome: () => void): Presence {
  let cameAt = performance.now();
  let byPopup = false;
  let waiting: AbortController | undefined;

  const seen = (): void => {
    cameAt = performance.now();
    byPopup = false;
  };
  const came = (): void => {
    if (document.visibilityState !== 'visible') return;
    seen();
    onCome();
  };
  for (const [target, type] of COMING) target.addEventListener(type, came, { signal });

  const isInFront = (): boolean => document.visibilityState === 'visible' && (byPopup || document.hasFocus());

  return {
    isHere: () => isInFront() && performance.now() - cameAt < RECENT_MILLIS,
    came() {
      came();
      byPopup = true;
    },
    whenBack(call) {
      if (waiting && !waiting.signal.aborted) return;
      const once = new AbortController();
      waiting = once;
      const stop = AbortSignal.any([signal, once.signal]);
      const back = (): void => {
        if (!isInFront()) return;
        once.abort();
        seen();
        call();
      };
      for (const type of DOING)
        window.addEventListener(type, back, { signal: stop, capture: true, passive: true });
    },
  };
}

/** What tells that the user has come to the page. One from the back/forward cache comes with an old token beside a new cookie. */
const COMING = [
  [document, 'visibilitychange'],
  [window, 'focus'],
  [window, 'pageshow'],
] as const;
const DOING = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focus'] as const;
