/**
 * A neighbour host can set cookies with any path for the domain that it shares with Jira, and Jira uses the one with
 * the longest path. Each attack runs twice in one browser: on a Jira without permission, which is the same as without
 * the extension, and on a watched one. The result with the extension must never be worse.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveJira, type RunningJira, type ServeOptions } from '../../fixtures/jira/serve.ts';
import { KINDS, type Browser, type Tab } from '../browsers/browser.ts';
import { pause, until } from '../browsers/until.ts';
import { makeFile } from '../files.ts';
import { launchAndWatch, logIn, switchTo } from '../scenario.ts';
import { serveOtherHost } from './other-host.ts';

const SERVER_ID = 'BSTA-NDIN-JIRA-0001';
/** A made-up token in the format of this Jira. */
const forged = (login: 'lin' | 'lout', serverId = SERVER_ID): string => `${serverId}_${'e'.repeat(40)}_${login}`;

/** The token and the session of mallory's own login at the same Jira. */
interface MallorysLogin {
  readonly token: string;
  readonly session: string;
}

interface Attack {
  readonly name: string;
  /** The cookies that the neighbour sets, without their domain. */
  readonly cookies: (mallory: MallorysLogin) => readonly string[];
  readonly options?: ServeOptions;
  /** Set before alice signs in: of two cookies with the same path the older one is sent first. */
  readonly isEarly?: boolean;
  /** alice signs in again in another tab after they were set: her page is stale. */
  readonly isStale?: boolean;
  readonly ways: readonly Way[];
}

type Way = 'drop' | 'file input' | 'form';

/** mallory's token on the paths of the page and of what it sends, mallory's session only on the latter. */
const mallorysTokenAndSession = ({ token, session }: MallorysLogin, base = ''): string[] => [
  `atlassian.xsrf.token=${token}; Path=${base}/browse`,
  ...[`${base}/rest/internal`, `${base}/rest/jddap`, `${base}/secure`].flatMap((path) => [
    `atlassian.xsrf.token=${token}; Path=${path}`,
    `JSESSIONID=${session}; Path=${path}; HttpOnly`,
  ]),
];

/** More cookies than browsers store for a domain (about 180), so that they drop the oldest. */
const CROWD = Array.from({ length: 400 }, (_, n) => `crowd${n}=1; Path=/`);

/**
 * mallory's session only, on the paths of uploads and forms: up to 8.3 Jira accepts any token that equals the cookie.
 */
const mallorysSession = ({ session }: MallorysLogin, name = 'JSESSIONID'): string[] =>
  ['/rest/internal', '/rest/jddap', '/secure/AddComment.jspa'].map(
    (path) => `${name}=${session}; Path=${path}; HttpOnly`,
  );

const ATTACKS: readonly Attack[] = [
  {
    name: 'mallory’s session on the paths of files and forms, on a stale page of Jira 8.3',
    cookies: mallorysSession,
    options: { profile: '8.3' },
    isStale: true,
    ways: ['drop', 'form'],
  },
  {
    name: 'the same with another name of the session’s cookie',
    cookies: (mallory) => mallorysSession(mallory, 'JIRASESSIONID'),
    options: { profile: '8.3', sessionCookie: 'JIRASESSIONID' },
    isStale: true,
    ways: ['drop'],
  },
  {
    name: 'mallory’s session on the path of the extension’s question, on Jira 8.3',
    cookies: ({ session }) => [`JSESSIONID=${session}; Path=/rest/auth; HttpOnly`],
    options: { profile: '8.3' },
    ways: ['drop'],
  },
  {
    name: 'mallory’s token and session on the paths of files and forms',
    cookies: mallorysTokenAndSession,
    ways: ['drop', 'file input', 'form'],
  },
  {
    name: 'the same for a Jira with a context path',
    cookies: (mallory) => mallorysTokenAndSession(mallory, '/jira'),
    options: { basePath: '/jira' },
    ways: ['drop'],
  },
  {
    name: 'the same with an HttpOnly cookie',
    cookies: mallorysTokenAndSession,
    options: { httpOnlyCookie: true },
    ways: ['drop'],
  },
  {
    name: 'the same after hundreds of cookies that displace Jira’s',
    cookies: (mallory) => [...CROWD, ...mallorysTokenAndSession(mallory)],
    ways: ['drop'],
  },
  {
    name: 'mallory’s token on the root path, and mallory’s session on the paths of uploads',
    cookies: ({ token, session }) => [
      `atlassian.xsrf.token=${token}; Path=/`,
      ...['/rest/internal', '/rest/jddap'].map((path) => `JSESSIONID=${session}; Path=${path}`),
    ],
    ways: ['drop'],
  },
  {
    name: 'the same before alice signs in',
    cookies: ({ token, session }) => [
      `atlassian.xsrf.token=${token}; Path=/`,
      ...['/rest/internal', '/rest/jddap'].map((path) => `JSESSIONID=${session}; Path=${path}`),
    ],
    isEarly: true,
    ways: ['drop'],
  },
  {
    name: 'a forged `lin` token on the issue’s path only',
    cookies: () => [`atlassian.xsrf.token=${forged('lin')}; Path=/browse`],
    ways: ['drop', 'form'],
  },
  {
    name: 'a forged `lout` token on the issue’s path only',
    cookies: () => [`atlassian.xsrf.token=${forged('lout')}; Path=/browse`],
    ways: ['drop', 'form'],
  },
  {
    name: 'a token of another Jira',
    cookies: () => [`atlassian.xsrf.token=${forged('lin', 'AOTH-ERJI-RAXX-0002')}; Path=/browse`],
    ways: ['drop'],
  },
  {
    name: 'garbage instead of the token',
    cookies: () => ['atlassian.xsrf.token=garbage; Path=/browse'],
    ways: ['drop'],
  },
  {
    name: 'markup instead of the token',
    cookies: () => ['atlassian.xsrf.token=<img src=x onerror=alert(1)>; Path=/browse'],
    ways: ['drop'],
  },
];

/** Both Jiras in one browser: without permission the extension does nothing. */
const UNGRANTED = 'bare.localhost';
const WATCHED = 'work.localhost';

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  const table: string[] = [];

  beforeAll(async () => {
    browser = await launchAndWatch(kind, `jira.${WATCHED}`);
  });
  afterAll(async () => {
    await browser.close();
    console.log(['attack | by | without Freshtoken | with it', ...table].join('\n'));
  });

  const cells = ATTACKS.flatMap((attack) => attack.ways.map((way) => [attack.name, way, attack] as const));
  test.each(cells)('a neighbour sets %s: a %s ends no worse with the extension', async (name, way, attack) => {
    const bare = await play(browser, UNGRANTED, attack, way);
    const guarded = await play(browser, WATCHED, attack, way);
    table.push([name, way, describeOutcome(bare), describeOutcome(guarded)].join(' | '));

    // Up to Jira 8.3 a form is sent as mallory if mallory's session is planted and the page was reloaded, with or
    // without the extension.
    expect(guarded.asOtherUsers.length).toBeLessThanOrEqual(way === 'form' ? bare.asOtherUsers.length : 0);
    expect(guarded.steps).not.toContain(NO_END);
    // Without the extension the second try can be sent as mallory. The extension need not match that.
    if (bare.asOtherUsers.length > 0) return;
    const [first, last] = [bare.steps[0]!, bare.steps.at(-1)!];
    if (isDone(last)) expect(guarded.steps.at(-1)).toBe(last);
    if (!isDone(first)) return;
    // The page works without the extension: it must also work with it, without a banner.
    expect(guarded.steps).toEqual([first]);
    expect(guarded.banner).toBeUndefined();
  });
});

interface Outcome {
  readonly steps: readonly string[];
  /** The banner's text before anything was sent. */
  readonly banner: string | undefined;
  /** The other users in whose name alice's files and forms were sent. */
  readonly asOtherUsers: readonly string[];
}

const NO_END = 'no end';
const isDone = (step: string): boolean => step === 'attached' || step === 'saved';

function describeOutcome({ steps, asOtherUsers, banner }: Outcome): string {
  const names = asOtherUsers.length > 0 ? ` as ${asOtherUsers.join(', ')}` : '';
  return `${steps.join(', then ')}${names}${banner ? ` (it said: ${banner})` : ''}`;
}

/** Sets the neighbour's cookies, then alice attaches or sends; once more if it was not accepted. */
async function play(browser: Browser, domain: string, attack: Attack, way: Way): Promise<Outcome> {
  const server = await serveJira({ serverId: SERVER_ID, ...attack.options, host: `jira.${domain}` });
  const neighbour = await serveOtherHost(`evil.${domain}`);
  // Ports don't separate cookies: remove those of the Jira before.
  await pause(150);
  await browser.clearCookies();
  const cookies = attack.cookies(await signInAsMallory(server)).map((each) => `${each}; Domain=${domain}`);
  if (attack.isEarly) await neighbour.visit(browser, cookies);
  const other = await browser.open(`${server.url}/login.jsp`);
  await logIn(other, server, 'alice');
  const tab = await browser.open(`${server.url}/browse/RAIL-7`);
  if (domain === WATCHED) await until('the page is watched', 3_000, async () => (await tab.badge()).text !== '');
  if (!attack.isEarly) await neighbour.visit(browser, cookies);
  if (attack.isStale) await signInAgain(tab, server, other);
  await tab.activate();
  // By then the banner has appeared, if it does.
  await pause(1_500);
  const banner = (await tab.banner())?.text;
  const steps = await send(tab, server, other, way, domain === WATCHED);
  const { attachments, uploads, comments } = server.jira;
  const users = [...attachments, ...uploads, ...comments].map(({ user }) => user);
  await tab.close();
  await other.close();
  await neighbour.close();
  await server.close();
  return { steps, banner, asOtherUsers: users.filter((user) => user !== 'alice') };
}

/** Signs in as mallory, in memory. */
async function signInAsMallory({ jira }: RunningJira): Promise<MallorysLogin> {
  const body = new URLSearchParams({ os_username: 'mallory', os_password: 'mallory' });
  const reply = await jira.app.request(`${jira.options.basePath}/login.jsp`, { method: 'POST', body });
  const cookies = reply.headers.getSetCookie();
  const valueOf = (name: string): string =>
    cookies
      .find((each) => each.startsWith(`${name}=`))!
      .slice(name.length + 1)
      .split(';')[0]!;
  return { token: valueOf('atlassian.xsrf.token'), session: valueOf(jira.options.sessionCookie) };
}

async function send(tab: Tab, server: RunningJira, other: Tab, way: Way, isWatched: boolean): Promise<string[]> {
  const again = way === 'form' ? () => sendForm(tab, server, isWatched) : () => attach(tab, way, isWatched);
  const steps = [await again()];
  if (isDone(steps[0]!)) return steps;
  // A parked file is released when alice has signed in again.
  const isParked = steps[0] === 'parked';
  if (isParked || /session|not sent/.test(steps[0]!)) await signInAgain(tab, server, other);
  if (!isParked) return [...steps, await again()];
  const end = await attachOutcome(tab, 1, false);
  const isStillParked = end === NO_END && (await tab.banner())?.text.includes('safe here');
  return [...steps, isStillParked ? 'parked' : end];
}

async function signInAgain(tab: Tab, server: RunningJira, other: Tab): Promise<void> {
  await other.activate();
  await switchTo(other, server, 'alice');
  await tab.activate();
}

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: 'attached',
  'missing-token': 'missing token',
  'session-expired': 'session expired',
};

async function attach(tab: Tab, way: Way, isWatched: boolean): Promise<string> {
  const { path } = makeFile('door.log', 500);
  const before = (await linesOf(tab)).length;
  if (way === 'drop') await tab.drop('#dropzone', [path]);
  else await tab.pick('#attach-input', [path]);
  return attachOutcome(tab, before + 1, isWatched);
}

function linesOf(tab: Tab): Promise<(string | undefined)[]> {
  return tab.page.$$eval('#attach-log li', (lines) => lines.map((line) => line.dataset['status']));
}

/** The outcome of the n-th attach in the page's log, or that the guard has parked it. */
function attachOutcome(tab: Tab, count: number, mayPark: boolean): Promise<string> {
  return waitForOutcome(async () => {
    const lines = await linesOf(tab);
    if (lines.length >= count && lines.every(Boolean)) return OUTCOMES[lines.at(-1)!] ?? lines.at(-1)!;
    return mayPark && (await tab.banner())?.text.includes('safe here') ? 'parked' : null;
  });
}

async function sendForm(tab: Tab, { jira, url }: RunningJira, isWatched: boolean): Promise<string> {
  if (!tab.page.url().includes('/browse/')) await tab.goto(`${url}/browse/RAIL-7`);
  await tab.page.type('#comment', 'half a sentence');
  await tab.page.click('#comment-submit');
  return waitForOutcome(async () => {
    if (jira.comments.length > 0) return 'saved';
    if (await tab.page.$('#xsrf-error').catch(() => null)) return 'refused';
    return isWatched && (await tab.banner())?.text.includes('Nothing was sent') ? 'not sent' : null;
  });
}

async function waitForOutcome(probe: () => Promise<string | null>): Promise<string> {
  return until('an outcome', 4_000, probe).catch(() => NO_END);
}
