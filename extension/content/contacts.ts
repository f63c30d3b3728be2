/**
 * Contacts: the page's requests that reached the server and renewed the session. The page's own load is one, each
 * answered script request is one; a cached file is none, nor is one that was refused. Each is told with its own time, and
 * within a minute; more often than once a minute none is.
 */
import type { Site } from '../../src/page.ts';

export interface Contacts {
  /** How long ago the last untold contact was, in milliseconds; undefined if there is none to tell. */
  take(): number | undefined;
}

const BETWEEN_MILLIS = 60_000;

/** Calls `onContact` when there is a contact to tell. Times are the page's monotonic ones, which no hand sets. */
export function watchContacts(
  site: () => Site | undefined,
  now: () => number,
  signal: AbortSignal,
  onContact: () => void,
): Contacts {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  let untold = navigation && reached(navigation) ? navigation.responseEnd : undefined;
  let toldAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isTime = (): boolean => Math.abs(now() - toldAt) >= BETWEEN_MILLIS;

  const observer = new PerformanceObserver((list) => {
    const base = site();
    if (!base) return;
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (entry.name.startsWith(`${base}/`) && BY_SCRIPT.has(entry.initiatorType) && reached(entry)) {
        untold = Math.max(untold ?? 0, entry.responseEnd);
      }
    }
    if (untold === undefined) return;
    if (isTime()) onContact();
    else timer ??= setTimeout(onContact, BETWEEN_MILLIS);
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
  });

  return {
    take() {
      if (untold === undefined) return undefined;
      clearTimeout(timer);
      timer = undefined;
      const age = performance.now() - untold;
      untold = undefined;
      toldAt = now();
      return age;
    },
  };
}

/** Files that pages load need not pass Jira's own code, so that only its scripts' requests are sure to count. */
const BY_SCRIPT = new Set(['xmlhttprequest', 'fetch', 'beacon']);

function reached({ transferSize, responseStatus }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && (responseStatus === 0 || responseStatus < 400);
}
