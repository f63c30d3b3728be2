/** A site that the organisation names and that isn't watched: only the user can change that, with one click. */
import { useState } from 'preact/hooks';
import { browser } from '../browser.ts';
import { reportError } from '../errors.ts';
import { message } from '../i18n.ts';
import type { OfferedSite } from './read.ts';

export function OfferedCard({ site: { address, pattern } }: { readonly site: OfferedSite }) {
  const [said, setSaid] = useState('');

  /** The request must be the first thing awaited in a click. Once it is granted this card makes room for the site's own. */
  async function watch(): Promise<void> {
    try {
      const granted = await browser.permissions.request({ origins: [pattern] });
      setSaid(granted ? '' : message('popup_refused'));
    } catch (error) {
      reportError(error);
      setSaid(message('popup_refused'));
    }
  }

  return (
    <article class="card" aria-label={address}>
      <h3>{address}</h3>
      <p class="soft">{message('options_policy_site')}</p>
      <div class="row">
        <button type="button" onClick={() => void watch()}>
          {message('popup_watch')}
        </button>
      </div>
      <p role="status" class="said">
        {said}
      </p>
    </article>
  );
}
