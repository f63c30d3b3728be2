/** What the banner says: a view for each thing that is worth saying, in the user's language. */
import { keyOf, presentationOf, usersIn, wordsOf, type Action } from '../../src/presentation.ts';
import type { BannerView } from './banner.ts';
import type { Sight } from './watch.ts';
import { counted, message } from './words.ts';

/** What files that are kept wait for. */
const WAITS: Partial<Record<Sight['verdict']['name'], string>> = {
  'signed-out': 'files_wait',
  'other-user': 'files_wait',
  'signed-in': 'files_wait_not',
};

type Dismiss = Pick<BannerView, 'dismissLabel' | 'dismiss'>;

interface Extras {
  readonly files: readonly string[];
  /** The place that some of the files were for is gone. */
  readonly isGone: boolean;
  /** A form or a link was not sent. */
  readonly isLetBe: boolean;
  /** The user wants to know, whatever it is. */
  readonly isAsked: boolean;
}

/** A verdict, with what is kept because of it. Undefined where there is nothing worth a banner. */
export function verdictView(
  sight: Sight,
  extras: Extras,
  act: (action: Action) => Promise<unknown>,
  discard: () => void,
  dismiss: () => void,
): BannerView | undefined {
  const { verdict, evidence, settings } = sight;
  const { files, isGone, isLetBe, isAsked } = extras;
  const looks = presentationOf(verdict);
  const isKeeping = files.length > 0;
  // What is held back is told of also where the banner is switched off, or nobody would know of it.
  if (!isKeeping && !isLetBe && !isAsked && !(looks.banner && settings.banner)) return undefined;
  const words = wordsOf(verdict);
  const users = usersIn(verdict, evidence.pageUser);
  const meaning = [
    isKeeping ? counted('files_kept', files) : !isLetBe && words.meaning ? message(words.meaning, users) : '',
    isGone
      ? message('files_gone')
      : isKeeping && WAITS[verdict.name]
        ? message(WAITS[verdict.name]!, users)
        : '',
    isLetBe ? message('nothing_sent') : '',
  ];
  // A reload would lose what is kept here.
  const actions = looks.actions.filter((action) => !(isKeeping && action === 'reload'));
  return {
    tone: looks.tone === 'none' ? 'open' : looks.tone,
    isUrgent: isKeeping || isLetBe,
    isCostly: actions[0] === 'reload',
    sentence: message(words.sentence, users),
    meaning: meaning.filter(Boolean).join(' '),
    buttons: [
      ...actions.map((action) => ({ label: message(keyOf('action', action)), press: () => act(action) })),
      ...(isKeeping ? [{ label: message('action_discard'), press: discard }] : []),
    ],
    ...dismissedBy(dismiss),
  };
}

/** What is being asked about takes longer than a blink. */
export function heldView(files: readonly string[], dismiss: () => void): BannerView {
  return {
    tone: 'open',
    sentence: message('held'),
    meaning: files.length > 0 ? counted('files_held', files) : message('form_held'),
    buttons: [],
    ...dismissedBy(dismiss),
  };
}

/** Jira has refused files all the same. */
export function refusedView(files: readonly string[], again: () => void, dismiss: () => void): BannerView {
  return {
    tone: 'bad',
    isUrgent: true,
    sentence: counted('files_refused', files),
    meaning: message('files_refused_meaning'),
    buttons: [{ label: message('action_attach_again'), press: again }],
    ...dismissedBy(dismiss),
  };
}

/** The page is Jira's own refusal of a form or a link. */
export function refusalView(
  of: 'token' | 'session',
  signIn: () => Promise<unknown>,
  dismiss: () => void,
): BannerView {
  return {
    tone: 'bad',
    sentence: message(`refusal_${of}`),
    meaning: message(`refusal_${of}_meaning`),
    buttons: of === 'session' ? [{ label: message('action_sign_in'), press: signIn }] : [],
    ...dismissedBy(dismiss),
  };
}

export function discardedView(files: readonly string[], undo: () => void, dismiss: () => void): BannerView {
  return {
    tone: 'open',
    sentence: counted('files_discarded', files),
    meaning: '',
    buttons: [{ label: message('action_undo'), press: undo }],
    ...dismissedBy(dismiss),
  };
}

/** Something has worked. */
export function doneView(what: 'renewed' | 'back_again' | 'handed_over', dismiss: () => void): BannerView {
  return {
    tone: 'good',
    sentence: message(what),
    meaning: message(what === 'handed_over' ? 'handed_over_meaning' : 'renewed_meaning'),
    buttons: [],
    ...dismissedBy(dismiss),
  };
}

function dismissedBy(dismiss: () => void): Dismiss {
  return { dismissLabel: message(keyOf('action', 'dismiss')), dismiss };
}
