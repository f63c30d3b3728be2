/**
 * The popup: the tab's verdict in a sentence, with what can be done. On a site that is not watched: whether it is a
 * Jira, and the button that asks for that one origin. It first shows what is known, and then the result of a refresh.
 */
import { render } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { messageKeyOf, type Action } from '../../src/verdict/presentation.ts';
import { browser } from '../shared/browser.ts';
import { revokeSite, type Revocation } from '../shared/permissions/revoke-site.ts';
import { askFor } from '../shared/permissions/granted.ts';
import { message, declareLanguage, type MessageKey } from '../shared/i18n.ts';
import { DetailsList } from './details-list.tsx';
import { GuardSwitch } from './guard-switch.tsx';
import { FilesNotice } from './files-notice.tsx';
import { OtherTabsList } from './other-tabs-list.tsx';
import { SessionLine } from './session-line.tsx';
import { actOn, currentTab, type Tab } from './current-tab.ts';
import { firstPopupState, usePopupState, type PopupState } from './use-popup-state.ts';
import { AsyncButton, type ButtonStyle } from './async-button.tsx';

function Popup({ tab, first }: { tab: Tab | null; first: PopupState }) {
  const { view, tabs, refresh, readAgain } = usePopupState(tab, first);
  /** What failed or was refused: shown in place of the meaning until something else is known. */
  const [trouble, setTrouble] = useState('');
  useLayoutEffect(() => setTrouble(''), [view.sentence]);
  const [revocation, setRevocation] = useState<Revocation>();

  const { actions, watch, watched, stop } = view;
  async function press(action: Action): Promise<void> {
    if (tab) await actOn(tab, action);
    if (action === 'reload' || action === 'sign-in') window.close();
    else await refresh();
  }
  const button = (key: MessageKey, kind: ButtonStyle, work: () => Promise<unknown>) => (
    <AsyncButton key={key} label={message(key)} kind={kind} work={work} onTrouble={setTrouble} />
  );

  return (
    <>
      <header>
        <img src="/icons/icon-32.png" alt="" width="20" height="20" />
        <h1>Freshtoken</h1>
        <span id="site">
          <bdi>{view.site}</bdi>
        </span>
      </header>
      <main>
        <div id="verdict" role="status" tabIndex={-1} data-tone={view.tone}>
          <p id="sentence">{view.sentence}</p>
          {(trouble || view.meaning) && <p id="meaning">{trouble || view.meaning}</p>}
        </div>
        <div class="buttons">
          {actions.map((action, at) =>
            button(messageKeyOf('action', action), at === 0 ? 'main' : 'other', () => press(action)),
          )}
          {watch && button('popup_watch', 'main', () => askFor(watch).then(setTrouble))}
        </div>
        <div role="status" class="revocation">
          {revocation && <p>{revocation.sentence}</p>}
          {revocation?.undo && button('action_undo', 'other', () => revocation.undo!().then(setRevocation))}
        </div>
        {watched && <FilesNotice tab={tab!} files={watched.files} onDone={refresh} onTrouble={setTrouble} />}
        {watched && <SessionLine session={watched.session} />}
        {watched?.guard && <GuardSwitch site={watched.site} guard={watched.guard} onTrouble={setTrouble} />}
        <OtherTabsList current={tab?.id} tabs={tabs} onGone={() => void readAgain()} />
        {watched && <DetailsList tab={tab!} details={watched.details} />}
      </main>
      <footer>
        <a
          href="/extension/options/index.html"
          onClick={(event) => {
            event.preventDefault();
            void browser.runtime.openOptionsPage().then(() => window.close());
          }}
        >
          {message('options')}
        </a>
        {stop && button('popup_stop', 'quiet', () => revokeSite(stop).then(setRevocation))}
      </footer>
    </>
  );
}

declareLanguage();
const tab = await currentTab();
render(<Popup tab={tab} first={await firstPopupState(tab)} />, document.body);
performance.mark('shown');
