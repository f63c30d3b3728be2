/** A button whose work takes a moment: at work it takes no second press, and a failure is said. */
import { useState } from 'preact/hooks';
import { message } from '../i18n.ts';
import { useFocusLedOn } from './use-focus-led-on.ts';

interface Props {
  readonly label: string;
  readonly kind: 'main' | 'other' | 'quiet';
  readonly work: () => Promise<unknown>;
  /** What went wrong; empty at the beginning of a new attempt. */
  readonly onTrouble: (sentence: string) => void;
}

export function WorkButton({ label, kind, work, onTrouble }: Props) {
  const [isBusy, setBusy] = useState(false);
  const button = useFocusLedOn();
  return (
    <button
      ref={button}
      type="button"
      class={kind}
      aria-busy={isBusy}
      onClick={() => {
        if (isBusy) return;
        setBusy(true);
        onTrouble('');
        work()
          .catch(() => onTrouble(message('popup_failed')))
          .finally(() => setBusy(false));
      }}
    >
      {label}
    </button>
  );
}
