/**
 * What the banner shows. There is one banner, so it shows one thing at a time; what concerns the user's own files
 * comes first. `viewOf` takes the first row that applies:
 *
 *      view        applies if                                                             dismissed by
 *   1  discarded   files were just discarded                                              timed: null
 *      done        an action has just worked                                              timed: null
 *   2  checking    a check takes longer than SHORT_MILLIS                                 isCheckSlow: false
 *   3  failed      an upload has failed; nothing is parked or blocked                     its owner
 *   4  lost        files were lost before; nothing is parked or blocked                   lostFiles: []
 *      none        there is no verdict yet
 *   5  refusal     a form is blocked for want of its files; the page is accepted          its owner
 *   6  none        the user has dismissed this verdict, on this token, with these files
 *   7  refusal     Jira shows one; nothing is parked or blocked; the user is neither      refusal: null
 *                  signed out nor another one
 *   8  verdict     anything is parked or blocked, the user asks, or the verdict is worth  dismissed: the verdict,
 *                  a banner and banners are switched on                                   timed: null
 *
 * What these rows need beside the facts is the state. Events change it:
 *
 *   the page renews itself, a press works (if it shows no result yet),  timed: done, 6 s; not while a form is blocked
 *   Jira accepts the last parked files                                  or files are stuck, which must be read first
 *   more is parked or blocked                                           timed: null, if it is a result; dismissed: ''
 *   files are discarded                                                 timed: discarded, 10 s
 *   a check takes longer than SHORT_MILLIS; nothing is checked          isCheckSlow: true; false
 *   the user asks by a key; by one that takes the focus                 timed: the result that is shown, or else the
 *                                                                       verdict, 6 s; 60 s; dismissed: ''
 *   Jira's refusal appears or goes                                      refusal; dismissed: ''
 *   what is timed has had its time                                      timed: null
 */
import type { Attempt, QueueState } from './attempt-queue.ts';
import type { Refusal, Site } from '../jira/page.ts';
import type { Settings } from '../settings/definitions.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { isWorthBanner } from '../verdict/presentation.ts';
import { isAccepted, type Verdict } from '../verdict/verdict.ts';

/** What is known elsewhere, read anew for each event. There is no verdict before the first, nor where no Jira is. */
export interface BannerFacts extends QueueState {
  readonly verdict?: Verdict;
  readonly evidence?: Pick<Evidence, 'pageUser' | 'pageToken'>;
  readonly settings?: Pick<Settings, 'banner'>;
  /** The first of the parked attempts that are not released by themselves. */
  readonly stuck: Attempt | undefined;
  /** The uploads that have failed, and how the last of them did: see upload-failures.ts. */
  readonly failures: { readonly names: readonly string[]; readonly kind: string };
  /** Whether a form was blocked because files that it names would be missing. */
  hasLostFormFiles(): boolean;
}

export interface BannerState {
  /** What is shown for a while: a result, or (without a name) the verdict, because the user asks. */
  readonly timed?: (Timed & { readonly millis: number }) | null;
  /** A check takes long, and the user has not dismissed that. */
  readonly isCheckSlow?: boolean | undefined;
  /** Files that were lost before; none once the user has read about them. */
  readonly lostFiles?: readonly string[] | undefined;
  /** What the user has dismissed: that verdict on that token with those files, and no other. */
  readonly dismissed?: string;
  /** Jira's own refusal; `fresh` if it has appeared on a page that was proven fresh. */
  readonly refusal: Refusal | 'fresh' | null;
  /** How many attempts there were when the queue last changed, to see what is new. */
  readonly parked: number;
  readonly blocked: number;
  readonly releasedCount: number;
}

export type StateChange = Partial<BannerState>;

type Success = 'renewed' | 'renewed_always' | 'back_again' | 'handed_over';

type Timed =
  /** An action has worked. With a site, the user may have it done there without asking from now on. */
  | { readonly name: Success; readonly site?: Site | undefined; readonly files?: undefined }
  | { readonly name: 'discarded'; readonly files: readonly string[] }
  | { readonly name?: undefined; readonly files?: undefined };

/** The views. Each takes what it shows. */
export interface Views<View> {
  discardedView(files: readonly string[]): View;
  doneView(done: Extract<Timed, { name: Success }>): View;
  /** Takes the files that are being checked: none, if it is a form or a link. */
  checkingView(files: readonly string[]): View;
  failedView(failures: BannerFacts['failures']): View;
  lostView(files: readonly string[]): View;
  /** Takes `files` if files that a form names no longer exist. */
  refusalView(of: Refusal | 'fresh' | 'files'): View;
  /** Takes the facts once there is a verdict, and the names of the parked files. */
  verdictView(facts: Required<BannerFacts>, files: readonly string[]): View;
}

/** How long "renewed" stays: long enough to be read, short enough not to be in the way. */
const DONE_MILLIS = 6_000;
/** How long an answer stays that has taken the focus. */
const ASKED_MILLIS = 60_000;
/** How long the user can undo a discard. */
const UNDO_MILLIS = 10_000;
/** A shorter check is not worth a message. */
export const SHORT_MILLIS = 300;

/** Takes the refusal with which the page was loaded, if any (field case A7). */
export function initialState(refusal: Refusal | null): BannerState {
  return { refusal, parked: 0, blocked: 0, releasedCount: 0 };
}

/** The queue of attempts has changed, or an upload has failed or worked. */
export function afterAttempts(before: BannerState, facts: BannerFacts): StateChange {
  const { checking, parked, discarded, blocked, releasedCount } = facts;
  const isMore = parked.length > before.parked || blocked.length > before.blocked;
  const isReleased = releasedCount > before.releasedCount && checking.length + parked.length === 0;
  return {
    parked: parked.length,
    blocked: blocked.length,
    releasedCount,
    isCheckSlow: before.isCheckSlow && checking.length > 0,
    // Something new is parked or blocked: an earlier dismissal does not cover it, and no result may hide it.
    ...(isMore && { dismissed: '', timed: before.timed?.name ? null : before.timed }),
    ...(discarded.length > 0
      ? { timed: { name: 'discarded', files: filesOf(discarded), millis: UNDO_MILLIS } }
      : isReleased && afterSuccess(facts, 'handed_over')),
  };
}

/** Confirms a success, unless the user must still read that a form was not sent or that files stay. */
export function afterSuccess({ blocked, stuck }: BannerFacts, name: Success, site?: Site): StateChange {
  return blocked.length > 0 || stuck ? {} : { timed: { name, site, millis: DONE_MILLIS } };
}

/** The user has pressed a shortcut: shows the state, even if it is not worth a banner or was dismissed. */
export function afterAsked({ timed }: BannerState, withFocus: boolean): StateChange {
  // A result has a time of its own: it may offer an undo, and it hides what comes after it.
  const now = timed?.name ? timed : { millis: DONE_MILLIS };
  return { dismissed: '', timed: withFocus ? { ...now, millis: ASKED_MILLIS } : now };
}

/** The view to show now, by the table above, and what its dismissal changes; undefined for none. Pure and total. */
export function viewOf<View>(
  { timed, isCheckSlow, lostFiles, dismissed, refusal }: BannerState,
  facts: BannerFacts,
  views: Views<View>,
): readonly [View, StateChange] | undefined {
  const { verdict, parked, blocked } = facts;
  const nothingWaits = parked.length + blocked.length === 0;
  if (timed?.files) return [views.discardedView(timed.files), { timed: null }];
  if (timed?.name) return [views.doneView(timed), { timed: null }];
  if (isCheckSlow) return [views.checkingView(filesOf(facts.checking)), { isCheckSlow: false }];
  if (facts.failures.names.length > 0 && nothingWaits) return [views.failedView(facts.failures), {}];
  if (lostFiles?.length && nothingWaits) return [views.lostView(lostFiles), { lostFiles: [] }];
  if (!verdict) return undefined;
  if (blocked.length > 0 && facts.hasLostFormFiles() && isAccepted(verdict)) return [views.refusalView('files'), {}];
  const files = filesOf(parked);
  const scope = `${verdict.name} ${facts.evidence!.pageToken?.digest} ${files.join('/')}`;
  if (scope === dismissed) return undefined;
  if (refusal && nothingWaits && !['signed-out', 'other-user'].includes(verdict.name))
    return [views.refusalView(refusal), { refusal: null }];
  // Show what is parked or blocked even if the banner is switched off, or nobody would know of it.
  if (nothingWaits && !timed && !(isWorthBanner(verdict) && facts.settings!.banner)) return undefined;
  return [views.verdictView(facts as Required<BannerFacts>, files), { dismissed: scope, timed: null }];
}

export function filesOf(attempts: readonly { files: readonly string[] }[]): string[] {
  return attempts.flatMap(({ files }) => files);
}
