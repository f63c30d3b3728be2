/**
 * The banner: one, in a closed shadow root, in the top layer, over the page and never pushing it. It only shows
 * what it is given, and never takes the focus. Its host element is no larger than itself, or it would eat clicks.
 */
import { directionOf } from '../../src/language.ts';
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

export function createBanner(signal: AbortSignal): Banner {
  let shown: { host: HTMLElement; root: ShadowRoot } | undefined;
  let current: BannerView | undefined;
  let cameFrom: Element | null = null;
  // What an older copy left behind when its extension was taken from under it.
  for (const leftover of document.querySelectorAll(HOST)) leftover.remove();
  signal.addEventListener('abort', hide);

  function show(view: BannerView): void {
    if (signal.aborted) return;
    current = view;
    shown ??= attach(() => current!);
    if (!shown.host.isConnected) document.documentElement.append(shown.host);
    if (!shown.host.matches(':popover-open')) shown.host.showPopover();
    fill(shown.root, view, () => current!);
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

const HOST = 'freshtoken-banner';

function attach(current: () => BannerView): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(HOST);
  host.popover = 'manual';
  host.style.cssText = HOST_STYLE;
  // But how widely a text is spaced is its reader's to say.
  for (const name of ['letter-spacing', 'word-spacing', 'line-height'])
    host.style.setProperty(name, 'initial');
  const root = host.attachShadow({ mode: 'closed' });
  addStyle(root);
  root.append(frame(current));
  return { host, root };
}

/** A page's own rules win over `:host`, and some switch the pointer off for all of the body. */
const HOST_STYLE = `all:initial!important;display:block!important;position:fixed!important;inset:12px 0 auto!important;
margin:0 auto!important;width:fit-content!important;max-width:min(640px,100vw - 24px)!important;pointer-events:auto!important`;

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
function fill(root: ShadowRoot, view: BannerView, current: () => BannerView): void {
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
    onPress(button, () => pressed(row, () => current().buttons[at]?.press()));
    return button;
  });
  row.replaceChildren(...buttons);
  if (focused)
    (
      buttons.find((button) => button.textContent === focused) ?? box.querySelector<HTMLElement>('.dismiss')!
    ).focus();
}

/** A page must not be able to press our buttons with a made-up click. */
function onPress(button: HTMLButtonElement, work: () => unknown): void {
  button.addEventListener('click', (event) => {
    if (event.isTrusted) work();
  });
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
const OWN_EVENTS = [
  'keydown',
  'keypress',
  'keyup',
  'pointerdown',
  'mousedown',
  'pointerup',
  'mouseup',
  'click',
  'focusin',
];

function frame(current: () => BannerView): HTMLElement {
  // Its words are in a language of their own, whichever the page's is.
  const lang = message('language');
  const box = element('section', { class: 'box', 'aria-label': 'Freshtoken', lang, dir: directionOf(lang) });
  const text = element('div', { class: 'text', role: 'status' });
  text.append(element('p', { class: 'sentence' }), element('p', { class: 'meaning' }));
  const label = message('action_dismiss');
  const dismiss = element(
    'button',
    { type: 'button', class: 'dismiss', 'aria-label': label, title: label },
    '×',
  );
  onPress(dismiss, () => current().dismiss());
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !event.isTrusted) return;
    event.preventDefault();
    current().dismiss();
  });
  for (const type of OWN_EVENTS) box.addEventListener(type, (event) => event.stopPropagation());
  box.append(
    element('span', { class: 'mark', 'aria-hidden': 'true' }),
    text,
    element('div', { class: 'buttons' }),
    dismiss,
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
