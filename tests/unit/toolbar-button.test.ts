/** What the toolbar button gets from the background. */
import { beforeEach, expect, test, vi } from 'vitest';
import { showNotWatched } from '../../extension/background/toolbar-button.ts';

const { action, imagesOf } = vi.hoisted(() => {
  const set = () => vi.fn(async () => undefined);
  return {
    action: {
      setBadgeBackgroundColor: set(),
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
  await vi.waitFor(() => expect(action.setIcon).toHaveBeenCalledWith({ tabId: 1, imageData: { 16: 'pixels' } }));
});

test('shows the badge, and leaves the icon as it is, if there are no pixels', async () => {
  imagesOf.mockRejectedValue(new TypeError('Failed to fetch'));
  await showNotWatched(1);
  expect(action.setBadgeText).toHaveBeenCalledWith({ tabId: 1, text: '' });
  await settle();
  expect(action.setIcon).not.toHaveBeenCalled();
});

test('shows the badge while the icon is still being read, and the last icon in the end', async () => {
  let read!: (images: object) => void;
  imagesOf.mockReturnValueOnce(new Promise((done) => (read = done))).mockResolvedValueOnce({ 16: 'the last' });
  await showNotWatched(1);
  await showNotWatched(1);
  expect(action.setBadgeText).toHaveBeenCalledTimes(2);
  await settle();
  read({ 16: 'the first' });
  await vi.waitFor(() => expect(action.setIcon).toHaveBeenCalledTimes(2));
  expect(action.setIcon).toHaveBeenLastCalledWith({ tabId: 1, imageData: { 16: 'the last' } });
});

test('does not fail if the tab has closed', async () => {
  const logged = vi.spyOn(console, 'error');
  imagesOf.mockResolvedValue({ 16: 'pixels' });
  for (const call of [action.setIcon, action.setBadgeText])
    call.mockRejectedValueOnce(new Error('No tab with id: 1.'));
  await showNotWatched(1);
  await settle();
  expect(action.setIcon).toHaveBeenCalled();
  expect(logged).not.toHaveBeenCalled();
});

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
