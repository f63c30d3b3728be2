/** The banner's views, one for each thing that is worth showing, in the user's language. */
import { keyOf, presentationOf, usersIn, wordsOf, type Action } from '../../../src/verdict/presentation.ts';
import { isStep, type Refusal } from '../../../src/jira/page.ts';
import type { Sending } from '../../../src/verdict/verdict.ts';
import { counted, message, type MessageKey } from '../../shared/i18n.ts';
import type { BannerView } from './banner.ts';
import type { Failures } from '../guard/upload-failures.ts';
import type { PageGuard } from '../guard/listener.ts';
import type { Snapshot } from '../page-monitor.ts';

/** What parked files wait for, if that is not just Jira's answer. */
const WAITS: Partial<Record<Snapshot['verdict']['name'], MessageKey>> = {
  'signed-out': 'files_wait',
  'other-user': 'files_wait',
  'signed-in': 'files_wait_not',
};

interface Extras {
  readonly files: readonly string[];
  /** Some files are not released by themselves: they are for this other issue, or (empty) not taken by the page. */
  readonly away: string | undefined;
  /** The names of the files that have changed on the disk. */
  readonly changed: readonly string[];
  /** A form or a link was not sent. */
  readonly isBlockedSend: boolean;
  /** What the user may send although nothing gets through to Jira: parked or blocked. */
  readonly goes: Sending | undefined;
  /** The user has asked: show the verdict, whatever it is. */
  readonly isAsked: boolean;
}

/** A verdict, with what is parked because of it. Undefined if nothing is worth a banner. */
export function verdictView(
  snapshot: Snapshot,
  extras: Extras,
  act: (action: Action) => Promise<unknown>,
  guard: Pick<PageGuard, 'discard' | 'goAnyway'>,
  dismiss: () => void,
): BannerView | undefined {
  const { verdict, evidence, settings } = snapshot;
  const { files, away, changed, isBlockedSend, isAsked, goes } = extras;
  const looks = presentationOf(verdict);
  const isKeeping = files.length > 0;
  // Show what is withheld even if the banner is switched off, or nobody would know of it.
  if (!isKeeping && !isBlockedSend && !isAsked && !(looks.banner && settings.banner)) return undefined;
  const words = wordsOf(verdict);
  const users = usersIn(verdict, evidence.pageUser);
  const say = (key: MessageKey | undefined): string => (key ? message(key, ...users) : '');
  const wait =
    changed.length > 0
      ? counted('files_changed', changed)
      : away === undefined
        ? say(WAITS[verdict.name] ?? 'files_wait_answer')
        : message(away ? 'files_elsewhere' : 'files_gone', away);
  const meaning = [
    isKeeping && counted('files_kept', files),
    isKeeping && wait,
    isBlockedSend ? say('nothing_sent') : !isKeeping && say(words.meaning),
  ];
  // A reload would lose the parked files.
  const actions = looks.actions.filter((action) => !(isKeeping && action === 'reload'));
  return {
    tone: looks.tone,
    isUrgent: isKeeping || isBlockedSend,
    isCostly: actions[0] === 'reload',
    sentence: say(words.sentence),
    meaning: meaning.filter(Boolean).join(' '),
    buttons: [
      ...actions.map((action) => button(keyOf('action', action), () => act(action))),
      ...(goes
        ? [button(goes === 'attach' ? 'action_attach_anyway' : 'action_send_anyway', () => guard.goAnyway())]
        : []),
      ...(isKeeping ? [button('action_discard', () => guard.discard())] : []),
    ],
    dismiss,
  };
}

function button<Press>(key: MessageKey, press: Press): { label: string; press: Press } {
  return { label: message(key), press };
}

/** An attempt whose check takes longer than a blink. */
export function heldView(files: readonly string[], dismiss: () => void): BannerView {
  const meaning = files.length > 0 ? counted('files_held', files) : message('form_held');
  return { tone: 'open', sentence: message('held'), meaning, buttons: [], dismiss };
}

/** An upload has failed despite the guard. */
export function failedView(
  { names, kind }: Pick<Failures, 'names' | 'kind'>,
  press: () => Promise<unknown> | void,
  dismiss: () => void,
): BannerView {
  const isCostly = kind === 'again';
  return {
    tone: 'bad',
    isUrgent: true,
    isCostly,
    sentence: kind === '0' ? counted('files_broken', names) : counted('files_refused', names),
    // The text names the status, except 0 (no answer).
    meaning: message(
      Number(kind) ? 'failed_status' : (`failed_${kind}` as 'failed_0' | 'failed_again' | 'failed_token'),
      kind,
    ),
    buttons: [button(isCostly ? 'action_reload' : 'action_attach_again', press)],
    dismiss,
  };
}

/** Why something was not done: the page is Jira's own refusal of it, or files that a form names no longer exist. */
export function refusalView(
  of: Refusal | 'fresh' | 'files',
  press: () => Promise<unknown> | void,
  dismiss: () => void,
): BannerView {
  const buttons =
    of === 'session'
      ? [button('action_sign_in', press)]
      : of === 'files'
        ? [button('action_attach_again', press)]
        : [];
  const [sentence, meaning] = [message(`refusal_${of}`), message(`refusal_${of}_meaning`)];
  return { tone: 'bad', isUrgent: true, sentence, meaning, buttons, dismiss };
}

export function discardedView(files: readonly string[], press: () => void, dismiss: () => void): BannerView {
  const buttons = [button('action_undo', press)];
  return { tone: 'open', sentence: counted('files_discarded', files), meaning: '', buttons, dismiss };
}

/** Files that waited in the page before it was put to sleep, or crashed. */
export function lostView(files: readonly string[], dismiss: () => void): BannerView {
  return { tone: 'bad', sentence: counted('files_lost_before', files), meaning: '', buttons: [], dismiss };
}

/** An action has worked. `always` has it done without asking from now on, if that is offered. */
export function doneView(
  what: 'renewed' | 'renewed_always' | 'back_again' | 'handed_over',
  dismiss: () => void,
  always?: () => Promise<void>,
): BannerView {
  const meaning =
    what === 'handed_over' ? 'handed_over_meaning' : isStep(location) ? 'steps_forgotten' : 'renewed_meaning';
  const buttons = always ? [button('action_always', always)] : [];
  return { tone: 'good', sentence: message(what), meaning: message(meaning), buttons, dismiss };
}
