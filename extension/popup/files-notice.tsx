/** Files waiting in the page, shown even if its banner was dismissed. They can be discarded, and briefly restored. */
import { useEffect, useState } from 'preact/hooks';
import { counted, message } from '../shared/i18n.ts';
import { sendOrThrow, type Tab } from './current-tab.ts';
import { AsyncButton } from './async-button.tsx';

interface Props {
  readonly tab: Tab;
  readonly files: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onTrouble: (sentence: string) => void;
}

/** How long the page still has discarded files. */
const UNDO_MILLIS = 10_000;

export function FilesNotice({ tab, files, onDone, onTrouble }: Props) {
  const [discarded, setDiscarded] = useState<readonly string[]>([]);
  const isWaiting = files.length > 0;
  const shown = isWaiting ? files : discarded;
  useEffect(() => {
    const timer = setTimeout(() => setDiscarded([]), UNDO_MILLIS);
    return () => clearTimeout(timer);
  }, [discarded]);

  /** The notice shows the files while this runs: otherwise the button would go, and the focus with it. */
  async function press(): Promise<void> {
    if (isWaiting) setDiscarded(files);
    await sendOrThrow(tab, { kind: isWaiting ? 'discard' : 'undo-discard' });
    await onDone();
    if (!isWaiting) setDiscarded([]);
  }

  return (
    <div class={shown.length > 0 ? 'notice' : 'unseen'}>
      <p role="status">{shown.length > 0 && counted(isWaiting ? 'files_kept' : 'files_discarded', shown)}</p>
      {shown.length > 0 && (
        <AsyncButton
          label={message(isWaiting ? 'action_discard' : 'action_undo')}
          kind="other"
          work={press}
          onTrouble={onTrouble}
        />
      )}
    </div>
  );
}
