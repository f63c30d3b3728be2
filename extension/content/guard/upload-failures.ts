/**
 * Uploads that Jira has refused despite the guard, detected by address and status, never by text. If the files were
 * seen they can be offered again.
 */
import type { Attempt } from '../../../src/guard/attempt-queue.ts';
import {
  uploadedFileIn,
  isTokenRefused,
  isUploadAccepted,
  type IsUploaded,
} from '../../../src/jira/upload-requests.ts';
import type { PageAttempt } from './attempt.ts';
import { observeRequests } from '../activity/server.ts';

export interface Failures {
  /** The names of the files that have failed and were not offered again. */
  readonly names: readonly string[];
  /**
   * How the last of them failed: `token`; `again` for its token, after it was offered again; or its status, where 0
   * means that no answer came.
   */
  readonly kind: string;
  /** Keeps what is being attached, by reference, in case it fails. */
  remember(attempt: PageAttempt): void;
  /** The attempts to make again, with only the failed files, which it then forgets. If none failed: all, whole. */
  take(): PageAttempt[];
  readonly dismiss: () => void;
}

/** How many attempts are remembered: enough for a person, and soon dropped. */
const REMEMBERED = 10;

/** Calls `onChange` when the names change, and `onAnswered` once Jira has accepted all files of an attempt. */
export function watchFailures(
  signal: AbortSignal,
  onChange: () => void,
  wasParked: (attempt: Attempt) => boolean,
  onAnswered: (attempt: Attempt) => void,
): Failures {
  let recent: PageAttempt[] = [];
  let kind = '';
  /** Maps each failed file to its attempt. */
  const failed = new Map<File, PageAttempt>();
  const taken = new WeakSet<File>();
  const offeredAgain = new WeakSet<File>();

  observeRequests(signal, (requests) => {
    for (const { name, responseStatus } of requests) {
      const isUploaded = uploadedFileIn(name, location);
      if (!isUploaded) continue;
      if (isUploadAccepted(responseStatus)) noteSuccess(isUploaded);
      else noteFailure(isUploaded, responseStatus);
      onChange();
    }
  });

  /** The page itself reports a file that we neither parked nor offered again, unless it failed for its token. */
  function noteFailure(isUploaded: IsUploaded, status: number): void {
    const isToken = isTokenRefused(status);
    for (const attempt of recent.toReversed()) {
      const file = attempt.again && attempt.contents.find((each) => isUploaded(each, attempt));
      if (!file) continue;
      if (!isToken && !wasParked(attempt) && !offeredAgain.has(file)) return;
      kind = isToken ? (offeredAgain.has(file) ? 'again' : 'token') : String(status);
      return void failed.set(file, attempt);
    }
  }

  /** The user's own second try may have worked: offering the file again would attach it twice. */
  function noteSuccess(isUploaded: IsUploaded): void {
    for (const [file, attempt] of failed) if (isUploaded(file, attempt)) failed.delete(file);
    for (const attempt of recent.toReversed()) {
      const file = attempt.contents.find((each) => isUploaded(each, attempt) && !taken.has(each));
      if (!file) continue;
      taken.add(file);
      if (attempt.contents.every((each) => taken.has(each))) onAnswered(attempt);
      return;
    }
  }

  return {
    get kind() {
      return kind;
    },
    get names() {
      return [...failed.keys()].map(({ name }) => name);
    },
    remember(attempt) {
      recent = [...recent, attempt].slice(-REMEMBERED);
    },
    take() {
      const files = [...failed.keys()];
      if (files.length === 0) return recent.map((attempt) => attempt.again!(attempt.contents));
      for (const file of files) offeredAgain.add(file);
      const again = [...new Set(failed.values())].flatMap(
        (attempt) => attempt.again?.(files.filter((file) => failed.get(file) === attempt)) ?? [],
      );
      failed.clear();
      return again;
    },
    dismiss: () => failed.clear(),
  };
}
