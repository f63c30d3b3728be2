/**
 * The product's time. Tests that wait for hours move it by a number in `storage.local` that only the extension itself
 * can write; for everybody else it equals the machine's time.
 */
import { onDisk } from './stored-area.ts';

export const AHEAD_KEY = 'aheadMillis';

export async function aheadMillis(): Promise<number> {
  const ahead = await onDisk.value(AHEAD_KEY);
  return typeof ahead === 'number' ? ahead : 0;
}

/** Epoch milliseconds. */
export async function currentTime(): Promise<number> {
  return Date.now() + (await aheadMillis());
}
