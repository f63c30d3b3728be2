// @vitest-environment happy-dom
/** The end of a copy of the content script: its parked files are lost, unless a new copy takes them over. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBanner, type Banner } from '../../extension/content/banner/banner.ts';
import { guardPage } from '../../extension/content/guard/listener.ts';
import { startLifecycle } from '../../extension/content/script-lifecycle.ts';
import type { PageMonitor } from '../../extension/content/page-monitor.ts';
import { trustedEvent } from './trusted-event.ts';

const ORPHAN_MESSAGE = '1 file no longer waits here: door.log.';
const roots = new Map<Element, ShadowRoot>();
let runtime: { id?: string };
let lifecycle: AbortController;
let banner: Banner;

beforeEach(() => {
  runtime = { id: 'freshtoken' };
  const dom = { openOrClosedShadowRoot: (host: Element) => roots.get(host) };
  vi.stubGlobal('chrome', { runtime, dom, i18n: { getMessage: (key: string) => (key === 'language' ? 'en' : key) } });
  // happy-dom does not have these.
  const open = new Set<Element>();
  Object.defineProperty(HTMLElement.prototype, 'ariaLabel', {
    configurable: true,
    set(this: Element, label: string) {
      this.setAttribute('aria-label', label);
    },
  });
  Object.assign(HTMLElement.prototype, {
    showPopover(this: Element) {
      open.add(this);
    },
    getAnimations: () => [],
  });
  vi.spyOn(HTMLElement.prototype, 'matches').mockImplementation(function (this: HTMLElement, selector: string) {
    return selector === ':popover-open'
      ? open.has(this) && this.isConnected
      : Element.prototype.matches.call(this, selector);
  });
  vi.spyOn(HTMLElement.prototype, 'attachShadow').mockImplementation(function (this: HTMLElement, init) {
    const root = Element.prototype.attachShadow.call(this, init);
    roots.set(this, root);
    return root;
  });
  vi.spyOn(document, 'querySelectorAll').mockImplementation((selector: string) => {
    const found = selector === ':modal' ? [] : [...document.documentElement.querySelectorAll(selector)];
    return found as unknown as NodeListOf<Element>;
  });
  lifecycle = startLifecycle();
  banner = createBanner(lifecycle.signal);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const host of hosts()) host.remove();
});

function showParkedFiles(): void {
  banner.orphanMessage = ORPHAN_MESSAGE;
  show();
}

function show(): void {
  const buttons = [{ label: 'Discard files', press: () => undefined }];
  banner.show({ tone: 'bad', sentence: 'You are signed out.', meaning: '', buttons, dismiss: () => banner.hide() });
}

const hosts = (): HTMLElement[] => [...document.documentElement.querySelectorAll<HTMLElement>('div[popover]')];

/** The texts of all banners, with those of their buttons. */
const bannerTexts = (): (string | null)[] =>
  hosts().map((host) => roots.get(host)!.querySelector('section')!.textContent);

test('a copy with parked files ends with the message that they are lost', () => {
  showParkedFiles();
  lifecycle.abort();
  expect(bannerTexts()).toEqual([`${ORPHAN_MESSAGE}×`]);
});

test('the message is also shown if the banner was dismissed before', () => {
  showParkedFiles();
  banner.hide();
  lifecycle.abort();
  expect(bannerTexts()).toEqual([`${ORPHAN_MESSAGE}×`]);
});

test('a copy without parked files, or with a successor, removes its banner', () => {
  show();
  lifecycle.abort();
  expect(bannerTexts()).toEqual([]);
  lifecycle = startLifecycle();
  banner = createBanner(lifecycle.signal);
  showParkedFiles();
  startLifecycle();
  expect(bannerTexts()).toEqual([]);
});

test('the close button works after the end of the script: the browser hides the banner', () => {
  showParkedFiles();
  const closeButton = roots.get(hosts()[0]!)!.querySelector<HTMLButtonElement>('section > button')!;
  // The browser opens and closes a popover by the default action of its button.
  expect(closeButton.popoverTargetElement).toBe(hosts()[0]);
  /** Whether the browser carries out the default action. */
  const press = (): boolean => {
    const click = trustedEvent('click');
    const prevented = vi.spyOn(click, 'preventDefault');
    closeButton.dispatchEvent(click);
    return prevented.mock.calls.length === 0;
  };
  expect(press()).toBe(false);
  lifecycle.abort();
  expect(press()).toBe(true);
});

test('a copy in another JavaScript world removes an older copy’s banner, but never its orphan message', () => {
  showParkedFiles();
  createBanner(new AbortController().signal);
  expect(bannerTexts()).toEqual([]);
  lifecycle.abort();
  expect(bannerTexts()).toEqual([`${ORPHAN_MESSAGE}×`]);
  createBanner(new AbortController().signal);
  expect(bannerTexts()).toEqual([`${ORPHAN_MESSAGE}×`]);
  hosts()[0]!.remove();
  lifecycle = new AbortController();
  banner = createBanner(lifecycle.signal);
  banner.orphanMessage = '';
  show();
  createBanner(new AbortController().signal);
  expect(bannerTexts()).toEqual([]);
});

test('a copy whose extension is gone ends at the first event of its user', () => {
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      observe = vi.fn();
      disconnect = vi.fn();
    },
  );
  let listener: (event: Event) => void = () => undefined;
  guardPage(
    {} as PageMonitor,
    lifecycle,
    (added) => (listener = added),
    () => undefined,
  );
  listener(new Event('pointermove'));
  expect(lifecycle.signal.aborted).toBe(false);
  delete runtime.id;
  listener(new Event('pointermove'));
  expect(lifecycle.signal.aborted).toBe(true);
});
