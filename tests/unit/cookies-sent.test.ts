/** Which cookies each browser lets an extension read. Chrome lists only cookies whose own address is granted. */
import { beforeEach, expect, test, vi } from 'vitest';
import { cookiesSent } from '../../extension/shared/storage/sessions.ts';
import { pageCookieIn } from '../../src/jira/page-cookie.ts';
import type { Site } from '../../src/jira/page.ts';

interface StoredCookie {
  readonly name: string;
  readonly domain: string;
  readonly path: string;
  readonly hostOnly: boolean;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly value: string;
}

const fake = vi.hoisted(() => ({ cookies: [] as StoredCookie[], granted: '', calls: 0, hangs: false }));
vi.mock('../../extension/shared/browser.ts', () => {
  const sent = (url: string): StoredCookie[] => {
    fake.calls++;
    return fake.cookies
      .filter(({ path }) => path === '/' || `${new URL(url).pathname}/`.startsWith(`${path}/`))
      .toSorted((a, b) => b.path.length - a.path.length);
  };
  const addressOf = ({ domain, secure }: StoredCookie): string =>
    `http${secure ? 's' : ''}://${domain.replace(/^\./, '')}`;
  return {
    browser: {
      cookies: {
        getAll: async ({ url }: { url: string }) =>
          fake.hangs
            ? new Promise<StoredCookie[]>(() => undefined)
            : sent(url).filter((each) => !fake.granted || addressOf(each) === fake.granted),
        get: async ({ url, name }: { url: string; name: string }) =>
          sent(url).find((each) => each.name === name) ?? null,
      },
    },
  };
});

const SITE = 'https://jira.example.com' as Site;
const own = (name: string, more: Partial<StoredCookie> = {}): StoredCookie => ({
  name,
  domain: 'jira.example.com',
  path: '/',
  hostOnly: true,
  secure: true,
  httpOnly: name !== 'atlassian.xsrf.token',
  value: 'own',
  ...more,
});
const planted = (name: string, path: string): StoredCookie =>
  own(name, { domain: '.example.com', hostOnly: false, path, value: 'planted' });

beforeEach(() => {
  fake.cookies = [own('atlassian.xsrf.token'), own('JSESSIONID')];
});

const whose = async (): Promise<string> => {
  const { whose: found, cookie } = pageCookieIn(await cookiesSent(SITE, `${SITE}/browse/RAIL-7`, '0'), SITE);
  return cookie ? `${found}: ${(cookie as StoredCookie).value}` : found;
};

for (const [browser, granted] of [
  ['Chrome', SITE],
  ['Firefox', ''],
] as const) {
  const testIn = (title: string, run: () => Promise<void>): void =>
    test(`${browser}: ${title}`, async () => {
      fake.granted = granted;
      await run();
    });

  testIn('Jira’s own cookie is the page’s', async () => expect(await whose()).toBe('page: own'));

  testIn('a cookie that is not Secure is found on https', async () => {
    fake.cookies = fake.cookies.map((each) => ({ ...each, secure: false }));
    expect(await whose()).toBe('page: own');
  });

  for (const path of ['/rest/internal', '/rest/internal/1.0', '/rest/jddap', '/secure/AddComment.jspa'])
    testIn(`a session cookie of the domain at ${path} is found`, async () => {
      fake.cookies.push(planted('JSESSIONID', path));
      expect(await whose()).toBe('crowded: own');
    });

  testIn('a session of the domain under this Jira’s own name for it is found', async () => {
    fake.cookies = [own('atlassian.xsrf.token'), own('JIRASESSIONID'), planted('JIRASESSIONID', '/rest/internal')];
    expect(await whose()).toBe('crowded: own');
  });

  testIn('a token of the domain that has replaced Jira’s own is not the page’s', async () => {
    fake.cookies = [planted('atlassian.xsrf.token', '/')];
    expect(await whose()).toBe('neighbour');
  });
}

test('fifty tabs at once cause two reads of the site, and each sees what was planted before it asked', async () => {
  fake.granted = SITE;
  fake.calls = 0;
  const read = (n: number) => cookiesSent(SITE, `${SITE}/browse/RAIL-${n}`, '0');
  const first = read(0);
  await Promise.resolve();
  fake.cookies.push(planted('JSESSIONID', '/secure/AddComment.jspa'));
  const others = await Promise.all(Array.from({ length: 49 }, (_each, n) => read(n)));
  for (const cookies of others) expect(pageCookieIn(cookies, SITE).whose).toBe('crowded');
  await first;
  // Two reads of all addresses of the site, and one of each page's own addresses.
  expect(fake.calls).toBeLessThan(2 * 100 + 50 * 6);
});

test('a read that hangs does not block later ones', async () => {
  fake.granted = SITE;
  fake.hangs = true;
  void cookiesSent(SITE, `${SITE}/browse/RAIL-1`, '0');
  await new Promise((resolve) => setTimeout(resolve, 10));
  fake.hangs = false;
  const later = cookiesSent(SITE, `${SITE}/browse/RAIL-2`, '0').then(() => 'read');
  expect(await Promise.race([later, new Promise((resolve) => setTimeout(() => resolve('hangs'), 3_000))])).toBe(
    'read',
  );
});
