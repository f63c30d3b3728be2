/**
 * A site's session timeout: what is set, what was learned, what is believed where neither is known. Learned are
 * bounds, from silences that a session survived or had died in.
 */

/** One silence, in minutes, and what became of the session. */
export interface Lesson {
  readonly outcome: 'survived' | 'ended';
  readonly minutes: number;
}

/** What has been learned of a site. The true timeout lies above `atLeastMinutes` and not above `atMostMinutes`. */
export interface Bounds {
  readonly atLeastMinutes?: number | undefined;
  readonly atMostMinutes?: number | undefined;
  /**
   * The shortest silence that ended a session sooner than was believed of this site, seen once. A restarted server or
   * a lost node does that too, so that such an ending counts only when a second one bears it out.
   */
  readonly suspectMinutes?: number | undefined;
}

/**
 * No server's timeout is as short. A question that is under way hides a logout behind its own answer, and contacts are told
 * once a minute, so that a silence may look longer than it was.
 */
const SHORTEST_MINUTES = 2;

/** Whether anything was learned, be it only a suspicion. */
export function isLearned(bounds: Bounds): boolean {
  return Object.values(bounds).some((minutes) => minutes !== undefined);
}

/**
 * Takes in a lesson, and the timeout believed where nothing is known. A silence survived that should have been too
 * long shows that the upper bound was none.
 */
export function learn(bounds: Bounds, { outcome, minutes }: Lesson, defaultMinutes: number): Bounds {
  const { atLeastMinutes = 0, atMostMinutes, suspectMinutes } = bounds;
  if (outcome === 'survived') {
    if (minutes <= atLeastMinutes) return bounds;
    const stays = (limit: number | undefined): number | undefined =>
      limit !== undefined && limit > minutes ? limit : undefined;
    return {
      atLeastMinutes: minutes,
      atMostMinutes: stays(atMostMinutes),
      suspectMinutes: stays(suspectMinutes),
    };
  }
  // Shorter than one that was survived, or than any timeout: it ended for another reason, and teaches nothing.
  if (minutes <= Math.max(atLeastMinutes, SHORTEST_MINUTES)) return bounds;
  if (minutes >= timeoutOf({ learned: bounds }, defaultMinutes).minutes) {
    return { ...bounds, atMostMinutes: Math.min(minutes, atMostMinutes ?? Infinity) };
  }
  if (suspectMinutes === undefined) return { ...bounds, suspectMinutes: minutes };
  const [least, second] = [Math.min(suspectMinutes, minutes), Math.max(suspectMinutes, minutes)];
  return { ...bounds, suspectMinutes: least, atMostMinutes: Math.min(second, atMostMinutes ?? Infinity) };
}

/**
 * The timeout to go by, in minutes: the policy's, the user's (for the site, or for all), what was
 * learned, the default, in this order. Of learned bounds the default if it fits, else the value that is safe to be warned by.
 */
export function timeoutOf(
  from: { policy?: number | undefined; set?: number | undefined; learned?: Bounds | undefined },
  defaultMinutes: number,
): { minutes: number; source: 'policy' | 'set' | 'learned' | 'default' } {
  if (from.policy !== undefined) return { minutes: from.policy, source: 'policy' };
  if (from.set !== undefined) return { minutes: from.set, source: 'set' };
  const { atLeastMinutes = 0, atMostMinutes = Infinity } = from.learned ?? {};
  if (atLeastMinutes > defaultMinutes) return { minutes: atLeastMinutes, source: 'learned' };
  if (atMostMinutes > defaultMinutes) return { minutes: defaultMinutes, source: 'default' };
  return { minutes: Math.max(atLeastMinutes, atMostMinutes / 3), source: 'learned' };
}
