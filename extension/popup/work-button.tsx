/** A button whose work takes a moment: at work it takes no second press, and a failure is said. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { message } from '../shared/i18n.ts';

/** How a button looks: what is at hand first, what else there is, and what is seldom wanted. */
export type Kind = 'main' | 'other' | 'quiet';

interface Props {
  readonly label: string;
  readonly kind: Kind;
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

/**
 * For the button of a component. What a press does may take away the button, and the focus would be lost with it: it is
 * led on to the verdict, which says what came of the press.
 */
export function useFocusLedOn(): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own === document.activeElement) document.getElementById('verdict')!.focus();
    };
  }, []);
  return button;
}
