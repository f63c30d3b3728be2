/** One interface to drive both browsers, with the extension as it is shipped. */
import type { Page } from 'puppeteer-core';
import { limited } from './until.ts';

export type Kind = 'chromium' | 'firefox';

/** The browsers of this run: both, or the one that a project of vitest.config.ts sets. */
export const KINDS = (['chromium', 'firefox'] as const).filter((kind) => kind === (process.env['BROWSER'] ?? kind));

export interface Browser {
  readonly kind: Kind;
  /** The id that the browser knows the extension by. */
  readonly extensionId: string;
  /** Whether the installation opened the welcome page. Its tab is closed again. */
  readonly wasWelcomed: boolean;
  /** Opens a tab at an address; the tab then has the focus. */
  open(url: string): Promise<Tab>;
  /** Grants a site's permission, as a click on "Watch this site" does, and waits until its pages are watched. */
  grant(pattern: string): Promise<void>;
  /** Revokes a site's permission, as the browser's settings do. */
  revoke(pattern: string): Promise<void>;
  /** Kills the background, and waits until it is gone. */
  killBackground(): Promise<void>;
  /** How often the background has started so far. Only in Chromium. */
  backgroundStarts(): Promise<number>;
  /** Everything that the extension stores, as JSON: `[storage.local, storage.session]`. */
  storage(): Promise<string>;
  /** Writes items into the extension's storage, as its own pages can. */
  store(area: 'local' | 'session', items: Record<string, unknown>): Promise<void>;
  /** Makes all watched pages refresh, and waits for them. After that they have the product's time. */
  refreshAllTabs(): Promise<void>;
  /** Opens a tab in a private window, in which the extension is allowed. */
  openPrivate(url: string): Promise<Tab>;
  /** Opens a tab in a new container. Only in Firefox. */
  openContainer(url: string): Promise<Tab>;
  /** Opens a page of the extension in a tab. */
  extensionPage(path: string): Promise<Page>;
  /** The text on the clipboard. */
  clipboard(): Promise<string>;
  /** Makes the browser grant the next request for a site without asking the user. */
  allow(pattern: string): Promise<void>;
  /**
   * Runs `ask`, which makes the browser ask the user for a permission, and answers. Only in Firefox: in Chromium no
   * test can press the buttons.
   */
  answer(isYes: boolean, ask: () => Promise<void>): Promise<void>;
  clearCookies(): Promise<void>;
  /**
   * Installs the extension over itself, as an update does; returns the addresses of its tabs afterwards. Must be a
   * test file's last step.
   */
  update(): Promise<string[]>;
  setScheme(scheme: Scheme): Promise<void>;
  /** The errors and warnings that pages and the extension have logged since the start, or since the last reset. */
  loggedErrors(): Promise<string[]>;
  /**
   * Makes the browser as it was when these items were stored and this site was granted: closes all tabs, forgets
   * cookies, other permissions and logged errors, and starts the background anew.
   */
  reset(to: Stored, pattern: string): Promise<void>;
  close(): Promise<void>;
}

/** What the extension stores, by area. */
export type Stored = Readonly<Record<'local' | 'session', Record<string, unknown>>>;

/** The colour scheme of the user's system; `forced` means forced colours. */
export type Scheme = 'light' | 'dark' | 'forced';

export interface Tab {
  readonly page: Page;
  /** Brings the tab to the front, with the focus. */
  activate(): Promise<void>;
  goto(url: string): Promise<void>;
  badge(): Promise<Badge>;
  /**
   * Waits until the badge says a text; returns since when it does, in epoch milliseconds. Firefox reports each change;
   * Chromium is asked every two milliseconds.
   */
  whenBadgeSays(text: string): Promise<number>;
  /** What a screen reader gets of the banner, in its closed shadow root; null without a banner. */
  banner(): Promise<BannerContent | null>;
  /** Presses a button of the banner with a trusted click, after the time that the banner demands for reading. */
  press(button: string): Promise<void>;
  /** Opens the popup by a click on the toolbar button. */
  popup(): Promise<Popup>;
  /**
   * Drops files on an element, or in the document of an IFRAME. The event is trusted in Chromium; in Firefox, which
   * offers no trusted drop, a script of the page dispatches it.
   */
  drop(selector: string, files: readonly string[]): Promise<void>;
  /** Chooses files in a file input. */
  pick(selector: string, files: readonly string[]): Promise<void>;
  /**
   * Pastes a picture in an element, or in the document of an IFRAME; the caret stays if the frame has the focus. The
   * event is trusted in Chromium; in Firefox a script of the page dispatches it. Returns the digest of the file that
   * the page gets, because Chromium encodes a copied picture again.
   */
  paste(selector: string): Promise<string>;
  /** Presses the extension's key for a command. */
  command(name: string): Promise<void>;
  /**
   * From now on records each login dialog that a request opens or would open: in Chromium for requests of the page
   * (others have no window to open one in), in Firefox for all requests. Returns a function that returns the record.
   */
  watchLogins(): Promise<() => Promise<readonly string[]>>;
  /** Runs a script in the content script's isolated world, for example to make functions that it uses throw. */
  inContentScript(script: string): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** Switches the page to the print layout. */
  print(): Promise<void>;
  /** Goes to another page, even if this one asks the user to stay (`beforeunload`). */
  leave(url: string): Promise<void>;
  close(): Promise<void>;
}

export interface Badge {
  readonly text: string;
  readonly title: string;
  /** As `#rrggbb`. */
  readonly colour: string;
}

export interface BannerContent {
  readonly role: string;
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface Popup {
  text(): Promise<string>;
  /** The visible buttons, without the list of tabs. */
  buttons(): Promise<string[]>;
  /** Clicks with a user gesture, as `permissions.request` requires. */
  click(button: string): Promise<void>;
  /** The number of trusted clicks so far, counting the one that opened the popup. */
  clicks(): Promise<number>;
  /** Toggles the popup's only switch. */
  toggle(): Promise<void>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Launches a browser with the extension from a folder, and with no site granted. A browser that hangs at its start, as
 * happens on a busy machine, is launched once more.
 */
export async function launch(
  kind: Kind,
  headless = true,
  from = `dist/${kind === 'firefox' ? 'firefox' : 'chrome'}`,
): Promise<Browser> {
  const { launchChromium } = await import('./chromium.ts');
  const { launchFirefox } = await import('./firefox.ts');
  const start = (): Promise<Browser> =>
    limited(
      `${kind} starts`,
      40_000,
      kind === 'chromium' ? launchChromium(headless, from) : launchFirefox(headless, from),
    );
  return withLimits(await start().catch(start), kind);
}

/**
 * Launches Firefox with a profile that is kept, and with an archive installed from its file, as a user does it: the
 * profile allows add-ons that Mozilla has not signed. What is installed already is not installed again.
 */
export async function launchInstalled(archive: string, profile: string): Promise<Browser> {
  const { launchFirefox } = await import('./firefox.ts');
  return withLimits(await limited('firefox starts', 80_000, launchFirefox(true, archive, profile)), 'firefox');
}

/** Adds a time limit to each method, so that the error names the step in which a browser hangs. */
function withLimits<T extends object>(steps: T, what: string): T {
  return new Proxy(steps, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        if (!(result instanceof Promise)) return result;
        const own = result.then((value: unknown) =>
          name === 'open' || name === 'openPrivate' || name === 'openContainer' || name === 'popup'
            ? withLimits(value as object, name)
            : value,
        );
        return limited(`${what}.${name}(${args.map(String).join(', ')})`, 30_000, own);
      };
    },
  });
}

/**
 * Runs in a page of the extension: makes all pages refresh. Frozen pages never answer, so it waits two seconds at
 * most.
 */
export async function sendRefreshToAllTabs(): Promise<true> {
  const tabs = await chrome.tabs.query({});
  const refreshes = tabs.map(({ id }) => chrome.tabs.sendMessage(id!, { kind: 'refresh' }).catch(() => undefined));
  await Promise.race([Promise.all(refreshes), new Promise((done) => setTimeout(done, 2_000))]);
  return true;
}

/** Runs in a page of the extension: restores what is stored and, but for one site, removes the permissions. */
export async function restoreExtension(to: Stored, pattern: string): Promise<true> {
  const { permissions, storage } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
  const restore = async (area: 'local' | 'session'): Promise<void> => {
    await storage[area].clear();
    await storage[area].set(to[area]);
  };
  // First of all: what follows wakes the background, which reads this once.
  await restore('session');
  const { origins = [] } = await permissions.getAll();
  const others = origins.filter((each) => each !== pattern);
  if (others.length > 0) await permissions.remove({ origins: others });
  await restore('local');
  return true;
}

/** Runs in a page of the extension: whether a content script is registered for the pages that match. */
export async function isRegistered(pattern: string): Promise<boolean> {
  const { scripting } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
  const scripts = await scripting.getRegisteredContentScripts();
  return scripts.some(({ matches }) => matches?.includes(pattern));
}

/** A little longer than a button of the banner must be visible before a press counts. */
export const READ_MILLIS = 350;

/** A text without the invisible characters that isolate the writing direction of names. */
export function withoutIsolates(text: string): string {
  return text.replaceAll(/[\u2068\u2069]/g, '');
}

export const WELCOME_PATH = 'extension/welcome/index.html';
/** The browser reports an installation late. */
export const WELCOME_WAIT_MILLIS = 4_000;
export const POPUP_PATH = 'extension/popup/index.html';

/** A picture to paste: one red pixel. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
