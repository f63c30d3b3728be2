/**
 * The script on a Jira page. It ties the watch to the events that are worth a look, the banner to the verdict,
 * and the background's words to both. Everything it sets up ends with one signal.
 */
import type { ToPage } from '../../src/messages.ts';
import { beginLife, isOrphan } from './life.ts';
import { createBanner } from './banner.ts';
import { createTeller } from './teller.ts';
import { watchPage } from './watch.ts';

const life = beginLife();
const { signal } = life;

function start(): void {
  const banner = createBanner(signal);
  const watch = watchPage(signal, (sight) => teller.tell(sight));
  const teller = createTeller(banner, watch);

  const lookAgain = (): void => {
    if (isOrphan()) life.abort();
    else watch.lookSoon();
  };
  for (const [target, type] of WORTH_A_LOOK) target.addEventListener(type, lookAgain, { signal });

  const answer = (message: ToPage, _sender: unknown, reply: (verdict: unknown) => void): boolean => {
    switch (message.kind) {
      case 'look':
        void watch.look().then((sight) => reply(sight?.verdict));
        return true;
      case 'act':
        void teller.act(message.action).then((sight) => reply(sight?.verdict));
        return true;
      case 'report-again':
        watch.reportAgain();
        return false;
      case 'stop':
        life.abort();
        return false;
      default:
        return false;
    }
  };
  chrome.runtime.onMessage.addListener(answer);
  signal.addEventListener('abort', () => chrome.runtime?.onMessage?.removeListener(answer));

  void watch.look();
}

/** A page from the back/forward cache comes with an old token beside a new cookie: `pageshow` says so. */
const WORTH_A_LOOK = [
  [document, 'visibilitychange'],
  [window, 'focus'],
  [window, 'pageshow'],
] as const;

if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', start, { once: true, signal });
} else {
  start();
}
