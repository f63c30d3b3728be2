/**
 * The popup: what the tab's verdict is, in a sentence, with what can be done; on a site that isn't watched, whether it is
 * a Jira, and the button that asks for that one origin. It shows what is known at once, and then what one more look finds.
 */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { browser } from '../browser.ts';
import { giveBack, type GivenBack } from '../giving-back.ts';
import { message, speakTheUsersLanguage } from '../i18n.ts';
import { Buttons } from './buttons.tsx';
import { Details } from './details-list.tsx';
import { GuardSwitch } from './guard-switch.tsx';
import { Notice } from './notice.tsx';
import { Others } from './others-list.tsx';
import { SessionLine } from './session-line.tsx';
import { currentTab, type Tab } from './tab.ts';
import { firstShown, useShown, type Shown } from './use-shown.ts';
import { WorkButton } from './work-button.tsx';

function Popup({ tab, first }: { tab: Tab | null; first: Shown }) {
  const { view, tabs, look, readAgain } = useShown(tab, first);
  /** What went wrong, or was refused: it stands in place of the meaning until something else is known. */
  const [trouble, setTrouble] = useState('');
  useEffect(() => setTrouble(''), [view.sentence]);
  const [given, setGiven] = useState<GivenBack>();

  const { watched, stop } = view;
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
        <Buttons tab={tab} view={view} onDone={look} onTrouble={setTrouble} />
        <div role="status" class="given">
          {given && <p>{given.sentence}</p>}
          {given?.undo && (
            <WorkButton
              label={message('action_undo')}
              kind="other"
              work={() => given.undo!().then(setGiven)}
              onTrouble={setTrouble}
            />
          )}
        </div>
        {watched && <Notice tab={tab!} files={watched.files} onDone={look} onTrouble={setTrouble} />}
        {watched && <SessionLine session={watched.session} />}
        {watched?.guard && <GuardSwitch site={watched.site} guard={watched.guard} onTrouble={setTrouble} />}
        <Others current={tab?.id} tabs={tabs} onGone={() => void readAgain()} />
        {watched && <Details tab={tab!} details={watched.details} />}
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
        {stop && (
          <WorkButton
            label={message('popup_stop')}
            kind="quiet"
            work={() => giveBack(stop).then(setGiven)}
            onTrouble={setTrouble}
          />
        )}
      </footer>
    </>
  );
}

speakTheUsersLanguage();
const tab = await currentTab();
render(<Popup tab={tab} first={await firstShown(tab)} />, document.body);
performance.mark('shown');
