/** Giving a site back: it is forgotten then, unless the user undoes that. */
import { patternOf } from '../../../src/jira/site-address.ts';
import { browser } from '../browser.ts';
import { askFor } from './granted.ts';
import { message } from '../i18n.ts';
import { serialize } from '../storage/settings.ts';
import { statesOfTabs } from '../storage/tabs.ts';

/** What came of it: without an undo the site was not given back. */
export interface Revocation {
  readonly sentence: string;
  /** To be called in a click. Gives nothing where the site is watched again. */
  readonly undo?: () => Promise<Revocation | undefined>;
}

/**
 * Gives a site back, unless files wait in one of its pages, which would be lost with our permission; or where it is held by
 * a wider grant, of all sites, that only the browser's own settings can take back. What is kept of its host's sites goes with
 * it. Gives nothing where that was done already.
 */
export function revokeSite(pattern: string): Promise<Revocation | undefined> {
  return serialize(async () => {
    const site = { origins: [pattern] };
    if (!(await browser.permissions.contains(site))) return undefined;
    for (const { tabId, state } of await statesOfTabs()) {
      const isMeant = state.files.length > 0 && patternOf(state.site) === pattern;
      // What a page kept that went without a word is lost already.
      const tab = isMeant ? await browser.tabs.get(tabId).catch(() => undefined) : undefined;
      if (tab?.url && !tab.discarded && patternOf(tab.url) === pattern)
        return { sentence: message('popup_stop_files') };
    }
    await browser.permissions.remove(site);
    if (await browser.permissions.contains(site)) return { sentence: message('popup_stop_failed') };
    return withUndo(message('forgotten'), pattern, await forget(pattern));
  });
}

function withUndo(sentence: string, pattern: string, kept: Record<string, unknown>): Revocation {
  const undo = async (): Promise<Revocation | undefined> => {
    const asked = askFor(pattern);
    // Firefox may close the popup under its question.
    await putBack(kept);
    const notGranted = await asked;
    // The background may have swept the sessions meanwhile.
    await (notGranted ? forget(pattern) : putBack(kept));
    return notGranted ? withUndo(notGranted, pattern, kept) : undefined;
  };
  return { sentence, undo };
}

/** Gives what was on the disk. The background itself forgets tabs, which it has to tell, and what it was just about to keep. */
async function forget(pattern: string): Promise<Record<string, unknown>> {
  const { local, session } = browser.storage;
  const [onDisk, inMemory] = [await local.get(), await session.get()];
  const keys = Object.keys({ ...onDisk, ...inMemory }).filter((key) => patternOf(key.split(' ').at(-1)!) === pattern);
  await Promise.all([local.remove(keys), session.remove(keys)]);
  return Object.fromEntries(keys.filter((key) => key in onDisk).map((key) => [key, onDisk[key]]));
}

/** What is there by now is newer, and stays. */
function putBack(kept: Record<string, unknown>): Promise<void> {
  const { local } = browser.storage;
  return serialize(async () => local.set({ ...kept, ...(await local.get(Object.keys(kept))) }));
}
