// @vitest-environment happy-dom
/** What the guard reports about files that are parked in its page. */
import { expect, test, vi } from 'vitest';
import { guardPage } from '../../extension/content/guard/listener.ts';
import type { PageMonitor } from '../../extension/content/page-monitor.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';

const filesAttempt = (...files: string[]): Attempt => ({
  sending: 'attach',
  files,
  sent: () => [],
  release: () => true,
});

function start() {
  const monitor = {
    scheduleRefresh: vi.fn(),
    refresh: vi.fn(() => Promise.resolve(null)),
    isProven: () => false,
  };
  const lifecycle = new AbortController();
  const guard = guardPage(
    monitor as unknown as PageMonitor,
    lifecycle,
    () => undefined,
    () => undefined,
  );
  return { monitor, guard, lifecycle };
}

test('each change of the parked files causes a refresh, and their names are reported', () => {
  const { monitor, guard, lifecycle } = start();
  const reported: unknown[] = [];
  for (const change of [
    () => guard.takeOverParked([filesAttempt('door.log')]),
    () => guard.takeOverParked([filesAttempt('sill.png', 'hall.png')]),
    () => guard.discard(),
    () => guard.discard(),
  ]) {
    change();
    reported.push([monitor.scheduleRefresh.mock.calls.length, guard.parkedFiles()]);
  }
  expect(reported).toEqual([
    [1, ['door.log']],
    [2, ['door.log', 'sill.png', 'hall.png']],
    [3, []],
    [3, []],
  ]);
  lifecycle.abort();
});

test('before the page is left, a refresh reports it to the background, but only while files are parked', () => {
  const { monitor, guard, lifecycle } = start();
  const leave = (): [boolean, number] => {
    const isAllowed = window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    return [isAllowed, monitor.refresh.mock.calls.length];
  };
  expect(leave()).toEqual([true, 0]);
  guard.takeOverParked([filesAttempt('door.log')]);
  expect(leave()).toEqual([false, 1]);
  lifecycle.abort();
  expect(leave()).toEqual([true, 1]);
});
