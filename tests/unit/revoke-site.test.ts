import { beforeEach, describe, expect, test, vi } from 'vitest';
import { revokeSite } from '../../extension/shared/permissions/revoke-site.ts';
import { changeSettings } from '../../extension/shared/storage/settings.ts';
import type { Site } from '../../src/jira/page.ts';

const { local, session, granted, answers } = vi.hoisted(() => ({
  local: {} as Record<string, unknown>,
  session: {} as Record<string, unknown>,
  granted: new Set<string>(),
  /** The user's answers to the browser's permission dialog, the next one first. Without one the answer is yes. */
  answers: [] as (() => boolean | Promise<boolean>)[],
}));
vi.mock('../../extension/shared/browser.ts', () => {
  const area = (stored: Record<string, unknown>) => ({
    get: async (keys?: string | string[]) =>
      structuredClone(
        Object.fromEntries(Object.entries(stored).filter(([key]) => !keys || [keys].flat().includes(key))),
      ),
    set: async (items: object) => void Object.assign(stored, structuredClone(items)),
    remove: async (keys: string[]) => keys.forEach((key) => delete stored[key]),
  });
  const isGranted = (pattern: string): boolean => granted.has(pattern) || granted.has('<all_urls>');
  return {
    browser: {
      storage: { local: area(local), session: area(session) },
      permissions: {
        contains: async ({ origins: [pattern] }: { origins: [string] }) => isGranted(pattern),
        remove: async ({ origins: [pattern] }: { origins: [string] }) => granted.delete(pattern),
        request: async ({ origins: [pattern] }: { origins: [string] }) => {
          const isAllowed = isGranted(pattern) || (await (answers.shift()?.() ?? true));
          if (isAllowed) granted.add(pattern);
          return isAllowed;
        },
      },
    },
  };
});

const PATTERN = 'https://example.com/*';
const HOST = 'https://example.com' as Site;
const JIRA = 'https://example.com/jira' as Site;
const PORT = 'https://example.com:8443/other' as Site;
const OTHERS = {
  settings: { banner: false },
  'settings http://example.com/jira': { guard: 'off' },
  'settings https://www.example.com': { guard: 'off' },
  'session default https://example.company': { began: 1, lastContact: 2 },
};
const OF_HOST = {
  [`settings ${HOST}`]: { timeoutMinutes: 90 },
  [`settings ${JIRA}`]: { guard: 'off' },
  [`settings ${PORT}`]: {},
  [`session default ${JIRA}`]: { began: 1, lastContact: 2 },
  [`session firefox-container-1 ${PORT}`]: { began: 3, lastContact: 4 },
};

beforeEach(() => {
  vi.stubGlobal('chrome', { i18n: { getMessage: (key: string) => key } });
  for (const stored of [local, session]) for (const key of Object.keys(stored)) delete stored[key];
  Object.assign(local, OTHERS, OF_HOST);
  Object.assign(session, { [`proof default ${JIRA}`]: { user: 'alice' }, [`session 1 ${HOST}`]: {}, 'tab:7': {} });
  granted.clear();
  granted.add(PATTERN);
  answers.length = 0;
});

describe('a site that is revoked', () => {
  test('is forgotten with everything that is stored of its host, and no other', async () => {
    expect(await revokeSite(PATTERN)).toMatchObject({ sentence: 'forgotten' });
    expect(granted).toEqual(new Set());
    expect(local).toEqual(OTHERS);
    expect(session).toEqual({ 'tab:7': {} });
  });

  test('is restored by "Undo" with its settings and its session records', async () => {
    const revoked = await revokeSite(PATTERN);
    expect(await revoked!.undo!()).toBeUndefined();
    expect(granted).toEqual(new Set([PATTERN]));
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
    expect(session).toEqual({ 'tab:7': {} });
  });

  test('is restored without replacing what was set after the revocation', async () => {
    const revoked = await revokeSite(PATTERN);
    granted.add(PATTERN);
    await changeSettings(JIRA, { banner: false });
    await revoked!.undo!();
    expect(local).toMatchObject({
      [`settings ${JIRA}`]: { banner: false },
      [`settings ${HOST}`]: { timeoutMinutes: 90 },
    });
  });

  test('gets its settings back before the browser’s dialog is answered, which can close the popup', async () => {
    const revoked = await revokeSite(PATTERN);
    answers.push(() => new Promise(() => undefined));
    void revoked!.undo!();
    await vi.waitFor(() => expect(local).toEqual({ ...OTHERS, ...OF_HOST }));
  });

  test('gets its sessions back although the background removed them during the dialog', async () => {
    const revoked = await revokeSite(PATTERN);
    answers.push(async () => {
      await vi.waitFor(() => expect(local).toHaveProperty([`session default ${JIRA}`]));
      delete local[`session default ${JIRA}`];
      return true;
    });
    await revoked!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('stays forgotten if the user refuses in the dialog, and can then be requested again', async () => {
    const revoked = await revokeSite(PATTERN);
    answers.push(async () => {
      await vi.waitFor(() => expect(local).toHaveProperty([`session default ${JIRA}`]));
      delete local[`session default ${JIRA}`];
      return false;
    });
    const again = await revoked!.undo!();
    expect(again).toMatchObject({ sentence: 'popup_refused' });
    expect(local).toEqual(OTHERS);
    await again!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('is revoked once, however often the button is pressed', async () => {
    const [first, second] = await Promise.all([revokeSite(PATTERN), revokeSite(PATTERN)]);
    expect(second).toBeUndefined();
    await first!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('loses a setting that is being stored at that moment too', async () => {
    const isSet = changeSettings(JIRA, { timeoutMinutes: 30 });
    await revokeSite(PATTERN);
    await isSet;
    expect(local).toEqual(OTHERS);
  });
});

test('a site under a wider permission is not revoked, and nothing is forgotten', async () => {
  granted.add('<all_urls>');
  expect(await revokeSite(PATTERN)).toEqual({ sentence: 'popup_stop_failed' });
  expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  expect(session).toHaveProperty([`proof default ${JIRA}`]);
});
