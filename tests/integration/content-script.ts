/**
 * The content script's parts as shipped, for pages in memory: the page monitor, the proof scheduler, the cookie's reader,
 * the user's and the server's activity, the guard and the failed uploads. What they use of a browser is in memory: the page,
 * events, the requests that a page sees, and how a message goes to the background.
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

/** One page, as its script sees it. */
export interface PageInMemory {
  readPage(): Page;
  /** What its scripts can read of its cookies. */
  cookies(): string;
  address(): string;
  write(renewal: Renewal): void;
  /** Sends a message to the background. */
  send(message: ToBackground): Promise<unknown>;
  onSnapshot(snapshot: Snapshot | null): void;
  /** The guard's state has changed. */
  onChange(): void;
}

/** One copy of the script in a page. */
export interface Copy {
  readonly watch: PageMonitor;
  readonly guard: PageGuard;
  /** The copy's own signal: aborted once it has ended. */
  readonly signal: AbortSignal;
  /** The user comes to the page, as an event of this type says. */
  come(type: string): void;
  /** The user gives something. Whether the page gets it at once. */
  give(attempt: PageAttempt): boolean;
  /** The page draws itself anew. */
  redraw(): void;
  /** The page has made a request, with this status; 0 if nothing answered. */
  sees(address: string, responseStatus: number): void;
  /** The copy ends. Gives what it had parked; the next copy takes it over if it is in the same world. */
  end(isSameWorld: boolean): readonly Attempt[];
}

type Hear = (event: object) => void;

/** What the copy that is being started registers with its page. */
let starting: Registered;

interface Registered {
  readonly listeners: { type: string; hear: Hear; signal?: AbortSignal | undefined }[];
  readonly redrawn: Hear[];
  readonly requests: ((list: object) => void)[];
}

const listenable = {
  addEventListener: (type: string, hear: Hear, options?: { signal?: AbortSignal }) =>
    starting.listeners.push({ type, hear, signal: options?.signal }),
  removeEventListener: () => undefined,
};
class Observer {
  observe(): void {}
  disconnect(): void {}
}
for (const [name, value] of Object.entries({
  window: listenable,
  document: { ...listenable, visibilityState: 'visible', hasFocus: () => true, querySelectorAll: () => [] },
  location: new URL('http://127.0.0.1/browse/RAIL-7'),
  chrome: { runtime: { id: 'freshtoken' } },
  // No event in memory has a file input for its target.
  HTMLInputElement: Event,
  MutationObserver: class extends Observer {
    constructor(hear: Hear) {
      super();
      starting.redrawn.push(hear);
    }
  },
  PerformanceObserver: class extends Observer {
    constructor(hear: Hear) {
      super();
      starting.requests.push(hear);
    }
  },
}))
  vi.stubGlobal(name, value);
// An event in memory holds the attempt that a reader makes of it.
const given = ({ attempt }: { attempt?: PageAttempt }): PageAttempt | null => attempt ?? null;
const guardFile = (name: string): string => `../../extension/content/guard/${name}.ts`;
vi.doMock(guardFile('attempt'), () => ({ tokenInput: () => null }));
vi.doMock(guardFile('upload-limit'), () => ({ areTooLarge: () => false }));
vi.doMock(guardFile('drop'), () => ({ readDrop: given, noteDrag: () => undefined }));
vi.doMock(guardFile('file-input'), () => ({ readPick: given, isEmptied: () => false }));
vi.doMock(guardFile('paste'), () => ({ readPaste: given }));
vi.doMock(guardFile('form'), () => ({ readSubmit: given }));
vi.doMock(guardFile('link'), () => ({ readLinkClick: given }));
vi.doMock(guardFile('shortcut'), () => ({ readShortcut: given }));
const { readCookie } = await import('../../extension/content/read-cookie.ts');
const { watchPage } = await import('../../extension/content/page-monitor.ts');
const { guardPage } = await import('../../extension/content/guard/listener.ts');
const { handedOn } = await import('../../extension/content/script-lifecycle.ts');

export function startCopy(page: PageInMemory, isFromStart: boolean): Copy {
  const lifecycle = new AbortController();
  const { signal } = lifecycle;
  const hearers: Hear[] = [];
  const registered: Registered = { listeners: [], redrawn: [], requests: [] };
  starting = registered;
  const load = { transferSize: 1, responseStatus: 200, responseEnd: performance.now() };
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load as unknown as PerformanceEntry]);
  const tell = async <M extends ToBackground>(message: M, workMillis = 0): Promise<AnswerTo<M> | undefined> =>
    (await withTimeout(800 + workMillis, page.send(message))) as AnswerTo<M> | undefined;
  const visibleCookie = () => tokenInCookies(page.cookies());
  const watch = watchPage(
    lifecycle,
    isFromStart,
    {
      readPage: () => (signal.aborted ? null : page.readPage()),
      visibleCookie,
      readCookie: (of, includesOtherHosts) =>
        readCookie(of, includesOtherHosts, visibleCookie(), page.address(), tell),
      write: (renewal) => page.write(renewal),
      address: () => page.address(),
      observeToken: () => undefined,
    },
    tell,
    (hear) => hearers.push(hear as Hear),
    () => guard,
    (snapshot) => {
      page.onSnapshot(snapshot);
      guard.recheckParked();
    },
  );
  const guard = guardPage(
    watch,
    lifecycle,
    (hear) => hearers.push(hear as Hear),
    () => page.onChange(),
  );
  guard.resumeParked();
  watch.scheduleRefresh();

  return {
    watch,
    guard,
    signal,
    come(type) {
      for (const each of registered.listeners)
        if (each.type === type && !each.signal?.aborted) each.hear({ type, isTrusted: true });
    },
    give(attempt) {
      let isHeld = false;
      const event = {
        type: attempt.event ?? 'change',
        isTrusted: true,
        target: {},
        attempt,
        preventDefault: () => (isHeld = true),
        stopImmediatePropagation: () => undefined,
      };
      if (!signal.aborted) for (const hear of hearers) hear(event);
      return !isHeld;
    },
    redraw() {
      for (const hear of registered.redrawn) hear([] as object);
    },
    sees(name, responseStatus) {
      const transferSize = responseStatus === 0 ? 0 : 1;
      const responseEnd = performance.now();
      const entry = { name, responseStatus, transferSize, responseEnd, initiatorType: 'xmlhttprequest' };
      if (!signal.aborted) for (const hear of registered.requests) hear({ getEntries: () => [entry] });
    },
    end(isSameWorld) {
      lifecycle.abort(handedOn);
      const parked = handedOn.attempts ?? [];
      if (!isSameWorld) delete handedOn.attempts;
      return parked;
    },
  };
}
