/** Writes to a storage that may be full. */
import type { Storage } from 'webextension-polyfill';
import { reportError } from '../shared/errors.ts';

/**
 * Stores items. A full store stops nothing, because each page is judged by what it reports itself. What cannot be
 * stored is removed, because the earlier value is out of date. The error is logged once.
 */
export async function storeOrRemove(area: Storage.StorageArea, items: Record<string, unknown>): Promise<void> {
  try {
    await area.set(items);
  } catch (error) {
    if (!isReported) reportError(error);
    isReported = true;
    await area.remove(Object.keys(items));
  }
}

let isReported = false;
