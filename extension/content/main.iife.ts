/**
 * The script on a Jira page. It ties the watch to the events that are worth a look, the banner to the verdict,
 * and the background's words to both. Everything it sets up ends with one signal.
 */
import type { ToPage } from '../../src/messages/protocol.ts';
import { quietly, reportErrors } from '../shared/errors.ts';
import { GUARDED } from './guard/attempts.ts';
import { createBanner } from './banner/banner.ts';
import { hearEvents } from './frames.ts';
import { startLifecycle } from './lifecycle.ts';
import { guardPage } from './guard/listener.ts';
import { DOING } from './activity/user.ts';
import { createBannerController } from './banner/controller.ts';
import { watchPage } from './page-monitor.ts';

/** The events that are heard, in the page and in its visual editors. */
const EVENTS = new Set([...GUARDED, ...DOING, 'dragstart', 'dragend', 'focusin']);

function start(
  lifecycle: AbortController,
  isFromStart: boolean,
  banner = createBanner(lifecycle.signal),
  hear = hearEvents(EVENTS, lifecycle.signal),
): void {
  const { signal } = lifecycle;
  const watch = watchPage(lifecycle, isFromStart, hear, (snapshot) => {
    // What waits goes on, also where nothing can be told of it.
    quietly(() => controller.showSnapshot(snapshot));
    guard.review();
  });
  const controller = createBannerController(banner, watch, () => guard, signal);
  const guard = guardPage(watch, lifecycle, hear, () => controller.showAttempts());
  guard.resumeParked();

  /** The page's handler table. True where an answer will follow. */
  const answer = (message: ToPage, _sender: unknown, reply: (answer: unknown) => void): boolean => {
    const { kind } = message;
    // The popup takes the focus, and a key is pressed where the user is.
    if (['came', 'jump', 'renew-aloud'].includes(kind)) watch.userCame();
    if (kind === 'discard') guard.discard();
    if (kind === 'undo-discard') guard.undoDiscard();
    if (kind === 'stop') lifecycle.abort();
    else if (kind === 'state-changed') watch.scheduleRefresh();
    else if (kind === 'renew-aloud') reportErrors(controller.act('renew').then(() => controller.announce(false)));
    else if (kind !== 'jump') {
      const snapshot = kind === 'act' ? controller.act(message.action) : watch.refresh();
      void snapshot.catch(() => null).then((seen) => reply(seen?.verdict));
      return true;
    }
    // At once, where anything is known: a focus that moves later would take a key that was meant for the page.
    else if (controller.hasSeen()) controller.announce(true);
    else reportErrors(watch.refresh().then(() => controller.announce(true)));
    return false;
  };
  chrome.runtime.onMessage.addListener(answer);
  signal.addEventListener('abort', () => chrome.runtime?.onMessage?.removeListener(answer));

  beginAnewIfRewritten(signal);
  watch.scheduleRefresh();
}

/** `document.open` takes every listener off a page, ours too. What it is written anew with is another document, in the same world. */
function beginAnewIfRewritten(signal: AbortSignal): void {
  const { documentElement } = document;
  const observer = new MutationObserver(() => {
    if (document.documentElement === documentElement) return;
    observer.disconnect();
    // Where that never ends, ever more rarely: each time everything is read, told and asked about anew.
    setTimeout(() => signal.aborted || start(startLifecycle(), false), Math.min(50 * (++rewritings) ** 2, 10_000));
  });
  observer.observe(document, { childList: true });
}

let rewritings = 0;
const lifecycle = startLifecycle();
if (document.readyState === 'loading') {
  const { signal } = lifecycle;
  // They listen before the page's scripts can, which could keep from them what they must hear (field case A14).
  const [banner, hear] = [createBanner(signal), hearEvents(EVENTS, signal)];
  // Firefox tells it also to a document that was left while it loaded, which has no window any more.
  document.addEventListener('DOMContentLoaded', () => document.defaultView && start(lifecycle, true, banner, hear), {
    once: true,
    signal,
  });
} else {
  start(lifecycle, false);
}
