/**
 * Runs in a page of its own, as the content script would in a Jira page: the banner as it is shipped, with the words that
 * the test gives it. Its root is open here, so that it can be looked into.
 */
import { createBanner } from '../../extension/content/banner/banner.ts';
import { createViews } from '../../extension/content/banner/views.ts';
import type { PageGuard } from '../../extension/content/guard/listener.ts';
import type { Attempt } from '../../src/guard/attempt-queue.ts';
import { initialState, viewOf, type BannerFacts } from '../../src/guard/banner-state.ts';
import type { Evidence } from '../../src/verdict/evidence.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/settings.ts';
import { verdictOf, type Sending } from '../../src/verdict/verdict.ts';

interface Extras {
  readonly files: readonly string[];
  /** The files are stuck: they are for this other issue, or (empty) the page does not take them. */
  readonly away: string;
  readonly changed: readonly string[];
  readonly isBlockedSend: boolean;
  readonly isAsked: boolean;
  readonly goes: Sending;
}

/** What the banner is to show: a verdict, with what else there is to say of it, or one of its other views. */
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

/** Shows it; gives the keys of what it says, none where the product shows no banner. */
function show(shown: Shown): string[] {
  const said: string[] = [];
  const { getMessage } = chrome.i18n;
  chrome.i18n.getMessage = (key: string, given?: string | (string | number)[]) => {
    const text = getMessage(key, given);
    if (text) said.push(key);
    return text;
  };
  const view = typeof shown === 'string' ? VIEWS[shown]() : verdictView(shown);
  chrome.i18n.getMessage = getMessage;
  if (view) banner.show({ ...view, dismiss: done });
  else banner.hide();
  return view ? said : [];
}

type View = ReturnType<ReturnType<typeof viewsWith>['lostView']>;

/** The product's views, whose buttons do nothing. */
function viewsWith(given: Partial<PageGuard> = {}): ReturnType<typeof createViews> {
  const guard = { changed: [], goers: [], failures: { dismiss: done }, ...given };
  return createViews(done, async () => undefined, guard as unknown as PageGuard, {} as never);
}

const views = viewsWith();
const VIEWS = {
  held: () => views.heldView(FILES),
  'form held': () => views.heldView([]),
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
  'handed over': () => views.doneView({ name: 'handed_over' }),
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
    isLost: () => false,
  };
  const state = { ...initialState(null), timed: isAsked ? { millis: 0 } : null };
  return viewOf(state, facts, viewsWith({ changed, goers: goes ? [attempt] : [] }))?.[0];
}

/** At the address of a step of one of Jira's wizards. */
function inWizard<T>(work: () => T): T {
  const { href } = location;
  history.replaceState(null, '', '/secure/BulkEdit1.jspa');
  const made = work();
  history.replaceState(null, '', href);
  return made;
}

Object.assign(window, { show });
