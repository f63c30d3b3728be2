/** One way to drive both browsers, with the extension as it is shipped. */
import type { Page } from 'puppeteer-core';
import { limited } from './until.ts';

export type Kind = 'chromium' | 'firefox';

/** The browsers of this run: both, or the one that a project of vitest.config.ts names. */
export const KINDS = (['chromium', 'firefox'] as const).filter((kind) => kind === (process.env['BROWSER'] ?? kind));

export interface Browser {
  readonly kind: Kind;
  /** By which the browser knows the extension. */
  readonly extensionId: string;
  /** Whether the installation has opened the welcome; its tab was closed again. */
  readonly wasWelcomed: boolean;
  /** Opens a tab and goes to an address; the tab has the focus then. */
  open(url: string): Promise<Tab>;
  /** Grants a site's permission, as a click on "Watch this site" does, and waits until its pages are watched. */
  grant(pattern: string): Promise<void>;
  /** Takes a site's permission back, as the browser's own settings do. */
  revoke(pattern: string): Promise<void>;
  /** Kills the background; it is dead when this is through. */
  killBackground(): Promise<void>;
  /** How often the background was started so far. Only Chromium tells. */
  backgroundStarts(): Promise<number>;
  /** Everything the extension keeps, as text: `storage.local` and `storage.session`. */
  storage(): Promise<string>;
  /** Puts something into the extension's storage, as its own pages can. */
  store(area: 'local' | 'session', items: Record<string, unknown>): Promise<void>;
  /** Has all watched pages look, and waits until they have: then they know the product's time. */
  refreshAllTabs(): Promise<void>;
  /** Opens a tab in a private window, where the extension is allowed in those. */
  openPrivate(url: string): Promise<Tab>;
  /** Opens a tab in a container of its own. Firefox alone has containers. */
  openContainer(url: string): Promise<Tab>;
  /** Opens a page of the extension's own in a tab. */
  extensionPage(path: string): Promise<Page>;
  /** What was copied last. */
  clipboard(): Promise<string>;
  /** Has the next request for a site granted without the browser's own question, as the user would grant it there. */
  allow(pattern: string): Promise<void>;
  /** Has the browser ask its own question from now on, and answers it. Only Firefox lets a test press its buttons. */
  answer(isYes: boolean, ask: () => Promise<void>): Promise<void>;
  clearCookies(): Promise<void>;
  /** Installs the extension once more over itself, as an update does; gives the addresses of its tabs afterwards. The last thing to do. */
  update(): Promise<string[]>;
  setScheme(scheme: Scheme): Promise<void>;
  /** What pages and the extension have complained of since the start. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

/** The colours that the user's system asks for; `forced` are a user's own. */
export type Scheme = 'light' | 'dark' | 'forced';

export interface Tab {
  readonly page: Page;
  /** Brings the tab to the front, with the focus. */
  activate(): Promise<void>;
  goto(url: string): Promise<void>;
  badge(): Promise<Badge>;
  /** What a screen reader would hear of the banner in its closed shadow root; null where there is none. */
  banner(): Promise<BannerSeen | null>;
  /** Presses a button of the banner with a click that the browser trusts, once a person could have read it. */
  press(button: string): Promise<void>;
  /** Opens the popup by a click on the toolbar button. */
  popup(): Promise<Popup>;
  /**
   * Drops files on an element, or in the document of an IFRAME; trusted in Chromium, an event of the page's own in Firefox, which offers
   * no other.
   */
  drop(selector: string, files: readonly string[]): Promise<void>;
  /** Picks files in a file input. */
  pick(selector: string, files: readonly string[]): Promise<void>;
  /**
   * Pastes a picture in an element, or in the document of an IFRAME, where the caret stays if the frame has the focus; trusted in
   * Chromium, an event of the page's own in Firefox. Gives the digest of the file that the page gets: Chromium makes another of it
   * than was copied.
   */
  paste(selector: string): Promise<string>;
  /** Presses one of the extension's keys, by the name of its command. */
  command(name: string): Promise<void>;
  /**
   * From now on takes note of each login dialog that a request opens or would open: in Chromium of the page, where alone there is a
   * window for one, in Firefox of whomever. Gives what was noted.
   */
  watchLogins(): Promise<() => Promise<readonly string[]>>;
  /** Runs a script in the world of the content script, where what it uses can be made to fail. */
  inContentScript(script: string): Promise<void>;
  screenshot(file: string): Promise<void>;
  /** Has the page laid out as it is printed. */
  print(): Promise<void>;
  /** Goes to another page, even if this one asks its user to stay. */
  leave(url: string): Promise<void>;
  close(): Promise<void>;
}

export interface Badge {
  readonly text: string;
  readonly title: string;
  /** As `#rrggbb`. */
  readonly colour: string;
}

export interface BannerSeen {
  readonly role: string;
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface Popup {
  text(): Promise<string>;
  /** Those that can be seen, without the list of tabs. */
  buttons(): Promise<string[]>;
  /** A real click, as `permissions.request` wants one. */
  click(button: string): Promise<void>;
  /** How many clicks that the browser trusts there were so far: the one that opened it, and those that it has got. */
  clicks(): Promise<number>;
  /** Presses the popup's only switch. */
  toggle(): Promise<void>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Launches a browser with the extension, out of the usual folder if no other is named, and no site granted; to be seen only
 * if asked. A browser that hangs at its
 * start, as happens on a busy machine, is given a second try.
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

/** Gives each step an end of its own: a browser that hangs is then named by what it hung in. */
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

/** Runs in the extension's desk: has all pages look, but for those that the browser has frozen. */
export async function askAllToLook(): Promise<true> {
  const tabs = await chrome.tabs.query({});
  const looks = tabs.map(({ id }) => chrome.tabs.sendMessage(id!, { kind: 'refresh' }).catch(() => undefined));
  await Promise.race([Promise.all(looks), new Promise((done) => setTimeout(done, 2_000))]);
  return true;
}

/** Runs in an extension's page: whether there is a content script for the pages that match. */
export async function isRegistered(pattern: string): Promise<boolean> {
  const { scripting } = (globalThis as unknown as { browser?: typeof chrome }).browser ?? chrome;
  const scripts = await scripting.getRegisteredContentScripts();
  return scripts.some(({ matches }) => matches?.includes(pattern));
}

/** So long a button of the banner must have been shown before a press of it counts, and a little more. */
export const READ_MILLIS = 350;

/** A text as it is read: the marks that keep each name in it to a direction of its own are not seen. */
export function asRead(text: string): string {
  return text.replaceAll(/[\u2068\u2069]/g, '');
}

export const WELCOME_PATH = 'extension/welcome/index.html';
/** An installation is told of late. */
export const WELCOME_WAIT_MILLIS = 4_000;
export const POPUP_PATH = 'extension/popup/index.html';

/** A picture to paste: one red pixel. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
