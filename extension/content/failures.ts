/**
 * Uploads that Jira has refused all the same: seen by their address and status, never by text. Where the files were seen
 * they can be offered again.
 */
import type { Attempt } from '../../src/guard.ts';
import type { PageAttempt } from './attempts.ts';
import { hearRequests } from './contacts.ts';

/** What became of an upload: `again` was refused for its token once more, after the page had been renewed for it. */
export type FailureKind = 'token' | 'again' | 'lost' | 'large' | 'status';

export interface Failures {
  /** The names of the files that have failed and were not offered again. */
  readonly names: readonly string[];
  /** How the last of them has failed, and with which status. */
  readonly kind: FailureKind;
  readonly status: number;
  /** Keeps a hold of what is being attached, by reference, in case that it fails. */
  remember(attempt: PageAttempt): void;
  /** The attempts to make again, with the failed files alone; they are then forgotten. Where none has failed: all, and whole. */
  take(): PageAttempt[];
  readonly dismiss: () => void;
}

/** Attaches that are remembered: enough for a person's, and soon let go of. */
const REMEMBERED = 10;
const UPLOAD = /\/rest\/internal\/[\d.]+\/AttachTemporaryFile$/;

/** Whether a file, given in an attempt, is the one that an upload's address names. */
type IsIt = (file: File, attempt: Attempt) => boolean;

/** Calls `onChange` when the names are others, and `onAnswered` once Jira has taken all files of an attempt. */
export function watchFailures(
  signal: AbortSignal,
  onChange: () => void,
  hasWaited: (attempt: Attempt) => boolean,
  onAnswered: (attempt: Attempt) => void,
): Failures {
  let recent: PageAttempt[] = [];
  /** Each with the attempt that it was given in. */
  const failed = new Map<File, PageAttempt>();
  const taken = new WeakSet<File>();
  const offeredAgain = new WeakSet<File>();

  hearRequests(signal, (requests) => {
    for (const { name, responseStatus } of requests) {
      const isIt = fileIn(name);
      if (!isIt) continue;
      if (responseStatus === 201) noteSuccess(isIt);
      else noteFailure(isIt, responseStatus);
      onChange();
    }
  });

  /** What was neither kept nor offered again by us, and fails for anything but its token, is the page's to tell. */
  function noteFailure(isIt: IsIt, status: number): void {
    // Without a session, and with a bad token.
    const isToken = status === 401 || status === 500;
    for (const attempt of recent.toReversed()) {
      const file = attempt.again && attempt.contents.find((each) => isIt(each, attempt));
      if (!file) continue;
      if (!isToken && !hasWaited(attempt) && !offeredAgain.has(file)) return;
      const kind = isToken ? (offeredAgain.has(file) ? 'again' : 'token') : (KINDS[status] ?? 'status');
      // Where others can be offered again, what is too large must not keep them from it.
      if (kind !== 'large' || failed.size === 0) Object.assign(failures, { kind, status });
      return void failed.set(file, attempt);
    }
  }

  /** The user's own second try may have worked: offering it again would attach it twice. */
  function noteSuccess(isIt: IsIt): void {
    for (const [file, attempt] of failed) if (isIt(file, attempt)) failed.delete(file);
    for (const attempt of recent.toReversed()) {
      const file = attempt.contents.find((each) => isIt(each, attempt) && !taken.has(each));
      if (!file) continue;
      taken.add(file);
      if (attempt.contents.every((each) => taken.has(each))) onAnswered(attempt);
      return;
    }
  }

  const failures: Failures = {
    kind: 'token',
    status: 0,
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
  return failures;
}

/** No answer came, or one of a server in front of Jira; or what was sent is too large for one of them. */
const KINDS: Readonly<Record<number, FailureKind>> = {
  0: 'lost',
  502: 'lost',
  503: 'lost',
  504: 'lost',
  413: 'large',
};

/** What an upload's address names; undefined if the address is none of an upload. */
function fileIn(address: string): IsIt | undefined {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin || !UPLOAD.test(url.pathname)) return undefined;
  const name = url.searchParams.get('filename') ?? '';
  const size = url.searchParams.get('size');
  // Pages give what is pasted a name of date and time (field case A9): it is known by its size and its kind.
  return (file, { isPasted }: Partial<PageAttempt>) =>
    (size === null || file.size === Number(size)) &&
    (file.name === name || (isPasted === true && endOf(file.name) === endOf(name)));
}

function endOf(name: string): string {
  return name.slice(-4);
}
