/**
 * Uploads that Jira has refused all the same: seen by their address and status, never by text. Where the files were seen
 * they can be offered again.
 */
import type { Attempt } from '../../src/guard.ts';
import type { PageAttempt } from './attempts.ts';
import { hearRequests } from './contacts.ts';

export interface Failures {
  /** The names of the files that were refused and have not been offered again. */
  readonly names: readonly string[];
  /** Keeps a hold of what is being attached, by reference, in case that it is refused. */
  remember(attempt: PageAttempt): void;
  /** The attempts to make again, with the refused files alone; they are then forgotten. Where none was refused: all, and whole. */
  take(): PageAttempt[];
  readonly dismiss: () => void;
}

/** Attaches that are remembered: enough for a person's, and soon let go of. */
const REMEMBERED = 10;
const UPLOAD = /\/rest\/internal\/[\d.]+\/AttachTemporaryFile$/;

/** Whether a file, given in an attempt, is the one that an upload's address names. */
type IsIt = (file: File, attempt: Attempt) => boolean;

/** Calls `onChange` when the names are others, and `onUpload` with what was uploaded. */
export function watchFailures(signal: AbortSignal, onChange: () => void, onUpload: (isIt: IsIt) => void): Failures {
  let recent: PageAttempt[] = [];
  /** Each with the attempt that it was given in. */
  const refused = new Map<File, PageAttempt>();

  hearRequests(signal, (requests) => {
    for (const { name, responseStatus } of requests) {
      const isIt = fileIn(name);
      if (!isIt) continue;
      // Without a session, and with a bad token.
      if (responseStatus === 401 || responseStatus === 500) noteRefusal(isIt);
      else if (responseStatus === 201) noteSuccess(isIt);
      onChange();
    }
  });

  function noteRefusal(isIt: IsIt): void {
    for (const attempt of recent.toReversed()) {
      const file = attempt.again && attempt.contents.find((each) => isIt(each, attempt));
      if (file) return void refused.set(file, attempt);
    }
  }

  /** The user's own second try has worked: offering it again would attach it twice. */
  function noteSuccess(isIt: IsIt): void {
    for (const [file, attempt] of refused) if (isIt(file, attempt)) refused.delete(file);
    onUpload(isIt);
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
      if (files.length === 0) return recent.map((attempt) => attempt.again!(attempt.contents));
      const again = [...new Set(refused.values())].flatMap(
        (attempt) => attempt.again?.(files.filter((file) => refused.get(file) === attempt)) ?? [],
      );
      refused.clear();
      return again;
    },
    dismiss: () => refused.clear(),
  };
}

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
