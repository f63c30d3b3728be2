/** Where the question is asked: by the background, and by the page where the background can't or may not. */
import { beforeEach, expect, test, vi } from 'vitest';
import { askForPage } from '../../extension/background/send-proof-request.ts';
import type { JiraResponse, requestJira } from '../../src/session/proof-request.ts';
import type { Site } from '../../src/jira/page.ts';

const { page, kept } = vi.hoisted(() => ({
  /** What the page's own request brings, and how often it was made. */
  page: { answers: [] as (() => unknown)[], asked: 0 },
  kept: {} as Record<string, unknown>,
}));
vi.mock('../../extension/shared/browser.ts', () => {
  const area = { get: async () => kept, set: async (items: object) => void Object.assign(kept, items) };
  const executeScript = async (): Promise<{ result: unknown }[]> => {
    page.asked++;
    return [{ result: page.answers.shift()!() }];
  };
  return { browser: { storage: { local: area, session: area }, scripting: { executeScript } } };
});

const SITE = 'https://jira.example.com' as Site;
const SESSION = { site: SITE, storeId: '0', isPrivate: false };
const reply = (status: number, text = ''): JiraResponse => ({ status, text, headers: {} as JiraResponse['headers'] });
const alice = (): JiraResponse => ({
  ...reply(200, '{"name":"alice"}'),
  headers: { 'X-AUSERNAME': null } as JiraResponse['headers'],
});
const fetched = vi.fn<Parameters<typeof requestJira>[2] & object>();

beforeEach(() => {
  Object.assign(page, { answers: [], asked: 0 });
  for (const key of Object.keys(kept)) delete kept[key];
  vi.stubGlobal('fetch', fetched);
});

test('a host whose certificate the user has accepted for the page alone is asked by the page', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'));
  page.answers = [alice];
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toMatchObject({ outcome: 'signed-in', user: 'alice' });
});

test('a host that nobody reaches is said to be so by both', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'));
  page.answers = [() => reply(0)];
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toEqual({ outcome: 'offline' });
  expect(page.asked).toBe(1);
});

test('what answers the background is asked by nobody else', async () => {
  fetched.mockImplementation(async () => new Response('Who are you?', { status: 401 }));
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toMatchObject({ outcome: 'gateway' });
  expect(page.asked).toBe(0);
});

test('a private window’s page asks itself', async () => {
  page.answers = [alice];
  expect(await askForPage({ ...SESSION, isPrivate: true }, '9.12.0', 1, false)).toMatchObject({ user: 'alice' });
});

test('a page that would be challenged is not asked for the background, whose own answer holds', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'));
  kept[`challenged 0 ${SITE}`] = true;
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toEqual({ outcome: 'offline' });
  expect(page.asked).toBe(0);
});
