/** The options: the sites and their permissions, the settings of each, and settings to take along. Saved at once. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Storage } from 'webextension-polyfill';
import { readSessionValue } from '../../src/messages/schemas.ts';
import { browser } from '../shared/browser.ts';
import { message, declareLanguage } from '../shared/i18n.ts';
import { issuesLink } from '../shared/issues-link.ts';
import { DEFAULT_TIMEOUT_MINUTES } from '../../src/settings/definitions.ts';
import { serialize } from '../shared/storage/settings.ts';
import { moveFocusAfterRemoval } from './focus-after-removal.ts';
import { UnwatchedSiteCard } from './unwatched-site-card.tsx';
import { Keys } from './shortcuts.tsx';
import { readOptions, type Options, type WatchedSite } from './options-state.ts';
import { SettingsForm } from './settings-form.tsx';
import { SiteCard } from './site-card.tsx';
import { ImportExport } from './import-export.tsx';

declareLanguage();
moveFocusAfterRemoval();

function Page() {
  const [options, setOptions] = useState<Options>();
  const [seen] = useState(new Map<string, WatchedSite>());
  useEffect(() => {
    // In turn: when a site is revoked, its card first gets the undo to offer, and then the site goes.
    const read = (): void => void serialize(readOptions).then(setOptions);
    read();
    browser.storage.onChanged.addListener((changes, area) => {
      if (area === 'managed' || (area === 'local' && Object.entries(changes).some(isShown))) read();
    });
    browser.permissions.onAdded.addListener(read);
    browser.permissions.onRemoved.addListener(read);
  }, []);
  if (!options) return null;
  for (const site of options.sites) seen.set(site.address, site);
  const cards = [...seen.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return (
    <main>
      <header>
        <img src="/icons/icon-48.png" alt="" width="32" height="32" />
        <h1>{message('options_title')}</h1>
      </header>
      {options.refused.length > 0 && <Refusals lines={options.refused} />}
      <section aria-labelledby="sites">
        <h2 id="sites" tabIndex={-1}>
          {message('options_sites')}
        </h2>
        <WithoutSites options={options} />
        {options.offered.map((address) => (
          <UnwatchedSiteCard key={address} address={address} />
        ))}
        {cards.map((site) => (
          <SiteCard key={site.address} site={site} locked={options.locked} isGone={!options.sites.includes(site)} />
        ))}
      </section>
      <section aria-labelledby="all">
        <h2 id="all">{message('options_all')}</h2>
        <p class="soft">{message('options_all_meaning')}</p>
        <SettingsForm settings={options.all} locked={options.locked} unsetMinutes={DEFAULT_TIMEOUT_MINUTES} />
      </section>
      <Keys />
      <ImportExport />
      <footer>
        <p>
          <a {...issuesLink()}>{message('report_problem')}</a>
        </p>
        <p class="soft">{message('report_problem_meaning')}</p>
      </footer>
    </main>
  );
}

function WithoutSites({ options: { sites, offered, isWide } }: { options: Options }) {
  if (sites.length > 0) return null;
  if (isWide) return <p class="soft">{message('options_many_granted')}</p>;
  return offered.length > 0 ? null : <p class="soft">{message('options_no_sites')}</p>;
}

/** Tabs report many times a minute. Only a site's first report, and the timeout that it states, are shown here. */
function isShown([key, { oldValue, newValue }]: [string, Storage.StorageChange]): boolean {
  if (!key.startsWith('session ') || oldValue === undefined) return true;
  return readSessionValue('session', oldValue)?.statedMinutes !== readSessionValue('session', newValue)?.statedMinutes;
}

/** The parts of an administrator's policy that cannot be followed. The rest of it applies. */
function Refusals({ lines }: { lines: readonly string[] }) {
  return (
    <section class="refused" aria-labelledby="refused">
      <h2 id="refused">{message('options_policy_refused')}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

render(<Page />, document.body);
