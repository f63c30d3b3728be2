// @vitest-environment happy-dom
/** What the guard tells of files that wait in its page. */
import { expect, test, vi } from 'vitest';
import { guardPage } from '../../extension/content/guard/listener.ts';
import type { PageMonitor } from '../../extension/content/page-monitor.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';

const kept = (...files: string[]): Attempt => ({ sending: 'attach', files, sent: () => [], release: () => true });

function begin() {
  const watch = {
    scheduleRefresh: vi.fn(),
    refresh: vi.fn(() => Promise.resolve(null)),
    isProven: () => false,
  };
  const life = new AbortController();
  const guard = guardPage(
    watch as unknown as PageMonitor,
    life,
    () => undefined,
    () => undefined,
  );
  return { watch, guard, life };
}

test('whenever other files wait, the page is looked at, and their names are told', () => {
  const { watch, guard, life } = begin();
  const told: unknown[] = [];
  for (const change of [
    () => guard.takeOverParked([kept('door.log')]),
    () => guard.takeOverParked([kept('sill.png', 'hall.png')]),
    () => guard.discard(),
    () => guard.discard(),
  ]) {
    change();
    told.push([watch.scheduleRefresh.mock.calls.length, guard.parkedFiles()]);
  }
  expect(told).toEqual([
    [1, ['door.log']],
    [2, ['door.log', 'sill.png', 'hall.png']],
    [3, []],
    [3, []],
  ]);
  life.abort();
});

test('a page that is about to go wakes the worker, which then hears that it went, and only while files wait', () => {
  const { watch, guard, life } = begin();
  const leave = (): [boolean, number] => {
    const isGoing = window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    return [isGoing, watch.refresh.mock.calls.length];
  };
  expect(leave()).toEqual([true, 0]);
  guard.takeOverParked([kept('door.log')]);
  expect(leave()).toEqual([false, 1]);
  life.abort();
  expect(leave()).toEqual([true, 1]);
});
