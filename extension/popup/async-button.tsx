/** A button whose work takes a moment: meanwhile it ignores presses, and it reports a failure. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { message } from '../shared/i18n.ts';

/** A button's style: the main action, other actions, and those seldom wanted. */
export type ButtonStyle = 'main' | 'other' | 'quiet';

interface Props {
  readonly label: string;
  readonly kind: ButtonStyle;
  readonly work: () => Promise<unknown>;
  /** What went wrong; empty at the beginning of a new attempt. */
  readonly onTrouble: (sentence: string) => void;
}

export function AsyncButton({ label, kind, work, onTrouble }: Props) {
  const [isBusy, setBusy] = useState(false);
  const button = useFocusOnVerdict();
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
 * For the button of a component. If a press removes the button, the focus would be lost: it moves to the verdict,
 * which shows the result of the press.
 */
export function useFocusOnVerdict(): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own === document.activeElement) document.getElementById('verdict')!.focus();
    };
  }, []);
  return button;
}
