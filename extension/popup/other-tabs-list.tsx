/** The other Jira tabs: a press goes to one. "Renew all pages" renews those that need it, and shows its progress. */
import { useState } from 'preact/hooks';
import { message } from '../shared/i18n.ts';
import { numberOf } from '../shared/time-format.ts';
import { goTo, renewAll, type JiraTab } from './other-tabs.ts';
import { useFocusOnVerdict, AsyncButton } from './async-button.tsx';

interface Props {
  /** The popup's own tab, which is renewed with the others but not listed. */
  readonly current: number | undefined;
  readonly tabs: readonly JiraTab[];
  /** Called if the tab that was pressed is gone. */
  readonly onGone: () => void;
}

export function OtherTabsList({ current, tabs, onGone }: Props) {
  const [status, setStatus] = useState('');
  const [progress, setProgress] = useState('');
  const [isBusy, setBusy] = useState(false);
  const others = tabs.filter(({ id }) => id !== current);
  const renewable = tabs.filter(({ isRenewable }) => isRenewable);
  const offersAll = isBusy || others.some(({ isRenewable }) => isRenewable);

  async function renew(): Promise<void> {
    const stale = tabs.filter(({ isStale }) => isStale).length;
    const count = numberOf(renewable.length);
    setBusy(true);
    setStatus(message('popup_renewing', numberOf(0), count));
    let total = 0;
    try {
      await renewAll(renewable, (through, renewed) => {
        total = renewed;
        setProgress(message('popup_renewing', numberOf(through), count));
      });
      setStatus(
        total === stale
          ? message('popup_renewed_all')
          : message('popup_renewed_some', numberOf(total), numberOf(stale)),
      );
    } finally {
      setProgress('');
      setBusy(false);
    }
  }

  if (others.length === 0) return null;
  return (
    <section class="others" aria-labelledby="others">
      <h2 id="others">{message('popup_others', numberOf(others.length))}</h2>
      <ul>
        {others.map((tab) => (
          <li key={tab.id}>
            <TabButton tab={tab} onGone={onGone} />
          </li>
        ))}
      </ul>
      {offersAll && <AsyncButton label={message('popup_renew_all')} kind="other" work={renew} onTrouble={setStatus} />}
      {/* Screen readers announce only the beginning and the end. */}
      <p aria-hidden="true" hidden={!progress}>
        {progress}
      </p>
      <p role="status" class={progress ? 'unseen' : ''}>
        {status}
      </p>
    </section>
  );
}

function TabButton({ tab, onGone }: { tab: JiraTab; onGone: () => void }) {
  const button = useFocusOnVerdict();
  return (
    <button
      ref={button}
      type="button"
      class="tab"
      title={tab.sentence}
      data-tone={tab.tone}
      onClick={() => void goTo(tab).then(() => window.close(), onGone)}
    >
      <span class="badge" aria-hidden="true">
        {tab.badge || '·'}
      </span>
      <span class="title" dir="auto">
        {tab.title}
      </span>
      <span class="sentence">{tab.sentence}</span>
    </button>
  );
}
