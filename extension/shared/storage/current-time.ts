/**
 * The product's time. Tests that wait for hours move it by a number in `storage.session` that only the extension
 * itself can write; for everybody else it equals the machine's time.
 */
import { inMemory } from './stored-area.ts';

export const AHEAD_KEY = 'aheadMillis';

export async function aheadMillis(): Promise<number> {
  const ahead = await inMemory.value(AHEAD_KEY);
  return typeof ahead === 'number' ? ahead : 0;
}

/** Epoch milliseconds. */
export async function currentTime(): Promise<number> {
  return Date.now() + (await aheadMillis());
}
