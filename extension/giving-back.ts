/** Giving a site back. */
import { browser } from './browser.ts';
import { patternOf } from './match-pattern.ts';
import { statesOfTabs } from './tab-states.ts';

/** Why a site was not given back: keys of messages. */
export type Obstacle = 'popup_stop_failed' | 'popup_stop_files';

/**
 * Gives a site back, unless files wait in one of its pages, which would be lost with our permission; or where it is held by
 * a wider grant, of all sites, that only the browser's own settings can take back. Gives what was in the way, if anything.
 */
export async function giveBack(pattern: string): Promise<Obstacle | undefined> {
  for (const { tabId, state } of await statesOfTabs()) {
    const isMeant = state.keepsFiles && patternOf(state.site) === pattern;
    // What a page kept that went without a word is lost already.
    const tab = isMeant ? await browser.tabs.get(tabId).catch(() => undefined) : undefined;
    if (tab?.url && patternOf(tab.url) === pattern) return 'popup_stop_files';
  }
  const site = { origins: [pattern] };
  await browser.permissions.remove(site);
  return (await browser.permissions.contains(site)) ? 'popup_stop_failed' : undefined;
}
