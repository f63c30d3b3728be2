/**
 * ServerActivity: the page's requests that reached the server and renewed the session. The page's own load is one, each
 * answered script request is one; a cached file is none, nor is one that was refused. Each is told with its own time, and
 * within a minute; more often than once a minute none is.
 */
import type { Site } from '../../../src/jira/page.ts';

export interface ServerActivity {
  /** When the last unreported contact was, epoch milliseconds; undefined if there is none, or it is too soon to tell. */
  take(): number | undefined;
  /** Whether what was taken was heard. If not, it will be taken again. */
  answered(wasHeard: boolean): void;
}

const BETWEEN_MILLIS = 60_000;
/** After how long what was not heard is told again, the first time; then ever more rarely. */
const AGAIN_MILLIS = 1_000;

/** Calls `onContact` when there is a contact to tell. Takes the site, and the time on the wall (epoch milliseconds). */
export function watchServerActivity(
  site: () => Site | undefined,
  now: () => number,
  signal: AbortSignal,
  onContact: () => void,
): ServerActivity {
  const startedAt = performance.now();
  /** A page's own clock stands still while the machine sleeps; what came before this script may lie before a sleep. */
  const timeOf = ({ responseEnd }: PerformanceResourceTiming): number =>
    responseEnd + (responseEnd > startedAt ? now() - performance.now() : performance.timeOrigin);
  const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  let unreported = load && reached(load) ? timeOf(load) : 0;
  let taken = 0;
  let toldAt = -Infinity;
  let unacknowledged = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isTime = (): boolean => Math.abs(now() - toldAt) >= BETWEEN_MILLIS;
  const tellIn = (millis: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      toldAt = -Infinity;
      onContact();
    }, millis);
  };

  hearRequests(signal, (requests) => {
    const base = site();
    if (!base) return;
    for (const request of requests)
      if (request.name.startsWith(`${base}/`) && reached(request)) unreported = Math.max(unreported, timeOf(request));
    if (!unreported) return;
    if (isTime()) onContact();
    else tellIn(BETWEEN_MILLIS);
  });

  return {
    take() {
      if (!unreported || !isTime()) return undefined;
      clearTimeout(timer);
      timer = undefined;
      [taken, unreported, toldAt] = [unreported, 0, now()];
      return taken;
    },
    answered(wasHeard) {
      if (!wasHeard) {
        unreported = Math.max(unreported, taken);
        tellIn(Math.min(AGAIN_MILLIS * 2 ** unacknowledged, BETWEEN_MILLIS));
      }
      unacknowledged = wasHeard ? 0 : unacknowledged + 1;
    },
  };
}

/**
 * Hears of the requests of the page's scripts that were answered. Files that pages load need not pass Jira's own code, and a
 * picture that a user wrote can have any address.
 */
export function hearRequests(
  signal: AbortSignal,
  hear: (requests: readonly PerformanceResourceTiming[]) => void,
): void {
  const observer = new PerformanceObserver((list) => {
    const all = list.getEntries() as PerformanceResourceTiming[];
    hear(all.filter(({ initiatorType }) => /^(xmlhttprequest|fetch|beacon)$/.test(initiatorType)));
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => observer.disconnect());
}

function reached({ transferSize, responseStatus }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && (responseStatus === 0 || responseStatus < 400);
}
