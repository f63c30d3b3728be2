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

interface Extras {
  readonly files: readonly string[];
  /** Some of the files do not go on by themselves: they are for this other issue, or (empty) the page does not take them. */
  readonly away: string | undefined;
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
  const { files, away, isLetBe, isAsked } = extras;
  const looks = presentationOf(verdict);
  const isKeeping = files.length > 0;
  // What is held back is told of also where the banner is switched off, or nobody would know of it.
  if (!isKeeping && !isLetBe && !isAsked && !(looks.banner && settings.banner)) return undefined;
  const words = wordsOf(verdict);
  const users = usersIn(verdict, evidence.pageUser);
  const say = (key: string | undefined): string => (key ? message(key, users) : '');
  const wait =
    away === undefined ? say(WAITS[verdict.name]) : message(away ? 'files_elsewhere' : 'files_gone', [away]);
  const meaning = [
    isKeeping && counted('files_kept', files),
    isKeeping && wait,
    isLetBe ? say('nothing_sent') : !isKeeping && say(words.meaning),
  ];
  // A reload would lose what is kept here.
  const actions = looks.actions.filter((action) => !(isKeeping && action === 'reload'));
  return {
    tone: looks.tone,
    isUrgent: isKeeping || isLetBe,
    isCostly: actions[0] === 'reload',
    sentence: say(words.sentence),
    meaning: meaning.filter(Boolean).join(' '),
    buttons: [
      ...actions.map((action) => button(keyOf('action', action), () => act(action))),
      ...(isKeeping ? [button('action_discard', discard)] : []),
    ],
    dismiss,
  };
}

function button<Press>(key: string, press: Press): { label: string; press: Press } {
  return { label: message(key), press };
}

/** What is being asked about takes longer than a blink. */
export function heldView(files: readonly string[], dismiss: () => void): BannerView {
  const meaning = files.length > 0 ? counted('files_held', files) : message('form_held');
  return { tone: 'open', sentence: message('held'), meaning, buttons: [], dismiss };
}

/** Jira has refused files all the same. Without any: a form was not sent, because those that it names are lost. */
export function refusedView(files: readonly string[], press: () => void, dismiss: () => void): BannerView {
  const buttons = [button('action_attach_again', press)];
  const isLost = files.length === 0;
  const sentence = isLost ? message('files_lost') : counted('files_refused', files);
  const meaning = message(isLost ? 'files_lost_meaning' : 'files_refused_meaning');
  return { tone: 'bad', isUrgent: true, sentence, meaning, buttons, dismiss };
}

/** The page is Jira's own refusal of a form or a link. */
export function refusalView(of: 'token' | 'session', press: () => Promise<unknown>, dismiss: () => void): BannerView {
  const buttons = of === 'session' ? [button('action_sign_in', press)] : [];
  const [sentence, meaning] = [message(`refusal_${of}`), message(`refusal_${of}_meaning`)];
  return { tone: 'bad', sentence, meaning, buttons, dismiss };
}

export function discardedView(files: readonly string[], press: () => void, dismiss: () => void): BannerView {
  const buttons = [button('action_undo', press)];
  return { tone: 'open', sentence: counted('files_discarded', files), meaning: '', buttons, dismiss };
}

/** Something has worked. */
export function doneView(what: 'renewed' | 'back_again' | 'handed_over', dismiss: () => void): BannerView {
  const meaning = message(what === 'handed_over' ? 'handed_over_meaning' : 'renewed_meaning');
  return { tone: 'good', sentence: message(what), meaning, buttons: [], dismiss };
}
