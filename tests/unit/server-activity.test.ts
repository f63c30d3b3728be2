/** How often a page reports its server activity, and that none is lost where no report is answered. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchServerActivity, type ServerActivity } from '../../extension/content/activity/server.ts';
import type { Site } from '../../src/jira/page.ts';

const SITE = 'http://jira.example' as Site;
const SECOND = 1_000;

describe('a page whose gadget polls every second', () => {
  let observe: (entries: object[]) => void;
  let life: AbortController;
  let told: number[];
  /** When it was tried to tell, whether anybody heard it or not. */
  let tries: number[];
  let isHeard: boolean;
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
    life = new AbortController();
    told = [];
    tries = [];
    isHeard = true;
    serverActivity = watchServerActivity(
      () => SITE,
      () => Date.now(),
      life.signal,
      () => {
        const at = serverActivity.take();
        if (at === undefined) return;
        tries.push(Date.now());
        if (isHeard) told.push(at);
        serverActivity.noteDelivery(isHeard);
      },
    );
  });
  afterEach(() => {
    life.abort();
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

  test('tells at most once a minute, for an hour, and never more than a minute late', () => {
    for (let second = 0; second < 3_600; second++) {
      poll();
      expect(Date.now() - (told.at(-1) ?? 0)).toBeLessThanOrEqual(60 * SECOND);
      vi.advanceTimersByTime(SECOND);
    }
    expect(told.length).toBeGreaterThan(58);
    expect(told.length).toBeLessThanOrEqual(61);
  });

  test('tells the last contact of a burst, with its own time', () => {
    poll();
    vi.advanceTimersByTime(10 * SECOND);
    poll();
    const last = Date.now();
    vi.advanceTimersByTime(120 * SECOND);
    expect(told.at(-1)).toBe(last);
    expect(told).toHaveLength(2);
  });

  test('dates a contact of before the machine slept by the clock on the wall: the page’s own stood still', () => {
    poll();
    vi.advanceTimersByTime(10 * SECOND);
    poll();
    const last = Date.now();
    const pagesOwn = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => pagesOwn + Date.now() - last - 8 * 3_600 * SECOND);
    vi.setSystemTime(last + 8 * 3_600 * SECOND);
    vi.advanceTimersByTime(60 * SECOND);
    expect(told.at(-1)).toBe(last);
  });

  test('dates the page’s load so too, where it is told by a script that came after the sleep', () => {
    life.abort();
    const loaded = Date.now();
    const load = { transferSize: 300, responseStatus: 200, responseEnd: performance.now() };
    vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(loaded - performance.now());
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load] as never);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10 * SECOND);
    vi.setSystemTime(loaded + 8 * 3_600 * SECOND);
    life = new AbortController();
    const late = watchServerActivity(
      () => SITE,
      () => Date.now(),
      life.signal,
      () => undefined,
    );
    observe([{ ...load, name: `${SITE}/rest/gadget`, initiatorType: 'fetch' }]);
    expect(late.take()).toBe(loaded);
  });

  test('tells again what nobody has heard, soon at first and then ever more rarely', () => {
    isHeard = false;
    poll();
    const at = Date.now();
    vi.advanceTimersByTime(30 * SECOND);
    expect(tries.map((time) => (time - at) / SECOND)).toEqual([0, 1, 3, 7, 15]);
    isHeard = true;
    vi.advanceTimersByTime(60 * SECOND);
    expect(told).toEqual([at]);
    expect(tries).toHaveLength(6);
  });

  test('tells what nobody hears at least once a minute, for an hour', () => {
    isHeard = false;
    poll();
    vi.advanceTimersByTime(3_600 * SECOND);
    const gaps = tries.slice(1).map((time, at) => time - tries[at]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps.at(-1)).toBe(60 * SECOND);
  });

  test('takes a cached file, a refusal and another site’s answer for no contact', () => {
    poll({ transferSize: 0 });
    poll({ responseStatus: 401 });
    poll({ name: 'http://other.example/rest' });
    vi.advanceTimersByTime(120 * SECOND);
    expect(told).toEqual([]);
  });
});
