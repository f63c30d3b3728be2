// @vitest-environment happy-dom
/** When the user counts as being at a page, and when as having come back to it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToEvents } from '../../extension/content/editor-frames.ts';
import { ACTIVITY_EVENTS, watchPresence, type Presence } from '../../extension/content/activity/user.ts';
import { trusted } from './trusted-event.ts';

let life: AbortController;
let presence: Presence;
let hasFocus: boolean;
let isVisible: boolean;
/** Each time that the user came: whether they had been away. */
let comings: boolean[];
/** How often a key or a button was pressed. */
let presses: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  [hasFocus, isVisible, comings, presses] = [true, true, [], 0];
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isVisible ? 'visible' : 'hidden'));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus);
  life = new AbortController();
  presence = watchPresence(
    Date.now,
    life.signal,
    listenToEvents(ACTIVITY_EVENTS, life.signal),
    (wasAway) => comings.push(wasAway),
    () => presses++,
  );
});
afterEach(() => {
  life.abort();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (seconds: number): unknown => vi.setSystemTime(Date.now() + seconds * 1_000);
const doThis = (type: string): unknown => window.dispatchEvent(trusted(type));

test.each([
  ['five minutes', 300, true],
  ['a minute, as who reads does,', 60, false],
])('who does something after %s is here again, and is told once', (_name, seconds, wasAway) => {
  for (const type of ACTIVITY_EVENTS) {
    comings = [];
    pass(seconds);
    expect(presence.isUserPresent()).toBe(false);
    doThis(type);
    doThis(type);
    expect(comings).toEqual([wasAway]);
    expect(presence.isUserPresent()).toBe(true);
  }
});

test('keys and buttons are work, where the user is at the page; moving the pointer is none', () => {
  for (const type of ACTIVITY_EVENTS) doThis(type);
  expect(presses).toBe(2);
  hasFocus = false;
  for (const type of ACTIVITY_EVENTS) doThis(type);
  for (const type of ACTIVITY_EVENTS) window.dispatchEvent(new Event(type));
  expect(presses).toBe(2);
});

test('who goes on working is there, and never comes back', () => {
  for (let n = 0; n < 60; n++) {
    pass(59);
    doThis(ACTIVITY_EVENTS[n % ACTIVITY_EVENTS.length]!);
    expect(presence.isUserPresent()).toBe(true);
  }
  expect(comings).toEqual([]);
});

test('who changes tabs or windows for a moment comes, and was not away', () => {
  for (const come of [
    () => doThis('focus'),
    () => doThis('pageshow'),
    () => document.dispatchEvent(trusted('visibilitychange')),
  ]) {
    pass(30);
    come();
  }
  expect(comings).toEqual([false, false, false]);
  pass(60);
  doThis('focus');
  expect(comings.at(-1)).toBe(true);
});

test('what a page’s own scripts make up is no sign of anybody', () => {
  pass(60);
  for (const type of [...ACTIVITY_EVENTS, 'focus', 'pageshow']) window.dispatchEvent(new Event(type));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(comings).toEqual([]);
  expect(presence.isUserPresent()).toBe(false);
});

test('a pointer that moves over a page without the focus is no sign of its user', () => {
  pass(60);
  hasFocus = false;
  doThis('pointermove');
  expect(comings).toEqual([]);
});

test('a page that is hidden, or behind another window, has nobody at it', () => {
  hasFocus = false;
  expect(presence.isUserPresent()).toBe(false);
  [hasFocus, isVisible] = [true, false];
  expect(presence.isUserPresent()).toBe(false);
  pass(60);
  document.dispatchEvent(trusted('visibilitychange'));
  expect(comings).toEqual([]);
});

test('who opens the popup comes to the page, and is there though the popup has the focus', () => {
  pass(60);
  hasFocus = false;
  presence.noteArrival();
  expect(comings).toEqual([true]);
  expect(presence.isUserPresent()).toBe(true);
  doThis('pointermove');
  expect(presence.isUserPresent()).toBe(true);
});

test('nothing is heard any more once the script has ended', () => {
  life.abort();
  pass(60);
  for (const type of [...ACTIVITY_EVENTS, 'focus']) doThis(type);
  expect(comings).toEqual([]);
});
