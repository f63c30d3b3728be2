/**
 * Runs shipped parts of the content script on a page in memory: the page monitor, the proof scheduler, the reading of
 * the cookie, the activity of user and server, the guard and the failed uploads. The readers of DOM events are
 * replaced: tests submit attempts. The browser is replaced too: tests dispatch its events, and carry messages to the
 * background.
 */
import { vi } from 'vitest';
import type { Snapshot, PageMonitor } from '../../extension/content/page-monitor.ts';
import type { PageAttempt } from '../../extension/content/guard/attempt.ts';
import type { PageGuard } from '../../extension/content/guard/listener.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import type { Page } from '../../src/jira/page.ts';
import { tokenInCookies } from '../../src/jira/token.ts';
import type { Renewal } from '../../src/jira/page-renewal.ts';
import { withTimeout } from '../../src/lib/async.ts';
import type { AnswerTo, ToBackground } from '../../src/messages/protocol.ts';

/** A page, as its content script sees it. */
export interface PageInMemory {
  readPage(): Page;
  /** The page's `document.cookie`. */
  cookies(): string;
  address(): string;
  write(renewal: Renewal): void;
  /** Sends a message to the background. */
  send(message: ToBackground): Promise<unknown>;
  onSnapshot(snapshot: Snapshot | null): void;
  /** The guard's state has changed. */
  onChange(): void;
}

/** One copy of the content script in a page. */
export interface ContentScript {
  readonly watch: PageMonitor;
  readonly guard: PageGuard;
  /** Aborted once this copy has ended. */
  readonly signal: AbortSignal;
  /** Dispatches a trusted event of the browser, such as `focus`. */
  dispatch(type: string): void;
  /** The user submits an attempt. Gives whether the page receives it at once. */
  submit(attempt: PageAttempt): boolean;
  /** The page changes its DOM. */
  redraw(): void;
  /** The page has sent a request, with this status; 0 if there was no response. */
  observeRequest(address: string, responseStatus: number): void;
  /** Ends this copy. Gives what it had parked, for the next copy if that may take it over. */
  end(mayTakeOver: boolean): readonly Attempt[];
}

type Listener = (event: object) => void;

/** Where the copy that is being started registers its listeners. */
let starting: Registered;

interface Registered {
  readonly events: { type: string; listener: Listener; signal?: AbortSignal | undefined }[];
  readonly mutations: Listener[];
  readonly requests: Listener[];
}

const eventTarget = {
  addEventListener: (type: string, listener: Listener, options?: { signal?: AbortSignal }) =>
    starting.events.push({ type, listener, signal: options?.signal }),
  removeEventListener: () => undefined,
};
class Observer {
  observe(): void {}
  disconnect(): void {}
}
for (const [name, value] of Object.entries({
  window: eventTarget,
  document: { ...eventTarget, visibilityState: 'visible', hasFocus: () => true, querySelectorAll: () => [] },
  location: new URL('http://127.0.0.1/browse/RAIL-7'),
  chrome: { runtime: { id: 'freshtoken' } },
  // No target of an event is an input.
  HTMLInputElement: Event,
  MutationObserver: class extends Observer {
    constructor(listener: Listener) {
      super();
      starting.mutations.push(listener);
    }
  },
  PerformanceObserver: class extends Observer {
    constructor(listener: Listener) {
      super();
      starting.requests.push(listener);
    }
  },
}))
  vi.stubGlobal(name, value);
// An event in memory already holds the attempt that a reader would make of it.
const attemptIn = ({ attempt }: { attempt?: PageAttempt }): PageAttempt | null => attempt ?? null;
const guardFile = (name: string): string => `../../extension/content/guard/${name}.ts`;
vi.doMock(guardFile('attempt'), () => ({ tokenInput: () => null }));
vi.doMock(guardFile('upload-limit'), () => ({ areTooLarge: () => false }));
vi.doMock(guardFile('drop'), () => ({ readDrop: attemptIn, noteDrag: () => undefined }));
vi.doMock(guardFile('file-input'), () => ({ readPick: attemptIn, isEmptied: () => false }));
vi.doMock(guardFile('paste'), () => ({ readPaste: attemptIn }));
vi.doMock(guardFile('form'), () => ({ readSubmit: attemptIn }));
vi.doMock(guardFile('link'), () => ({ readLinkClick: attemptIn }));
vi.doMock(guardFile('shortcut'), () => ({ readShortcut: attemptIn }));
const { readCookie: readCookieOf } = await import('../../extension/content/read-cookie.ts');
const { watchPage } = await import('../../extension/content/page-monitor.ts');
const { guardPage } = await import('../../extension/content/guard/listener.ts');
const { handedOn } = await import('../../extension/content/script-lifecycle.ts');

/** Starts a copy of the script. `isFromStart`: whether it runs since the page was loaded. */
export function startContentScript(page: PageInMemory, isFromStart: boolean): ContentScript {
  const lifecycle = new AbortController();
  const { signal } = lifecycle;
  const userListeners: Listener[] = [];
  const registered: Registered = { events: [], mutations: [], requests: [] };
  starting = registered;
  const load = { transferSize: 1, responseStatus: 200, responseEnd: performance.now() };
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load as unknown as PerformanceEntry]);
  const sendToBackground = async <M extends ToBackground>(
    message: M,
    workMillis = 0,
  ): Promise<AnswerTo<M> | undefined> =>
    (await withTimeout(800 + workMillis, page.send(message))) as AnswerTo<M> | undefined;
  const visibleCookie = () => tokenInCookies(page.cookies());
  const watch = watchPage(
    lifecycle,
    isFromStart,
    {
      readPage: () => (signal.aborted ? null : page.readPage()),
      visibleCookie,
      readCookie: (of, includesOtherHosts) =>
        readCookieOf(of, includesOtherHosts, visibleCookie(), page.address(), sendToBackground),
      write: (renewal) => page.write(renewal),
      address: () => page.address(),
      observeToken: () => undefined,
    },
    sendToBackground,
    (listener) => userListeners.push(listener as Listener),
    () => guard,
    (snapshot) => {
      page.onSnapshot(snapshot);
      guard.recheckParked();
    },
  );
  const guard = guardPage(
    watch,
    lifecycle,
    (listener) => userListeners.push(listener as Listener),
    () => page.onChange(),
  );
  guard.resumeParked();
  watch.scheduleRefresh();

  return {
    watch,
    guard,
    signal,
    dispatch(type) {
      for (const each of registered.events)
        if (each.type === type && !each.signal?.aborted) each.listener({ type, isTrusted: true });
    },
    submit(attempt) {
      let isPrevented = false;
      const event = {
        type: attempt.event ?? 'change',
        isTrusted: true,
        target: {},
        attempt,
        preventDefault: () => (isPrevented = true),
        stopImmediatePropagation: () => undefined,
      };
      if (!signal.aborted) for (const listener of userListeners) listener(event);
      return !isPrevented;
    },
    redraw() {
      for (const listener of registered.mutations) listener([]);
    },
    observeRequest(name, responseStatus) {
      const transferSize = responseStatus === 0 ? 0 : 1;
      const responseEnd = performance.now();
      const entry = { name, responseStatus, transferSize, responseEnd, initiatorType: 'xmlhttprequest' };
      if (!signal.aborted) for (const listener of registered.requests) listener({ getEntries: () => [entry] });
    },
    end(mayTakeOver) {
      lifecycle.abort(handedOn);
      const parked = handedOn.attempts ?? [];
      if (!mayTakeOver) delete handedOn.attempts;
      return parked;
    },
  };
}
