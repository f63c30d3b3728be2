/**
 * An update of the extension removes the script from its pages, and their files with it. So it waits until they have
 * none, half a day at most; the browser's next start installs it anyway. In Chrome it waits while the worker lives.
 */
import type { ToPage } from '../../src/messages/protocol.ts';
import { coalesce, pool, withTimeout } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import { currentTime } from '../shared/storage/current-time.ts';
import { inMemory } from '../shared/storage/stored-area.ts';
import { statesOfTabs } from '../shared/storage/tabs.ts';
import { storeOrRemove } from './store-quota.ts';

const STOP: ToPage = { kind: 'stop' };
const STOP_MILLIS = 500;
const KEY = 'updateDueAt';
const MAX_MILLIS = 12 * 3_600_000;

/** Until when an update may wait, in epoch milliseconds; undefined if there is none. */
export async function updateDueAt(): Promise<number | undefined> {
  return (await inMemory.value(KEY)) as number | undefined;
}

/** An update is available. A second one waits no longer than the first. */
export async function onUpdate(): Promise<void> {
  const dueAt = (await updateDueAt()) ?? (await currentTime()) + MAX_MILLIS;
  await storeOrRemove(inMemory, { [KEY]: dueAt });
  await updateUnlessFilesWait(dueAt);
}

/** Installs a waiting update, unless files wait too. */
export async function updateUnlessFilesWait(due?: number): Promise<void> {
  const dueAt = due ?? (await updateDueAt());
  if (dueAt === undefined) return;
  const states = await statesOfTabs();
  if (states.some(({ state }) => state.files.length > 0) && (await currentTime()) < dueAt) return;
  await inMemory.remove([KEY]);
  // Firefox ends the pages' scripts with the extension: let them release their attempts and send a last message first.
  await pool(states, ({ tabId }) => withTimeout(STOP_MILLIS, browser.tabs.sendMessage(tabId, STOP)));
  browser.runtime.reload();
}

/** The same, once discarded files can no longer be restored. */
export const updateSoon = coalesce(updateUnlessFilesWait, 12_000);
