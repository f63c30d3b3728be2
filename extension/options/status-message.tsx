/** The last status message of a place, and its undo. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { browser } from '../shared/browser.ts';
import { message } from '../shared/i18n.ts';

export interface Said {
  readonly sentence: string;
  /** What was refused, one line each. */
  readonly refused?: readonly string[];
  /** The keys of `storage.local` that the message is about: it stands until one of them changes again. */
  readonly about?: (key: string) => boolean;
  /** Gives the message to show after the undo, if any. */
  readonly undo?: (() => Promise<Said | undefined>) | undefined;
}

/** Without a new message, the last one stays. */
export type Say = (said: Said | undefined) => void;

/**
 * The message to show, and the function that sets it. An undo must not revert later changes: after one it is no longer
 * offered, and only the lines on what was refused stay, for the user to correct by hand.
 */
export function useSaid(): [Said | undefined, Say] {
  const [said, setSaid] = useState<Said>();
  useLayoutEffect(() => {
    const about = said?.about;
    if (!about) return;
    const asSaid = keptNow(about);
    const refresh = async (): Promise<void> => {
      // The event may belong to the very change that the message is about.
      if ((await keptNow(about)) === (await asSaid)) return;
      setSaid((now) => (now === said ? withoutUndo(said) : now));
    };
    const onChanged = (changes: object, area: string): void => {
      if (area === 'local' && Object.keys(changes).some(about)) void refresh();
    };
    browser.storage.onChanged.addListener(onChanged);
    return () => browser.storage.onChanged.removeListener(onChanged);
  }, [said]);
  return [said, (next) => next && setSaid(next)];
}

/** Shows what was removed, with an undo, which shows that it was undone. */
export function sayWithUndo(
  say: Say,
  said: Said & { readonly about: (key: string) => boolean },
  putBack: () => Promise<unknown>,
): void {
  const undone = { sentence: message('options_undone'), about: said.about };
  say({ ...said, undo: () => putBack().then(() => undone) });
}

export function SaidHere({ said, say }: { readonly said: Said | undefined; readonly say: Say }) {
  const { sentence, refused = [], undo } = said ?? {};
  return (
    <div role="status" class="said">
      {sentence && <p>{sentence}</p>}
      {refused.length > 0 && (
        <ul>
          {refused.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {undo && (
        <button type="button" onClick={() => void undo().then(say)}>
          {message('action_undo')}
        </button>
      )}
    </div>
  );
}

function withoutUndo({ sentence, refused = [] }: Said): Said | undefined {
  return refused.length > 0 ? { sentence, refused } : undefined;
}

async function keptNow(isMeant: (key: string) => boolean): Promise<string> {
  const kept = Object.entries(await browser.storage.local.get());
  return JSON.stringify(kept.filter(([key]) => isMeant(key)));
}
