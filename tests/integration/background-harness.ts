/**
 * Runs the shipped background with the browser's APIs in memory. Storage, alarms, tabs and badges outlive each worker.
 * A worker can be killed before or after the effect of each call to the browser. From then on its calls have no effect
 * and never return, and whoever waits for its answer gets undefined.
 */
import { vi } from 'vitest';
import type { SeenCookie } from '../../src/jira/page-cookie.ts';

type Listener = (...args: never[]) => unknown;

interface Worker {
  readonly listeners: Map<string, Listener>;
  /** After how many more steps it dies. Each call to the browser takes two. */
  steps: number;
  end(): void;
  readonly ended: Promise<void>;
  /** Drops its copy of what is stored in memory. */
  forgetMemory: () => void;
}

interface Tab {
  readonly id: number;
  readonly url: string;
  /** Firefox's id of the cookie store; undefined in Chrome, which lists the tabs of each store instead. */
  readonly cookieStoreId?: string | undefined;
  readonly incognito?: boolean;
  /** Undefined in a browser without this property. */
  readonly autoDiscardable?: boolean | undefined;
}

interface NewAlarm {
  readonly when: number;
  readonly periodInMinutes?: number;
}

export class BackgroundHarness {
  readonly local: Record<string, unknown> = {};
  readonly session: Record<string, unknown> = {};
  /** The policy. */
  readonly managed: Record<string, unknown> = {};
  readonly tabs: Tab[] = [];
  readonly badges = new Map<number, string>();
  readonly titles = new Map<number, string>();
  readonly alarms = new Map<string, { when: number; periodMillis: number }>();
  /** Called with each message that the background sends to a page. */
  onMessage: (tabId: number, message: { kind: string }) => unknown = () => undefined;
  /** How often the background has listed tabs. */
  listings = 0;
  /** Tabs that the browser has frozen: they do not answer messages. */
  readonly frozen = new Set<number>();
  /** Gives after how many steps the next worker dies. */
  stepsOfNextWorker: () => number = () => Infinity;
  /** While true, no worker dies. */
  isWorkerProtected = false;
  deathCount = 0;
  /** How many calls the workers have made to the browser. */
  callCount = 0;
  /** How often the extension has reloaded itself, which installs an update. */
  reloadCount = 0;
  /** Gives the cookies that the browser sends to an address. */
  cookiesSentTo: (address: string) => readonly SeenCookie[] = () => [];
  /** Whether writing to `storage.session` fails. */
  isStorageFull = false;
  /** Whether the extension may access all sites; otherwise it may access none. */
  isGranted = true;
  #worker: Promise<Worker> | undefined;
  #newest: Worker | undefined;

  /** The stored state of a tab. */
  storedTab(tabId: number): { readonly shown?: string } | undefined {
    return this.session[`tab:${tabId}`] as { shown?: string } | undefined;
  }

  /** The verdict that a tab's toolbar button shows. */
  shownVerdict(tabId: number): string | undefined {
    return this.storedTab(tabId)?.shown;
  }

  /**
   * Sends a page's message, for which a worker is started if none runs. Gives the answer; undefined if the worker died
   * first. The page is the tab's first document, at the tab's address, unless the message says otherwise. `from` has
   * further properties of the sender.
   */
  async send(tab: Tab, message: object, from: object = { frameId: 0 }): Promise<unknown> {
    const sender = { tab: { ...FIREFOX_TAB, ...tab }, url: tab.url, ...from };
    const page = { document: documentOf(tab.id), address: tab.url };
    return this.#fire('runtime.onMessage', { ...page, ...message }, sender);
  }

  /** Rings each alarm that is due, and waits for its work. */
  async ringAlarms(): Promise<void> {
    for (const [name, alarm] of this.alarms) {
      if (alarm.when > Date.now()) continue;
      this.alarms.set(name, { ...alarm, when: Date.now() + alarm.periodMillis });
      await this.#fire('alarms.onAlarm', { name });
    }
    await this.settle();
  }

  /** Runs an action after so many more steps of the background. Gives a function that tells whether it has run. */
  interruptAfter(steps: number, action: () => void): () => boolean {
    this.#stepsUntilInterruption = steps;
    this.#interruption = action;
    return () => this.#stepsUntilInterruption <= 0;
  }

  /** The user revokes all sites in the browser's settings. */
  revokeSites(): void {
    this.isGranted = false;
    void this.#fire('permissions.onRemoved', {});
  }

  /** Closes a window with these tabs. */
  async closeWindow(isInWindow: (tab: Tab) => boolean): Promise<void> {
    this.tabs.splice(0, this.tabs.length, ...this.tabs.filter((tab) => !isInWindow(tab)));
    await this.#fire('windows.onRemoved', this.tabs.length);
  }

  /** Puts a tab to sleep as Chrome does: it gets a new id. */
  async putToSleep(tab: Tab, id: number): Promise<void> {
    this.tabs.splice(this.tabs.indexOf(tab), 1, { ...tab, id });
    await this.#fire('tabs.onReplaced', id, tab.id);
    await this.settle();
  }

  /** Tells the background that a host's cookie of the token was deleted. */
  async removeCookie(domain: string, storeId = FIREFOX_TAB.cookieStoreId): Promise<void> {
    await this.changeCookie(`BEXA-MPLE-0000-ABCD|${'a'.repeat(40)}|lin`, true, domain, storeId);
    await this.settle();
  }

  /** Tells the background that a host's cookie of the token has changed. */
  async changeCookie(value: string, removed: boolean, domain: string, storeId: string): Promise<void> {
    const hostOnly = !domain.startsWith('.');
    const cookie = { name: 'atlassian.xsrf.token', value, domain, hostOnly, storeId };
    await this.#fire('cookies.onChanged', { cookie, cause: 'explicit', removed });
  }

  /** Removes everything that is stored, and all tabs. The worker goes on. */
  clear(): void {
    for (const area of ['local', 'session', 'managed'] as const)
      this.store(area, Object.fromEntries(Object.keys(this[area]).map((key) => [key, undefined])));
    // The worker itself hears of no change in memory.
    this.#newest?.forgetMemory();
    for (const each of [this.badges, this.titles, this.alarms, this.frozen]) each.clear();
    this.tabs.length = 0;
  }

  /** Stops the worker while it has nothing to do. */
  async stopWorker(): Promise<void> {
    const dying = await this.#worker;
    if (dying) dying.steps = 0;
    dying?.end();
    this.#worker = undefined;
  }

  /** Closes the browser and starts it again. */
  async restart(): Promise<void> {
    for (const key of Object.keys(this.session)) delete this.session[key];
    await this.stopWorker();
    await this.#fire('runtime.onStartup');
    await this.settle();
  }

  /** An update of the extension is available. */
  async offerUpdate(): Promise<void> {
    await this.#fire('runtime.onUpdateAvailable', { version: '2' });
    await this.settle();
  }

  /** The popup, the options page or an administrator stores items; an undefined value removes one. */
  store(area: 'local' | 'session' | 'managed', items: Record<string, unknown>): void {
    const isRemoved = ([, value]: [string, unknown]): boolean => value === undefined;
    Object.assign(this[area], structuredClone(items));
    for (const [key] of Object.entries(items).filter(isRemoved)) delete this[area][key];
    const changes = Object.entries(items).map(([key, newValue]) => [key, { newValue: structuredClone(newValue) }]);
    void this.#fire(`storage.${area}.onChanged`, Object.fromEntries(changes));
  }

  /** Waits until the background has called nothing for so many ticks. */
  async settle(ticks = 20): Promise<void> {
    let before = -1;
    while (before !== this.#calls) {
      before = this.#calls;
      for (let n = 0; n < ticks; n++) await tick();
    }
  }

  #calls = 0;
  #stepsUntilInterruption = Infinity;
  #interruption: () => void = () => undefined;

  async #fire(event: string, ...args: unknown[]): Promise<unknown> {
    const worker = await (this.#worker ??= this.#start());
    const listener = worker.listeners.get(event);
    if (event !== 'runtime.onMessage') {
      listener?.(...(args as never[]));
      return Promise.race([tick(), worker.ended]);
    }
    const answer = new Promise((resolve) => {
      const reply = (value: unknown): void => void this.#deliver(worker, value).then(resolve);
      listener?.(...([...args, reply] as never[]));
    });
    return Promise.race([answer, worker.ended]);
  }

  /** The browser delivers an answer after the worker's earlier calls. */
  async #deliver(worker: Worker, answer: unknown): Promise<unknown> {
    await tick();
    return this.#step(worker) ? answer : undefined;
  }

  async #start(): Promise<Worker> {
    let end = (): void => undefined;
    const ended = new Promise<void>((done) => (end = done));
    const forgetMemory = (): void => undefined;
    const worker: Worker = { listeners: new Map(), steps: this.stepsOfNextWorker(), end, ended, forgetMemory };
    vi.resetModules();
    vi.doMock('../../extension/shared/browser.ts', () => ({ browser: this.#browserOf(worker) }));
    vi.doMock('../../extension/content/main.iife.ts?script', () => ({ default: 'page.js' }));
    vi.doMock('../../extension/background/icon-images.ts', () => ({ imagesOf: async () => ({}) }));
    vi.stubGlobal('chrome', {
      ...(globalThis as { chrome?: object }).chrome,
      i18n: { getMessage: (key: string) => key },
    });
    this.#newest = worker;
    await import('../../extension/background/main.ts');
    const { inMemory } = await import('../../extension/shared/storage/stored-area.ts');
    worker.forgetMemory = () => inMemory.follow({ any: { newValue: 'other' } });
    return worker;
  }

  /** Takes one step of a worker: before or after the effect of a call. Gives whether the worker still lives. */
  #step(worker: Worker): boolean {
    this.#calls++;
    if (--this.#stepsUntilInterruption === 0) this.#interruption();
    if (worker.steps <= 0) return false;
    if (this.isWorkerProtected || --worker.steps > 0) return true;
    this.deathCount++;
    if (this.#newest === worker) this.#worker = undefined;
    worker.end();
    return false;
  }

  #browserOf(worker: Worker): object {
    const call =
      <A extends unknown[], T>(effect: (...args: A) => T | Promise<T>) =>
      async (...args: A): Promise<T> => {
        this.callCount++;
        await tick();
        if (!this.#step(worker)) return new Promise(() => undefined);
        const result = structuredClone(await effect(...structuredClone(args)));
        await tick();
        if (!this.#step(worker)) return new Promise(() => undefined);
        return result;
      };
    const sendMessage = call((id: number, message: { kind: string }) => this.onMessage(id, message));
    const event = (name: string): object => ({
      addListener: (listener: Listener) => worker.listeners.set(name, listener),
    });
    // The browser reports every change, also to the part that has made it.
    const report = (name: string, items: Record<string, unknown>): void => {
      const changes = Object.entries(items).map(([key, newValue]) => [key, { newValue }]);
      setImmediate(() =>
        worker.listeners.get(`storage.${name}.onChanged`)?.(...([Object.fromEntries(changes)] as never[])),
      );
    };
    const area = (name: 'local' | 'session' | 'managed', stored = this[name]): object => ({
      get: call((keys?: string | string[]) =>
        keys === undefined ? stored : Object.fromEntries([keys].flat().map((key) => [key, stored[key]])),
      ),
      set: call((items: Record<string, unknown>) => {
        if (this.isStorageFull && stored === this.session) throw new Error('Session storage quota bytes exceeded.');
        Object.assign(stored, items);
        report(name, items);
      }),
      remove: call((keys: string[]) => {
        for (const key of keys) delete stored[key];
        report(name, Object.fromEntries(keys.map((key) => [key, undefined])));
      }),
      onChanged: event(`storage.${name}.onChanged`),
    });
    return {
      storage: {
        local: area('local'),
        session: area('session'),
        managed: area('managed'),
      },
      alarms: {
        create: call((name: string, { when, periodInMinutes = Infinity }: NewAlarm) => {
          this.alarms.set(name, { when, periodMillis: periodInMinutes * 60_000 });
        }),
        clear: call((name: string) => this.alarms.delete(name)),
        onAlarm: event('alarms.onAlarm'),
      },
      action: {
        setBadgeText: call(({ tabId, text }: { tabId: number; text: string }) => void this.badges.set(tabId, text)),
        setBadgeBackgroundColor: call(() => undefined),
        setIcon: call(() => undefined),
        setTitle: call(({ tabId, title }: { tabId: number; title: string }) => void this.titles.set(tabId, title)),
      },
      tabs: {
        get: call((id: number) => {
          const tab = this.tabs.find((each) => each.id === id);
          if (!tab) throw new Error(`No tab with id: ${id}.`);
          return { ...FIREFOX_TAB, ...tab };
        }),
        update: call((id: number, set: Partial<Tab>) => {
          const tab = this.tabs.find((each) => each.id === id);
          if (!tab) throw new Error(`No tab with id: ${id}.`);
          if (tab.autoDiscardable === undefined) throw new Error('Type error: Unexpected property "autoDiscardable".');
          Object.assign(tab, set);
        }),
        // As Firefox: a pattern's host is compared to the address's host without its port.
        query: call(({ url }: { url?: string[] } = {}) => {
          this.listings++;
          const matches = (address: string): boolean =>
            !url ||
            url.some((pattern) => {
              const [, scheme, host] = /^([^:]+):\/\/([^/]+)\//.exec(pattern)!;
              const { protocol, hostname } = new URL(address);
              return (scheme === '*' || protocol === `${scheme}:`) && (host === '*' || host === hostname);
            });
          return this.tabs.filter((tab) => matches(tab.url)).map((tab) => ({ ...FIREFOX_TAB, ...tab }));
        }),
        sendMessage: (id: number, message: { kind: string }) =>
          this.frozen.has(id) ? new Promise(() => undefined) : sendMessage(id, message),
        onReplaced: event('tabs.onReplaced'),
      },
      permissions: {
        contains: call(() => this.isGranted),
        getAll: call(() => ({ origins: this.isGranted ? ['*://*/*'] : [] })),
        onAdded: event('permissions.onAdded'),
        onRemoved: event('permissions.onRemoved'),
      },
      scripting: {
        getRegisteredContentScripts: call(() => [{ id: 'page' }]),
        updateContentScripts: call(() => undefined),
        unregisterContentScripts: call(() => undefined),
        executeScript: async ({ func, args }: { func: (...args: unknown[]) => unknown; args: unknown[] }) => {
          await tick();
          return this.#step(worker) ? [{ result: await func(...args) }] : new Promise(() => undefined);
        },
      },
      runtime: {
        getURL: (path: string) => `extension://id/${path}`,
        onInstalled: event('runtime.onInstalled'),
        onStartup: event('runtime.onStartup'),
        onUpdateAvailable: event('runtime.onUpdateAvailable'),
        reload: call(() => {
          this.reloadCount++;
          worker.steps = 0;
          this.#worker = undefined;
          worker.end();
        }),
        onMessage: event('runtime.onMessage'),
      },
      cookies: {
        // Chrome lists only the cookies of granted hosts: none that is for a whole domain.
        getAll: call(({ url, storeId }: { url: string; storeId: string }) =>
          this.cookiesSentTo(url).filter(({ hostOnly }) => hostOnly || storeId !== '0'),
        ),
        get: call(
          ({ url, name }: { url: string; name: string }) =>
            this.cookiesSentTo(url).find((cookie) => cookie.name === name) ?? null,
        ),
        onChanged: event('cookies.onChanged'),
      },
      windows: { onRemoved: event('windows.onRemoved') },
      commands: { onCommand: event('commands.onCommand') },
    };
  }
}

/** Tabs are Firefox's, unless a test says otherwise. */
const FIREFOX_TAB = { incognito: false, cookieStoreId: 'default' };

/** The id of a tab's n-th document. */
export function documentOf(tabId: number, n = 1): string {
  return `${tabId}-${n}`;
}

function tick(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
