/**
 * The banner to try, where nothing can go wrong: the product's own, on this page, which is no Jira. It says what a stale
 * page says, and a press of its button says what a renewed one says. Nothing is sent.
 */
import { createBanner } from '../content/banner/banner.ts';
import { doneView } from '../content/banner/views.ts';
import { message } from '../shared/i18n.ts';

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

const banner = createBanner(new AbortController().signal);
const DONE_MILLIS = 6_000;
let doneTimer: ReturnType<typeof setTimeout> | undefined;

/** Takes where the focus is to return to, should it be in the banner when that goes. */
function showStale(origin: HTMLElement): void {
  clearTimeout(doneTimer);
  banner.show({
    tone: 'bad',
    sentence: message('verdict_stale'),
    meaning: message('verdict_stale_possible'),
    buttons: [{ label: message('action_renew'), press: () => showRenewed(origin) }],
    dismiss: () => hide(origin),
  });
}

function showRenewed(origin: HTMLElement): void {
  banner.show(doneView('renewed', () => hide(origin)));
  doneTimer = setTimeout(() => hide(origin), DONE_MILLIS);
}

function hide(origin: HTMLElement): void {
  clearTimeout(doneTimer);
  // The banner stands beside the body, and its root is closed.
  const wasInBanner = !document.body.contains(document.activeElement);
  banner.hide();
  if (wasInBanner) origin.focus({ preventScroll: true });
}
