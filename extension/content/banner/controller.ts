/**
 * Decides what the banner shows: the last refresh, the guard's state, the result of a press. There is one banner, so
 * it shows one thing at a time; what concerns the user's own files comes first.
 */
import type { Attempt } from '../../../src/guard/attempt-queue.ts';
import { issueShown, refusalOn, signInAddress, type Refusal, type Site } from '../../../src/jira/page.ts';
import type { Action } from '../../../src/verdict/presentation.ts';
import { isAccepted } from '../../../src/verdict/verdict.ts';
import { counted } from '../../shared/i18n.ts';
import { tellBackground } from '../background.ts';
import type { Banner, BannerView } from './banner.ts';
import type { PageGuard } from '../guard/listener.ts';
import { discardedView, doneView, failedView, heldView, lostView, refusalView, verdictView } from './views.ts';
import type { Snapshot, Watch } from '../page-monitor.ts';

export interface BannerController {
  showSnapshot(snapshot: Snapshot | null): void;
  /** The guard's state, or what Jira has refused, has changed. */
  showAttempts(): void;
  /** Does what a button of the banner or of the popup says. Returns the snapshot taken afterwards. */
  act(action: Action): Promise<Snapshot | null>;
  /** The user has pressed the shortcut: shows the state, even if it is not worth a banner or was dismissed. */
  announce(withFocus: boolean): void;
  /** Whether there is a snapshot yet. */
  hasSeen(): boolean;
}

/** How long "renewed" stays: long enough to be read, short enough not to be in the way. */
const DONE_MILLIS = 6_000;
/** How long an answer stays that has taken the focus. */
const ASKED_MILLIS = 60_000;
/** How long the user can undo a discard. */
const UNDO_MILLIS = 10_000;
/** A shorter check is not worth a message. */
const HELD_MILLIS = 300;

export function createBannerController(
  banner: Banner,
  watch: Watch,
  guard: () => PageGuard,
  signal: AbortSignal,
): BannerController {
  /** What the user has dismissed: that verdict on those tokens with those files, and no other. */
  let dismissed = '';
  let latest: Snapshot | null = null;
  /** Files that were lost before; none once the user has read of them. */
  let lostFiles: Snapshot['lostFiles'];
  /** The result of an action, shown for a while in place of all else. */
  let done: BannerView | undefined;
  /** The user has pressed the shortcut: the state is shown for a while, unless a result is. */
  let isAsked = false;
  let whileTimer: ReturnType<typeof setTimeout> | undefined;
  let heldTimer: ReturnType<typeof setTimeout> | undefined;
  let isHeldLong = false;
  let before = { parked: 0, blocked: 0, releasedCount: 0 };
  /** Jira's own refusal, with which the page was loaded or which its script has shown since (field case A7). */
  let refusal: Refusal | 'fresh' | null = refusalOn(document);
  let refusalSeen = refusal;
  const inserted = new MutationObserver(() => {
    const now = refusalOn(document);
    if (now === refusalSeen) return;
    refusalSeen = now;
    // The page was proven fresh a moment before, so its age is not the reason.
    refusal = now === 'token' && watch.isProven() ? 'fresh' : now;
    dismissed = '';
    show();
  });
  inserted.observe(document.body ?? document, { childList: true });
  signal.addEventListener('abort', () => inserted.disconnect());

  function showSnapshot(snapshot: Snapshot | null): void {
    latest = snapshot;
    lostFiles ??= snapshot?.lostFiles;
    if (snapshot?.byItself && snapshot.settings.banner) sayDone(snapshot.byItself);
    else show();
  }

  function showAttempts(): void {
    const { checking, parked, discarded, blocked, releasedCount } = guard().holding;
    banner.lastWord = parked.length > 0 ? counted('files_orphaned', filesOf(parked)) : '';
    // Something new is withheld: an earlier dismissal does not cover it.
    if (parked.length > before.parked || blocked.length > before.blocked) {
      dismissed = '';
      done = undefined;
    }
    const isReleased = releasedCount > before.releasedCount;
    before = { parked: parked.length, blocked: blocked.length, releasedCount };
    if (checking.length === 0) {
      clearTimeout(heldTimer);
      [heldTimer, isHeldLong] = [undefined, false];
    } else heldTimer ??= setTimeout(showHeld, HELD_MILLIS);
    if (discarded.length > 0) {
      const undo = (): void => {
        guard().undoDiscard();
        endWhile();
      };
      return showFor(UNDO_MILLIS, discardedView(filesOf(discarded), undo, endWhile));
    }
    if (isReleased && checking.length === 0 && parked.length === 0) sayDone('handed_over');
    else show();
  }

  /** Shows the most important view, or nothing. */
  function show(): void {
    if (signal.aborted) return;
    const view = done ?? viewNow();
    if (view) banner.show(view);
    else banner.hide();
  }

  const andShow = (work: () => unknown) => (): void => {
    work();
    show();
  };
  const showHeld = andShow(() => (isHeldLong = true));
  const hideHeld = andShow(() => (isHeldLong = false));
  const forgetLost = andShow(() => (lostFiles = []));
  const forgetBlocked = andShow(() => guard().forgetBlocked());
  const forgetRefusal = andShow(() => (refusal = null));

  function viewNow(): BannerView | undefined {
    const { checking, parked, blocked } = guard().holding;
    const { failures } = guard();
    if (isHeldLong) return heldView(filesOf(checking), hideHeld);
    const isBlockedSend = blocked.length > 0;
    const holdsNothing = parked.length === 0 && !isBlockedSend;
    if (failures.names.length > 0 && holdsNothing) {
      const press = failures.kind === 'again' ? () => act('reload') : guard().tryAgain;
      return failedView(failures, press, andShow(failures.dismiss));
    }
    if (lostFiles?.length && holdsNothing) return lostView(lostFiles, forgetLost);
    if (!latest) return undefined;
    if (isBlockedSend && watch.isLost() && isAccepted(latest.verdict))
      return refusalView('files', guard().tryAgain, forgetBlocked);
    const files = filesOf(parked);
    const identity = `${latest.verdict.name} ${latest.evidence.pageToken?.digest} ${files.join('/')}`;
    if (dismissed === identity) return undefined;
    const away = parked.find((attempt) => !guard().isAwaited(attempt));
    const dismiss = andShow(() => {
      dismissed = identity;
      isAsked = false;
      guard().forgetBlocked();
    });
    if (refusal && holdsNothing && !['signed-out', 'other-user'].includes(latest.verdict.name))
      return refusalView(refusal, () => act('sign-in'), forgetRefusal);
    const { changed, goers } = guard();
    const extras = { files, away: away && otherIssue(away), changed, isBlockedSend, isAsked, goes: goers[0]?.sending };
    return verdictView(latest, extras, (action) => act(action, true), guard(), dismiss);
  }

  async function act(action: Action, isInBanner = false): Promise<Snapshot | null> {
    if (action === 'reload') location.reload();
    else if (action === 'sign-in') {
      if (!latest) return null;
      const [issue, isGateway] = [issueShown(document, location), latest.verdict.name === 'gateway'];
      window.open(signInAddress(latest.page.site, location, issue, isGateway), '_blank', 'noopener');
    } else {
      const last = latest?.verdict.name;
      const after = await watch.renew();
      const isMended = after && isAccepted(after.verdict) && after.verdict.name !== last;
      const { renew, isRenewLocked } = after?.settings ?? {};
      const mayOffer = isInBanner && action === 'renew' && renew === 'ask' && !isRenewLocked;
      if (isMended && !done) sayDone('renewed', mayOffer ? () => renewAlways(after.page.site) : undefined);
      return after;
    }
    return latest;
  }

  /** Confirms that a press worked, unless the user must still read that a form was not sent or that files stay. */
  function sayDone(what: Parameters<typeof doneView>[0], always?: () => Promise<void>): void {
    const { parked, blocked } = guard().holding;
    if (blocked.length > 0 || !parked.every((each) => guard().isAwaited(each))) show();
    else showFor(DONE_MILLIS, doneView(what, endWhile, always));
  }

  async function renewAlways(site: Site): Promise<void> {
    if (await tellBackground({ kind: 'renew-always', site })) sayDone('renewed_always');
  }

  /** Shows a result for a while, or the current state if there is none. */
  function showFor(millis: number, view?: BannerView): void {
    done = view;
    isAsked = !done;
    clearTimeout(whileTimer);
    whileTimer = setTimeout(endWhile, millis);
    show();
  }

  function endWhile(): void {
    if (done) guard().forgetDiscarded();
    done = undefined;
    isAsked = false;
    show();
  }

  function announce(withFocus: boolean): void {
    dismissed = '';
    // A result has a time of its own: it may offer an undo, and it hides what comes after it.
    if (withFocus) {
      showFor(ASKED_MILLIS, done);
      banner.focus();
    } else if (!done) showFor(DONE_MILLIS);
  }

  return { showSnapshot, showAttempts, act, announce, hasSeen: () => latest !== null };
}

/** The issue of a parked attempt if the page shows another one; otherwise empty. */
function otherIssue({ issue = '' }: Attempt): string {
  return issue === issueShown(document, location) ? '' : issue;
}

function filesOf(attempts: readonly { files: readonly string[] }[]): string[] {
  return attempts.flatMap(({ files }) => files);
}
