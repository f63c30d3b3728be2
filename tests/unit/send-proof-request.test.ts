/** Who sends the proof request: the background, or the page if the background can't or may not. */
import { beforeEach, expect, test, vi } from 'vitest';
import { askForPage } from '../../extension/background/send-proof-request.ts';
import type { JiraResponse, requestJira } from '../../src/session/proof-request.ts';
import type { Site } from '../../src/jira/page.ts';

const { page, stored } = vi.hoisted(() => ({
  /** The results of the page's own requests, and their number. */
  page: { answers: [] as (() => unknown)[], requestCount: 0 },
  stored: {} as Record<string, unknown>,
}));
vi.mock('../../extension/shared/browser.ts', () => {
  const area = { get: async () => stored, set: async (items: object) => void Object.assign(stored, items) };
  const executeScript = async (): Promise<{ result: unknown }[]> => {
    page.requestCount++;
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
const fetchMock = vi.fn<Parameters<typeof requestJira>[2] & object>();

beforeEach(() => {
  Object.assign(page, { answers: [], requestCount: 0 });
  for (const key of Object.keys(stored)) delete stored[key];
  vi.stubGlobal('fetch', fetchMock);
});

test('a host whose certificate the user has accepted only for the page is asked by the page', async () => {
  fetchMock.mockRejectedValue(new TypeError('Failed to fetch'));
  page.answers = [alice];
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toMatchObject({ outcome: 'signed-in', user: 'alice' });
});

test('a host is offline if neither the background nor the page reaches it', async () => {
  fetchMock.mockRejectedValue(new TypeError('Failed to fetch'));
  page.answers = [() => reply(0)];
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toEqual({ outcome: 'offline' });
  expect(page.requestCount).toBe(1);
});

test('a host that answers the background is not asked by the page', async () => {
  fetchMock.mockImplementation(async () => new Response('Who are you?', { status: 401 }));
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toMatchObject({ outcome: 'gateway' });
  expect(page.requestCount).toBe(0);
});

test('a page in a private window asks by itself', async () => {
  page.answers = [alice];
  expect(await askForPage({ ...SESSION, isPrivate: true }, '9.12.0', 1, false)).toMatchObject({ user: 'alice' });
});

test('a page that would get a login dialog does not ask: the background’s result counts', async () => {
  fetchMock.mockRejectedValue(new TypeError('Failed to fetch'));
  stored[`challenged 0 ${SITE}`] = true;
  expect(await askForPage(SESSION, '9.12.0', 1, false)).toEqual({ outcome: 'offline' });
  expect(page.requestCount).toBe(0);
});
