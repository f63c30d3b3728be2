/** Writes to a storage that may be full. */
import { reportError } from '../shared/errors.ts';
import type { StoredArea } from '../shared/storage/stored-area.ts';

/**
 * Stores items. A full store stops nothing, because each page is judged by what it reports itself. What cannot be
 * stored is removed, because the earlier value is out of date. The error is logged once.
 */
export async function storeOrRemove(area: StoredArea, items: Record<string, unknown>): Promise<void> {
  try {
    await area.set(items);
  } catch (error) {
    if (!isReported) reportError(error);
    isReported = true;
    await area.remove(Object.keys(items));
  }
}

let isReported = false;
