/** The details, closed at first, and the diagnosis made from them. */
import { useState } from 'preact/hooks';
import { message } from '../shared/i18n.ts';
import { issuesLink } from '../shared/issues-link.ts';
import { diagnosisOf, type Detail } from './details.ts';
import { storedState, type Tab } from './current-tab.ts';
import { viewOf } from './popup-view.ts';
import { AsyncButton } from './async-button.tsx';

export function DetailsList({ tab, details }: { tab: Tab; details: readonly Detail[] }) {
  const [hasNames, setHasNames] = useState(false);
  const [status, setStatus] = useState('');
  /** The text to copy by hand if the browser refused to copy, without names and with them: a tick switches at once. */
  const [byHand, setByHand] = useState<{ unnamed: string; named: string }>();
  const text = hasNames ? byHand?.named : byHand?.unnamed;

  async function diagnosis(withNames: boolean): Promise<string> {
    const state = await storedState(tab);
    if (!state) throw new Error('The page is gone');
    // Just after the popup has opened they may still be missing.
    const known = details.length > 0 ? details : (await viewOf(tab, storedState)).watched?.details;
    return diagnosisOf(state, known ?? [], withNames);
  }

  async function copy(): Promise<void> {
    const made = await diagnosis(hasNames);
    try {
      await navigator.clipboard.writeText(made);
      setByHand(undefined);
      setStatus(message('popup_copied'));
    } catch {
      setByHand({ unnamed: await diagnosis(false), named: await diagnosis(true) });
      setStatus(message('popup_copy_by_hand'));
    }
  }

  return (
    <details>
      <summary>{message('details')}</summary>
      <dl>
        {details.map(({ label, value, plain = value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd dir="auto">
              <data value={plain}>{value}</data>
            </dd>
          </div>
        ))}
      </dl>
      <AsyncButton label={message('popup_copy')} kind="other" work={copy} onTrouble={setStatus} />
      <label class="check">
        <input
          type="checkbox"
          checked={hasNames}
          onChange={({ currentTarget }) => setHasNames(currentTarget.checked)}
        />
        {message('popup_copy_names')}
      </label>
      <p class="soft">{message('popup_copy_meaning')}</p>
      <p role="status">{status}</p>
      {text && <textarea readOnly rows={6} value={text} aria-label={message('popup_copy')} />}
      <p>
        <a {...issuesLink()}>{message('report_problem')}</a>
      </p>
      <p class="soft">{message('report_problem_meaning')}</p>
    </details>
  );
}
