/** A site that the organisation names and that isn't watched: only the user can change that, with one click. */
import { useState } from 'preact/hooks';
import { notGrantedLine } from '../asked-words.ts';
import { askFor } from '../granted.ts';
import { message } from '../i18n.ts';
import type { OfferedSite } from './read.ts';

export function OfferedCard({ site: { address, pattern } }: { readonly site: OfferedSite }) {
  const [said, setSaid] = useState('');

  /** Once it is granted this card makes room for the site's own. */
  async function watch(): Promise<void> {
    const answer = await askFor(pattern);
    setSaid(answer === 'granted' ? '' : notGrantedLine(answer));
  }

  return (
    <article id={address} class="card" aria-label={address} tabIndex={-1}>
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
