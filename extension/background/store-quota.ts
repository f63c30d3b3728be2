/** Keeping things in a storage that may be full. */
import type { Storage } from 'webextension-polyfill';
import { reportError } from '../shared/errors.ts';

/**
 * Keeps something. A full store stops nothing, because each page is judged by what it reports itself: what can't be kept is
 * removed, for what was there before is out of date. The error is told once.
 */
export async function keep(area: Storage.StorageArea, items: Record<string, unknown>): Promise<void> {
  try {
    await area.set(items);
  } catch (error) {
    if (!isTold) reportError(error);
    isTold = true;
    await area.remove(Object.keys(items));
  }
}

let isTold = false;
