/** How often a page reports its server activity, and how it repeats a report that nobody received. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchServerActivity, type ServerActivity } from '../../extension/content/activity/server.ts';
import type { Site } from '../../src/jira/page.ts';

const SITE = 'http://jira.example' as Site;
const SECOND = 1_000;

describe('a page whose gadget polls every second', () => {
  let observe: (entries: object[]) => void;
  let lifecycle: AbortController;
  /** The contacts that were reported and received. */
  let received: number[];
  /** The times of all reports, received or not. */
  let reportTimes: number[];
  let isReceived: boolean;
  let serverActivity: ServerActivity;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
    vi.stubGlobal(
      'PerformanceObserver',
      class {
        constructor(call: (list: { getEntries: () => object[] }) => void) {
          observe = (entries) => call({ getEntries: () => entries });
        }
        observe(): void {}
        disconnect(): void {}
      },
    );
    lifecycle = new AbortController();
    received = [];
    reportTimes = [];
    isReceived = true;
    serverActivity = watchServerActivity(
      () => SITE,
      () => Date.now(),
      lifecycle.signal,
      () => {
        const at = serverActivity.take();
        if (at === undefined) return;
        reportTimes.push(Date.now());
        if (isReceived) received.push(at);
        serverActivity.noteDelivery(isReceived);
      },
    );
  });
  afterEach(() => {
    lifecycle.abort();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  function poll(more: object = {}): void {
    observe([
      {
        name: `${SITE}/rest/gadget`,
        initiatorType: 'fetch',
        transferSize: 300,
        responseStatus: 200,
        responseEnd: performance.now(),
        ...more,
      },
    ]);
  }

  test('reports at most once a minute for an hour, and never more than a minute late', () => {
    for (let second = 0; second < 3_600; second++) {
      poll();
      expect(Date.now() - (received.at(-1) ?? 0)).toBeLessThanOrEqual(60 * SECOND);
      vi.advanceTimersByTime(SECOND);
    }
    expect(received.length).toBeGreaterThan(58);
    expect(received.length).toBeLessThanOrEqual(61);
  });

  test('reports the last contact of a burst, with its own time', () => {
    poll();
    vi.advanceTimersByTime(10 * SECOND);
    poll();
    const last = Date.now();
    vi.advanceTimersByTime(120 * SECOND);
    expect(received.at(-1)).toBe(last);
    expect(received).toHaveLength(2);
  });

  test('reports the right time of a contact before the machine slept, although the page’s clock stopped', () => {
    poll();
    vi.advanceTimersByTime(10 * SECOND);
    poll();
    const last = Date.now();
    const pageTime = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => pageTime + Date.now() - last - 8 * 3_600 * SECOND);
    vi.setSystemTime(last + 8 * 3_600 * SECOND);
    vi.advanceTimersByTime(60 * SECOND);
    expect(received.at(-1)).toBe(last);
  });

  test('reports the right time of the page’s load if the script started after the sleep', () => {
    lifecycle.abort();
    const loaded = Date.now();
    const load = { transferSize: 300, responseStatus: 200, responseEnd: performance.now() };
    vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(loaded - performance.now());
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load] as never);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10 * SECOND);
    vi.setSystemTime(loaded + 8 * 3_600 * SECOND);
    lifecycle = new AbortController();
    const late = watchServerActivity(
      () => SITE,
      () => Date.now(),
      lifecycle.signal,
      () => undefined,
    );
    observe([{ ...load, name: `${SITE}/rest/gadget`, initiatorType: 'fetch' }]);
    expect(late.take()).toBe(loaded);
  });

  test('repeats a report that nobody received, soon at first and then less and less often', () => {
    isReceived = false;
    poll();
    const at = Date.now();
    vi.advanceTimersByTime(30 * SECOND);
    expect(reportTimes.map((time) => (time - at) / SECOND)).toEqual([0, 1, 3, 7, 15]);
    isReceived = true;
    vi.advanceTimersByTime(60 * SECOND);
    expect(received).toEqual([at]);
    expect(reportTimes).toHaveLength(6);
  });

  test('repeats a report that nobody receives at least once a minute for an hour', () => {
    isReceived = false;
    poll();
    vi.advanceTimersByTime(3_600 * SECOND);
    const gaps = reportTimes.slice(1).map((time, at) => time - reportTimes[at]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBe(60 * SECOND);
  });

  test('does not count a cached file, a refusal or another site’s answer as a contact', () => {
    poll({ transferSize: 0 });
    poll({ responseStatus: 401 });
    poll({ name: 'http://other.example/rest' });
    vi.advanceTimersByTime(120 * SECOND);
    expect(received).toEqual([]);
  });
});
