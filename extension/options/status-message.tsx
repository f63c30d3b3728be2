/** The last status message of a place, and its undo. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { browser } from '../shared/browser.ts';
import { message } from '../shared/i18n.ts';

export interface Status {
  readonly sentence: string;
  /** What was refused, one line each. */
  readonly refused?: readonly string[];
  /** The keys of `storage.local` that the message is about: it stands until one of them changes again. */
  readonly about?: (key: string) => boolean;
  /** Gives the message to show after the undo, if any. */
  readonly undo?: (() => Promise<Status | undefined>) | undefined;
}

/** Without a new message, the last one stays. */
export type ShowStatus = (status: Status | undefined) => void;

/**
 * The message to show, and the function that sets it. An undo must not revert later changes: after one it is no longer
 * offered, and only the lines on what was refused stay, for the user to correct by hand.
 */
export function useStatus(): [Status | undefined, ShowStatus] {
  const [status, setStatus] = useState<Status>();
  useLayoutEffect(() => {
    const about = status?.about;
    if (!about) return;
    const asShown = storedText(about);
    const refresh = async (): Promise<void> => {
      // The event may belong to the very change that the message is about.
      if ((await storedText(about)) === (await asShown)) return;
      setStatus((now) => (now === status ? withoutUndo(status) : now));
    };
    const onChanged = (changes: object, area: string): void => {
      if (area === 'local' && Object.keys(changes).some(about)) void refresh();
    };
    browser.storage.onChanged.addListener(onChanged);
    return () => browser.storage.onChanged.removeListener(onChanged);
  }, [status]);
  return [status, (next) => next && setStatus(next)];
}

/** Shows what was removed, with an undo, which shows that it was undone. */
export function showWithUndo(
  showStatus: ShowStatus,
  status: Status & { readonly about: (key: string) => boolean },
  restore: () => Promise<unknown>,
): void {
  const undone = { sentence: message('options_undone'), about: status.about };
  showStatus({ ...status, undo: () => restore().then(() => undone) });
}

export function StatusMessage({
  status,
  showStatus,
}: {
  readonly status: Status | undefined;
  readonly showStatus: ShowStatus;
}) {
  const { sentence, refused = [], undo } = status ?? {};
  return (
    <div role="status" class="status">
      {sentence && <p>{sentence}</p>}
      {refused.length > 0 && (
        <ul>
          {refused.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {undo && (
        <button type="button" onClick={() => void undo().then(showStatus)}>
          {message('action_undo')}
        </button>
      )}
    </div>
  );
}

function withoutUndo({ sentence, refused = [] }: Status): Status | undefined {
  return refused.length > 0 ? { sentence, refused } : undefined;
}

async function storedText(isIncluded: (key: string) => boolean): Promise<string> {
  const kept = Object.entries(await browser.storage.local.get());
  return JSON.stringify(kept.filter(([key]) => isIncluded(key)));
}
