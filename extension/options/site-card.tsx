/** One site: its permission, its timeout and its settings. */
import { useLayoutEffect } from 'preact/hooks';
import { timeoutOf } from '../../src/session/session-clock.ts';
import { message } from '../shared/i18n.ts';
import { timeoutLine } from '../shared/timeout-message.ts';
import { resetSite, changeSettings, settingsKey } from '../shared/storage/settings.ts';
import { revokeSite } from '../shared/permissions/revoke-site.ts';
import type { WatchedSite } from './options-state.ts';
import { StatusMessage, showWithUndo, useStatus } from './status-message.tsx';
import { SettingsForm } from './settings-form.tsx';

interface Props {
  readonly site: WatchedSite;
  readonly locked: ReadonlySet<string>;
  /** Whether it is no longer watched: then the card only offers the undo. */
  readonly isGone: boolean;
}

export function SiteCard({ site, locked, isGone }: Props) {
  const { address, pattern, others, settings, statedMinutes, hasOwn, isRequired } = site;
  const [status, showStatus] = useStatus();
  // At once: the result of a press that comes later must not be cleared.
  useLayoutEffect(() => {
    if (!isGone) showStatus({ sentence: '' });
  }, [isGone]);

  async function reset(): Promise<void> {
    const before = await resetSite(address);
    const about = (key: string): boolean => key === settingsKey(address);
    showWithUndo(showStatus, { sentence: message('options_site_was_reset'), about }, () =>
      changeSettings(address, before),
    );
  }

  if (isGone && !status?.undo) return null;

  return (
    <article id={address} class="card" aria-label={address} tabIndex={-1}>
      <h3>{address}</h3>
      {!isGone && (
        <>
          <p class="soft">{timeoutLine(settings, statedMinutes)}</p>
          <SettingsForm
            site={address}
            settings={settings}
            locked={locked}
            unsetMinutes={timeoutOf({ ...settings, setTimeoutMinutes: undefined }, statedMinutes).minutes}
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
            {isRequired ? (
              <p class="soft">{message('options_required_site')}</p>
            ) : (
              <button type="button" onClick={() => void revokeSite(pattern).then(showStatus)}>
                {message('popup_stop')}
              </button>
            )}
          </div>
        </>
      )}
      <StatusMessage status={status} showStatus={showStatus} />
    </article>
  );
}
