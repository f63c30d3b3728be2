/**
 * Tells the user: what a look saw, what the guard holds, what came of a press. One banner, so that one thing is said at a
 * time, and what concerns the user's own files comes first.
 */
import type { Attempt, Holding } from '../../src/guard.ts';
import { issueShown, refusalOn, signInAddress } from '../../src/page.ts';
import type { Action } from '../../src/presentation.ts';
import { isAccepted } from '../../src/verdict.ts';
import type { Banner, BannerView } from './banner.ts';
import type { PageGuard } from './guard.ts';
import { discardedView, doneView, heldView, refusalView, refusedView, verdictView } from './views.ts';
import type { Sight, Watch } from './watch.ts';

export interface Teller {
  tell(sight: Sight | null): void;
  /** What the guard has, or what Jira has refused, is another. */
  tellHolding(): void;
  /** Does what a button of the banner or of the popup says. Gives what was seen afterwards. */
  act(action: Action): Promise<Sight | null>;
  /** The user has asked by a key: says what there is, also what is otherwise not worth a banner, or was waved away. */
  speak(withFocus: boolean): void;
  /** Whether a look has seen anything yet. */
  hasSeen(): boolean;
}

/** For how long "renewed" stays: long enough to be read, short enough not to be in the way. */
const DONE_MILLIS = 6_000;
/** For how long an answer stays that the focus has gone to. */
const ASKED_MILLIS = 60_000;
/** For how long discarded files can be had back. */
const UNDO_MILLIS = 10_000;
/** A hold that is shorter is not worth a word. */
const HELD_MILLIS = 300;

export function createTeller(
  banner: Banner,
  watch: Watch,
  guard: () => PageGuard,
  signal: AbortSignal,
): Teller {
  /** What the user has waved away: that verdict on those tokens with those files, and no other. */
  let dismissed = '';
  let latest: Sight | null = null;
  /** What came of something, shown for a while in place of all else. */
  let done: BannerView | undefined;
  let doneTimer: ReturnType<typeof setTimeout> | undefined;
  let heldTimer: ReturnType<typeof setTimeout> | undefined;
  let isHeldLong = false;
  /** The user has asked by a key what there is. */
  let isAsked = false;
  let askedTimer: ReturnType<typeof setTimeout> | undefined;
  let heldBefore: Holding | undefined;
  /** Jira's own refusal, which the page was loaded with or which its script has shown since (field case A7). */
  let refusal = refusalOn(document);
  let refusalSeen = refusal;
  const inserted = new MutationObserver(() => {
    const now = refusalOn(document);
    if (now === refusalSeen) return;
    refusal = refusalSeen = now;
    dismissed = '';
    show();
  });
  inserted.observe(document.body, { childList: true });
  signal.addEventListener('abort', () => {
    clearTimeout(doneTimer);
    clearTimeout(heldTimer);
    clearTimeout(askedTimer);
    inserted.disconnect();
  });

  function tell(sight: Sight | null): void {
    latest = sight;
    // That a form was not sent, or that files stay, must still be read; that the page is fresh again is said beside it.
    const { kept, letBe } = guard().holding;
    if (sight?.isBack && letBe.length === 0 && kept.every((each) => guard().isAwaited(each)))
      sayDone(doneView('back_again', endDone));
    else show();
  }

  function tellHolding(): void {
    const { holding } = guard();
    const { held, kept, discarded, letBe, handedOver } = holding;
    // Something new is held back: what was waved away before does not speak for it.
    if (kept.length > (heldBefore?.kept.length ?? 0) || letBe.length > (heldBefore?.letBe.length ?? 0)) {
      dismissed = '';
      done = undefined;
    }
    const isHandedOver = handedOver > (heldBefore?.handedOver ?? 0);
    heldBefore = holding;
    if (held.length === 0) {
      clearTimeout(heldTimer);
      [heldTimer, isHeldLong] = [undefined, false];
    } else {
      heldTimer ??= setTimeout(() => {
        isHeldLong = true;
        show();
      }, HELD_MILLIS);
    }
    if (discarded.length > 0) {
      const undo = (): void => {
        guard().undoDiscard();
        endDone();
      };
      return sayDone(discardedView(filesOf(discarded), undo, endDone), UNDO_MILLIS);
    }
    if (isHandedOver && held.length === 0 && kept.length === 0 && letBe.length === 0)
      return sayDone(doneView('handed_over', endDone));
    show();
  }

  /** Shows what is most worth saying, or nothing. */
  function show(): void {
    const view = done ?? viewNow();
    if (view) banner.show(view);
    else banner.hide();
  }

  function viewNow(): BannerView | undefined {
    const { held, kept, letBe } = guard().holding;
    const { failures } = guard();
    if (isHeldLong) {
      return heldView(filesOf(held), () => {
        isHeldLong = false;
        show();
      });
    }
    const isLetBe = letBe.length > 0;
    const holdsNothing = kept.length === 0 && !isLetBe;
    if (failures.names.length > 0 && holdsNothing) {
      return refusedView(failures.names, guard().tryAgain, () => {
        failures.dismiss();
        show();
      });
    }
    if (!latest) return undefined;
    if (isLetBe && watch.isLost() && isAccepted(latest.verdict))
      return refusedView([], guard().tryAgain, endDone);
    const files = filesOf(kept);
    const identity = `${latest.verdict.name} ${latest.evidence.pageToken?.digest} ${files.join('/')}`;
    if (dismissed === identity) return undefined;
    const away = kept.find((attempt) => !guard().isAwaited(attempt));
    const dismiss = (): void => {
      dismissed = identity;
      isAsked = false;
      guard().forget();
      show();
    };
    if (refusal && holdsNothing && !['signed-out', 'other-user'].includes(latest.verdict.name)) {
      const endRefusal = (): void => {
        refusal = null;
        show();
      };
      return refusalView(refusal, () => act('sign-in'), endRefusal);
    }
    const extras = { files, away: away && { issue: otherIssue(away) }, isLetBe, isAsked };
    return verdictView(latest, extras, act, () => guard().discard(), dismiss);
  }

  async function act(action: Action): Promise<Sight | null> {
    switch (action) {
      case 'renew':
      case 'try-again':
      case 'stay-signed-in': {
        const before = latest?.verdict.name;
        const after = await watch.renew();
        const isMended = after && isAccepted(after.verdict) && after.verdict.name !== before;
        if (isMended && !done) sayDone(doneView('renewed', endDone));
        return after;
      }
      case 'reload':
        location.reload();
        return latest;
      case 'sign-in':
        if (latest)
          window.open(
            signInAddress(latest.page.site, location, issueShown(document, location)),
            '_blank',
            'noopener',
          );
        return latest;
    }
  }

  /** Someone who pressed a button wants to know that it worked. */
  function sayDone(view: BannerView, millis = DONE_MILLIS): void {
    done = view;
    isAsked = false;
    show();
    clearTimeout(doneTimer);
    doneTimer = setTimeout(endDone, millis);
  }

  function endDone(): void {
    clearTimeout(doneTimer);
    done = undefined;
    guard().forget();
    show();
  }

  function speak(withFocus: boolean): void {
    dismissed = '';
    isAsked = !done;
    clearTimeout(askedTimer);
    askedTimer = setTimeout(endAsked, withFocus ? ASKED_MILLIS : DONE_MILLIS);
    show();
    if (withFocus) banner.focus();
  }

  function endAsked(): void {
    isAsked = false;
    show();
  }

  return { tell, tellHolding, act, speak, hasSeen: () => latest !== null };
}

/** The issue of what is kept, if the page shows another. */
function otherIssue({ issue }: Attempt): string | undefined {
  return issue === issueShown(document, location) ? undefined : issue;
}

function filesOf(attempts: readonly { files: readonly string[] }[]): string[] {
  return attempts.flatMap(({ files }) => files);
}
