// @vitest-environment happy-dom
/** The end of a copy of the script: what it kept is lost, unless another copy follows it in the same world. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBanner, type Banner } from '../../extension/content/banner/banner.ts';
import { guardPage } from '../../extension/content/guard/listener.ts';
import { startLifecycle } from '../../extension/content/script-lifecycle.ts';
import type { PageMonitor } from '../../extension/content/page-monitor.ts';
import { trusted } from './trusted-event.ts';

const LAST = '1 file no longer waits here: door.log.';
const roots = new Map<Element, ShadowRoot>();
let runtime: { id?: string };
let life: AbortController;
let banner: Banner;

beforeEach(() => {
  runtime = { id: 'freshtoken' };
  const dom = { openOrClosedShadowRoot: (host: Element) => roots.get(host) };
  vi.stubGlobal('chrome', { runtime, dom, i18n: { getMessage: (key: string) => (key === 'language' ? 'en' : key) } });
  // What happy-dom does not have.
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
  life = startLifecycle();
  banner = createBanner(life.signal);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const host of hosts()) host.remove();
});

function keep(): void {
  banner.orphanMessage = LAST;
  show();
}

function show(): void {
  const buttons = [{ label: 'Discard files', press: () => undefined }];
  banner.show({ tone: 'bad', sentence: 'You are signed out.', meaning: '', buttons, dismiss: () => banner.hide() });
}

const hosts = (): HTMLElement[] => [...document.documentElement.querySelectorAll<HTMLElement>('div[popover]')];

/** What all banners say, with their buttons. */
const said = (): (string | null)[] => hosts().map((host) => roots.get(host)!.querySelector('section')!.textContent);

test('a copy that keeps files says as its last word that they are lost', () => {
  keep();
  life.abort();
  expect(said()).toEqual([`${LAST}×`]);
});

test('also one whose banner was waved away before', () => {
  keep();
  banner.hide();
  life.abort();
  expect(said()).toEqual([`${LAST}×`]);
});

test('a copy that keeps none, or that another follows, takes its banner away', () => {
  show();
  life.abort();
  expect(said()).toEqual([]);
  life = startLifecycle();
  banner = createBanner(life.signal);
  keep();
  startLifecycle();
  expect(said()).toEqual([]);
});

test('the cross works without us: the browser hides what it belongs to', () => {
  keep();
  const cross = roots.get(hosts()[0]!)!.querySelector<HTMLButtonElement>('section > button')!;
  // By their default, which is to open or close.
  expect(cross.popoverTargetElement).toBe(hosts()[0]);
  const press = (): boolean => {
    const click = trusted('click');
    const kept = vi.spyOn(click, 'preventDefault');
    cross.dispatchEvent(click);
    return kept.mock.calls.length === 0;
  };
  expect(press()).toBe(false);
  life.abort();
  expect(press()).toBe(true);
});

test('a copy in another world takes an older one’s banner away, but never its last word', () => {
  keep();
  createBanner(new AbortController().signal);
  expect(said()).toEqual([]);
  life.abort();
  expect(said()).toEqual([`${LAST}×`]);
  createBanner(new AbortController().signal);
  expect(said()).toEqual([`${LAST}×`]);
  hosts()[0]!.remove();
  life = new AbortController();
  banner = createBanner(life.signal);
  banner.orphanMessage = '';
  show();
  createBanner(new AbortController().signal);
  expect(said()).toEqual([]);
});

test('an orphan ends at whatever its user does first', () => {
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      observe = vi.fn();
      disconnect = vi.fn();
    },
  );
  let hear: (event: Event) => void = () => undefined;
  guardPage(
    {} as PageMonitor,
    life,
    (hears) => (hear = hears),
    () => undefined,
  );
  hear(new Event('pointermove'));
  expect(life.signal.aborted).toBe(false);
  delete runtime.id;
  hear(new Event('pointermove'));
  expect(life.signal.aborted).toBe(true);
});
