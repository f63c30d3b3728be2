/**
 * Runs in a test page, like the content script in a Jira page: the shipped banner, with texts that the test provides.
 * Its shadow root is open here, so that the test can inspect it.
 */
import { createBanner } from '../../extension/content/banner/banner.ts';
import {
  discardedView,
  doneView,
  heldView,
  failedView,
  lostView,
  refusalView,
  verdictView,
} from '../../extension/content/banner/views.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/settings.ts';
import { verdictOf } from '../../src/verdict/verdict.ts';

type Extras = Parameters<typeof verdictView>[1];

/** What the banner shows: a verdict with extras, or one of the other views. */
export type Shown =
  | { readonly evidence: Evidence; readonly now: number; readonly extras: Partial<Extras> }
  | 'checking files'
  | 'checking a form'
  | `failed, ${'token' | 'again' | '0' | '403'}`
  | 'lost'
  | 'discarded'
  | 'lost before'
  | 'renewed'
  | 'steps forgotten'
  | 'renewed, and always'
  | 'renewed always'
  | 'back again'
  | 'released'
  | `refused, ${RefusalKind}`;

type RefusalKind = Parameters<typeof refusalView>[0];

const attachShadow = Object.getOwnPropertyDescriptor(Element.prototype, 'attachShadow')!.value as (
  this: Element,
  init: ShadowRootInit,
) => ShadowRoot;
Element.prototype.attachShadow = function open(init) {
  return attachShadow.call(this, { ...init, mode: 'open' });
};

const banner = createBanner(new AbortController().signal);
const nothing = async (): Promise<void> => undefined;
const done = (): void => undefined;
const FILES = ['door.log', 'sill.png', 'a-very-long-name-of-a-file-from-the-field-2026-01-05.tar.gz'];

/** Shows a view; returns the keys of its texts, or nothing if the product shows no banner. */
function show(shown: Shown): string[] {
  const usedKeys: string[] = [];
  const { getMessage } = chrome.i18n;
  chrome.i18n.getMessage = (key: string, given?: string | (string | number)[]) => {
    const text = getMessage(key, given);
    if (text) usedKeys.push(key);
    return text;
  };
  const view = viewOf(shown);
  chrome.i18n.getMessage = getMessage;
  if (view) banner.show(view);
  else banner.hide();
  return view ? usedKeys : [];
}

function viewOf(shown: Shown): ReturnType<typeof verdictView> {
  if (isRefusalOrFailure(shown)) return refusalOrFailure(shown);
  switch (shown) {
    case 'checking files':
      return heldView(FILES, done);
    case 'checking a form':
      return heldView([], done);
    case 'lost':
      return refusalView('files', done, done);
    case 'lost before':
      return lostView(FILES, done);
    case 'discarded':
      return discardedView(FILES, done, done);
    case 'steps forgotten':
      return inWizard(() => doneView('renewed', done));
    case 'renewed':
      return doneView('renewed', done);
    case 'renewed, and always':
      return doneView('renewed', done, nothing);
    case 'renewed always':
      return doneView('renewed_always', done);
    case 'back again':
      return doneView('back_again', done);
    case 'released':
      return doneView('handed_over', done);
    default: {
      const { evidence, now, extras: given } = shown;
      const verdict = verdictOf(evidence, DEFAULT_SETTINGS, now);
      const snapshot = { page: undefined as never, evidence, verdict, settings: DEFAULT_SETTINGS, now };
      const none = { files: [], away: undefined, changed: [], isBlockedSend: false, isAsked: false, goes: undefined };
      const extras = { ...none, ...given };
      return verdictView(snapshot, extras, nothing, { discard: done, goAnyway: done }, done);
    }
  }
}

type RefusalOrFailure = Extract<Shown, `${'failed' | 'refused'}, ${string}`>;

function isRefusalOrFailure(shown: Shown): shown is RefusalOrFailure {
  return typeof shown === 'string' && /^(failed|refused), /.test(shown);
}

function refusalOrFailure(shown: RefusalOrFailure): ReturnType<typeof failedView> {
  const [what, kind] = shown.split(', ') as ['failed' | 'refused', never];
  if (what === 'refused') return refusalView(kind, nothing, done);
  return failedView({ names: FILES, kind }, done, done);
}

/** Runs something while the page has the address of a step of a Jira wizard. */
function inWizard<T>(work: () => T): T {
  const { href } = location;
  history.replaceState(null, '', '/secure/BulkEdit1.jspa');
  const made = work();
  history.replaceState(null, '', href);
  return made;
}

Object.assign(window, { show });
