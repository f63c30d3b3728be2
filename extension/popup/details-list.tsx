/** The details, closed until asked for, and the diagnosis made of them. */
import { useState } from 'preact/hooks';
import { message } from '../i18n.ts';
import { stateOfTab } from '../tab-states.ts';
import type { Detail } from './details.ts';
import { diagnosisOf } from './diagnosis.ts';
import type { Tab } from './tab.ts';

export function Details({ tab, details }: { tab: Tab; details: readonly Detail[] }) {
  const [hasNames, setHasNames] = useState(false);
  const [said, setSaid] = useState('');
  /** What the browser did not let us copy, to be copied by hand. */
  const [text, setText] = useState('');

  async function copy(): Promise<void> {
    const state = await stateOfTab(tab.id);
    if (!state) return setSaid(message('popup_failed'));
    const diagnosis = await diagnosisOf(state, details, hasNames);
    try {
      await navigator.clipboard.writeText(diagnosis);
      setSaid(message('popup_copied'));
    } catch {
      setText(diagnosis);
      setSaid(message('popup_copy_by_hand'));
    }
  }

  return (
    <details>
      <summary>{message('details')}</summary>
      <dl>
        {details.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => void copy()}>
        {message('popup_copy')}
      </button>
      <label class="check">
        <input
          type="checkbox"
          checked={hasNames}
          onChange={({ currentTarget }) => setHasNames(currentTarget.checked)}
        />
        {message('popup_copy_names')}
      </label>
      <p class="soft">{message('popup_copy_meaning')}</p>
      <p role="status">{said}</p>
      {text && <textarea readOnly rows={6} value={text} aria-label={message('popup_copy')} />}
    </details>
  );
}
