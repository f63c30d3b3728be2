/**
 * The guard on a page: hears what the user is about to send before the page does, and ties src/guard/attempt-queue.ts to the watch.
 * Fail open: whatever throws before an event is stopped leaves it alone, and whatever fails afterwards lets it go.
 */
import { Guard } from '../../../src/guard/attempt-queue.ts';
import { quietly, reportError, reportErrors } from '../../shared/errors.ts';
import { attemptIn, isTooLarge, noteDrag, tokenInput, type PageAttempt } from './attempts.ts';
import { watchFailures, type Failures } from './upload-failures.ts';
import { handedOn, isOrphan } from '../lifecycle.ts';
import { isText } from './place.ts';
import type { Watch } from '../page-monitor.ts';

export interface PageGuard extends Guard {
  /** Uploads that Jira has refused all the same. */
  readonly failures: Failures;
  /** Goes on keeping what the copy before had kept. */
  readonly resumeParked: () => void;
  /** Holds again what Jira has refused. */
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
      const files = parked.flatMap((each) => each.files);
      if (watch.files.join('/') !== files.join('/')) watch.scheduleRefresh();
      watch.files = files;
      askBeforeLeaving(parked.length > 0);
      // Whether the page shows their place is looked at while files wait, and not else.
      if (parked.length > 0) redrawn.observe(document, { childList: true, subtree: true });
      else redrawn.disconnect();
      onChange();
    },
    onError: reportError,
  });

  watch.guardState = () => {
    if (guard.isWaiting) return 'files';
    const { parked, blocked } = guard.holding;
    return parked.length > 0 || blocked.length > 0 ? 'sending' : null;
  };

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

  /** Listened for only while files are kept: the listener alone can keep a page out of the back/forward cache. */
  function askBeforeLeaving(asks: boolean): void {
    window.removeEventListener('beforeunload', leaving);
    if (asks) window.addEventListener('beforeunload', leaving);
  }

  function leaving(event: BeforeUnloadEvent): void {
    event.preventDefault();
    // A worker that sleeps would not hear that the page goes, and take it for crashed: it wakes while the user is asked.
    reportErrors(watch.refresh());
  }

  /** A text that a script may send, with no event to hold, takes the focus (field case A7). */
  function prepare({ target, isTrusted }: Event): void {
    const text = target as HTMLInputElement;
    if (isTrusted && isText(text) && !tokenInput(text.form)) watch.prepare();
  }

  function onEvent(event: Event): void {
    let attempt: PageAttempt | null;
    try {
      // A tab that nobody sees asks nothing, whatever a script does in it.
      const isOurs = !guard.isReleasing && document.visibilityState === 'visible';
      attempt = isOurs ? attemptIn(event) : null;
      if (isOurs && isEmptied(event)) guard.discard(event.target!);
      if (!attempt) return;
      if (attempt.sending === 'attach' && watch.isGuarding()) failures.remember(attempt);
      if (isTooLarge(attempt)) return;
      if (guard.mayPass(attempt)) return guard.passed(attempt);
    } catch (error) {
      return reportError(error);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    // What only helps must not cost the question.
    quietly(() => attempt.onHold?.());
    guard.hold(attempt);
  }

  signal.addEventListener('abort', () => {
    redrawn.disconnect();
    askBeforeLeaving(false);
    const parked = guard.end();
    // With no copy to follow in this world they are lost, as the last word says.
    if (signal.reason === handedOn) handedOn.attempts = parked;
  });
  return Object.assign(guard, {
    failures,
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

/** The user has taken back what a file input had: what is kept of it is not wanted any more. */
function isEmptied({ type, target, isTrusted }: Event): boolean {
  const isInput = target instanceof HTMLInputElement && target.type === 'file';
  return type === 'change' && isTrusted && isInput && target.files?.length === 0;
}
