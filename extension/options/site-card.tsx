/** One site: its permission, what was learned of it, and what holds on it. */
import type { Settings } from '../../src/settings.ts';
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';
import { forgetLearned, siteTimeout } from '../learned.ts';
import { learnedLines } from '../learned-words.ts';
import type { WatchedSite } from './read.ts';
import { SettingsForm } from './settings-form.tsx';

interface Props {
  readonly site: WatchedSite;
  readonly locked: ReadonlySet<string>;
  readonly onSet: (own: Partial<Settings>) => Promise<void>;
}

export function SiteCard({ site, locked, onSet }: Props) {
  const { address, pattern, settings, learned } = site;
  const lines = learnedLines(learned, settings);
  return (
    <article class="card" aria-label={address}>
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
        onSet={onSet}
      />
      <div class="row">
        {(learned.atLeastMinutes !== undefined || learned.atMostMinutes !== undefined) && (
          <button type="button" onClick={() => void forgetLearned(address)}>
            {message('popup_forget')}
          </button>
        )}
        <button type="button" onClick={() => void browser.permissions.remove({ origins: [pattern] })}>
          {message('popup_stop')}
        </button>
      </div>
    </article>
  );
}
