/** What the toolbar button gets from the background. */
import { beforeEach, expect, test, vi } from 'vitest';
import { showNotWatched } from '../../extension/background/toolbar-button.ts';

const { action, imagesOf } = vi.hoisted(() => {
  const set = () => vi.fn(async () => undefined);
  return {
    action: {
      setBadgeBackgroundColor: set(),
      setBadgeTextColor: set(),
      setIcon: set(),
      setBadgeText: set(),
      setTitle: set(),
    },
    imagesOf: vi.fn<() => Promise<object>>(),
  };
});
vi.mock('../../extension/shared/browser.ts', () => ({ browser: { action } }));
vi.mock('../../extension/shared/i18n.ts', () => ({ message: (key: string) => key }));
vi.mock('../../extension/background/icon-images.ts', () => ({ imagesOf }));

beforeEach(() => vi.clearAllMocks());

test('shows an icon as pixels', async () => {
  imagesOf.mockResolvedValue({ 16: 'pixels' });
  await showNotWatched(1);
  expect(action.setIcon).toHaveBeenCalledWith({ tabId: 1, imageData: { 16: 'pixels' } });
});

test('shows the badge, and leaves the icon as it is, if there are no pixels', async () => {
  imagesOf.mockRejectedValue(new TypeError('Failed to fetch'));
  await showNotWatched(1);
  expect(action.setBadgeText).toHaveBeenCalledWith({ tabId: 1, text: '' });
  expect(action.setIcon).not.toHaveBeenCalled();
});
