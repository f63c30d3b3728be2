/** A site that the organisation names and that is not watched: only the user can change that, with one click. */
import { useState } from 'preact/hooks';
import { matchPatternOf } from '../../src/jira/site-address.ts';
import type { Site } from '../../src/jira/page.ts';
import { askFor } from '../shared/permissions/granted.ts';
import { message } from '../shared/i18n.ts';

export function UnwatchedSiteCard({ address }: { readonly address: Site }) {
  const [status, setStatus] = useState('');
  return (
    <article id={address} class="card" aria-label={address} tabIndex={-1}>
      <h3>{address}</h3>
      <p class="soft">{message('options_policy_site')}</p>
      <div class="row">
        {/* Once the site is granted, its own card replaces this one. */}
        <button type="button" onClick={() => void askFor(matchPatternOf(address)!).then(setStatus)}>
          {message('popup_watch')}
        </button>
      </div>
      <p role="status" class="status">
        {status}
      </p>
    </article>
  );
}
