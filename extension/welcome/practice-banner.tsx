/**
 * The product's banner to try without risk, on this page, which is not Jira. It shows what it shows on a stale page,
 * and after a press of its button what it shows on a renewed one. Nothing is sent.
 */
import { createBanner } from '../content/banner/banner.ts';
import { message } from '../shared/i18n.ts';

export function PracticeBanner() {
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

/** Takes the element that gets the focus back if the banner has it when it closes. */
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
  banner.show({
    tone: 'good',
    sentence: message('renewed'),
    meaning: message('renewed_meaning'),
    dismiss: () => hide(origin),
  });
  doneTimer = setTimeout(() => hide(origin), DONE_MILLIS);
}

function hide(origin: HTMLElement): void {
  clearTimeout(doneTimer);
  // The banner is outside the body, and its root is closed.
  const wasInBanner = !document.body.contains(document.activeElement);
  banner.hide();
  if (wasInBanner) origin.focus({ preventScroll: true });
}
