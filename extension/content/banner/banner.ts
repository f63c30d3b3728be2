/**
 * The banner: one, in a closed shadow root, in the top layer, over the page without moving it. It only shows what it
 * is given, and never takes the focus by itself. Its host is no larger than the banner, or it would catch clicks, and
 * a plain element: the page could define a custom element of our name, and would then run inside it.
 */
import type { Tone } from '../../../src/verdict/presentation.ts';
import { quietly } from '../../shared/errors.ts';
import { directionOf, message } from '../../shared/i18n.ts';
import { handedOn } from '../script-lifecycle.ts';
import BANNER_STYLE from './banner.css?inline';

export interface BannerView {
  readonly tone: Tone;
  /** Something of the user's was just parked or blocked: screen readers announce this at once. */
  readonly isUrgent?: boolean;
  /** What happened, in one plain sentence. */
  readonly sentence: string;
  /** What it means for the user. */
  readonly meaning?: string;
  /** Pressing the main button loses what was typed. */
  readonly losesInput?: boolean;
  /** The first is the main one. */
  readonly buttons?: readonly { readonly label: string; press: () => Promise<unknown> | void }[] | undefined;
  dismiss: () => void;
}

export interface Banner {
  /** What to show when this copy ends while files are parked: no message can be looked up then. */
  orphanMessage: string;
  show(view: BannerView): void;
  hide(): void;
  /** Moves the focus to the banner if it is shown, only at the user's request; closing it gives the focus back. */
  focus(): void;
}

/** During a view transition the user sees a picture of the page. In `:is`, because not every browser knows it. */
const PICTURED = ':is(:active-view-transition)';
/** The least height that counts as seen, below half of a button's: a page can shrink everything in it. */
const LEAST_PIXELS = 15;
/** Events that stay in the banner and don't trigger the page's shortcuts, its "click outside" or its Escape. */
const OWN_EVENTS = 'keydown keypress keyup pointerdown mousedown pointerup mouseup click focusin'.split(' ');

export function createBanner(signal: AbortSignal): Banner {
  let shown: ReturnType<typeof build> | undefined;
  let current: BannerView | undefined;
  let cameFrom: Element | null = null;
  quietly(removeLeftovers);
  for (const type of ['toggle', 'fullscreenchange']) window.addEventListener(type, onLayer, { capture: true, signal });
  signal.addEventListener('abort', () => {
    if (!banner.orphanMessage || signal.reason === handedOn) return hide();
    show({ tone: 'bad', isUrgent: true, sentence: banner.orphanMessage, dismiss: hide });
    // It stays until dismissed: without its label, no later copy takes it for a leftover.
    shown!.box.ariaLabel = null;
  });

  function show(view: BannerView): void {
    current = view;
    shown ??= build();
    if (!isInPlace()) raise();
    fill(view);
  }

  function isInPlace(): boolean {
    const { host } = shown!;
    return host.parentNode === bannerParent() && isOpen(host);
  }

  /** Shows the banner over everything that is there now, where it can be used. */
  function raise(): void {
    const { host } = shown!;
    bannerParent().append(host);
    // Force a layout while it is closed, so that the animation that times its buttons starts anew.
    host.getAnimations();
    host.showPopover();
  }

  /** An element that enters the top layer covers the banner, and a modal one makes everything outside it inert. */
  function onLayer({ target }: Event): void {
    if (!shown?.host.isConnected || target === shown.host) return;
    const isOver = target instanceof Element && isOpen(target);
    if (!isOver && isInPlace()) return;
    // Don't raise it at once again: if others do the same, that would never end.
    if (isSettled(shown.closeButton)) raise();
    else shown.closeButton.addEventListener('animationend', raise, { once: true });
  }

  function build() {
    const host = element('div', { popover: 'manual' });
    const root = host.attachShadow({ mode: 'closed' });
    addStyle(root);
    // The banner's language does not depend on the page's.
    const lang = message('language');
    const title = message('action_dismiss');
    const sentence = element('strong');
    const meaning = element('div');
    const text = element('div', { className: 'text' }, sentence, meaning);
    const row = element('div', { className: 'buttons' });
    // The browser itself hides a banner whose script is gone.
    const hides = { popoverTargetElement: host };
    const closeButton = button('×', { title, ariaLabel: title, ...hides }, ({ dismiss }) => dismiss());
    const box = element('section', { ariaLabel: 'Freshtoken', lang, dir: directionOf(lang) }, text, row, closeButton);
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !event.isTrusted) return;
      event.preventDefault();
      current!.dismiss();
    });
    for (const type of OWN_EVENTS) box.addEventListener(type, (event) => event.stopPropagation());
    root.append(box);
    return { host, root, box, text, sentence, meaning, row, closeButton };
  }

  /** A page can neither press our buttons with a synthetic click, nor make its user press what they have not seen. */
  function button(
    label: string,
    properties: Partial<HTMLButtonElement>,
    press: (view: BannerView) => unknown,
  ): HTMLButtonElement {
    const made = element('button', properties, label);
    made.addEventListener('click', (event) => {
      if (!event.isTrusted || signal.aborted) return;
      event.preventDefault();
      const isSeen = isSettled(made) && made.getBoundingClientRect().height > LEAST_PIXELS;
      if (isSeen && isInPlace() && !document.querySelector(PICTURED)) press(current!);
      else raise();
    });
    return made;
  }

  /**
   * The status region stays and only its text changes: a region that is inserted with its text is not announced.
   * Buttons stay too while their labels do, so that no press is lost to a refresh in between.
   */
  function fill(view: BannerView): void {
    const { root, box, text, sentence, meaning, row, closeButton } = shown!;
    box.className = view.tone;
    text.role = view.isUrgent ? 'alert' : 'status';
    setText(sentence, view.sentence);
    setText(meaning, view.meaning ?? '');
    const labels = (view.buttons ?? []).map(({ label }) => label);
    if (row.textContent === labels.join('')) return;
    // If the focused button goes, the close button gets the focus: a press there does no harm.
    if (root.activeElement) closeButton.focus();
    row.replaceChildren(
      ...labels.map((label, at) => button(label, {}, (now) => pressed(row, () => now.buttons![at]!.press()))),
    );
  }

  function focus(): void {
    if (!shown || shown.root.activeElement) return;
    cameFrom = document.activeElement;
    (current!.losesInput ? shown.closeButton : shown.root.querySelector('button'))?.focus();
  }

  function hide(): void {
    if (!shown) return;
    const before = shown.root.activeElement && cameFrom;
    cameFrom = null;
    shown.host.remove();
    shown = undefined;
    if (before instanceof HTMLElement) HTMLElement.prototype.focus.call(before, { preventScroll: true });
  }

  const banner = { orphanMessage: '', show, hide, focus };
  return banner;
}

/** Removes the banner of an older copy that has lost its extension: we may look into closed roots. */
function removeLeftovers(): void {
  for (const host of document.querySelectorAll<Opened>('div[popover]')) {
    // Read by name: the add-on linter takes the call for one made in Firefox, which has the property instead.
    const dom = Reflect.get(chrome, 'dom') as typeof chrome.dom | undefined;
    const root = host.openOrClosedShadowRoot ?? dom?.openOrClosedShadowRoot(host);
    if (root?.querySelector('[aria-label=Freshtoken]')) host.remove();
  }
}

/** Firefox has a property for a closed root, Chromium a function. */
type Opened = HTMLElement & { readonly openOrClosedShadowRoot?: ShadowRoot | null };

/** Where the banner can be used: in the modal dialog or the fullscreen element, if there is one. */
function bannerParent(): Element {
  return [document.documentElement, ...document.querySelectorAll(':modal')].at(-1)!;
}

function isOpen(host: Element): boolean {
  return host.matches(':popover-open');
}

/**
 * Whether a button has been shown for long enough: its animation starts whenever it is shown, and no page can end it.
 * A button without it has lost its style sheet, as in a frame that the page has moved it into.
 */
function isSettled(button: HTMLElement): boolean {
  return getComputedStyle(button).animationName === 'unread' && button.getAnimations().length === 0;
}

/** Constructed sheets pass a strict `style-src`; they fail in Firefox below 153, where a style element works. */
function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(BANNER_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(element('style', {}, BANNER_STYLE));
  }
}

/** Ignores presses while one is running; the button keeps the focus, which `disabled` would take. */
async function pressed(row: HTMLElement, press: () => Promise<unknown> | void): Promise<void> {
  if (row.ariaBusy) return;
  row.ariaBusy = 'true';
  try {
    await press();
  } catch {
    // The script is an orphan or the page is being left: the banner ends with it.
  } finally {
    row.ariaBusy = null;
  }
}

/** Leaves an unchanged text alone, so that it is not announced again. */
function setText(part: HTMLElement, text: string): void {
  if (part.textContent !== text) part.textContent = text;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
