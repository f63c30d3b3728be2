/** Revoking a site deletes its data, unless the user undoes that. */
import { matchPatternOf } from '../../../src/jira/site-address.ts';
import { browser } from '../browser.ts';
import { askFor } from './granted.ts';
import { message } from '../i18n.ts';
import { serialize } from '../storage/settings.ts';
import { statesOfTabs } from '../storage/tabs.ts';

/** The result. Without `undo`, the site was not revoked. */
export interface Revocation {
  readonly sentence: string;
  /** Call it in a click. Gives nothing if the site is watched again. */
  readonly undo?: () => Promise<Revocation | undefined>;
}

/**
 * Revokes a site, unless files wait in one of its pages: they would be lost with our permission. A site covered by a
 * wider grant, of all sites, can only be revoked in the browser's own settings. What is stored of the host's sites is
 * deleted too. Gives nothing if the site was revoked already.
 */
export function revokeSite(pattern: string): Promise<Revocation | undefined> {
  return serialize(async () => {
    const site = { origins: [pattern] };
    if (!(await browser.permissions.contains(site))) return undefined;
    for (const { tabId, state } of await statesOfTabs()) {
      const mayHaveFiles = state.files.length > 0 && matchPatternOf(state.site) === pattern;
      // If a page ended without a message, its files are lost already.
      const tab = mayHaveFiles ? await browser.tabs.get(tabId).catch(() => undefined) : undefined;
      if (tab?.url && !tab.discarded && matchPatternOf(tab.url) === pattern)
        return { sentence: message('popup_stop_files') };
    }
    await browser.permissions.remove(site);
    if (await browser.permissions.contains(site)) return { sentence: message('popup_stop_failed') };
    return withUndo(message('forgotten'), pattern, await forget(pattern));
  });
}

function withUndo(sentence: string, pattern: string, deleted: Record<string, unknown>): Revocation {
  const undo = async (): Promise<Revocation | undefined> => {
    const question = askFor(pattern);
    // Firefox may close the popup when it shows its question.
    await restore(deleted);
    const notGranted = await question;
    // The background may have deleted the sessions meanwhile.
    await (notGranted ? forget(pattern) : restore(deleted));
    return notGranted ? withUndo(notGranted, pattern, deleted) : undefined;
  };
  return { sentence, undo };
}

/** Gives what was on disk. The background itself forgets tabs, which it must notify, and entries it is storing now. */
async function forget(pattern: string): Promise<Record<string, unknown>> {
  const { local, session } = browser.storage;
  const [onDisk, inMemory] = [await local.get(), await session.get()];
  const keys = Object.keys({ ...onDisk, ...inMemory }).filter(
    (key) => matchPatternOf(key.split(' ').at(-1)!) === pattern,
  );
  await Promise.all([local.remove(keys), session.remove(keys)]);
  return Object.fromEntries(keys.filter((key) => key in onDisk).map((key) => [key, onDisk[key]]));
}

/** Entries that were written meanwhile are newer, and stay. */
function restore(deleted: Record<string, unknown>): Promise<void> {
  const { local } = browser.storage;
  return serialize(async () => local.set({ ...deleted, ...(await local.get(Object.keys(deleted))) }));
}
