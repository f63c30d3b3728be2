/**
 * Runs in a test page, like the content script in a Jira page: the shipped banner, with texts that the test provides.
 * Its shadow root is open here, so that the test can inspect it.
 */
import { createBanner } from '../../extension/content/banner/banner.ts';
import { createViews } from '../../extension/content/banner/view-texts.ts';
import type { PageGuard } from '../../extension/content/guard/listener.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import { initialState, viewOf, type BannerFacts } from '../../src/guard/banner-state.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/definitions.ts';
import { verdictOf, type AttemptKind } from '../../src/verdict/verdict.ts';

interface Extras {
  readonly files: readonly string[];
  /** The files are stuck: they are for this other issue, or (empty) the page does not take them. */
  readonly away: string;
  readonly changed: readonly string[];
  readonly isBlockedSend: boolean;
  readonly isAsked: boolean;
  readonly goes: AttemptKind;
}

/** What the banner shows: a verdict with extras, or one of the other views. */
export type Shown =
  { readonly evidence: Evidence; readonly now: number; readonly extras: Partial<Extras> } | keyof typeof VIEWS;

const attachShadow = Object.getOwnPropertyDescriptor(Element.prototype, 'attachShadow')!.value as (
  this: Element,
  init: ShadowRootInit,
) => ShadowRoot;
Element.prototype.attachShadow = function open(init) {
  return attachShadow.call(this, { ...init, mode: 'open' });
};

const banner = createBanner(new AbortController().signal);
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
  const view = typeof shown === 'string' ? VIEWS[shown]() : verdictView(shown);
  chrome.i18n.getMessage = getMessage;
  if (view) banner.show({ ...view, dismiss: done });
  else banner.hide();
  return view ? usedKeys : [];
}

type View = ReturnType<ReturnType<typeof viewsWith>['lostView']>;

/** The product's views, whose buttons do nothing. */
function viewsWith(given: Partial<PageGuard> = {}): ReturnType<typeof createViews> {
  const guard = { changedFiles: [], sendableAnyway: [], failures: { dismiss: done }, ...given };
  return createViews(done, async () => undefined, guard as unknown as PageGuard);
}

const views = viewsWith();
const VIEWS = {
  'checking files': () => views.checkingView(FILES),
  'checking a form': () => views.checkingView([]),
  'failed, token': () => views.failedView({ names: FILES, kind: 'token' }),
  'failed, again': () => views.failedView({ names: FILES, kind: 'again' }),
  'failed, 0': () => views.failedView({ names: FILES, kind: '0' }),
  'failed, 403': () => views.failedView({ names: FILES, kind: '403' }),
  lost: () => views.refusalView('files'),
  'lost before': () => views.lostView(FILES),
  discarded: () => views.discardedView(FILES),
  renewed: () => views.doneView({ name: 'renewed' }),
  'steps forgotten': () => inWizard(() => views.doneView({ name: 'renewed' })),
  'renewed, and always': () => views.doneView({ name: 'renewed', site: 'https://jira.example.com' as never }),
  'renewed always': () => views.doneView({ name: 'renewed_always' }),
  'back again': () => views.doneView({ name: 'back_again' }),
  released: () => views.doneView({ name: 'handed_over' }),
  'refused, token': () => views.refusalView('token'),
  'refused, session': () => views.refusalView('session'),
  'refused, empty': () => views.refusalView('empty'),
  'refused, fresh': () => views.refusalView('fresh'),
};

/** A verdict with what is withheld because of it, as the product shows it; undefined where it shows no banner. */
function verdictView({ evidence, now, extras }: Extract<Shown, object>): View | undefined {
  const { files = [], away, changed = [], isBlockedSend, isAsked, goes } = extras;
  const attempt: Attempt = { sending: goes ?? 'attach', files, sent: () => [], release: done };
  const parked = files.length > 0 ? [attempt] : [];
  const facts: BannerFacts = {
    verdict: verdictOf(evidence, DEFAULT_SETTINGS, now),
    evidence,
    settings: DEFAULT_SETTINGS,
    checking: [],
    parked,
    blocked: isBlockedSend ? [attempt] : [],
    discarded: [],
    releasedCount: 0,
    stuck: away === undefined ? undefined : { ...attempt, issue: away },
    failures: { names: [], kind: '' },
    hasLostFormFiles: () => false,
  };
  const state = { ...initialState(null), timed: isAsked ? { millis: 0 } : null };
  return viewOf(state, facts, viewsWith({ changedFiles: changed, sendableAnyway: goes ? [attempt] : [] }))?.[0];
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
