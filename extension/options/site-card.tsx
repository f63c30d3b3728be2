/** One site: its permission, what was learned of it, and what holds on it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OwnSettings } from '../../src/settings.ts';
import { isLearned } from '../../src/timeout.ts';
import { message } from '../i18n.ts';
import { forgetLearned, siteTimeout } from '../learned.ts';
import { learnedLines } from '../learned-words.ts';
import { resetSite, setForSite } from '../stored-settings.ts';
import { withdraw } from '../granted.ts';
import type { WatchedSite } from './read.ts';
import { SettingsForm } from './settings-form.tsx';

interface Props {
  readonly site: WatchedSite;
  readonly locked: ReadonlySet<string>;
}

interface Said {
  readonly sentence: string;
  /** What a reset took away. */
  readonly before?: OwnSettings;
}

export function SiteCard({ site, locked }: Props) {
  const { address, pattern, others, settings, learned, hasOwn, isRequired } = site;
  const lines = learnedLines(learned, settings);
  const [said, setSaid] = useState<Said>();
  const before = said?.before;
  const card = useRef<HTMLElement>(null);
  const undoButton = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone afterwards; who uses a keyboard is led on from where it was.
  useEffect(() => {
    if (said) (undoButton.current ?? card.current)?.focus();
  }, [said]);

  async function reset(): Promise<void> {
    setSaid({ sentence: message('options_site_was_reset'), before: await resetSite(address) });
  }

  async function undo(own: OwnSettings): Promise<void> {
    await setForSite(address, own);
    setSaid({ sentence: message('options_undone') });
  }

  async function stop(): Promise<void> {
    if (!(await withdraw(pattern))) setSaid({ sentence: message('popup_stop_failed') });
  }

  return (
    <article ref={card} class="card" aria-label={address} tabIndex={-1}>
      <h3>{address}</h3>
      {lines.map((line) => (
        <p key={line} class="soft">
          {line}
        </p>
      ))}
      <SettingsForm
        idPrefix={address}
        settings={settings}
        locked={locked}
        learnedMinutes={siteTimeout(learned, { ...settings, setTimeoutMinutes: undefined }).minutes}
        onSet={(own) => {
          setSaid(undefined);
          return setForSite(address, own);
        }}
      />
      {others.length > 0 && !isRequired && (
        <p class="soft">{message('options_granted_with', others.join(', '))}</p>
      )}
      <div class="row">
        {hasOwn && (
          <button type="button" onClick={() => void reset()}>
            {message('options_reset_site')}
          </button>
        )}
        {isLearned(learned) && (
          <button type="button" onClick={() => void forgetLearned(address)}>
            {message('popup_forget')}
          </button>
        )}
        {isRequired ? (
          <p class="soft">{message('options_required_site')}</p>
        ) : (
          <button type="button" onClick={() => void stop()}>
            {message('popup_stop')}
          </button>
        )}
      </div>
      <div role="status" class="said">
        {said && <p>{said.sentence}</p>}
        {before && (
          <button ref={undoButton} type="button" onClick={() => void undo(before)}>
            {message('action_undo')}
          </button>
        )}
      </div>
    </article>
  );
}
