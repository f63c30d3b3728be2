/**
 * Whether the user is at the page. A proof is made only then: a tab in the background, a window behind another, and a
 * machine that was left alone with a Jira page in front ask nothing.
 */

export interface Presence {
  /** Whether the user came, or did something here, within the last minute. */
  isHere(): boolean;
  /** The user came: by the popup, which takes the focus. */
  readonly came: () => void;
}

const AWAY_MILLIS = 60_000;
/** Who reads moves nothing for a while, and has not gone. */
const LONG_AWAY_MILLIS = 5 * 60_000;

/**
 * Calls `onCome` when the user comes to the page, or does something in it after a minute without a sign of them; `wasAway` says
 * whether they had been away: for a minute before they came, or for five before they did something. Calls `onWork` when a key or a button is pressed. Takes the product's time (epoch milliseconds). Unlike a page's own, the times here go on
 * while the machine sleeps.
 */
export function watchPresence(
  now: () => number,
  signal: AbortSignal,
  hearEvents: (hear: (event: Event) => void) => void,
  onCome: (wasAway: boolean) => void,
  onWork: () => void,
): Presence {
  // A page hears late how far tests have moved the product's time, which makes nobody leave it.
  let seenAt = now();
  let seenAtOnMachine = Date.now();
  let isPopupOpen = false;
  const awayMillis = (): number => Math.abs(now() - seenAt);
  const isInFront = (): boolean => document.visibilityState === 'visible' && (isPopupOpen || document.hasFocus());

  function see(): void {
    seenAt = now();
    seenAtOnMachine = Date.now();
  }
  function come(afterMillis = AWAY_MILLIS): void {
    if (document.visibilityState !== 'visible') return;
    const wasAway = awayMillis() >= afterMillis;
    see();
    onCome(wasAway);
  }
  const onComing = ({ isTrusted }: Event): void => {
    if (!isTrusted) return;
    isPopupOpen = false;
    come();
  };
  /** Runs at every move of the pointer. */
  const onDoing = ({ isTrusted, type }: Event): void => {
    if (!isTrusted || !DOING.includes(type) || !isInFront()) return;
    if (awayMillis() >= AWAY_MILLIS) come(LONG_AWAY_MILLIS);
    else see();
    if (type.endsWith('down')) onWork();
  };
  for (const [target, type] of COMING) target.addEventListener(type, onComing, { signal });
  hearEvents(onDoing);

  return {
    isHere: () => isInFront() && Math.abs(Date.now() - seenAtOnMachine) < AWAY_MILLIS,
    came() {
      come();
      isPopupOpen = true;
    },
  };
}

/** What tells that the user has come to the page. One from the back/forward cache comes with an old token beside a new cookie. */
const COMING = [
  [document, 'visibilitychange'],
  [window, 'focus'],
  [window, 'pageshow'],
] as const;
export const DOING: readonly string[] = ['pointermove', 'pointerdown', 'keydown', 'wheel'];
