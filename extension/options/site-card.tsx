/** One site: its permission, what was learned of it, and what holds on it. */
import { isLearned } from '../../src/timeout.ts';
import { message } from '../i18n.ts';
import { forgetLearned, learnAgain, learnedKey, siteTimeout } from '../learned.ts';
import { learnedLines } from '../learned-words.ts';
import { resetSite, setForSite, settingsKey } from '../stored-settings.ts';
import { giveBack } from '../giving-back.ts';
import type { WatchedSite } from './read.ts';
import { SaidHere, sayWithUndo, useSaid } from './said.tsx';
import { SettingsForm } from './settings-form.tsx';

interface Props {
  readonly site: WatchedSite;
  readonly locked: ReadonlySet<string>;
}

export function SiteCard({ site, locked }: Props) {
  const { address, pattern, others, settings, learned, hasOwn, isRequired } = site;
  const lines = learnedLines(learned, settings);
  const [said, say] = useSaid();
  const settingsOfIt = (key: string): boolean => key === settingsKey(address);
  const learnedOfIt = (key: string): boolean => key === learnedKey(address);

  async function reset(): Promise<void> {
    const before = await resetSite(address);
    const taken = { sentence: message('options_site_was_reset'), about: settingsOfIt };
    sayWithUndo(say, taken, message('options_undone'), () => setForSite(address, before));
  }

  async function forget(): Promise<void> {
    const before = await forgetLearned(address);
    const taken = { sentence: message('options_forgotten'), about: learnedOfIt };
    sayWithUndo(say, taken, message('options_learned_again'), () => learnAgain(address, before));
  }

  async function stop(): Promise<void> {
    const obstacle = await giveBack(pattern);
    if (obstacle) say({ sentence: message(obstacle) });
  }

  return (
    <article id={address} class="card" aria-label={address} tabIndex={-1}>
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
        onSet={(own) => setForSite(address, own)}
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
          <button type="button" onClick={() => void forget()}>
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
      <SaidHere said={said} />
    </article>
  );
}
