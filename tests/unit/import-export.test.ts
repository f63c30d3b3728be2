// @vitest-environment happy-dom
import { h, render } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import { ImportExport } from '../../extension/options/import-export.tsx';

vi.mock('../../extension/shared/browser.ts', () => ({
  browser: {
    storage: { local: { get: async () => ({}) }, onChanged: { addListener: () => undefined } },
  },
}));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('the settings file can be read for 10 s after its download has begun', async () => {
  vi.stubGlobal('chrome', { i18n: { getMessage: (key: string) => key } });
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const created = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:settings');
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
  render(h(ImportExport, {}), document.body);
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'options_export')!.click();
  await vi.waitFor(() => expect(clicked).toHaveBeenCalledOnce());
  await vi.advanceTimersByTimeAsync(10_000);
  expect([created.mock.calls.length, revoked.mock.calls.length]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(revoked).toHaveBeenCalledWith('blob:settings');
});
