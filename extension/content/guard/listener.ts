/**
 * The guard on a page: sees what the user is about to send before the page does, and connects attempt-queue.ts to the
 * page monitor. Fail open: an error before an event is stopped leaves it alone; any later error releases it.
 */
import { AttemptQueue } from '../../../src/guard/attempt-queue.ts';
import { quietly, reportError, reportErrors } from '../../shared/errors.ts';
import { tokenInput, type PageAttempt } from './attempt.ts';
import { readDrop, noteDrag } from './drop.ts';
import { isEmptied, readPick } from './file-input.ts';
import { readSubmit } from './form.ts';
import { readLinkClick } from './link.ts';
import { readPaste } from './paste.ts';
import { readShortcut } from './shortcut.ts';
import { areTooLarge } from './upload-limit.ts';
import { watchFailures, type Failures } from './upload-failures.ts';
import { handedOn, isOrphan } from '../script-lifecycle.ts';
import { isTextField } from './attempt-place.ts';
import type { PageMonitor } from '../page-monitor.ts';
import type { WaitingAttempts } from '../proof-scheduler.ts';

/** Readers of what each kind of event is about to send. A script can give any event any of these types. */
const READERS: Readonly<Record<string, (event: never) => PageAttempt | null>> = {
  drop: readDrop,
  paste: readPaste,
  change: readPick,
  submit: readSubmit,
  click: readLinkClick,
  keydown: readShortcut,
};

/** The events that the guard listens for, in the capture phase, on the window. */
export const GUARDED = Object.keys(READERS);

export interface PageGuard extends AttemptQueue {
  /** Uploads that Jira has refused despite the guard. */
  readonly failures: Failures;
  /** Which attempts wait until the user is back. */
  readonly waitingAttempts: () => WaitingAttempts;
  /** The names of all files that wait in the page. */
  readonly parkedFiles: () => readonly string[];
  /** Takes over what the previous copy had parked. */
  readonly resumeParked: () => void;
  /** Checks again what Jira has refused. */
  readonly tryAgain: () => void;
}

export function guardPage(
  monitor: PageMonitor,
  lifecycle: AbortController,
  addHandler: (handler: (event: Event) => void) => void,
  onChange: () => void,
): PageGuard {
  const { signal } = lifecycle;
  const failures = watchFailures(
    signal,
    onChange,
    (attempt) => guard.wasParked(attempt),
    (attempt) => guard.noteAccepted(attempt),
  );
  const guard = new AttemptQueue({
    ...monitor,
    nextTask: (work) => void setTimeout(work),
    onChange({ parked }) {
      const names = parkedFiles().join('/');
      if (names !== reportedNames) monitor.scheduleRefresh();
      reportedNames = names;
      askBeforeLeaving(parked.length > 0);
      // Watch only while files wait whether the page shows their place.
      if (parked.length > 0) redrawn.observe(document, { childList: true, subtree: true });
      else redrawn.disconnect();
      onChange();
    },
    onError: reportError,
  });

  const parkedFiles = (): string[] => guard.queueState.parked.flatMap((each) => each.files);
  let reportedNames = '';
  let hasPlace = true;
  const redrawn = new MutationObserver(() => {
    if (guard.hasReleasableFiles === hasPlace) return;
    hasPlace = guard.hasReleasableFiles;
    monitor.scheduleRefresh();
  });

  addHandler((event) => {
    if (isOrphan()) return lifecycle.abort();
    noteDrag(event);
    if (event.type === 'focusin') onFocus(event);
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
    reportErrors(monitor.refresh());
  }

  /** Handles focus on a text that a script may send without any event to intercept (field case A7). */
  function onFocus({ target, isTrusted }: Event): void {
    const text = target as HTMLInputElement;
    if (isTrusted && isTextField(text) && !tokenInput(text.form)) monitor.prepareForInput();
  }

  function onEvent(event: Event): void {
    let attempt: PageAttempt | null | undefined;
    try {
      // A hidden tab never asks Jira, whatever a script does in it.
      if (guard.isReleasing || document.visibilityState !== 'visible') return;
      attempt = READERS[event.type]?.(event as never);
      if (isEmptied(event)) guard.discard(event.target!);
      if (!attempt) return;
      if (attempt.sending === 'attach' && monitor.isGuardOn()) failures.remember(attempt);
      if (areTooLarge(attempt.contents)) return;
      if (guard.mayPass(attempt)) return guard.notePassed(attempt);
    } catch (error) {
      return reportError(error);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    // A failure in `onHold` must not prevent the check.
    quietly(() => attempt.onHold?.());
    guard.addAttempt(attempt);
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
    waitingAttempts() {
      if (guard.hasReleasableFiles) return 'files';
      const { parked, blocked } = guard.queueState;
      return parked.length > 0 || blocked.length > 0 ? 'sending' : null;
    },
    resumeParked() {
      for (const attempt of handedOn.attempts ?? []) failures.remember(attempt as PageAttempt);
      guard.takeOverParked(handedOn.attempts ?? []);
      delete handedOn.attempts;
    },
    tryAgain() {
      for (const attempt of failures.take()) {
        failures.remember(attempt);
        guard.addAttempt(attempt);
      }
    },
  });
}
