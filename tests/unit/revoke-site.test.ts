import { beforeEach, describe, expect, test, vi } from 'vitest';
import { revokeSite } from '../../extension/shared/permissions/revoke-site.ts';
import { changeSettings } from '../../extension/shared/storage/settings.ts';
import type { Site } from '../../src/jira/page.ts';

const { local, session, granted, answers } = vi.hoisted(() => ({
  local: {} as Record<string, unknown>,
  session: {} as Record<string, unknown>,
  granted: new Set<string>(),
  /** What the browser is to answer, and what happens while its question stands; granted where nothing is said. */
  answers: [] as (() => boolean | Promise<boolean>)[],
}));
vi.mock('../../extension/shared/browser.ts', () => {
  const area = (kept: Record<string, unknown>) => ({
    get: async (keys?: string | string[]) =>
      structuredClone(
        Object.fromEntries(Object.entries(kept).filter(([key]) => !keys || [keys].flat().includes(key))),
      ),
    set: async (items: object) => void Object.assign(kept, structuredClone(items)),
    remove: async (keys: string[]) => keys.forEach((key) => delete kept[key]),
  });
  const isGranted = (pattern: string): boolean => granted.has(pattern) || granted.has('<all_urls>');
  return {
    browser: {
      storage: { local: area(local), session: area(session) },
      permissions: {
        contains: async ({ origins: [pattern] }: { origins: [string] }) => isGranted(pattern),
        remove: async ({ origins: [pattern] }: { origins: [string] }) => granted.delete(pattern),
        request: async ({ origins: [pattern] }: { origins: [string] }) => {
          const isYes = isGranted(pattern) || (await (answers.shift()?.() ?? true));
          if (isYes) granted.add(pattern);
          return isYes;
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
  for (const kept of [local, session]) for (const key of Object.keys(kept)) delete kept[key];
  Object.assign(local, OTHERS, OF_HOST);
  Object.assign(session, { [`proof default ${JIRA}`]: { user: 'alice' }, [`session 1 ${HOST}`]: {}, aheadMillis: 0 });
  granted.clear();
  granted.add(PATTERN);
  answers.length = 0;
});

describe('a site that is given back', () => {
  test('is forgotten with all that lives on its host, and no other', async () => {
    expect(await revokeSite(PATTERN)).toMatchObject({ sentence: 'forgotten' });
    expect(granted).toEqual(new Set());
    expect(local).toEqual(OTHERS);
    expect(session).toEqual({ aheadMillis: 0 });
  });

  test('is had back with its settings and the records of its sessions', async () => {
    const given = await revokeSite(PATTERN);
    expect(await given!.undo!()).toBeUndefined();
    expect(granted).toEqual(new Set([PATTERN]));
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
    expect(session).toEqual({ aheadMillis: 0 });
  });

  test('is had back without what was set or seen there since', async () => {
    const given = await revokeSite(PATTERN);
    granted.add(PATTERN);
    await changeSettings(JIRA, { banner: false });
    await given!.undo!();
    expect(local).toMatchObject({
      [`settings ${JIRA}`]: { banner: false },
      [`settings ${HOST}`]: { timeoutMinutes: 90 },
    });
  });

  test('has its settings back before the browser’s question is answered, under which a popup may close', async () => {
    const given = await revokeSite(PATTERN);
    answers.push(() => new Promise(() => undefined));
    void given!.undo!();
    await vi.waitFor(() => expect(local).toEqual({ ...OTHERS, ...OF_HOST }));
  });

  test('has its sessions back though the background swept them under the question', async () => {
    const given = await revokeSite(PATTERN);
    answers.push(async () => {
      await vi.waitFor(() => expect(local).toHaveProperty([`session default ${JIRA}`]));
      delete local[`session default ${JIRA}`];
      return true;
    });
    await given!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('stays forgotten where that is refused, and can be asked for again', async () => {
    const given = await revokeSite(PATTERN);
    answers.push(async () => {
      await vi.waitFor(() => expect(local).toHaveProperty([`session default ${JIRA}`]));
      delete local[`session default ${JIRA}`];
      return false;
    });
    const again = await given!.undo!();
    expect(again).toMatchObject({ sentence: 'popup_refused' });
    expect(local).toEqual(OTHERS);
    await again!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('is given back once, however often that is pressed', async () => {
    const [first, second] = await Promise.all([revokeSite(PATTERN), revokeSite(PATTERN)]);
    expect(second).toBeUndefined();
    await first!.undo!();
    expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  });

  test('takes what was just being set along', async () => {
    const isSet = changeSettings(JIRA, { timeoutMinutes: 30 });
    await revokeSite(PATTERN);
    await isSet;
    expect(local).toEqual(OTHERS);
  });
});

test('a site that a wider grant holds is not given back, and nothing is forgotten', async () => {
  granted.add('<all_urls>');
  expect(await revokeSite(PATTERN)).toEqual({ sentence: 'popup_stop_failed' });
  expect(local).toEqual({ ...OTHERS, ...OF_HOST });
  expect(session).toHaveProperty([`proof default ${JIRA}`]);
});
