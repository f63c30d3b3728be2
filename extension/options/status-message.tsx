/** What was said last in a place, and the way back from it. */
import { useLayoutEffect, useState } from 'preact/hooks';
import { browser } from '../shared/browser.ts';
import { message } from '../shared/i18n.ts';

export interface Said {
  readonly sentence: string;
  /** What was refused, a line each. */
  readonly refused?: readonly string[];
  /** The keys of `storage.local` that it speaks of: it holds until one of them changes otherwise. */
  readonly about?: (key: string) => boolean;
  /** Gives what is to be said then, if anything. */
  readonly undo?: (() => Promise<Said | undefined>) | undefined;
}

/** Where there is nothing to say, what was said stays. */
export type Say = (said: Said | undefined) => void;

/**
 * What is to be shown, and the way to say something. What was done otherwise since is not the undo's to take away: it is
 * offered no longer then, and of what was said only the lines on what was refused are left, to be put right by hand.
 */
export function useSaid(): [Said | undefined, Say] {
  const [said, setSaid] = useState<Said>();
  useLayoutEffect(() => {
    const about = said?.about;
    if (!about) return;
    const asSaid = keptNow(about);
    const refresh = async (): Promise<void> => {
      // What is told may still be what this was said of.
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

/** Says what was taken away, with the way to put it back, after which that is said. */
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
