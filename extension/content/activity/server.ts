/**
 * The page's requests that reached the server and renewed the session: the page's own load, and each answered request
 * of a script. A cached file and a refused request don't count. Each is reported with its own time and within a
 * minute, but never more than one a minute.
 */
import type { Site } from '../../../src/jira/page.ts';

export interface ServerActivity {
  /** The time of the last unreported request, epoch milliseconds; undefined if there is none or it is too soon. */
  take(): number | undefined;
  /** Takes whether the report was received. If not, `take` will return the activity again. */
  noteDelivery(wasDelivered: boolean): void;
}

const BETWEEN_MILLIS = 60_000;
/** The delay before a failed report is first repeated; it doubles each time, up to BETWEEN_MILLIS. */
const AGAIN_MILLIS = 1_000;

/** Calls `onContact` when there is activity to report. Takes the site and the wall-clock time (epoch milliseconds). */
export function watchServerActivity(
  site: () => Site | undefined,
  now: () => number,
  signal: AbortSignal,
  onContact: () => void,
): ServerActivity {
  const startedAt = performance.now();
  /** A page's own clock stops while the machine sleeps; entries older than this script may lie before a sleep. */
  const timeOf = ({ responseEnd }: PerformanceResourceTiming): number =>
    responseEnd + (responseEnd > startedAt ? now() - performance.now() : performance.timeOrigin);
  const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  let unreported = load && reached(load) ? timeOf(load) : 0;
  let taken = 0;
  let reportedAt = -Infinity;
  let unacknowledged = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isTime = (): boolean => Math.abs(now() - reportedAt) >= BETWEEN_MILLIS;
  const reportIn = (millis: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      reportedAt = -Infinity;
      onContact();
    }, millis);
  };

  observeRequests(signal, (requests) => {
    const base = site();
    if (!base) return;
    for (const request of requests)
      if (request.name.startsWith(`${base}/`) && reached(request)) unreported = Math.max(unreported, timeOf(request));
    if (!unreported) return;
    if (isTime()) onContact();
    else reportIn(BETWEEN_MILLIS);
  });

  return {
    take() {
      if (!unreported || !isTime()) return undefined;
      clearTimeout(timer);
      timer = undefined;
      [taken, unreported, reportedAt] = [unreported, 0, now()];
      return taken;
    },
    noteDelivery(wasDelivered) {
      if (!wasDelivered) {
        unreported = Math.max(unreported, taken);
        reportIn(Math.min(AGAIN_MILLIS * 2 ** unacknowledged, BETWEEN_MILLIS));
      }
      unacknowledged = wasDelivered ? 0 : unacknowledged + 1;
    },
  };
}

/**
 * Passes on the answered requests of the page's scripts. Other resources don't count: files that pages load need not
 * pass Jira's own code, and a picture that a user wrote can have any address.
 */
export function observeRequests(
  signal: AbortSignal,
  onRequests: (requests: readonly PerformanceResourceTiming[]) => void,
): void {
  const observer = new PerformanceObserver((list) => {
    const all = list.getEntries() as PerformanceResourceTiming[];
    onRequests(all.filter(({ initiatorType }) => /^(xmlhttprequest|fetch|beacon)$/.test(initiatorType)));
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => observer.disconnect());
}

function reached({ transferSize, responseStatus }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && (responseStatus === 0 || responseStatus < 400);
}
