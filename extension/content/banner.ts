/**
 * The banner: one, in a closed shadow root, in the top layer, over the page and never pushing it. It only shows
 * what it is given, and never takes the focus. Its host element is no larger than itself, or it would eat clicks.
 */
import { BANNER_STYLE } from './banner-style.ts';

interface BannerView {
  readonly tone: 'good' | 'soon' | 'bad' | 'open';
  /** What happened, in one plain sentence. */
  readonly sentence: string;
  /** What it means for the user. */
  readonly meaning: string;
  /** The first is the main one. */
  readonly buttons: readonly { readonly label: string; press: () => Promise<unknown> | void }[];
  readonly dismissLabel: string;
  dismiss: () => void;
}

export interface Banner {
  show(view: BannerView): void;
  hide(): void;
}

export function createBanner(signal: AbortSignal): Banner {
  let shown: { host: HTMLElement; root: ShadowRoot } | undefined;
  // What an older copy left behind when its extension was taken from under it.
  for (const leftover of document.querySelectorAll(HOST)) leftover.remove();
  signal.addEventListener('abort', hide);

  function show(view: BannerView): void {
    if (signal.aborted) return;
    shown ??= attach();
    fill(shown.root, view);
    if (!shown.host.isConnected) document.documentElement.append(shown.host);
    if (!shown.host.matches(':popover-open')) shown.host.showPopover();
  }

  function hide(): void {
    shown?.host.remove();
    shown = undefined;
  }

  return { show, hide };
}

const HOST = 'freshtoken-banner';

function attach(): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(HOST);
  host.popover = 'manual';
  // A page's own rules win over `:host`, and some switch the pointer off for all of the body.
  for (const [name, value] of HOST_STYLE) host.style.setProperty(name, value, 'important');
  const root = host.attachShadow({ mode: 'closed' });
  addStyle(root);
  return { host, root };
}

const HOST_STYLE = [
  ['all', 'initial'],
  ['display', 'block'],
  ['position', 'fixed'],
  ['inset', '12px 0 auto 0'],
  ['margin', '0 auto'],
  ['width', 'fit-content'],
  ['max-width', 'min(640px, calc(100vw - 24px))'],
  ['pointer-events', 'auto'],
  ['z-index', '2147483647'],
] as const;

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
 * buttons are made anew where they differ, and keep the focus where they don't.
 */
function fill(root: ShadowRoot, view: BannerView): void {
  const box = root.querySelector<HTMLElement>('.box') ?? root.appendChild(frame());
  box.dataset['tone'] = view.tone;
  setText(box, '.sentence', view.sentence);
  setText(box, '.meaning', view.meaning);

  const row = box.querySelector<HTMLElement>('.buttons')!;
  const buttons = view.buttons.map(({ label, press }, at) => {
    const button = element('button', { type: 'button', class: at === 0 ? 'main' : 'other' }, label);
    button.addEventListener('click', (event) => {
      // A page must not be able to press our buttons with a made-up click.
      if (event.isTrusted) void pressed(row, press);
    });
    return button;
  });
  const focused = root.activeElement?.textContent;
  row.replaceChildren(...buttons);
  buttons.find((button) => button.textContent === focused)?.focus();

  const dismiss = box.querySelector<HTMLButtonElement>('.dismiss')!;
  dismiss.setAttribute('aria-label', view.dismissLabel);
  dismiss.title = view.dismissLabel;
  // Assigned, not added: each view replaces the one before.
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  dismiss.onclick = (event) => event.isTrusted && view.dismiss();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener
  box.onkeydown = (event) => event.key === 'Escape' && event.isTrusted && view.dismiss();
}

async function pressed(row: HTMLElement, press: () => Promise<unknown> | void): Promise<void> {
  row.inert = true;
  row.ariaBusy = 'true';
  try {
    await press();
  } finally {
    row.inert = false;
    row.ariaBusy = null;
  }
}

function frame(): HTMLElement {
  const box = element('section', { class: 'box', 'aria-label': 'Freshtoken' });
  const text = element('div', { class: 'text', role: 'status' });
  text.append(element('p', { class: 'sentence' }), element('p', { class: 'meaning' }));
  box.append(
    element('span', { class: 'mark', 'aria-hidden': 'true' }),
    text,
    element('div', { class: 'buttons' }),
    element('button', { type: 'button', class: 'dismiss' }, '×'),
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
