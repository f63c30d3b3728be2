/** Which cookies each browser lets an extension read: Chrome lists those cookies alone whose own address is granted. */
import { beforeEach, expect, test, vi } from 'vitest';
import { cookiesSent } from '../../extension/shared/storage/sessions.ts';
import { pageCookieIn } from '../../src/jira/page-cookie.ts';
import type { Site } from '../../src/jira/page.ts';

interface Kept {
  readonly name: string;
  readonly domain: string;
  readonly path: string;
  readonly hostOnly: boolean;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly value: string;
}

const world = vi.hoisted(() => ({ session: [] as Kept[], granted: '', calls: 0, hangs: false }));
vi.mock('../../extension/shared/browser.ts', () => {
  const sent = (url: string): Kept[] => {
    world.calls++;
    return world.session
      .filter(({ path }) => path === '/' || `${new URL(url).pathname}/`.startsWith(`${path}/`))
      .toSorted((a, b) => b.path.length - a.path.length);
  };
  const addressOf = ({ domain, secure }: Kept): string => `http${secure ? 's' : ''}://${domain.replace(/^\./, '')}`;
  return {
    browser: {
      cookies: {
        getAll: async ({ url }: { url: string }) =>
          world.hangs
            ? new Promise<Kept[]>(() => undefined)
            : sent(url).filter((each) => !world.granted || addressOf(each) === world.granted),
        get: async ({ url, name }: { url: string; name: string }) =>
          sent(url).find((each) => each.name === name) ?? null,
      },
    },
  };
});

const SITE = 'https://jira.example.com' as Site;
const own = (name: string, more: Partial<Kept> = {}): Kept => ({
  name,
  domain: 'jira.example.com',
  path: '/',
  hostOnly: true,
  secure: true,
  httpOnly: name !== 'atlassian.xsrf.token',
  value: 'own',
  ...more,
});
const planted = (name: string, path: string): Kept =>
  own(name, { domain: '.example.com', hostOnly: false, path, value: 'planted' });

beforeEach(() => {
  world.session = [own('atlassian.xsrf.token'), own('JSESSIONID')];
});

const whose = async (): Promise<string> => {
  const { whose: found, cookie } = pageCookieIn(await cookiesSent(SITE, `${SITE}/browse/RAIL-7`, '0'), SITE);
  return cookie ? `${found}: ${(cookie as Kept).value}` : found;
};

for (const [browser, granted] of [
  ['Chrome', SITE],
  ['Firefox', ''],
] as const) {
  const as = (what: string, work: () => Promise<void>): void =>
    test(`${browser}: ${what}`, async () => {
      world.granted = granted;
      await work();
    });

  as('Jira’s own are the page’s', async () => expect(await whose()).toBe('page: own'));

  as('a cookie that is not Secure is found on https', async () => {
    world.session = world.session.map((each) => ({ ...each, secure: false }));
    expect(await whose()).toBe('page: own');
  });

  for (const path of ['/rest/internal', '/rest/internal/1.0', '/rest/jddap', '/secure/AddComment.jspa'])
    as(`a session of the domain at ${path} is found`, async () => {
      world.session.push(planted('JSESSIONID', path));
      expect(await whose()).toBe('crowded: own');
    });

  as('so is one by the name that this Jira has for it', async () => {
    world.session = [own('atlassian.xsrf.token'), own('JIRASESSIONID'), planted('JIRASESSIONID', '/rest/internal')];
    expect(await whose()).toBe('crowded: own');
  });

  as('a token of the domain that has taken the place of Jira’s own is no token', async () => {
    world.session = [planted('atlassian.xsrf.token', '/')];
    expect(await whose()).toBe('neighbour');
  });
}

test('fifty tabs that ask at once cost two reads of the site, and what was planted before the last asked is in its answer', async () => {
  world.granted = SITE;
  world.calls = 0;
  const read = (n: number) => cookiesSent(SITE, `${SITE}/browse/RAIL-${n}`, '0');
  const first = read(0);
  await Promise.resolve();
  world.session.push(planted('JSESSIONID', '/secure/AddComment.jspa'));
  const others = await Promise.all(Array.from({ length: 49 }, (_each, n) => read(n)));
  for (const cookies of others) expect(pageCookieIn(cookies, SITE).whose).toBe('crowded');
  await first;
  // Two of all addresses of the site, and one of each page's own.
  expect(world.calls).toBeLessThan(2 * 100 + 50 * 6);
});

test('a read that never ends takes none of the later ones along', async () => {
  world.granted = SITE;
  world.hangs = true;
  void cookiesSent(SITE, `${SITE}/browse/RAIL-1`, '0');
  await new Promise((done) => setTimeout(done, 10));
  world.hangs = false;
  const later = cookiesSent(SITE, `${SITE}/browse/RAIL-2`, '0').then(() => 'read');
  expect(await Promise.race([later, new Promise((done) => setTimeout(() => done('hangs'), 3_000))])).toBe('read');
});
