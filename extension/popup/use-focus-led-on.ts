/**
 * What a press does may take away the button that was pressed, and the focus would be lost with it: it is led on to the
 * verdict, which says what came of the press.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** For the button of a component: goes on with the focus only where the button has it as it goes away. */
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
