/**
 * The background: a service worker in Chrome and Edge, an event page in Firefox. It may die at any moment, so it keeps
 * nothing important in variables, and registers its listeners here, synchronously, at the top. Its only tab event is a
 * tab put to sleep: others would wake it at every navigation. Pages themselves report when they come and go.
 */
import type { Cookies, Runtime } from 'webextension-polyfill';
import type { ToPage } from '../../src/messages/protocol.ts';
import { browser } from '../shared/browser.ts';
import { reportErrors } from '../shared/errors.ts';
import { message } from '../shared/i18n.ts';
import { keepAnswers } from '../shared/permissions/granted.ts';
import { AHEAD_KEY } from '../shared/storage/current-time.ts';
import { isSettingsKey } from '../shared/storage/settings.ts';
import { byPolicy, inMemory, onDisk } from '../shared/storage/stored-area.ts';
import { ALARM, onAlarm, updateAllBadges } from './badge-updates.ts';
import { isXsrfChange, refreshTabsOfCookie } from './xsrf-cookie.ts';
import { forgetCleared, forgetUnused, forgetUnusedSoon } from './cleanup.ts';
import { answerTo } from './message-handlers.ts';
import { onSitesRemoved, syncSites } from './register-content-script.ts';
import { moveTab, sendToTab } from './watched-tabs.ts';
import { onUpdate } from './extension-update.ts';
import { welcome } from './welcome.ts';

/** The keyboard shortcuts for the current page: manifest.json names them, the options page shows them. */
const KEYS: Readonly<Record<string, ToPage>> = {
  'jump-to-banner': { kind: 'jump' },
  'renew-page': { kind: 'renew-aloud' },
};

for (const area of [onDisk, inMemory, byPolicy]) area.keepCopy();
// Nearly every event needs these, and a page asks for its cookie before it reports: they are read meanwhile.
for (const area of [onDisk, inMemory]) reportErrors(area.read());

keepAnswers();

// Loads the texts before any of our pages does. Chromium keeps them for all that runs in one process, and keeps no texts
// at all if a page is closed in the moment in which it asks for the first one.
message('language');

// Even a hijacked content script can neither read nor change what is stored. Firefox ESR 153 has no such switch.
const { local, session, managed } = browser.storage;
for (const area of [local, session, managed] as Partial<chrome.storage.StorageArea>[])
  reportErrors(Promise.resolve(area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })));
browser.runtime.onInstalled.addListener(({ reason }) => {
  reportErrors(Promise.all([syncSites(), forgetUnused()]));
  if (reason === 'install') reportErrors(welcome());
});
browser.runtime.onStartup.addListener(() => reportErrors(Promise.all([syncSites(), forgetUnused()])));
browser.runtime.onUpdateAvailable.addListener(() => reportErrors(onUpdate().then(() => updateAllBadges())));
browser.alarms.onAlarm.addListener(({ name }) => {
  if (name === ALARM) reportErrors(onAlarm());
});
// What is in memory is the background's own, so it listens to no event of that, which each load would cause. "Stop
// watching" deletes some of it, which the background then does too.
local.onChanged.addListener((changes) => {
  onDisk.follow(changes);
  if (AHEAD_KEY in changes || Object.keys(changes).some(isSettingsKey)) reportErrors(updateAllBadges(true));
});
// A policy arrives up to seconds after the start, and may change. Firefox reports neither: until it gives a policy, it
// is asked each time, and a change counts when the background starts again.
managed.onChanged.addListener((changes) => {
  byPolicy.follow(changes);
  reportErrors(updateAllBadges(true));
});
browser.permissions.onAdded.addListener((added) => {
  keepAnswers();
  reportErrors(syncSites(added.origins ?? []));
});
browser.permissions.onRemoved.addListener(() => {
  keepAnswers();
  reportErrors(onSitesRemoved());
});
browser.cookies.onChanged.addListener((change) => {
  if (isXsrfChange(change)) reportErrors(onXsrfChange(change));
});
// Goes to the tab in which the key was pressed. If that site is not watched, nobody receives the message.
browser.commands.onCommand.addListener((name, tab) => {
  const command = KEYS[name];
  if (command && tab?.id !== undefined) sendToTab(tab.id, command);
});
browser.tabs.onReplaced.addListener((added, removed) => reportErrors(moveTab(added, removed)));
browser.windows.onRemoved.addListener(() => reportErrors(forgetUnusedSoon()));
browser.runtime.onMessage.addListener((received: unknown, sender: Runtime.MessageSender, reply: Reply) => {
  reportErrors(
    answerTo(received, sender).then(reply, (error: unknown) => {
      reply(undefined);
      throw error;
    }),
  );
  // The answer follows. Chromium takes no promise for it.
  return true;
});

type Reply = (answer: unknown) => void;

async function onXsrfChange({ cookie, removed }: Cookies.OnChangedChangeInfoType): Promise<void> {
  const tabs = await refreshTabsOfCookie(cookie);
  if (removed && tabs === 0) await forgetCleared(cookie);
}
