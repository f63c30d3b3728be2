/** Forgetting what was learned of a site's timeout. It took weeks, so that it can be had back while the popup is open. */
import { useState } from 'preact/hooks';
import type { Site } from '../../src/page.ts';
import type { Bounds } from '../../src/timeout.ts';
import { message } from '../i18n.ts';
import { forgetLearned, learnAgain } from '../learned.ts';
import { WorkButton } from './work-button.tsx';

interface Props {
  readonly site: Site;
  /** Whether there is anything to forget. */
  readonly isLearned: boolean;
  readonly onDone: () => Promise<void>;
  readonly onTrouble: (sentence: string) => void;
}

export function Forget({ site, isLearned, onDone, onTrouble }: Props) {
  const [forgotten, setForgotten] = useState<Bounds>();

  async function forget(): Promise<void> {
    setForgotten(await forgetLearned(site));
    await onDone();
  }

  /** "Undo" stays until there is something to forget again: it is one button, and keeps the focus. */
  async function undo(bounds: Bounds): Promise<void> {
    await learnAgain(site, bounds);
    await onDone();
    setForgotten(undefined);
  }

  return (
    <>
      <p role="status" class={forgotten ? 'soft' : 'unseen'}>
        {forgotten && message('popup_forgotten')}
      </p>
      {(forgotten || isLearned) && (
        <WorkButton
          label={message(forgotten ? 'action_undo' : 'popup_forget')}
          kind={forgotten ? 'other' : 'quiet'}
          work={() => (forgotten ? undo(forgotten) : forget())}
          onTrouble={onTrouble}
        />
      )}
    </>
  );
}
