/** What the simulation records of each tab, and of each file or comment that the user submits there. */
import type { SessionClock } from '../../src/session/session-clock.ts';
import type { Silence } from '../../src/session/proof-request.ts';
import type { Outcome } from '../fixtures/jira/assets/attach.js';
import type { MemoryPage } from '../fixtures/jira/browser.ts';
import type { BackgroundHarness } from './background-harness.ts';
import type { ContentScript } from './content-script.ts';
import type { Kind } from './scenarios.ts';

/** The issues that a tab can show. */
export const ISSUES = ['RAIL-7', 'RAIL-8'] as const;

/** A file, or a comment in a form, that the user submitted, and what became of it. */
export interface Submission {
  readonly name: string;
  readonly file: File;
  readonly kind: Kind;
  readonly tab: Tab;
  /** The issue that the page showed at that moment. */
  readonly issue: string;
  /** The issues that the page showed at each release. */
  readonly releasedTo: string[];
  releaseCount: number;
  /**
   * The session or the token has changed since Jira was last asked. Then Jira may refuse it, and it is offered again.
   */
  hasSessionChanged: boolean;
  /** Another user has signed in since without a logout. Up to Jira 8.3 no page can notice that. */
  hasUserChanged: boolean;
  /** Released without a proof that Jira accepts its tokens. */
  isUnproven: boolean;
  /** Released from a page that was never renewed: with the same tokens as without the extension. */
  isUnrenewed: boolean;
  /** Released after a question that Jira did not answer. */
  isUnanswered: boolean;
  /** Released, but the page's own handler failed, so it was not sent. */
  isIgnored: boolean;
  /** Released because the content script ended while it was checked. */
  isReleasedAtEnd: boolean;
  /** The user wants to send it although nothing gets through to Jira. */
  isMeant: boolean;
  /** A network fault has replaced or cut off one of its responses. */
  hitFault: boolean;
  /** The file has changed on the disk while it was parked. */
  hasFileChanged: boolean;
  /** Lost with its tab or its content script; the user was told so. */
  isReportedLost: boolean;
  /** Only the page shows the failure: it came after the upload, or the content script that released it has ended. */
  isFailureHidden: boolean;
  /** Undefined while it is under way, or is not released. */
  outcome?: Outcome | undefined;
}

export interface Tab {
  readonly page: MemoryPage;
  /** The tab as the background knows it. */
  readonly listed: BackgroundHarness['tabs'][number];
  script: ContentScript;
  isDiscarded: boolean;
  /** Why the last question has no answer from Jira; undefined if it has one. */
  silence: Silence | undefined;
  /** When the last question was asked. */
  askedAt: number;
  /** When the question was asked whose answer is the page's proof. */
  provenAt: number;
  clock: SessionClock | undefined;
  renewalCount: number;
  /** How many parked attempts Jira has accepted since the content script was started. */
  acceptedCount: number;
  issue: (typeof ISSUES)[number];
  dropZone: 'shown' | 'removed' | 'broken';
}

/** Records that the user submits something in a tab. */
export function newSubmission(name: string, kind: Kind, tab: Tab): Submission {
  return {
    name,
    file: new File([name], name),
    kind,
    tab,
    issue: tab.issue,
    releasedTo: [],
    releaseCount: 0,
    hasSessionChanged: false,
    hasUserChanged: false,
    isUnproven: false,
    isUnrenewed: false,
    isUnanswered: false,
    isIgnored: false,
    isReleasedAtEnd: false,
    isMeant: false,
    hitFault: false,
    hasFileChanged: false,
    isReportedLost: false,
    isFailureHidden: false,
  };
}

/** Whether a file may be missing from Jira at the end: it would be without the extension, or its user knows of it. */
export function mayBeMissing(submission: Submission): boolean {
  const { outcome, hitFault, hasSessionChanged, isUnproven } = submission;
  const { isFailureHidden, isIgnored, hasFileChanged, isReportedLost } = submission;
  const hasFailed = outcome === 'error' && (hitFault || hasSessionChanged || isUnproven);
  return hasFailed || isFailureHidden || isIgnored || hasFileChanged || isReportedLost;
}
