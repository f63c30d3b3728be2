/**
 * An update of the extension takes the script from under its pages, and their files with it. So it waits until they keep none,
 * for half a day at most; the browser's next start installs it anyway. Chrome lets it wait for as long as the worker lives.
 */
import { onceForAll } from '../../src/one-at-a-time.ts';
import { browser } from '../browser.ts';
import { now } from '../now.ts';
import { statesOfTabs } from '../tab-states.ts';
import { keep } from './keep.ts';

const KEY = 'updateDueAt';
const MOST_MILLIS = 12 * 3_600_000;

/** Until when an update may wait, epoch milliseconds; undefined if there is none. */
export async function updateDueAt(): Promise<number | undefined> {
  return (await browser.storage.session.get(KEY))[KEY] as number | undefined;
}

/** An update is there. A second one waits no longer than the first. */
export async function onUpdate(): Promise<void> {
  const dueAt = (await updateDueAt()) ?? (await now()) + MOST_MILLIS;
  await keep(browser.storage.session, { [KEY]: dueAt });
  await updateUnlessKept(dueAt);
}

/** Installs an update that waits, unless files wait too. */
export async function updateUnlessKept(due?: number): Promise<void> {
  const dueAt = due ?? (await updateDueAt());
  if (dueAt === undefined) return;
  const isKept = (await statesOfTabs()).some(({ state }) => state.files.length > 0);
  if (isKept && (await now()) < dueAt) return;
  // Firefox keeps what is in memory.
  await browser.storage.session.remove(KEY);
  browser.runtime.reload();
}

/** The same once files that were discarded can no longer be had back. */
export const updateSoon = onceForAll(updateUnlessKept, 12_000);
