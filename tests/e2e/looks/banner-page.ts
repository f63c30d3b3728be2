/**
 * Runs in a page of its own, as the content script would in a Jira page: the banner as it is shipped, with the words that
 * the test gives it. Its root is open here, so that it can be looked into.
 */
import { createBanner } from '../../../extension/content/banner.ts';
import {
  discardedView,
  doneView,
  heldView,
  refusalView,
  refusedView,
  verdictView,
} from '../../../extension/content/views.ts';
import type { Evidence } from '../../../src/evidence.ts';
import { DEFAULT_SETTINGS } from '../../../src/settings.ts';
import { verdictOf } from '../../../src/verdict.ts';

/** What the banner is to show: a verdict, with files that it keeps or without, or one of its other views. */
export type Shown =
  | { readonly evidence: Evidence; readonly now: number; readonly files: readonly string[] }
  | 'held'
  | 'refused'
  | 'discarded'
  | 'renewed'
  | 'refusal';

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

/** Shows it; false where the product shows no banner. */
function show(shown: Shown): boolean {
  const view = viewOf(shown);
  if (view) banner.show(view);
  else banner.hide();
  return view !== undefined;
}

function viewOf(shown: Shown): ReturnType<typeof verdictView> {
  switch (shown) {
    case 'held':
      return heldView(FILES, done);
    case 'refused':
      return refusedView(FILES, done, done);
    case 'discarded':
      return discardedView(FILES, done, done);
    case 'renewed':
      return doneView('renewed', done);
    case 'refusal':
      return refusalView('session', nothing, done);
    default: {
      const { evidence, now, files } = shown;
      const verdict = verdictOf(evidence, DEFAULT_SETTINGS, now);
      const sight = { page: undefined as never, evidence, verdict, settings: DEFAULT_SETTINGS, now };
      const extras = { files, isGone: false, isLetBe: false, isAsked: false, trouble: undefined };
      return verdictView(sight, extras, nothing, done, done);
    }
  }
}

Object.assign(window, { show });
