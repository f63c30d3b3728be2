/**
 * The popup: what the tab's verdict is, in a sentence, with what can be done; on a site that isn't watched, whether it is
 * a Jira, and the button that asks for that one origin. It shows what is known at once, and then what one more look finds.
 */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TabState } from '../../src/messages.ts';
import { browser } from '../browser.ts';
import { reportErrors } from '../errors.ts';
import { message, speakTheUsersLanguage } from '../i18n.ts';
import { forgetLearned } from '../learned.ts';
import { stateOfTab } from '../tab-states.ts';
import { withdraw } from '../granted.ts';
import { Buttons } from './buttons.tsx';
import { Details } from './details-list.tsx';
import { GuardChoice } from './guard-choice.tsx';
import { jiraTabs, type JiraTab } from './others.ts';
import { Others } from './others-list.tsx';
import { SessionLine } from './session-line.tsx';
import { ask, currentTab, type Tab } from './tab.ts';
import { viewOf, type PopupView } from './view.ts';
import { WorkButton } from './work-button.tsx';

interface Shown {
  readonly view: PopupView;
  readonly tabs: readonly JiraTab[];
}

const stateOf = ({ id }: Tab): Promise<TabState | null> => stateOfTab(id);

function Popup({ tab, first }: { tab: Tab | null; first: Shown }) {
  const [{ view, tabs }, show] = useState(first);
  /** What went wrong, or was refused: it stands in place of the meaning until something else is known. */
  const [trouble, setTrouble] = useState('');

  const [started, ended] = [useRef(0), useRef(0)];

  /** What was asked for later is shown, though it may come sooner. */
  async function read(learn: typeof ask): Promise<void> {
    const own = ++started.current;
    const shown = await shownOf(tab, learn);
    if (own < ended.current) return;
    ended.current = own;
    show(shown);
  }

  /** The background brings the script to the page; its first report comes a moment later. */
  async function readAfterGrant(): Promise<void> {
    setTrouble('');
    for (const wait of [150, 350, 700]) {
      await new Promise((done) => setTimeout(done, wait));
      await read(ask);
      if (tab && (await stateOfTab(tab.id))) return;
    }
  }

  useEffect(() => {
    // The list of tabs comes a moment after the rest: with two hundred of them it takes as long again.
    void read(stateOf);
    void read(ask);
    browser.permissions.onAdded.addListener(() => void readAfterGrant());
    browser.permissions.onRemoved.addListener(() => void read(ask));
    // What other tabs report, and a proof that was under way when the popup opened, is shown when it comes.
    let [isReading, isNews] = [false, false];
    const follow = async (): Promise<void> => {
      isNews = true;
      if (isReading) return;
      isReading = true;
      try {
        while (isNews) {
          await new Promise((done) => setTimeout(done, 50));
          isNews = false;
          await read(stateOf);
        }
      } finally {
        isReading = false;
      }
    };
    browser.storage.onChanged.addListener((_changes, area) => {
      if (area !== 'managed') reportErrors(follow());
    });
  }, []);
  useEffect(() => setTrouble(''), [view.sentence]);

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
        <div id="verdict" role="status" data-tone={view.tone}>
          <p id="sentence">{view.sentence}</p>
          {(trouble || view.meaning) && <p id="meaning">{trouble || view.meaning}</p>}
        </div>
        <Buttons tab={tab} view={view} onDone={() => read(ask)} onTrouble={setTrouble} />
        {watched && <SessionLine session={watched.session} />}
        {watched?.session.isLearned && (
          <WorkButton
            label={message('popup_forget')}
            kind="quiet"
            work={() => forgetLearned(watched.site).then(() => read(ask))}
            onTrouble={setTrouble}
          />
        )}
        {watched?.guard && <GuardChoice site={watched.site} guard={watched.guard} onTrouble={setTrouble} />}
        <Others current={tab?.id} tabs={tabs} onGone={() => void read(stateOf)} />
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
            work={async () => {
              if (!(await withdraw(stop))) setTrouble(message('popup_stop_failed'));
            }}
            onTrouble={setTrouble}
          />
        )}
      </footer>
    </>
  );
}

async function shownOf(tab: Tab | null, learn: (tab: Tab) => Promise<TabState | null>): Promise<Shown> {
  // One after the other: a page that is slow to answer must not bring an old list with it.
  const view = await viewOf(tab, learn);
  return { view, tabs: await jiraTabs(tab ?? { isPrivate: false }) };
}

speakTheUsersLanguage();
const tab = await currentTab();
render(<Popup tab={tab} first={{ view: await viewOf(tab, stateOf), tabs: [] }} />, document.body);
performance.mark('shown');
