/**
 * The host permissions are the list of watched sites: granting a site starts watching it, revoking it ends that. There
 * is no second list to keep in step.
 */
import { createSerializer } from '../../src/lib/async.ts';
import { browser } from '../shared/browser.ts';
import CONTENT_SCRIPT from '../content/main.iife.ts?script';
import { grantedPatterns, isGranted } from '../shared/permissions/granted.ts';
import { statesOfTabs } from '../shared/storage/tabs.ts';
import { forgetUnused, forgetUnusedSoon } from './cleanup.ts';
import { stopWatching, tabsAt } from './watched-tabs.ts';

/**
 * Registers the content script for exactly the granted sites, and injects it into the open tabs of the added sites, or
 * of all. Browsers drop registered scripts when the extension updates, and Chromium drops an unpacked extension's at a
 * restart.
 */
export async function syncSites(added?: string[]): Promise<void> {
  const matches = await grantedPatterns();
  // In this order, a page that loads in between gets the script from one or the other.
  await register(matches);
  await injectInto(added ?? matches);
}

export async function onSitesRemoved(): Promise<void> {
  try {
    await register(await grantedPatterns());
  } finally {
    for (const { tabId, state } of await statesOfTabs()) {
      if (!(await isGranted(state.site))) await stopWatching(tabId);
    }
    await forgetUnused();
    // A report that was under way may have stored something meanwhile.
    await forgetUnusedSoon();
  }
}

/** An installation and a grant can come together, and browsers refuse to register an id twice. */
const serialize = createSerializer();

function register(matches: string[]): Promise<void> {
  return serialize(async () => {
    const ids = [SCRIPT_ID];
    const [registered] = await browser.scripting.getRegisteredContentScripts({ ids });
    const script = { id: SCRIPT_ID, matches, js: [CONTENT_SCRIPT], runAt: 'document_start' as const };
    if (matches.length > 0 && registered) await browser.scripting.updateContentScripts([script]);
    else if (matches.length > 0)
      await browser.scripting.registerContentScripts([{ ...script, persistAcrossSessions: true }]);
    else if (registered) await browser.scripting.unregisterContentScripts({ ids });
  });
}

const SCRIPT_ID = 'page';

async function injectInto(patterns: string[]): Promise<void> {
  const tabs = await tabsAt(patterns);
  await Promise.all(
    tabs.map(({ id: tabId }) =>
      // A tab may close or show an error page meanwhile; it gets the script when it loads again.
      browser.scripting.executeScript({ target: { tabId }, files: [CONTENT_SCRIPT] }).catch(() => undefined),
    ),
  );
}
