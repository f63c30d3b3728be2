/** The user's settings, out of `storage.local`. */
import { readSettings } from '../../src/schemas.ts';
import type { Settings } from '../../src/settings.ts';
import { browser } from '../browser.ts';

export async function storedSettings(): Promise<Settings> {
  const { settings } = await browser.storage.local.get('settings');
  return readSettings(settings).settings;
}
