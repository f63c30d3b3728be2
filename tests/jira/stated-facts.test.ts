/** What pages of both anatomies state or do by themselves: when the session ends, and where they are. */
import { describe, expect, test } from 'vitest';
import { attachByDrop, type AttachPage } from './assets/attach.js';
import { MemoryBrowser } from './browser.ts';
import { createClock } from './clock.ts';
import { createJira, type JiraOptions } from './jira.ts';

const ANATOMIES = ['plain', 'real'] as const;

describe.each(ANATOMIES)('a page of %s anatomy', (anatomy) => {
  /** What the timing form of a page states, by title. */
  async function stated(browser: MemoryBrowser, jira: ReturnType<typeof createJira>): Promise<Map<string, string>> {
    const html = await (await browser.request(jira, 'GET', '/browse/RAIL-7')).text();
    const form = /<form id="jira_request_timing_info"[^]*?<\/form>/.exec(html)?.[0] ?? '';
    return new Map([...form.matchAll(/title="([^"]*)" value="([^"]*)"/g)].map(([, title, value]) => [title!, value!]));
  }

  async function alice(options: JiraOptions = {}) {
    const clock = createClock();
    const jira = createJira({ anatomy, clock, ...options });
    const browser = new MemoryBrowser();
    await browser.signIn(jira, 'alice');
    const minutesLeft = async (): Promise<number> => {
      const facts = await stated(browser, jira);
      const left = Number(facts.get('jira.session.expiry.time')) - Number(facts.get('jira.request.start.millis'));
      return left / 60_000;
    };
    return { clock, jira, browser, minutesLeft };
  }

  test('states when the session ends', async () => {
    const { minutesLeft } = await alice({ timeoutMinutes: 30 });
    expect(await minutesLeft()).toBeCloseTo(30, 1);
  });

  test('states less when it is rendered late in a silence: the access before it counts', async () => {
    const { clock, minutesLeft } = await alice({ timeoutMinutes: 30 });
    clock.advance(20);
    expect(await minutesLeft()).toBeCloseTo(10, 1);
    expect(await minutesLeft()).toBeCloseTo(30, 1);
  });

  test('states nothing to anonymous visitors', async () => {
    const facts = await stated(new MemoryBrowser(), createJira({ anatomy }));
    expect(facts.get('jira.session.expiry.time')).toBe('-');
    expect(facts.get('jira.session.expiry.in.mins')).toBe('-');
  });

  test('states nothing where the option says so', async () => {
    const { browser, jira } = await alice({ statesTimeout: false });
    expect(await stated(browser, jira)).toEqual(new Map());
  });

  test('rewrites its address if it is such a dashboard, which is served at the root too', async () => {
    const { browser, jira } = await alice({ rewritesAddress: true, basePath: '/jira' });
    const html = await (await browser.request(jira, 'GET', '/', { redirect: 'manual' })).text();
    expect(html).toContain(`history.replaceState({}, '', "/jira/secure/Dashboard.jspa")`);
    const usual = await alice();
    expect((await usual.browser.request(usual.jira, 'GET', '/', { redirect: 'manual' })).status).toBe(302);
  });
});

test('a file over the limit is refused by the page, and nothing is asked', async () => {
  const asked: string[] = [];
  const page: AttachPage = {
    metaToken: () => 'token',
    formToken: () => undefined,
    adoptToken: () => undefined,
    request: async (_method, path) => {
      asked.push(path);
      return { status: 401, body: undefined };
    },
    issue: 'RAIL-7',
    project: '',
    uploadPath: '/upload',
    uploadFormToken: '',
    sessionRefusals: [],
    uploadLimitBytes: 100,
  };
  expect(await attachByDrop({ name: 'a', size: 101 }, page)).toBe('too-large');
  expect(asked).toEqual([]);
  expect(await attachByDrop({ name: 'a', size: 100 }, page)).toBe('session-expired');
});

test('the question for permissions answers everybody, and grants anonymous visitors nothing', async () => {
  const jira = createJira();
  const browser = new MemoryBrowser();
  const ask = async (): Promise<[number, unknown]> => {
    const reply = await browser.request(jira, 'GET', '/rest/api/2/mypermissions');
    const { permissions } = (await reply.json()) as {
      permissions: Record<string, { havePermission: boolean }>;
    };
    return [reply.status, permissions['CREATE_ATTACHMENTS']?.havePermission];
  };
  expect(await ask()).toEqual([200, false]);
  await browser.signIn(jira, 'alice');
  expect(await ask()).toEqual([200, true]);
});
