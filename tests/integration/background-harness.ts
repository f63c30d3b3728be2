/**
 * A browser around the real background, in memory: its storage, alarms, tabs and badges outlive each worker, and a
 * worker can be killed between any two steps of any call that it makes. From there on nothing it does has an effect,
 * nothing it waits for comes, and whoever waits for its answer gets none.
 */
import { vi } from 'vitest';
import type { SeenCookie } from '../../src/jira/page-cookie.ts';

type Listener = (...args: never[]) => unknown;

interface Worker {
  readonly listeners: Map<string, Listener>;
  /** How many more steps it lives. */
  steps: number;
  end(): void;
  readonly ended: Promise<void>;
}

interface Tab {
  readonly id: number;
  readonly url: string;
  /** As Firefox says it; undefined in Chrome, which is asked for the tabs of each cookie store. */
  readonly cookieStoreId?: string | undefined;
  readonly incognito?: boolean;
  /** Undefined in a browser that has no such switch. */
  readonly autoDiscardable?: boolean | undefined;
}

interface NewAlarm {
  readonly when: number;
  readonly periodInMinutes?: number;
}

export class Machine {
  readonly local: Record<string, unknown> = {};
  readonly session: Record<string, unknown> = {};
  /** What an administrator has set. */
  readonly managed: Record<string, unknown> = {};
  readonly tabs: Tab[] = [];
  readonly badges = new Map<number, string>();
  readonly titles = new Map<number, string>();
  readonly alarms = new Map<string, { when: number; periodMillis: number }>();
  /** Called when the background tells a page something. */
  onTell: (tabId: number, message: { kind: string }) => void = () => undefined;
  /** Tabs that the browser has frozen: they are told things, and answer nothing. */
  readonly frozen = new Set<number>();
  /** How many steps the next worker lives. */
  nextLife: () => number = () => Infinity;
  /** While it is, the worker lives. */
  isSpared = false;
  deaths = 0;
  /** How often the extension has reloaded itself, which installs an update. */
  reloads = 0;
  /** The cookies that the browser sends to an address. */
  cookiesSentTo: (address: string) => readonly SeenCookie[] = () => [];
  /** Whether nothing more can be kept in memory. */
  isFull = false;
  /** Whether the user grants all sites. */
  isGranted = true;
  #worker: Promise<Worker> | undefined;
  #alive: Worker | undefined;

  /** What is kept of a tab. */
  stored(tabId: number): { readonly shown?: string } | undefined {
    return this.session[`tab:${tabId}`] as { shown?: string } | undefined;
  }

  /** The verdict that a tab's button shows. */
  shown(tabId: number): string | undefined {
    return this.stored(tabId)?.shown;
  }

  /**
   * As a page says it: starts a worker if there is none. Undefined where it died before it answered. The page is the tab's
   * first document, at the address of its load, unless the message says otherwise; in no frame if none is named.
   */
  async send(tab: Tab, message: object, from: object = { frameId: 0 }): Promise<unknown> {
    const sender = { tab: { ...USUAL, ...tab }, url: tab.url, ...from };
    const place = { document: documentOf(tab.id), address: tab.url };
    return this.#fire('runtime.onMessage', { ...place, ...message }, sender);
  }

  /** Rings the alarm, if it is time, and lets its work be done. */
  async ring(): Promise<void> {
    for (const [name, alarm] of this.alarms) {
      if (alarm.when > Date.now()) continue;
      this.alarms.set(name, { ...alarm, when: Date.now() + alarm.periodMillis });
      await this.#fire('alarms.onAlarm', { name });
    }
    await this.rest();
  }

  /** Has something happen after so many more steps of the background. Gives whether it has. */
  interrupt(steps: number, happen: () => void): () => boolean {
    this.#stepsUntil = steps;
    this.#happen = happen;
    return () => this.#stepsUntil <= 0;
  }

  /** The user takes all sites back in the browser's settings. */
  takeBack(): void {
    this.isGranted = false;
    void this.#fire('permissions.onRemoved', {});
  }

  /** The window of some tabs is closed. */
  async closeWindow(isItsTab: (tab: Tab) => boolean): Promise<void> {
    this.tabs.splice(0, this.tabs.length, ...this.tabs.filter((tab) => !isItsTab(tab)));
    await this.#fire('windows.onRemoved', this.tabs.length);
  }

  /** A tab is put to sleep, as Chrome does it. */
  async putToSleep(tab: Tab, id: number): Promise<void> {
    this.tabs.splice(this.tabs.indexOf(tab), 1, { ...tab, id });
    await this.#fire('tabs.onReplaced', id, tab.id);
    await this.rest();
  }

  /** A cookie goes that pages of a host had. */
  async loseCookie(domain: string, storeId = USUAL.cookieStoreId): Promise<void> {
    await this.changeCookie(`BEXA-MPLE-0000-ABCD|${'a'.repeat(40)}|lin`, true, domain, storeId);
    await this.rest();
  }

  /** A host's cookie of the token changes. */
  async changeCookie(value: string, removed: boolean, domain: string, storeId: string): Promise<void> {
    const hostOnly = !domain.startsWith('.');
    const cookie = { name: 'atlassian.xsrf.token', value, domain, hostOnly, storeId };
    await this.#fire('cookies.onChanged', { cookie, cause: 'explicit', removed });
  }

  /** Forgets all that is stored, and all tabs: the worker lives on. */
  clear(): void {
    for (const kept of [this.local, this.session, this.managed]) for (const key of Object.keys(kept)) delete kept[key];
    for (const kept of [this.badges, this.titles, this.alarms, this.frozen]) kept.clear();
    this.tabs.length = 0;
  }

  /** The worker dies while it has nothing to do. */
  async die(): Promise<void> {
    (await this.#worker)?.end();
    this.#worker = undefined;
  }

  /** The browser is closed and started again. */
  async restart(): Promise<void> {
    for (const key of Object.keys(this.session)) delete this.session[key];
    await this.die();
    await this.#fire('runtime.onStartup');
    await this.rest();
  }

  /** An update of the extension is there. */
  async offerUpdate(): Promise<void> {
    await this.#fire('runtime.onUpdateAvailable', { version: '2' });
    await this.rest();
  }

  /** The extension is updated. */
  async update(): Promise<void> {
    await this.#fire('runtime.onInstalled', { reason: 'update' });
    await this.rest();
  }

  /** The user sets something. */
  set(items: Record<string, unknown>): void {
    Object.assign(this.local, items);
    void this.#fire('storage.onChanged', items, 'local');
  }

  /** Lets all that is under way come to rest: until nothing was called for so many ticks. */
  async rest(ticks = 20): Promise<void> {
    let before = -1;
    while (before !== this.#calls) {
      before = this.#calls;
      for (let n = 0; n < ticks; n++) await tick();
    }
  }

  #calls = 0;
  #stepsUntil = Infinity;
  #happen: () => void = () => undefined;

  async #fire(event: string, ...args: unknown[]): Promise<unknown> {
    const worker = await (this.#worker ??= this.#start());
    const answer = worker.listeners.get(event)?.(...(args as never[]));
    return Promise.race([answer && this.#hand(worker, answer), worker.ended]);
  }

  /** The browser hands on an answer after all that the worker had it do before. */
  async #hand(worker: Worker, answer: unknown): Promise<unknown> {
    const handed = await answer;
    await tick();
    return this.#step(worker) ? handed : undefined;
  }

  async #start(): Promise<Worker> {
    let end = (): void => undefined;
    const ended = new Promise<void>((done) => (end = done));
    const worker: Worker = { listeners: new Map(), steps: this.nextLife(), end, ended };
    vi.resetModules();
    vi.doMock('../../extension/shared/browser.ts', () => ({ browser: this.#browserOf(worker) }));
    vi.doMock('../../extension/content/main.iife.ts?script', () => ({ default: 'page.js' }));
    vi.stubGlobal('chrome', {
      ...(globalThis as { chrome?: object }).chrome,
      i18n: { getMessage: (key: string) => key },
    });
    this.#alive = worker;
    await import('../../extension/background/main.ts');
    return worker;
  }

  /** One step before the effect, one after it: death can come at either. */
  #step(worker: Worker): boolean {
    this.#calls++;
    if (--this.#stepsUntil === 0) this.#happen();
    if (worker.steps <= 0) return false;
    if (this.isSpared || --worker.steps > 0) return true;
    this.deaths++;
    if (this.#alive === worker) this.#worker = undefined;
    worker.end();
    return false;
  }

  #browserOf(worker: Worker): object {
    const call =
      <A extends unknown[], T>(effect: (...args: A) => T) =>
      async (...args: A): Promise<T> => {
        await tick();
        if (!this.#step(worker)) return new Promise(() => undefined);
        const result = structuredClone(effect(...structuredClone(args)));
        await tick();
        if (!this.#step(worker)) return new Promise(() => undefined);
        return result;
      };
    const tell = call((id: number, message: { kind: string }) => this.onTell(id, message));
    const event = (name: string): object => ({
      addListener: (listener: Listener) => worker.listeners.set(name, listener),
    });
    const area = (kept: Record<string, unknown>): object => ({
      get: call((keys?: string | string[]) =>
        keys === undefined ? kept : Object.fromEntries([keys].flat().map((key) => [key, kept[key]])),
      ),
      set: call((items: object) => {
        if (this.isFull && kept === this.session) throw new Error('Session storage quota bytes exceeded.');
        Object.assign(kept, items);
      }),
      remove: call((keys: string | string[]) => [keys].flat().forEach((key) => delete kept[key])),
    });
    return {
      storage: {
        local: area(this.local),
        session: area(this.session),
        managed: area(this.managed),
        onChanged: event('storage.onChanged'),
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
        setBadgeTextColor: call(() => undefined),
        setIcon: call(() => undefined),
        setTitle: call(({ tabId, title }: { tabId: number; title: string }) => void this.titles.set(tabId, title)),
      },
      tabs: {
        get: call((id: number) => this.tabs.find((tab) => tab.id === id)),
        update: call((id: number, set: Partial<Tab>) => {
          const tab = this.tabs.find((each) => each.id === id);
          if (!tab) throw new Error(`No tab with id: ${id}.`);
          if (tab.autoDiscardable === undefined) throw new Error('Type error: Unexpected property "autoDiscardable".');
          Object.assign(tab, set);
        }),
        query: call(() => this.tabs.map((tab) => ({ ...USUAL, ...tab }))),
        sendMessage: (id: number, message: { kind: string }) =>
          this.frozen.has(id) ? new Promise(() => undefined) : tell(id, message),
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
          this.reloads++;
          worker.steps = 0;
          this.#worker = undefined;
          worker.end();
        }),
        onMessage: event('runtime.onMessage'),
      },
      cookies: {
        getAll: call(({ url }: { url: string }) => this.cookiesSentTo(url)),
        get: call(
          ({ url, name }: { url: string; name: string }) =>
            this.cookiesSentTo(url).find((cookie) => cookie.name === name) ?? null,
        ),
        getAllCookieStores: call(() => [{ id: '0', tabIds: this.tabs.map(({ id }) => id) }]),
        onChanged: event('cookies.onChanged'),
      },
      windows: { onRemoved: event('windows.onRemoved') },
      commands: { onCommand: event('commands.onCommand') },
    };
  }
}

/** A tab of Firefox's, unless something else is said. */
const USUAL = { incognito: false, cookieStoreId: 'default' };

/** The id of the n-th document in a tab. */
export function documentOf(tabId: number, n = 1): string {
  return `${tabId}-${n}`;
}

function tick(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
