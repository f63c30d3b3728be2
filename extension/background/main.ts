/**
 * The background: a service worker in Chrome and Edge, an event page in Firefox. It may die at any moment, so it
 * keeps nothing in variables that matters, and registers its listeners here, synchronously, at the top. None hears of tabs, but
 * for those put to sleep: it would wake the worker for every navigation in the browser. Pages say themselves when they come and go.
 */
import type { Cookies, Runtime } from 'webextension-polyfill';
import type { ToPage } from '../../src/messages/protocol.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { grantedPatterns } from '../shared/permissions/granted.ts';
import { AHEAD_KEY } from '../shared/clock.ts';
import { isSettingsKey } from '../shared/storage/settings.ts';
import { ALARM, paintAll } from './badges.ts';
import { isXsrfChange, tellTabsOfCookie } from './cookies.ts';
import { forgetCleared, forgetUnused, forgetUnusedSoon } from './cleanup.ts';
import { answerTo } from './handlers.ts';
import { onSitesRemoved, syncSites } from './content-script.ts';
import { moveTab, tellTab } from './tabs.ts';
import { onUpdate } from './update.ts';

/** The keys that the user has for the page at hand: manifest.json names them, the options show them. */
const KEYS: Readonly<Record<string, ToPage>> = {
  'jump-to-banner': { kind: 'jump' },
  'renew-page': { kind: 'renew-aloud' },
};

// Who takes over a content script reads and sets nothing of what is kept. Firefox ESR 153 has no such switch.
const { local, session, managed } = browser.storage;
for (const area of [local, session, managed] as Partial<chrome.storage.StorageArea>[])
  reportErrors(Promise.resolve(area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })));
browser.runtime.onInstalled.addListener(({ reason }) => {
  reportErrors(Promise.all([syncSites(), forgetUnused()]));
  if (reason === 'install') reportErrors(welcome());
});
browser.runtime.onStartup.addListener(() => reportErrors(Promise.all([syncSites(), forgetUnused()])));
browser.runtime.onUpdateAvailable.addListener(() => reportErrors(onUpdate().then(() => paintAll())));
browser.alarms.onAlarm.addListener(({ name }) => {
  if (name === ALARM) reportErrors(paintAll());
});
browser.storage.onChanged.addListener((changes, area) => {
  // A policy comes up to seconds after the start, and may change; Firefox tells of neither, and is asked each time.
  const hasPendingChanges =
    area === 'managed' ||
    (area === 'local' && Object.keys(changes).some(isSettingsKey)) ||
    (area === 'session' && AHEAD_KEY in changes);
  if (hasPendingChanges) reportErrors(paintAll(true));
});
browser.permissions.onAdded.addListener((added) => reportErrors(syncSites(added.origins ?? [])));
browser.permissions.onRemoved.addListener(() => reportErrors(onSitesRemoved()));
browser.cookies.onChanged.addListener((change) => {
  if (isXsrfChange(change)) reportErrors(onXsrfChange(change));
});
// In the tab that the key was pressed in. Where no site is watched nobody hears it.
browser.commands.onCommand.addListener((name, tab) => {
  const message = KEYS[name];
  if (message && tab?.id !== undefined) tellTab(tab.id, message);
});
browser.tabs.onReplaced.addListener((added, removed) => reportErrors(moveTab(added, removed)));
browser.windows.onRemoved.addListener(() => reportErrors(forgetUnusedSoon()));
browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => answerTo(message, sender));

async function onXsrfChange({ cookie, removed }: Cookies.OnChangedChangeInfoType): Promise<void> {
  const tabs = await tellTabsOfCookie(cookie);
  if (removed && tabs === 0) await forgetCleared(cookie);
}

/** Opens the welcome, unless sites come with the installation: an administrator has done what it asks for. */
async function welcome(): Promise<void> {
  if ((await grantedPatterns()).length > 0) return;
  await browser.tabs.create({ url: browser.runtime.getURL('extension/welcome/index.html') });
}
