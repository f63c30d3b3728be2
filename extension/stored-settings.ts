/** The settings that hold: the user's, out of `storage.local`, under those that a policy sets for all. */
import { readSettings } from '../src/schemas.ts';
import type { Settings } from '../src/settings.ts';
import { browser } from './browser.ts';

export async function storedSettings(): Promise<Settings> {
  const { settings } = await browser.storage.local.get('settings');
  return readSettings(settings, await policy()).settings;
}

/** What the administrator has set. Without a policy Chrome gives an empty object and Firefox rejects. */
async function policy(): Promise<object> {
  return browser.storage.managed.get().catch(() => ({}));
}
