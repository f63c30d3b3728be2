/**
 * Contacts: the page's requests that reached the server and renewed the session. The page's own load is one, each
 * answered script request is one; a cached file is none, nor is one that was refused. Each is told with its own time, and
 * within a minute; more often than once a minute none is.
 */
import type { Site } from '../../src/page.ts';

export interface Contacts {
  /** How long ago the last untold contact was, in milliseconds; undefined if there is none, or it is too soon to tell. */
  take(): number | undefined;
  /** Whether what was taken was heard. If not, it will be taken again. */
  answered(wasHeard: boolean): void;
}

const BETWEEN_MILLIS = 60_000;
/** After how long what was not heard is told again, the first time; then ever more rarely. */
const AGAIN_MILLIS = 1_000;

/**
 * Calls `onContact` when there is a contact to tell. Takes the site, and the time on the wall (epoch milliseconds). Times are
 * the page's monotonic ones, which no hand sets; but while the machine sleeps they stand still, and the wall's don't.
 */
export function watchContacts(
  site: () => Site | undefined,
  now: () => number,
  signal: AbortSignal,
  onContact: () => void,
): Contacts {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  let untold = navigation && reached(navigation) ? navigation.responseEnd : undefined;
  const wallsLead = (): number => now() - performance.now();
  // What came before this script, as the page's load did, may lie before a sleep.
  const startedAt = performance.now();
  let leadThen = performance.timeOrigin;
  let toldAt = -Infinity;
  let taken: number | undefined;
  let unheard = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isTime = (): boolean => Math.abs(now() - toldAt) >= BETWEEN_MILLIS;
  const tellIn = (millis: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      toldAt = -Infinity;
      onContact();
    }, millis);
  };

  const observer = new PerformanceObserver((list) => {
    const base = site();
    if (!base) return;
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (entry.name.startsWith(`${base}/`) && BY_SCRIPT.has(entry.initiatorType) && reached(entry)) {
        untold = Math.max(untold ?? 0, entry.responseEnd);
        if (entry.responseEnd > startedAt) leadThen = wallsLead();
      }
    }
    if (untold === undefined) return;
    if (isTime()) onContact();
    else tellIn(BETWEEN_MILLIS);
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
  });

  return {
    take() {
      if (untold === undefined || !isTime()) return undefined;
      clearTimeout(timer);
      timer = undefined;
      [taken, untold, toldAt] = [untold, undefined, now()];
      return performance.now() - taken + Math.max(0, wallsLead() - leadThen);
    },
    answered(wasHeard) {
      if (!wasHeard && taken !== undefined) {
        untold = Math.max(untold ?? 0, taken);
        tellIn(Math.min(AGAIN_MILLIS * 2 ** unheard, BETWEEN_MILLIS));
      }
      unheard = wasHeard ? 0 : unheard + 1;
    },
  };
}

/** Files that pages load need not pass Jira's own code, so that only its scripts' requests are sure to count. */
const BY_SCRIPT = new Set(['xmlhttprequest', 'fetch', 'beacon']);

function reached({ transferSize, responseStatus }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && (responseStatus === 0 || responseStatus < 400);
}
