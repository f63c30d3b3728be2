import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  replaceOwnSettings,
  resetSite,
  changeSettings,
  storedSettings,
} from '../../extension/shared/storage/settings.ts';
import type { Site } from '../../src/jira/page.ts';
import type { Settings } from '../../src/settings/definitions.ts';

const { local, managed } = vi.hoisted(() => ({
  local: {} as Record<string, unknown>,
  managed: {} as Record<string, unknown>,
}));
vi.mock('../../extension/shared/browser.ts', () => ({
  browser: {
    storage: {
      local: {
        get: async (key?: string) => structuredClone(key === undefined ? local : { [key]: local[key] }),
        set: async (items: object) => void Object.assign(local, structuredClone(items)),
        remove: async (keys: string[]) => keys.forEach((key) => delete local[key]),
      },
      managed: { get: async () => managed },
    },
  },
}));

const ORIGIN = 'https://example.com' as Site;
const JIRA = 'https://example.com/jira' as Site;

beforeEach(() => {
  for (const stored of [local, managed]) for (const key of Object.keys(stored)) delete stored[key];
});

describe('the settings in force on a site', () => {
  const at = async (site: Site): Promise<Settings> => (await storedSettings())(site);

  test('are those that were set for its host before the path of its Jira was known', async () => {
    await changeSettings(ORIGIN, { guard: 'off', timeoutMinutes: 90 });
    expect(await at(JIRA)).toMatchObject({ guard: 'off', setTimeoutMinutes: 90, banner: true });
  });

  test('are its own, then its host’s, then those for all sites, for each setting by itself', async () => {
    local['settings'] = { guard: 'on', banner: false, warningMinutes: 20 };
    await changeSettings(ORIGIN, { guard: 'off', banner: true });
    await changeSettings(JIRA, { guard: 'on' });
    expect(await at(JIRA)).toMatchObject({ guard: 'on', banner: true, warningMinutes: 20 });
    expect(await at(ORIGIN)).toMatchObject({ guard: 'off', banner: true, warningMinutes: 20 });
  });

  test('are not its host’s if there is another Jira at the host’s root', async () => {
    await changeSettings(ORIGIN, { guard: 'off' });
    local[`session default ${ORIGIN}`] = {};
    expect(await at(ORIGIN)).toMatchObject({ guard: 'off' });
    expect(await at(JIRA)).toMatchObject({ guard: 'on' });
  });

  test('are its host’s if its own are invalid', async () => {
    local[`settings ${ORIGIN}`] = { guard: 'off' };
    local[`settings ${JIRA}`] = { guard: 'maybe', banner: false };
    expect(await at(JIRA)).toMatchObject({ guard: 'off', banner: false });
  });

  test('are never those of another host, port, scheme or path', async () => {
    for (const other of [
      'http://example.com',
      'https://example.com:8443',
      'https://www.example.com',
      'https://example.com/other',
    ])
      local[`settings ${other}`] = { guard: 'off' };
    expect(await at(JIRA)).toMatchObject({ guard: 'on' });
  });

  test('are those of the policy if there is one', async () => {
    Object.assign(managed, { guard: 'on' });
    await changeSettings(ORIGIN, { guard: 'off' });
    expect(await at(JIRA)).toMatchObject({ guard: 'on' });
  });
});

describe('the settings of a user', () => {
  test('can be restored exactly after an import or a reset', async () => {
    Object.assign(local, {
      settings: { banner: false },
      [`settings ${JIRA}`]: { guard: 'off', timeoutMinutes: 90 },
      [`session default ${JIRA}`]: { began: 1, lastContact: 2 },
    });
    const copy = structuredClone(local);
    const before = await replaceOwnSettings(() => ({ all: {}, sites: { [ORIGIN]: { guard: 'off' } } }));
    expect(local).toEqual({
      settings: {},
      [`settings ${ORIGIN}`]: { guard: 'off' },
      [`session default ${JIRA}`]: { began: 1, lastContact: 2 },
    });
    await replaceOwnSettings(() => before);
    expect(local).toEqual(copy);
  });

  test('are all stored if several change at the same moment', async () => {
    await Promise.all([
      changeSettings(JIRA, { guard: 'off' }),
      replaceOwnSettings(({ all, sites }) => ({ all: { ...all, banner: false }, sites })),
      changeSettings(JIRA, { timeoutMinutes: 90 }),
    ]);
    expect(local).toEqual({
      settings: { banner: false },
      [`settings ${JIRA}`]: { guard: 'off', timeoutMinutes: 90 },
    });
    expect(await resetSite(JIRA)).toEqual({ guard: 'off', timeoutMinutes: 90 });
  });

  test('are removed from the storage if they become undefined', async () => {
    await changeSettings(JIRA, { guard: 'off', timeoutMinutes: 90 });
    await changeSettings(JIRA, { timeoutMinutes: undefined });
    expect(Object.keys(local[`settings ${JIRA}`] as object)).toEqual(['guard']);
  });
});
