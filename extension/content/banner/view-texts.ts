/** The banner's views, one for each thing that is worth showing, in the user's language. */
import type { Views } from '../../../src/guard/banner-state.ts';
import { messageKeyOf, presentationOf, usersIn, textKeysOf, type Action } from '../../../src/verdict/presentation.ts';
import { isWizardStep, issueShown } from '../../../src/jira/page.ts';
import type { VerdictName } from '../../../src/verdict/verdict.ts';
import { counted, message, type MessageKey } from '../../shared/i18n.ts';
import { sendToBackground } from '../send-to-background.ts';
import type { BannerView } from './banner.ts';
import type { PageGuard } from '../guard/listener.ts';

/** What the banner shows. When the user dismisses it, `onRead` tells the owner of what they have read. */
interface Shown extends Omit<BannerView, 'dismiss'> {
  readonly onRead?: () => unknown;
}

export function createViews(
  confirm: (success: 'renewed_always') => void,
  act: (action: Action, isInBanner?: boolean) => Promise<unknown>,
  guard: PageGuard,
): Views<Shown> {
  return {
    discardedView: (files) => ({
      tone: 'open',
      sentence: counted('files_discarded', files),
      buttons: [button('action_undo', () => guard.undoDiscard())],
    }),
    refusalView: (of) => ({
      tone: 'bad',
      isUrgent: true,
      sentence: message(`refusal_${of}`),
      meaning: message(`refusal_${of}_meaning`),
      buttons:
        of === 'session'
          ? [button('action_sign_in', () => act('sign-in'))]
          : of === 'files'
            ? [button('action_attach_again', guard.tryAgain)]
            : [],
      onRead: () => guard.forgetBlocked(),
    }),
    failedView: ({ names, kind }) => ({
      tone: 'bad',
      isUrgent: true,
      losesInput: kind === 'again',
      sentence: kind === '0' ? counted('files_broken', names) : counted('files_refused', names),
      // The text names the status, except 0 (no answer).
      meaning: message(
        Number(kind) ? 'failed_status' : (`failed_${kind}` as 'failed_0' | 'failed_again' | 'failed_token'),
        kind,
      ),
      buttons: [
        kind === 'again'
          ? button('action_reload', () => act('reload'))
          : button('action_attach_again', guard.tryAgain),
      ],
      onRead: guard.failures.dismiss,
    }),
    lostView: (files) => ({
      tone: 'bad',
      sentence: counted('files_lost_before', files),
    }),
    doneView: ({ name, site }) => ({
      tone: 'good',
      sentence: message(name),
      meaning: message(
        name === 'handed_over'
          ? 'handed_over_meaning'
          : isWizardStep(location)
            ? 'steps_forgotten'
            : 'renewed_meaning',
      ),
      buttons: site && [
        button('action_always', async () => {
          if (await sendToBackground({ kind: 'renew-always', site })) confirm('renewed_always');
        }),
      ],
    }),
    verdictView({ verdict, evidence, blocked, stuck }, files) {
      const { tone, actions: offered } = presentationOf(verdict);
      const words = textKeysOf(verdict);
      const text = (key: MessageKey | undefined): string =>
        key ? message(key, ...usersIn(verdict, evidence.pageUser)) : '';
      const hasParkedFiles = files.length > 0;
      // Some files are not released by themselves: they are for this other issue, or not taken by the page.
      const issue = stuck?.issue !== issueShown(document, location) && stuck?.issue;
      const wait = (): string =>
        guard.changedFiles.length > 0
          ? counted('files_changed', guard.changedFiles)
          : !stuck
            ? text(WAITS[verdict.name] ?? 'files_wait_answer')
            : issue
              ? message('files_elsewhere', issue)
              : message('files_gone');
      const [sendable] = guard.sendableAnyway;
      // A reload would lose the parked files.
      const actions = offered.filter((action) => !(hasParkedFiles && action === 'reload'));
      return {
        tone,
        isUrgent: hasParkedFiles || blocked.length > 0,
        losesInput: actions[0] === 'reload',
        sentence: text(words.sentence),
        meaning: [
          hasParkedFiles && counted('files_kept', files),
          hasParkedFiles && wait(),
          blocked.length > 0 ? text('nothing_sent') : !hasParkedFiles && text(words.meaning),
        ]
          .filter(Boolean)
          .join(' '),
        buttons: [
          ...actions.map((action) => button(messageKeyOf('action', action), () => act(action, true))),
          ...(sendable
            ? [
                button(sendable.sending === 'attach' ? 'action_attach_anyway' : 'action_send_anyway', () =>
                  guard.sendAnyway(),
                ),
              ]
            : []),
          ...(hasParkedFiles ? [button('action_discard', () => guard.discard())] : []),
        ],
        onRead: () => guard.forgetBlocked(),
      };
    },
    checkingView: (files) => ({
      tone: 'open',
      sentence: message('held'),
      meaning: files.length > 0 ? counted('files_held', files) : message('form_held'),
    }),
  };
}

function button<Press>(key: MessageKey, press: Press): { label: string; press: Press } {
  return { label: message(key), press };
}

/** What parked files wait for, if that is not just Jira's answer. */
const WAITS: Partial<Record<VerdictName, MessageKey>> = {
  'signed-out': 'files_wait',
  'other-user': 'files_wait',
  'signed-in': 'files_wait_not',
};
