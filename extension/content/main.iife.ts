/**
 * The script on a Jira page. It connects the page monitor to the events that call for a refresh, the banner to the
 * verdict, and both to the background's messages. One signal ends everything that it sets up.
 */
import type { ToPage } from '../../src/messages/protocol.ts';
import { GUARDED, guardPage } from './guard/listener.ts';
import { ACTIVITY_EVENTS } from './activity/user.ts';
import { createBanner } from './banner/banner.ts';
import { accessPage } from './page-access.ts';
import { quietly, reportErrors } from '../shared/errors.ts';
import { startLifecycle } from './script-lifecycle.ts';
import { sendToBackground } from './send-to-background.ts';
import { listenToEvents } from './editor-frames.ts';
import { createBannerController } from './banner/controller.ts';
import { watchPage } from './page-monitor.ts';

/** The events that are listened to, in the page and in its visual editors. */
const EVENTS = new Set([...GUARDED, ...ACTIVITY_EVENTS, 'dragstart', 'dragend', 'focusin']);

function start(
  lifecycle: AbortController,
  isFromStart: boolean,
  banner = createBanner(lifecycle.signal),
  addHandler = listenToEvents(EVENTS, lifecycle.signal),
): void {
  const { signal } = lifecycle;
  const monitor = watchPage(
    lifecycle,
    isFromStart,
    accessPage(signal, sendToBackground, () => monitor.scheduleRefresh()),
    sendToBackground,
    addHandler,
    () => guard,
    (snapshot) => {
      // Review the attempts even if the banner can't be shown.
      quietly(() => controller.showSnapshot(snapshot));
      guard.recheckParked();
    },
  );
  const controller = createBannerController(banner, monitor, () => guard, signal);
  const guard = guardPage(monitor, lifecycle, addHandler, () => controller.showAttempts());
  guard.resumeParked();

  /** Handles the messages to the page. Returns true if an answer will follow. */
  const onMessage = (message: ToPage, _sender: unknown, reply: (answer: unknown) => void): boolean => {
    const { kind } = message;
    // The popup takes the focus, and the user presses a shortcut where they are: both show that they are here.
    if (['came', 'jump', 'renew-aloud'].includes(kind)) monitor.noteUserArrival();
    if (kind === 'discard') guard.discard();
    if (kind === 'undo-discard') guard.undoDiscard();
    if (kind === 'stop') lifecycle.abort();
    else if (kind === 'renew-aloud') reportErrors(controller.act('renew').then(() => controller.announce(false)));
    else if (kind !== 'jump') {
      const snapshot = kind === 'act' ? controller.act(message.action) : monitor.refresh();
      void snapshot.catch(() => null).then((seen) => reply(seen?.verdict));
      return true;
    }
    // Announce at once if there is a snapshot: a focus that moves later would take a key meant for the page.
    else if (controller.hasSnapshot()) controller.announce(true);
    else reportErrors(monitor.refresh().then(() => controller.announce(true)));
    return false;
  };
  chrome.runtime.onMessage.addListener(onMessage);
  signal.addEventListener('abort', () => chrome.runtime?.onMessage?.removeListener(onMessage));

  restartIfRewritten(signal);
  monitor.scheduleRefresh();
}

/** `document.open` removes all listeners, ours too; what it writes is another document in the same world. */
function restartIfRewritten(signal: AbortSignal): void {
  const { documentElement } = document;
  const observer = new MutationObserver(() => {
    if (document.documentElement === documentElement) return;
    observer.disconnect();
    // If a page does this endlessly, restart ever more rarely: each start reads, reports and asks everything anew.
    setTimeout(() => signal.aborted || start(startLifecycle(), false), Math.min(50 * (++rewritings) ** 2, 10_000));
  });
  observer.observe(document, { childList: true });
}

let rewritings = 0;
const lifecycle = startLifecycle();
if (document.readyState === 'loading') {
  const { signal } = lifecycle;
  // Listen before the page's scripts can: they could withhold events from later listeners (field case A14).
  const [banner, addHandler] = [createBanner(signal), listenToEvents(EVENTS, signal)];
  // Firefox fires this also in a document that was left while it loaded: its window shows another page, or none.
  const onLoaded = ({ currentTarget }: Event): unknown =>
    (currentTarget as Document).defaultView && start(lifecycle, true, banner, addHandler);
  document.addEventListener('DOMContentLoaded', onLoaded, { once: true, signal });
} else {
  start(lifecycle, false);
}
