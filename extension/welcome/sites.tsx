/** The watched Jiras, those that the organisation names, and the form for any other. */
import { useEffect, useState } from 'preact/hooks';
import { parseTypedAddress, matchPatternOf, type TypedAddress } from '../../src/jira/site-address.ts';
import { browser } from '../shared/browser.ts';
import { askFor, grantedAmong, grantedPatterns } from '../shared/permissions/granted.ts';
import { message } from '../shared/i18n.ts';
import { policySites } from '../shared/storage/settings.ts';
import { AddressForm } from './address-form.tsx';

interface KnownSites {
  /** What the browser grants, as shown. */
  readonly watched: readonly string[];
  readonly named: readonly TypedAddress[];
}

interface Status {
  readonly sentence: string;
  /** The page that the user can open now. */
  readonly open?: string;
  /** Whether the pressed button was in a row that goes once its site is granted: then the focus would go with it. */
  readonly takesFocus: boolean;
}

export function Sites() {
  const [sites, setSites] = useState<KnownSites>({ watched: [], named: [] });
  const [status, setStatus] = useState<Status>();
  useEffect(() => {
    const read = (): void => void readSites().then(setSites);
    read();
    // Firefox may ask elsewhere, and a policy arrives up to seconds after the installation.
    browser.permissions.onAdded.addListener(read);
    browser.permissions.onRemoved.addListener(read);
    browser.storage.onChanged.addListener((_changes, area) => {
      if (area === 'managed') read();
    });
  }, []);

  /** Call it first in a click or a submit. */
  async function watch({ origin, address }: TypedAddress, takesFocus: boolean): Promise<void> {
    const notGranted = await askFor(matchPatternOf(origin)!);
    if (notGranted) setStatus({ sentence: notGranted, takesFocus });
    else setStatus({ sentence: message('welcome_watching', origin), open: address, takesFocus });
  }

  return (
    <section aria-labelledby="sites">
      <h2 id="sites">{message('welcome_sites')}</h2>
      {sites.watched.length > 0 && (
        <>
          <p id="watched">{message('welcome_watched')}</p>
          <ul class="watched" aria-labelledby="watched">
            {sites.watched.map((address) => (
              <li key={address}>
                <bdi>{address}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      {sites.named.length > 0 && (
        <>
          <p id="named">{message('welcome_named')}</p>
          <ul class="named" aria-labelledby="named">
            {sites.named.map((site) => (
              <li key={site.address}>
                <bdi id={site.address}>{site.address}</bdi>
                <button type="button" aria-describedby={site.address} onClick={() => void watch(site, true)}>
                  {message('popup_watch')}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <AddressForm onRefused={() => setStatus(undefined)} onAsked={(site) => void watch(site, false)} />
      <p role="status" class="status">
        {status && `${status.sentence} `}
        {status?.open && (
          <a
            key={status.open}
            href={status.open}
            target="_blank"
            rel="noreferrer"
            ref={status.takesFocus ? focus : null}
          >
            {message('welcome_open')}
          </a>
        )}
      </p>
    </section>
  );
}

/** The sites that are watched, and those that a policy names and nobody has granted yet. */
async function readSites(): Promise<KnownSites> {
  const [patterns, addresses] = await Promise.all([grantedPatterns(), policySites()]);
  const granted = await grantedAmong(addresses);
  return {
    watched: patterns.map((pattern) => pattern.replace(/\/\*$/, '')),
    // Validated like what a user types: a policy cannot make the page ask for all hosts either.
    named: addresses
      .filter((address) => !granted.has(address))
      .map((address) => parseTypedAddress(address))
      .filter((site) => 'origin' in site),
  };
}

function focus(link: HTMLElement | null): void {
  link?.focus();
}
