/**
 * Contacts: the page's requests that reached the server and renewed the session. The page's own load is one, each
 * answered script request is one; a cached file is none, nor is one that was refused. Told once a minute at most.
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
  signal: AbortSignal,
  onContact: () => void,
): Contacts {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  let untold = navigation && reached(navigation) ? navigation.responseEnd : undefined;
  let toldAt = -Infinity;

  const observer = new PerformanceObserver((list) => {
    const base = site();
    if (!base) return;
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (entry.name.startsWith(`${base}/`) && BY_SCRIPT.has(entry.initiatorType) && reached(entry)) {
        untold = Math.max(untold ?? 0, entry.responseEnd);
      }
    }
    if (untold !== undefined && performance.now() - toldAt >= BETWEEN_MILLIS) onContact();
  });
  observer.observe({ type: 'resource', buffered: true });
  signal.addEventListener('abort', () => observer.disconnect());

  return {
    take() {
      if (untold === undefined || performance.now() - toldAt < BETWEEN_MILLIS) return undefined;
      const age = performance.now() - untold;
      untold = undefined;
      toldAt = performance.now();
      return age;
    },
  };
}

/** Files that pages load need not pass Jira's own code, so that only its scripts' requests are sure to count. */
const BY_SCRIPT = new Set(['xmlhttprequest', 'fetch', 'beacon']);

function reached({ transferSize, responseStatus }: PerformanceResourceTiming): boolean {
  return transferSize > 0 && (responseStatus === 0 || responseStatus < 400);
}
