/** What can be done about the verdict, or about a site that isn't watched. */
import { keyOf, type Action } from '../../src/presentation.ts';
import { notGrantedLine } from '../asked-words.ts';
import { askFor } from '../granted.ts';
import { message } from '../i18n.ts';
import { actOn, type Tab } from './tab.ts';
import type { PopupView } from './view.ts';
import { WorkButton } from './work-button.tsx';

interface Props {
  readonly tab: Tab | null;
  readonly view: PopupView;
  readonly onDone: () => Promise<void>;
  readonly onTrouble: (sentence: string) => void;
}

export function Buttons({ tab, view, onDone, onTrouble }: Props) {
  const { actions, watch } = view;
  async function press(action: Action): Promise<void> {
    if (tab) await actOn(tab, action);
    if (action === 'reload' || action === 'sign-in') window.close();
    else await onDone();
  }

  /** Firefox may close the popup under the question. */
  async function grant(pattern: string): Promise<void> {
    const answer = await askFor(pattern);
    if (answer !== 'granted') onTrouble(notGrantedLine(answer));
  }

  return (
    <div class="buttons">
      {actions.map((action, at) => (
        <WorkButton
          key={action}
          label={message(keyOf('action', action))}
          kind={at === 0 ? 'main' : 'other'}
          work={() => press(action)}
          onTrouble={onTrouble}
        />
      ))}
      {watch && (
        <WorkButton label={message('popup_watch')} kind="main" work={() => grant(watch)} onTrouble={onTrouble} />
      )}
    </div>
  );
}
