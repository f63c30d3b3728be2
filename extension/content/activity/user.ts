/**
 * Whether the user is at the page. Proofs are made only then: a tab in the background, a window behind another, and a
 * machine that was left alone with a Jira page in front ask nothing.
 */

export interface Presence {
  /** Whether the user came, or did something here, within the last minute. */
  readonly isUserPresent: () => boolean;
  /** The user came through the popup, which takes the focus. */
  readonly noteArrival: () => void;
}

const AWAY_MILLIS = 60_000;
/** A user who reads does nothing for a while and is still here. */
const LONG_AWAY_MILLIS = 5 * 60_000;

/**
 * Calls `onCome` when the user comes to the page, or acts in it after a minute of inactivity; `wasAway` says whether
 * they were away: a minute before they came, or five before they acted. Calls `onWork` when a key or button is
 * pressed. Takes the product's time (epoch milliseconds), which unlike a page's own goes on while the machine sleeps.
 */
export function watchPresence(
  now: () => number,
  signal: AbortSignal,
  addHandler: (handler: (event: Event) => void) => void,
  onArrival: (wasAway: boolean) => void,
  onInput: () => void,
): Presence {
  // Tests move the product's time, and the page learns of it late: that must not count as absence.
  let seenAt = now();
  let seenAtOnMachine = Date.now();
  let isPopupOpen = false;
  const awayMillis = (): number => Math.abs(now() - seenAt);
  const isInFront = (): boolean => document.visibilityState === 'visible' && (isPopupOpen || document.hasFocus());

  function noteActivity(): void {
    seenAt = now();
    seenAtOnMachine = Date.now();
  }
  function arrive(afterMillis = AWAY_MILLIS): void {
    if (document.visibilityState !== 'visible') return;
    const wasAway = awayMillis() >= afterMillis;
    noteActivity();
    onArrival(wasAway);
  }
  const onArrivalEvent = (event: Event): void => {
    // A page that has just loaded has not come back: it is refreshed anyway.
    if (!event.isTrusted || (event as Partial<PageTransitionEvent>).persisted === false) return;
    isPopupOpen = false;
    arrive();
  };
  /** Runs on every move of the pointer. */
  const onActivityEvent = ({ isTrusted, type }: Event): void => {
    if (!isTrusted || !ACTIVITY_EVENTS.includes(type) || !isInFront()) return;
    if (awayMillis() >= AWAY_MILLIS) arrive(LONG_AWAY_MILLIS);
    else noteActivity();
    if (type.endsWith('down')) onInput();
  };
  for (const [target, type] of ARRIVAL_EVENTS) target.addEventListener(type, onArrivalEvent, { signal });
  addHandler(onActivityEvent);

  return {
    isUserPresent: () => isInFront() && Math.abs(Date.now() - seenAtOnMachine) < AWAY_MILLIS,
    noteArrival() {
      arrive();
      isPopupOpen = true;
    },
  };
}

/** Events of a user who comes to the page. One from the back/forward cache has an old token beside a new cookie. */
const ARRIVAL_EVENTS = [
  [document, 'visibilitychange'],
  [window, 'focus'],
  [window, 'pageshow'],
] as const;
export const ACTIVITY_EVENTS: readonly string[] = ['pointermove', 'pointerdown', 'keydown', 'wheel'];
