// @vitest-environment happy-dom
/** When the user counts as present at a page, and when as returned to it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToEvents } from '../../extension/content/editor-frames.ts';
import { ACTIVITY_EVENTS, watchPresence, type Presence } from '../../extension/content/activity/user.ts';
import { trustedEvent } from './trusted-event.ts';

let lifecycle: AbortController;
let presence: Presence;
let hasFocus: boolean;
let isVisible: boolean;
/** One entry for each arrival of the user: whether they had been away. */
let arrivals: boolean[];
/** How often a key or a button was pressed. */
let pressCount: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [hasFocus, isVisible, arrivals, pressCount] = [true, true, [], 0];
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isVisible ? 'visible' : 'hidden'));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus);
  lifecycle = new AbortController();
  presence = watchPresence(
    Date.now,
    lifecycle.signal,
    listenToEvents(ACTIVITY_EVENTS, lifecycle.signal),
    (wasAway) => arrivals.push(wasAway),
    () => pressCount++,
  );
});
afterEach(() => {
  lifecycle.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (seconds: number): unknown => vi.setSystemTime(Date.now() + seconds * 1_000);
const userDoes = (type: string): unknown => window.dispatchEvent(trustedEvent(type));

test.each([
  ['five minutes', 300, true],
  ['a minute, as readers do,', 60, false],
])('a user who does something after %s has arrived, which is reported once', (_name, seconds, wasAway) => {
  for (const type of ACTIVITY_EVENTS) {
    arrivals = [];
    pass(seconds);
    expect(presence.isUserPresent()).toBe(false);
    userDoes(type);
    userDoes(type);
    expect(arrivals).toEqual([wasAway]);
    expect(presence.isUserPresent()).toBe(true);
  }
});

test('keys and buttons count as presses if the page has the focus; moving the pointer does not', () => {
  for (const type of ACTIVITY_EVENTS) userDoes(type);
  expect(pressCount).toBe(2);
  hasFocus = false;
  for (const type of ACTIVITY_EVENTS) userDoes(type);
  for (const type of ACTIVITY_EVENTS) window.dispatchEvent(new Event(type));
  expect(pressCount).toBe(2);
});

test('a user who goes on working is present, and never arrives', () => {
  for (let n = 0; n < 60; n++) {
    pass(59);
    userDoes(ACTIVITY_EVENTS[n % ACTIVITY_EVENTS.length]!);
    expect(presence.isUserPresent()).toBe(true);
  }
  expect(arrivals).toEqual([]);
});

test('a user who changes tabs or windows for a moment arrives, and was not away', () => {
  for (const arrive of [
    () => userDoes('focus'),
    () => userDoes('pageshow'),
    () => document.dispatchEvent(trustedEvent('visibilitychange')),
  ]) {
    pass(30);
    arrive();
  }
  expect(arrivals).toEqual([false, false, false]);
  pass(60);
  userDoes('focus');
  expect(arrivals.at(-1)).toBe(true);
});

test('a page that is restored is an arrival, and a page that has just loaded is none', () => {
  for (const persisted of [false, true]) window.dispatchEvent(Object.assign(trustedEvent('pageshow'), { persisted }));
  expect(arrivals).toEqual([false]);
});

test('an event that a page’s script made up is no sign of a user', () => {
  pass(60);
  for (const type of [...ACTIVITY_EVENTS, 'focus', 'pageshow']) window.dispatchEvent(new Event(type));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(arrivals).toEqual([]);
  expect(presence.isUserPresent()).toBe(false);
});

test('a pointer that moves over a page without the focus is no sign of a user', () => {
  pass(60);
  hasFocus = false;
  userDoes('pointermove');
  expect(arrivals).toEqual([]);
});

test('nobody is present at a page that is hidden, or behind another window', () => {
  hasFocus = false;
  expect(presence.isUserPresent()).toBe(false);
  [hasFocus, isVisible] = [true, false];
  expect(presence.isUserPresent()).toBe(false);
  pass(60);
  document.dispatchEvent(trustedEvent('visibilitychange'));
  expect(arrivals).toEqual([]);
});

test('a user who opens the popup arrives at the page, and is present although the popup has the focus', () => {
  pass(60);
  hasFocus = false;
  presence.noteArrival();
  expect(arrivals).toEqual([true]);
  expect(presence.isUserPresent()).toBe(true);
  userDoes('pointermove');
  expect(presence.isUserPresent()).toBe(true);
});

test('events have no effect after the script has ended', () => {
  lifecycle.abort();
  pass(60);
  for (const type of [...ACTIVITY_EVENTS, 'focus']) userDoes(type);
  expect(arrivals).toEqual([]);
});
