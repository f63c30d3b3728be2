/** What an earlier version has stored is read by this one: an update loses nothing. */
import { expect, test, vi } from 'vitest';
import { clockOf } from '../../extension/background/session-store.ts';
import { ownerOf, storageKeyOf } from '../../extension/shared/storage/sessions.ts';
import { isSettingsKey, ownSettings, storedSettings } from '../../extension/shared/storage/settings.ts';
import { statesOfTabs } from '../../extension/shared/storage/tabs.ts';
import type { Site } from '../../src/jira/page.ts';
import { isSessionValue, readSessionValue } from '../../src/messages/schemas.ts';
import { readOwnSettings } from '../../src/settings/validation.ts';
import { SITE, storedFor } from '../fixtures/stored/stored.ts';

const { local, session } = storedFor();
const areas = vi.hoisted(() => ({ local: {} as Record<string, unknown>, session: {} as Record<string, unknown> }));
Object.assign(areas.local, local);
Object.assign(areas.session, session);
vi.mock('../../extension/shared/browser.ts', () => {
  const areaOf = (items: Record<string, unknown>) => ({
    get: async (key?: string) => structuredClone(key === undefined ? items : { [key]: items[key] }),
  });
  const { local: onDisk, session: inMemory } = areas;
  return { browser: { storage: { local: areaOf(onDisk), session: areaOf(inMemory), managed: areaOf({}) } } };
});

const all = { ...local, ...session };
const kindOf = (key: string): string => key.split(' ')[0]!;
const sessionKeys = Object.keys(all).filter((key) => isSessionValue(kindOf(key)));
const key = { site: SITE as Site, storeId: '0', isPrivate: false };

test('every key of the storage is known', () => {
  const unknown = Object.keys(all).filter(
    (each) => !isSettingsKey(each) && !ownerOf(each) && !each.startsWith('tab:'),
  );
  expect(unknown).toEqual([]);
});

test('each kind of what is stored for a session is there, and is read whole', () => {
  const kinds = ['challenged', 'cookieChanges', 'history', 'proof', 'session'] as const;
  expect(sessionKeys.map(kindOf).toSorted()).toEqual(kinds);
  for (const kind of kinds) {
    const value = all[storageKeyOf(kind, key)];
    expect([kind, readSessionValue(kind, value)]).toEqual([kind, value]);
  }
});

test('the settings for all sites and for one are read whole, and apply', async () => {
  const { all: forAll, sites } = await ownSettings();
  expect({ all: forAll, sites }).toEqual({ all: local['settings'], sites: { [SITE]: local[`settings ${SITE}`] } });
  for (const each of [forAll, sites[SITE]]) expect(readOwnSettings(each, 'all').refused).toEqual([]);
  const settingsOf = await storedSettings();
  expect(settingsOf(SITE as Site)).toMatchObject({ warningMinutes: 20, staySignedIn: true, setTimeoutMinutes: 150 });
});

test('the session’s clock goes on, by the user’s timeout, or else by the one that the pages have stated', async () => {
  const settings = (await storedSettings())(SITE as Site);
  const { lastContact } = local[storageKeyOf('session', key)] as { lastContact: number };
  expect(await clockOf(key, settings)).toEqual({ lastContact, timeoutMinutes: 150 });
  const unset = { ...settings, setTimeoutMinutes: undefined };
  expect(await clockOf(key, unset)).toEqual({ lastContact, timeoutMinutes: 240 });
});

test('a tab’s state is read whole, with the names of its parked files', async () => {
  const states = await statesOfTabs();
  expect(states.map(({ tabId, state }) => [`tab:${tabId}`, state])).toEqual(
    Object.entries(session).filter(([each]) => each.startsWith('tab:')),
  );
  expect(states.flatMap(({ state }) => state.files)).toEqual(['door.log']);
});

test('no token is among it', () => {
  expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{40}/);
});
