/**
 * Feeds the banner: gathers the facts and the events, has src/guard/banner-state.ts decide what they change and which
 * view to show, and shows it. It has the timers, and does what the actions say.
 */
import type { Snapshot, PageMonitor } from '../page-monitor.ts';
import { issueShown, refusalOn, signInAddress, type Site } from '../../../src/jira/page.ts';
import type { Action } from '../../../src/verdict/presentation.ts';
import { isAccepted } from '../../../src/verdict/verdict.ts';
import type { PageGuard } from '../guard/listener.ts';
import {
  SHORT_MILLIS,
  afterAsked,
  afterAttempts,
  afterSuccess,
  filesOf,
  initialState,
  viewOf,
  type BannerFacts,
  type StateChange,
} from '../../../src/guard/banner-state.ts';
import { counted } from '../../shared/i18n.ts';
import { createViews } from './view-texts.ts';
import type { Banner } from './banner.ts';

export interface BannerController {
  showSnapshot(snapshot: Snapshot | null): void;
  /** The guard's state, or what Jira has refused, has changed. */
  showAttempts(): void;
  /** Does what a button of the banner or of the popup says. Returns the snapshot taken afterwards. */
  act(action: Action): Promise<Snapshot | null>;
  /** The user has pressed the shortcut: shows the state, even if it is not worth a banner or was dismissed. */
  announce(withFocus: boolean): void;
  /** Whether there is a snapshot yet. */
  hasSnapshot(): boolean;
}

export function createBannerController(
  banner: Banner,
  monitor: PageMonitor,
  guard: () => PageGuard,
  signal: AbortSignal,
): BannerController {
  let snapshot: Snapshot | null = null;
  let state = initialState(refusalOn(document));
  let lastRefusal = state.refusal;
  const inserted = new MutationObserver(() => {
    const now = refusalOn(document);
    if (now === lastRefusal) return;
    lastRefusal = now;
    // The page was proven fresh a moment before, so its age is not the reason.
    change({ refusal: now === 'token' && monitor.isProven() ? 'fresh' : now, dismissed: '' });
  });
  inserted.observe(document.body ?? document, { childList: true });
  signal.addEventListener('abort', () => inserted.disconnect());

  function change(by: StateChange): void {
    if (signal.aborted) return;
    const { timed } = by;
    if (timed && state.timed !== timed)
      setTimeout(() => state.timed === timed && change({ timed: null }), timed.millis);
    state = { ...state, ...by };
    // There is nothing to undo once the notice of it is gone.
    if (!state.timed) guard().forgetDiscarded();
    const shown = viewOf(state, factsNow(), createViews(confirm, act, guard()));
    if (!shown) return banner.hide();
    const [view, dismissal] = shown;
    banner.show({
      ...view,
      dismiss() {
        view.onRead?.();
        change(dismissal);
      },
    });
  }
  let checkTimer: number | undefined;

  function factsNow(): BannerFacts {
    const { queueState, failures } = guard();
    return {
      ...monitor,
      ...queueState,
      ...snapshot,
      failures,
      // Looks for each file's place in the page, which takes long for a thousand files: only if it is shown.
      get stuck() {
        return queueState.parked.find((attempt) => !guard().isReleasable(attempt));
      },
    };
  }

  async function act(action: Action, isInBanner?: boolean): Promise<Snapshot | null> {
    if (action === 'reload') location.reload();
    else if (action === 'sign-in') {
      const issue = issueShown(document, location);
      if (snapshot)
        window.open(
          signInAddress(snapshot.page.site, location, issue, snapshot.verdict.name === 'gateway'),
          '_blank',
          'noopener',
        );
    } else {
      const last = snapshot?.verdict.name;
      const after = await monitor.renew();
      if (after && isAccepted(after.verdict) && after.verdict.name !== last && !state.timed?.name) {
        const { renew, isRenewLocked } = after.settings;
        const mayOffer = isInBanner && action === 'renew' && renew === 'ask' && !isRenewLocked;
        confirm('renewed', mayOffer ? after.page.site : undefined);
      }
      return after;
    }
    return snapshot;
  }

  function confirm(name: Parameters<typeof afterSuccess>[1], site?: Site): void {
    change(afterSuccess(factsNow(), name, site));
  }

  return {
    showSnapshot(latest) {
      snapshot = latest;
      state = { ...state, lostFiles: state.lostFiles ?? latest?.lostFiles };
      if (latest?.selfRenewal && latest.settings.banner) confirm(latest.selfRenewal);
      else change({});
    },
    showAttempts() {
      const facts = factsNow();
      const files = filesOf(facts.parked);
      banner.orphanMessage = files.length > 0 ? counted('files_orphaned', files) : '';
      if (facts.checking.length > 0) checkTimer ??= setTimeout(change, SHORT_MILLIS, { isCheckSlow: true });
      else {
        clearTimeout(checkTimer);
        checkTimer = undefined;
      }
      change(afterAttempts(state, facts));
    },
    act,
    announce(withFocus) {
      change(afterAsked(state, withFocus));
      if (withFocus) banner.focus();
    },
    hasSnapshot: () => !!snapshot,
  };
}
