/**
 * Uploads that Jira has refused all the same: seen by their address and status, never by text. Where the files were seen
 * they can be offered again.
 */
import type { PageAttempt } from './attempts.ts';
import { BY_SCRIPT } from './contacts.ts';

export interface Failures {
  /** The names of the files that were refused and have not been offered again. */
  readonly names: readonly string[];
  /** Keeps a hold of what is being attached, by reference, in case that it is refused. */
  remember(attempt: PageAttempt): void;
  /** The attempts to make again, with the refused files alone; they are then forgotten. Where none was refused: all, and whole. */
  take(): PageAttempt[];
  dismiss(): void;
}

/** Attaches that are remembered: enough for a person's, and soon let go of. */
const REMEMBERED = 10;
/** An upload without a session, and one with a bad token. */
const isRefusal = (status: number): boolean => status === 401 || status === 500;
const UPLOAD = /\/rest\/internal\/[\d.]+\/AttachTemporaryFile$/;

export function watchFailures(signal: AbortSignal, onChange: () => void): Failures {
  let recent: PageAttempt[] = [];
  /** Each with the attempt that it was given in. */
  const refused = new Map<File, PageAttempt>();

  const observer = new PerformanceObserver((list) => {
    for (const { name, initiatorType, responseStatus } of list.getEntries() as PerformanceResourceTiming[]) {
      // A picture that a user wrote can have the address of an upload.
      const isIt = BY_SCRIPT.test(initiatorType) && fileIn(name);
      if (isIt && isRefusal(responseStatus)) noteRefusal(isIt);
      else if (isIt && responseStatus === 201) noteSuccess(isIt);
      else continue;
      onChange();
    }
  });
  observer.observe({ type: 'resource' });
  signal.addEventListener('abort', () => observer.disconnect());

  function noteRefusal(isIt: (file: File) => boolean): void {
    const attempt = recent.findLast((each) => each.again && each.contents().some(isIt));
    const file = attempt?.contents().find(isIt);
    if (attempt && file) refused.set(file, attempt);
  }

  /** The user's own second try has worked: offering it again would attach it twice. */
  function noteSuccess(isIt: (file: File) => boolean): void {
    for (const file of refused.keys()) if (isIt(file)) refused.delete(file);
  }

  return {
    get names() {
      return [...refused.keys()].map(({ name }) => name);
    },
    remember(attempt) {
      recent = [...recent, attempt].slice(-REMEMBERED);
    },
    take() {
      const files = [...refused.keys()];
      if (files.length === 0) return recent.map((attempt) => attempt.again!(attempt.contents()));
      const again = [...new Set(refused.values())].flatMap(
        (attempt) => attempt.again?.(files.filter((file) => refused.get(file) === attempt)) ?? [],
      );
      refused.clear();
      return again;
    },
    dismiss: () => refused.clear(),
  };
}

/** Whether a file is the one that an upload's address names; undefined if the address is none of an upload. */
function fileIn(address: string): ((file: File) => boolean) | undefined {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin || !UPLOAD.test(url.pathname)) return undefined;
  const name = url.searchParams.get('filename');
  const size = url.searchParams.get('size');
  return (file) => file.name === name && (size === null || file.size === Number(size));
}
