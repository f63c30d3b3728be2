/** The banner to try, where nothing can go wrong. */
import { message } from '../i18n.ts';
import { showStale } from './practice-banner.ts';

export function Practice() {
  return (
    <section aria-labelledby="practice">
      <h2 id="practice">{message('welcome_practice')}</h2>
      <p>{message('welcome_practice_meaning')}</p>
      <div class="row">
        <button
          type="button"
          aria-describedby="practice-safe"
          onClick={({ currentTarget }) => showStale(currentTarget)}
        >
          {message('welcome_show_banner')}
        </button>
        <p id="practice-safe" class="soft">
          {message('welcome_practice_safe')}
        </p>
      </div>
    </section>
  );
}
