/**
 * The banner: one, in a closed shadow root, in the top layer, over the page and never pushing it. It only shows
 * what it is given, and never takes the focus. Its host element is no larger than itself, or it would eat clicks, and a
 * plain one: an element of a name of our own could be defined by the page, which would then be inside.
 */
import { directionOf } from '../../src/language.ts';
import { quietly } from '../errors.ts';
import BANNER_STYLE from './banner.css?inline';
import { message } from './words.ts';

export interface BannerView {
  readonly tone: 'good' | 'soon' | 'bad' | 'open';
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
  show(view: BannerView): void;
  hide(): void;
  /** Takes the focus to the banner, if it is shown: only ever at the user's own word. Once it is gone the focus goes back. */
  focus(): void;
}

/** Has a button do something with what is shown, when its user presses it. */
type OnPress = (button: HTMLButtonElement, work: (view: BannerView) => unknown) => void;

export function createBanner(signal: AbortSignal): Banner {
  let shown: { host: HTMLElement; root: ShadowRoot } | undefined;
  let current: BannerView | undefined;
  let cameFrom: Element | null = null;
  quietly(removeLeftovers);
  for (const type of ['toggle', 'fullscreenchange'])
    window.addEventListener(type, onLayer, { capture: true, signal });
  signal.addEventListener('abort', hide);

  function show(view: BannerView): void {
    if (signal.aborted) return;
    current = view;
    shown ??= attach(onPress, () => current!.dismiss());
    const { host, root } = shown;
    if (host.parentNode !== placeNow() || !isOpen(host)) raise();
    fill(root, view, onPress);
  }

  /** Shows the banner over all that there is now, and where it can be used. */
  function raise(): void {
    const { host } = shown!;
    const place = placeNow();
    if (host.parentNode !== place) place.append(host);
    else if (isOpen(host)) host.hidePopover();
    // Laid out while it is not open, so that the time for which its buttons were seen begins anew.
    host.getAnimations();
    host.showPopover();
  }

  /** What comes into the top layer lies over what is there, and a modal element makes all inert that is outside of it. */
  function onLayer({ target }: Event): void {
    if (!shown?.host.isConnected || target === shown.host) return;
    const { host, root } = shown;
    const isOver = target instanceof Element && isOpen(target);
    if (!isOver && host.parentNode === placeNow()) return;
    const dismiss = root.querySelector<HTMLElement>('.dismiss')!;
    // Not at once again: where others do as we do, that would never end.
    if (isSettled(dismiss)) raise();
    else dismiss.addEventListener('animationend', raise, { once: true });
  }

  /** A page can neither press our buttons with a made-up click, nor have its user press what they have not seen. */
  function onPress(button: HTMLButtonElement, work: (view: BannerView) => unknown): void {
    button.addEventListener('click', ({ isTrusted }) => {
      if (!isTrusted) return;
      const { host } = shown!;
      const { height } = button.getBoundingClientRect();
      const isInPlace = host.parentNode === placeNow() && isOpen(host) && !document.querySelector(PICTURED);
      if (isInPlace && isSettled(button) && height > LEAST_PIXELS) work(current!);
      else raise();
    });
  }

  function focus(): void {
    if (!shown || shown.root.activeElement) return;
    cameFrom = document.activeElement;
    shown.root.querySelector<HTMLElement>(current?.isCostly ? '.dismiss' : 'button')?.focus();
  }

  function hide(): void {
    const before = shown?.root.activeElement ? cameFrom : null;
    cameFrom = null;
    shown?.host.remove();
    shown = undefined;
    if (before instanceof HTMLElement) HTMLElement.prototype.focus.call(before, { preventScroll: true });
  }

  return { show, hide, focus };
}

/** What an older copy left behind when its extension was taken from under it: we may look into closed roots. */
function removeLeftovers(): void {
  for (const host of document.querySelectorAll<Opened>('div[popover]')) {
    // Read by its name: the add-on linter takes the call for one that Firefox makes, which has the property instead.
    const dom = Reflect.get(chrome, 'dom') as typeof chrome.dom | undefined;
    const root = host.openOrClosedShadowRoot ?? dom?.openOrClosedShadowRoot(host);
    if (root?.querySelector('.box[aria-label=Freshtoken]')) host.remove();
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

function attach(onPress: OnPress, dismiss: () => void): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement('div');
  host.popover = 'manual';
  const root = host.attachShadow({ mode: 'closed' });
  addStyle(root);
  root.append(frame(onPress, dismiss));
  return { host, root };
}

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

/**
 * The status region stays and only its text changes: a region that comes with its text is not announced. The
 * buttons stay too while they say the same, so that a press is never lost to a look that comes in between.
 */
function fill(root: ShadowRoot, view: BannerView, onPress: OnPress): void {
  const box = root.querySelector<HTMLElement>('.box')!;
  box.dataset['tone'] = view.tone;
  box.querySelector('.text')!.setAttribute('role', view.isUrgent ? 'alert' : 'status');
  setText(box, '.sentence', view.sentence);
  setText(box, '.meaning', view.meaning);
  const row = box.querySelector<HTMLElement>('.buttons')!;
  const labels = view.buttons.map(({ label }) => label);
  const before = [...row.children].map((button) => button.textContent ?? '');
  if (labels.join('\n') === before.join('\n')) return;
  const focused = root.activeElement?.textContent;
  const buttons = labels.map((label, at) => {
    const button = element('button', { type: 'button', class: at === 0 ? 'main' : 'other' }, label);
    onPress(button, (now) => pressed(row, () => now.buttons[at]?.press()));
    return button;
  });
  row.replaceChildren(...buttons);
  if (focused)
    (
      buttons.find((button) => button.textContent === focused) ?? box.querySelector<HTMLElement>('.dismiss')!
    ).focus();
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

function frame(onPress: OnPress, dismiss: () => void): HTMLElement {
  // Its words are in a language of their own, whichever the page's is.
  const lang = message('language');
  const box = element('section', { class: 'box', 'aria-label': 'Freshtoken', lang, dir: directionOf(lang) });
  const text = element('div', { class: 'text', role: 'status' });
  text.append(element('p', { class: 'sentence' }), element('p', { class: 'meaning' }));
  const label = message('action_dismiss');
  const cross = element(
    'button',
    { type: 'button', class: 'dismiss', 'aria-label': label, title: label },
    '×',
  );
  onPress(cross, dismiss);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !event.isTrusted) return;
    event.preventDefault();
    dismiss();
  });
  for (const type of OWN_EVENTS) box.addEventListener(type, (event) => event.stopPropagation());
  box.append(
    element('span', { class: 'mark', 'aria-hidden': 'true' }),
    text,
    element('div', { class: 'buttons' }),
    cross,
  );
  return box;
}

function setText(box: HTMLElement, selector: string, text: string): void {
  const place = box.querySelector(selector)!;
  if (place.textContent !== text) place.textContent = text;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
