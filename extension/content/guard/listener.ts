/**
 * The guard on a page: sees what the user is about to send before the page does, and connects attempt-queue.ts to the
 * page monitor. Fail open: an error before an event is stopped leaves it alone; any later error releases it.
 */
import { Guard } from '../../../src/guard/attempt-queue.ts';
import { quietly, reportError, reportErrors } from '../../shared/errors.ts';
import { tokenInput, type PageAttempt } from './attempt.ts';
import { dropIn, noteDrag } from './drop.ts';
import { isEmptied, pickIn } from './file-input.ts';
import { submitIn } from './form.ts';
import { linkIn } from './link.ts';
import { pasteIn } from './paste.ts';
import { shortcutIn } from './shortcut.ts';
import { areTooLarge } from './upload-limit.ts';
import { watchFailures, type Failures } from './upload-failures.ts';
import { handedOn, isOrphan } from '../script-lifecycle.ts';
import { isText } from './attempt-place.ts';
import type { Watch } from '../page-monitor.ts';
import type { Withheld } from '../proof-scheduler.ts';

/** Readers of what each kind of event is about to send. A script can give any event any of these types. */
const READERS: Readonly<Record<string, (event: never) => PageAttempt | null>> = {
  drop: dropIn,
  paste: pasteIn,
  change: pickIn,
  submit: submitIn,
  click: linkIn,
  keydown: shortcutIn,
};

/** The events that the guard listens for, in the capture phase, on the window. */
export const GUARDED = Object.keys(READERS);

export interface PageGuard extends Guard {
  /** Uploads that Jira has refused despite the guard. */
  readonly failures: Failures;
  /** What is withheld until the user is back. */
  readonly withheld: () => Withheld;
  /** The names of all files that wait in the page. */
  readonly parkedFiles: () => readonly string[];
  /** Takes over what the previous copy had parked. */
  readonly resumeParked: () => void;
  /** Checks again what Jira has refused. */
  readonly tryAgain: () => void;
}

export function guardPage(
  watch: Watch,
  lifecycle: AbortController,
  hearEvents: (hear: (event: Event) => void) => void,
  onChange: () => void,
): PageGuard {
  const { signal } = lifecycle;
  const failures = watchFailures(
    signal,
    onChange,
    (attempt) => guard.hasWaited(attempt),
    (attempt) => guard.answered(attempt),
  );
  const guard = new Guard({
    ...watch,
    nextTask: (work) => void setTimeout(work),
    onChange({ parked }) {
      const names = parkedFiles().join('/');
      if (names !== reportedNames) watch.scheduleRefresh();
      reportedNames = names;
      askBeforeLeaving(parked.length > 0);
      // Watch only while files wait whether the page shows their place.
      if (parked.length > 0) redrawn.observe(document, { childList: true, subtree: true });
      else redrawn.disconnect();
      onChange();
    },
    onError: reportError,
  });

  const parkedFiles = (): string[] => guard.holding.parked.flatMap((each) => each.files);
  let reportedNames = '';
  let hasPlace = true;
  const redrawn = new MutationObserver(() => {
    if (guard.isWaiting === hasPlace) return;
    hasPlace = guard.isWaiting;
    watch.scheduleRefresh();
  });

  hearEvents((event) => {
    if (isOrphan()) return lifecycle.abort();
    noteDrag(event);
    if (event.type === 'focusin') prepare(event);
    else onEvent(event);
  });

  /** Listens only while files are parked: the listener alone can keep a page out of the back/forward cache. */
  function askBeforeLeaving(asks: boolean): void {
    window.removeEventListener('beforeunload', leaving);
    if (asks) window.addEventListener('beforeunload', leaving);
  }

  function leaving(event: BeforeUnloadEvent): void {
    event.preventDefault();
    // A sleeping worker would miss that the user leaves, and assume a crash: wake it while the user is asked.
    reportErrors(watch.refresh());
  }

  /** Handles focus on a text that a script may send without any event to intercept (field case A7). */
  function prepare({ target, isTrusted }: Event): void {
    const text = target as HTMLInputElement;
    if (isTrusted && isText(text) && !tokenInput(text.form)) watch.prepare();
  }

  function onEvent(event: Event): void {
    let attempt: PageAttempt | null | undefined;
    try {
      // A hidden tab never asks Jira, whatever a script does in it.
      if (guard.isReleasing || document.visibilityState !== 'visible') return;
      attempt = READERS[event.type]?.(event as never);
      if (isEmptied(event)) guard.discard(event.target!);
      if (!attempt) return;
      if (attempt.sending === 'attach' && watch.isGuarding()) failures.remember(attempt);
      if (areTooLarge(attempt.contents)) return;
      if (guard.mayPass(attempt)) return guard.passed(attempt);
    } catch (error) {
      return reportError(error);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    // A failure in `onHold` must not prevent the check.
    quietly(() => attempt.onHold?.());
    guard.hold(attempt);
  }

  signal.addEventListener('abort', () => {
    redrawn.disconnect();
    askBeforeLeaving(false);
    const parked = guard.end();
    // Without a next copy in this world they are lost, as the banner's last message says.
    if (signal.reason === handedOn) handedOn.attempts = parked;
  });
  return Object.assign(guard, {
    failures,
    parkedFiles,
    withheld() {
      if (guard.isWaiting) return 'files';
      const { parked, blocked } = guard.holding;
      return parked.length > 0 || blocked.length > 0 ? 'sending' : null;
    },
    resumeParked() {
      for (const attempt of handedOn.attempts ?? []) failures.remember(attempt as PageAttempt);
      guard.takeOver(handedOn.attempts ?? []);
      delete handedOn.attempts;
    },
    tryAgain() {
      for (const attempt of failures.take()) {
        failures.remember(attempt);
        guard.hold(attempt);
      }
    },
  });
}
