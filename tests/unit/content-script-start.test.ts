// @vitest-environment happy-dom
/** The script begins once its page is loaded, if the page is still in its tab. */
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ['a page that is loaded has a script that hears', () => window, 1],
  ['a page that was left while it loaded has none', () => null, 0],
])('%s', async (_name, view, heard) => {
  // What the script does later is no matter here.
  vi.useFakeTimers();
  const onMessage = { addListener: vi.fn(), removeListener: vi.fn() };
  const runtime = { id: 'freshtoken', sendMessage: () => Promise.resolve(), onMessage };
  vi.stubGlobal('chrome', { runtime, i18n: { getMessage: () => 'en' } });
  vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading' as DocumentReadyState);
  vi.resetModules();
  await import('../../extension/content/main.iife.ts');
  vi.spyOn(document, 'defaultView', 'get').mockImplementation(view as () => typeof document.defaultView);
  document.dispatchEvent(new Event('DOMContentLoaded'));
  expect(onMessage.addListener).toHaveBeenCalledTimes(heard);
});
