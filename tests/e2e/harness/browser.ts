/**
 * One API over two real browsers, for the extension as it ships. What a user can do, a test does as the user does it
 * where the browser allows it: real clicks, the real popup, the real permission prompt, the real badge. The tricks
 * that takes live in the files named after each browser.
 */
import type { Page } from 'puppeteer-core';
import type { BannerSight } from './accessible.ts';
import type { BrowserComplaint } from './errors.ts';
import { openChromium } from './chromium.ts';
import { openFirefox } from './firefox.ts';

export type BrowserKind = 'chromium' | 'firefox';

export interface OpenOptions {
  /** The folder with the built `manifest.json`. */
  readonly extensionDir: string;
  /** Whether the user let the extension into private windows; as installed, it is not. */
  readonly inPrivateWindows?: boolean;
  /** Names that shall lead to 127.0.0.1, as `jira.test`. */
  readonly hosts?: readonly string[];
  /** The browser's language, as `ar` (Chromium only; Firefox speaks one language and can be turned right-to-left). */
  readonly language?: string;
  /** Firefox preferences to set before it starts. */
  readonly firefoxPrefs?: Readonly<Record<string, string | number | boolean>>;
}

export interface TestBrowser {
  readonly kind: BrowserKind;
  /** `chrome-extension://…` or `moz-extension://…`, no slash at the end. */
  readonly extensionOrigin: string;

  /** A new tab in front, at `url` and loaded, or blank. A `container` is Firefox's alone; Chromium refuses. */
  openTab(url?: string, place?: Place): Promise<Tab>;
  /** Every open page of a site, those included that a page or the extension opened. */
  tabs(): Promise<Tab[]>;
  /** The tab whose address holds `part`, waited for. */
  tabAt(part: string, withinMs?: number): Promise<Tab>;

  /** What the user granted, as match patterns. */
  grantedSites(): Promise<string[]>;
  /** Takes a site back where the user would, on the browser's own page of extensions. Takes a match pattern. */
  revokeSite(pattern: string): Promise<void>;

  /** Runs a function in the background with `chrome` at hand, waking it if need be. JSON in, JSON out. */
  background<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  backgroundIsAlive(): Promise<boolean>;
  /** Ends the background as its idle time would, and comes back when it is dead. */
  killBackground(): Promise<void>;

  /** How the user likes pages to look; for every tab there is and will be, and the popup. */
  setLook(look: Look): Promise<void>;
  /** Empties every cookie jar. */
  clearCookies(): Promise<void>;
  /** Every error and warning since the start or the last `forgetErrors`: pages, background, popup, content scripts. */
  errors(): Promise<BrowserComplaint[]>;
  forgetErrors(): Promise<void>;

  /** Closes the browser and opens it again with the same profile. Tabs made before are gone. */
  restart(): Promise<void>;
  /** Closes the browser, by force if it must, and removes the profile. */
  close(): Promise<void>;
}

export type Place = 'tab' | 'window' | 'private' | 'container';

export interface Look {
  readonly scheme?: 'light' | 'dark';
  readonly forcedColors?: boolean;
  readonly reducedMotion?: boolean;
}

export interface Tab {
  /** For what the harness has no word for: clicks, keys and `evaluate` in the page's own world. */
  readonly page: Page;
  /** The id that `chrome.tabs` knows the tab by. */
  id(): Promise<number>;

  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Goes back (or forward) in history. `fromCache`: the page came out of the back/forward cache as it was left. */
  back(): Promise<{ fromCache: boolean }>;
  forward(): Promise<{ fromCache: boolean }>;
  /** Brings the tab to the front and waits until the page knows. */
  show(): Promise<void>;
  /** Puts a blank tab before it, in the same window, and waits until the page knows it is hidden. */
  hide(): Promise<void>;
  close(): Promise<void>;

  badge(): Promise<Badge>;
  /** The banner as a screen reader is told of it, out of its closed shadow root; null if there is none. */
  banner(): Promise<BannerSight | null>;
  /** A trusted click, with the mouse, in the middle of the banner's button of that name. Fails if something covers it. */
  clickBanner(name: string): Promise<void>;
  /** The toolbar button's popup, opened as by a click. Brings the tab to the front first. */
  openPopup(): Promise<Popup>;

  /** Drops the files on the first element that matches. Trusted in both browsers. */
  dropFiles(selector: string, paths: readonly string[]): Promise<void>;
  /** Chooses the files in a file input. */
  chooseFiles(selector: string, paths: readonly string[]): Promise<void>;
  /** Pastes a PNG into the first element that matches, by Ctrl+V in Chromium, as a trusted event in Firefox. */
  pastePicture(selector: string, png: Uint8Array): Promise<void>;

  /** In the tab's own jar: container and private window count. Path `/` and the page's host unless told. */
  setCookie(cookie: CookieToSet): Promise<void>;
  deleteCookie(name: string): Promise<void>;
  /** What is on the screen, banner and all, as PNG. Written to `path` if there is one. */
  screenshot(path?: string): Promise<Uint8Array>;
}

export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  readonly path?: string;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
}

export interface Badge {
  readonly text: string;
  /** Red, green, blue, alpha, each 0 to 255; null where it was never set. */
  readonly colour: readonly number[] | null;
  readonly textColour: readonly number[] | null;
  readonly title: string;
}

export interface Popup {
  text(): Promise<string>;
  /** Accessible names of its buttons, in reading order. */
  buttons(): Promise<string[]>;
  /** A trusted click on the button of that name, waited for. */
  click(name: string): Promise<void>;
  /** The same for a button that asks for a host permission, and the user's answer to the browser's question. */
  clickAndAnswer(name: string, answer: 'allow' | 'deny'): Promise<void>;
  isOpen(): Promise<boolean>;
  /** Runs a function in the popup. JSON in, JSON out. */
  evaluate<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  screenshot(path?: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts a browser with the extension in it, a fresh profile, and no site granted. Fails rather than hangs. */
export function openBrowser(kind: BrowserKind, options: OpenOptions): Promise<TestBrowser> {
  return kind === 'chromium' ? openChromium(options) : openFirefox(options);
}
