/**
 * The banner: one, in a closed shadow root, in the top layer, over the page and never pushing it. It only shows
 * what it is given, and never takes the focus. Its host element is no larger than itself, or it would eat clicks, and a
 * plain one: an element of a name of our own could be defined by the page, which would then be inside.
 */
import type { Tone } from '../../../src/verdict/presentation.ts';
import { quietly } from '../../shared/errors.ts';
import { directionOf, message } from '../../shared/i18n.ts';
import { handedOn } from '../lifecycle.ts';
import BANNER_STYLE from './banner.css?inline';

export interface BannerView {
  readonly tone: Tone;
  /** Something of the user's was just held: this is said at once, and not when a screen reader comes to it. */
  readonly isUrgent?: boolean;
  /** What happened, in one plain sentence. */
  readonly sentence: string;
  /** What it means for the user. */
  readonly meaning: string;
  /** A press of the main button loses what was typed. */
  readonly isCostly?: boolean;
  /** The first is the main one. */
  readonly buttons: readonly { readonly label: string; press: () => Promise<unknown> | void }[];
  dismiss: () => void;
}

export interface Banner {
  /** What is left to say once this copy has ended, if it keeps files: nobody can find words then. */
  lastWord: string;
  show(view: BannerView): void;
  hide(): void;
  /** Takes the focus to the banner, if it is shown: only ever at the user's own word. Once it is gone the focus goes back. */
  focus(): void;
}

export function createBanner(signal: AbortSignal): Banner {
  let shown: ReturnType<typeof build> | undefined;
  let current: BannerView | undefined;
  let cameFrom: Element | null = null;
  quietly(removeLeftovers);
  for (const type of ['toggle', 'fullscreenchange']) window.addEventListener(type, onLayer, { capture: true, signal });
  signal.addEventListener('abort', () => {
    if (!banner.lastWord || signal.reason === handedOn) return hide();
    showNow({ tone: 'bad', isUrgent: true, sentence: banner.lastWord, meaning: '', buttons: [], dismiss: hide });
    // Until that is waved away: no later copy takes it for a leftover.
    shown!.box.ariaLabel = null;
  });

  function show(view: BannerView): void {
    if (!signal.aborted) showNow(view);
  }

  function showNow(view: BannerView): void {
    current = view;
    shown ??= build();
    if (!isInPlace()) raise();
    fill(view);
  }

  function isInPlace(): boolean {
    const { host } = shown!;
    return host.parentNode === placeNow() && isOpen(host);
  }

  /** Shows the banner over all that there is now, and where it can be used. */
  function raise(): void {
    const { host } = shown!;
    placeNow().append(host);
    // Laid out while it is not open, so that the time for which its buttons were seen begins anew.
    host.getAnimations();
    host.showPopover();
  }

  /** What comes into the top layer lies over what is there, and a modal element makes all inert that is outside of it. */
  function onLayer({ target }: Event): void {
    if (!shown?.host.isConnected || target === shown.host) return;
    const isOver = target instanceof Element && isOpen(target);
    if (!isOver && isInPlace()) return;
    // Not at once again: where others do as we do, that would never end.
    if (isSettled(shown.cross)) raise();
    else shown.cross.addEventListener('animationend', raise, { once: true });
  }

  function build() {
    const host = element('div', { popover: 'manual' });
    const root = host.attachShadow({ mode: 'closed' });
    addStyle(root);
    // Its words are in a language of their own, whichever the page's is.
    const lang = message('language');
    const title = message('action_dismiss');
    const sentence = element('strong');
    const meaning = element('div');
    const text = element('div', { className: 'text' }, sentence, meaning);
    const row = element('div', { className: 'buttons' });
    // The browser itself hides what nobody answers for any more.
    const hides = { popoverTargetElement: host };
    const cross = button('×', { title, ariaLabel: title, ...hides }, ({ dismiss }) => dismiss());
    const box = element('section', { ariaLabel: 'Freshtoken', lang, dir: directionOf(lang) }, text, row, cross);
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !event.isTrusted) return;
      event.preventDefault();
      current!.dismiss();
    });
    for (const type of OWN_EVENTS) box.addEventListener(type, (event) => event.stopPropagation());
    root.append(box);
    return { host, root, box, text, sentence, meaning, row, cross };
  }

  /** A page can neither press our buttons with a made-up click, nor have its user press what they have not seen. */
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
   * The status region stays and only its text changes: a region that comes with its text is not announced. The
   * buttons stay too while they say the same, so that a press is never lost to a look that comes in between.
   */
  function fill(view: BannerView): void {
    const { root, box, text, sentence, meaning, row, cross } = shown!;
    box.className = view.tone;
    text.role = view.isUrgent ? 'alert' : 'status';
    setText(sentence, view.sentence);
    setText(meaning, view.meaning);
    const labels = view.buttons.map(({ label }) => label);
    if (row.textContent === labels.join('')) return;
    // Where a button that has the focus goes, the cross gets it: a press there does no harm.
    if (root.activeElement) cross.focus();
    row.replaceChildren(
      ...labels.map((label, at) => button(label, {}, (now) => pressed(row, () => now.buttons[at]?.press()))),
    );
  }

  function focus(): void {
    if (!shown || shown.root.activeElement) return;
    cameFrom = document.activeElement;
    (current?.isCostly ? shown.cross : shown.root.querySelector('button'))?.focus();
  }

  function hide(): void {
    const before = shown?.root.activeElement ? cameFrom : null;
    cameFrom = null;
    shown?.host.remove();
    shown = undefined;
    if (before instanceof HTMLElement) HTMLElement.prototype.focus.call(before, { preventScroll: true });
  }

  const banner = { lastWord: '', show, hide, focus };
  return banner;
}

/** What an older copy left behind when its extension was taken from under it: we may look into closed roots. */
function removeLeftovers(): void {
  for (const host of document.querySelectorAll<Opened>('div[popover]')) {
    // Read by its name: the add-on linter takes the call for one that Firefox makes, which has the property instead.
    const dom = Reflect.get(chrome, 'dom') as typeof chrome.dom | undefined;
    const root = host.openOrClosedShadowRoot ?? dom?.openOrClosedShadowRoot(host);
    if (root?.querySelector('[aria-label=Freshtoken]')) host.remove();
  }
}

/** Firefox has a property for it, Chromium a function. */
type Opened = HTMLElement & { readonly openOrClosedShadowRoot?: ShadowRoot | null };

/** Where the banner can be used: in the modal dialog or what fills the screen, if there is such a thing. */
function placeNow(): Element {
  return [document.documentElement, ...document.querySelectorAll(':modal')].at(-1)!;
}

function isOpen(host: Element): boolean {
  return host.matches(':popover-open');
}

/**
 * Whether a button has been shown for long enough: its animation begins whenever it is, and no page can end it. One without has
 * lost its sheet, as in a frame that the page has taken it into.
 */
function isSettled(button: HTMLElement): boolean {
  return getComputedStyle(button).animationName === 'unread' && button.getAnimations().length === 0;
}

/** While a page turns into another view, what is seen is a picture of it. In `:is`, because not every browser knows it. */
const PICTURED = ':is(:active-view-transition)';

/** Less than half of a button's height: a page can shrink all that it holds. */
const LEAST_PIXELS = 15;

/** Constructed sheets pass a strict `style-src`; they fail in Firefox below 153, where a style element serves. */
function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(BANNER_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(element('style', {}, BANNER_STYLE));
  }
}

/** While a press is at work further ones do nothing; the button keeps the focus, which `disabled` would take. */
async function pressed(row: HTMLElement, press: () => Promise<unknown> | void): Promise<void> {
  if (row.ariaBusy) return;
  row.ariaBusy = 'true';
  try {
    await press();
  } catch {
    // The page is an orphan's, or is going: its banner ends with it.
  } finally {
    row.ariaBusy = null;
  }
}

/** What happens in the banner is not the page's: its shortcuts, its "click outside", its Escape. */
const OWN_EVENTS = 'keydown keypress keyup pointerdown mousedown pointerup mouseup click focusin'.split(' ');

/** What says the same is left alone, so that it is not announced again. */
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
