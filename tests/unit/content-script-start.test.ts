// @vitest-environment happy-dom
/** The content script starts when its page is loaded, if the page is still in its tab. */
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ['starts when the page is loaded', () => window, () => document, 1],
  ['does not start if the page was left while it loaded', () => null, () => document, 0],
  ['starts even if a script has made the event up, on an element', () => window, () => document.body, 1],
])('%s', async (_name, view, target, listenerCount) => {
  // Keeps the script from doing more after its start.
  vi.useFakeTimers();
  const onMessage = { addListener: vi.fn(), removeListener: vi.fn() };
  const runtime = { id: 'freshtoken', sendMessage: () => Promise.resolve(), onMessage };
  vi.stubGlobal('chrome', { runtime, i18n: { getMessage: () => 'en' } });
  vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading' as DocumentReadyState);
  vi.resetModules();
  await import('../../extension/content/main.iife.ts');
  vi.spyOn(document, 'defaultView', 'get').mockImplementation(view as () => typeof document.defaultView);
  target().dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }));
  expect(onMessage.addListener).toHaveBeenCalledTimes(listenerCount);
});
