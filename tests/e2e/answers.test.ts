/**
 * Answers that don't come from Jira, or don't come: a sign-in in front of it, broken connections, rate limits, names
 * in headers, refused uploads.
 */
import { describe, expect, test } from 'vitest';
import type { Fault, Faults } from '../fixtures/jira/faults.ts';
import type { JiraOptions, NameHeader } from '../fixtures/jira/options.ts';
import type { RunningJira } from '../fixtures/jira/serve.ts';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { byTurns } from './one-browser.ts';
import { aliceIn, attachLog, badgeOf, bannerOf, inWorld, logIn, switchTo, type World } from './scenario.ts';

const GATEWAY = 'A sign-in in front of your Jira has ended';
const OFFLINE = 'Your Jira can’t be reached.';
const BUSY = 'Your Jira is too busy to answer';

/** Matches a banner with all of these texts, in any order. */
const saying = (...parts: string[]): RegExp => new RegExp(parts.map((part) => `(?=.*${part})`).join(''));

const GATEWAYS: readonly (readonly [string, Fault])[] = [
  ['a redirect to another host', 'sso-redirect'],
  ['a bare 401', { status: 401 }],
  ['a bare 403', { status: 403 }],
  ['an HTML page', 'html'],
];

interface Outage {
  readonly begins: (server: RunningJira) => unknown;
  readonly ends: (server: RunningJira) => unknown;
}

const ofEverything = (fault: Fault): Outage => ({
  begins: ({ jira }) => (jira.faults.everything = fault),
  ends: ({ jira }) => (jira.faults.everything = undefined),
});
const GONE: Outage = { begins: (server) => server.close(), ends: (server) => server.reopen() };

const OUTAGES: readonly (readonly [string, Outage])[] = [
  ['no connection is accepted', GONE],
  ['each connection breaks', ofEverything('hang-up')],
  ['each answer breaks off', ofEverything('cut-short')],
  ['there is a 502', ofEverything({ status: 502 })],
  ['there is a 503', ofEverything({ status: 503 })],
  ['there is a 504', ofEverything({ status: 504 })],
];

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let world: World;

  const alice = aliceIn(kind, {
    isByTurns: true,
    onLaunch: (own) => (browser = own),
    onBegin: async (own) => {
      world = own;
      await badgeOf(world.tab, '4h');
      await world.tab.activate();
    },
  });

  /** Declares a test with a stale page: alice has signed in again in another tab, and has not come back yet. */
  function stale(name: string, options: Partial<JiraOptions>, story: () => Promise<void>): void {
    alice(name, options, async () => {
      await world.other.activate();
      await switchTo(world.other, world.server, 'alice');
      await story();
    });
  }

  const requestsTo = (end: string): number =>
    world.server.jira.requests.filter(({ path }) => path.endsWith(end)).length;
  const dropped = async (): Promise<string> => {
    const file = makeFile('door.log');
    await world.tab.drop('#dropzone', [file.path]);
    return file.sha256;
  };
  /** Expects that the file has arrived unchanged, in alice's name. */
  const isAttached = async (sha256: string): Promise<void> => {
    expect(await attachLog(world.tab, 1)).toEqual(['ok']);
    expect(world.server.jira.attachments).toMatchObject([{ name: 'door.log', sha256, user: 'alice' }]);
  };
  /** Expects that the file is parked, that the banner gives the reason, and that nothing was uploaded. */
  const isKept = async (reason: string, main: string): Promise<void> => {
    const banner = await bannerOf(world.tab, saying(reason, '1 file is safe here: door.log'), 6_000);
    expect(banner.buttons).toEqual(expect.arrayContaining([main, 'Attach anyway', 'Discard files']));
    expect(banner.role).toBe('alert');
    expect(requestsTo('AttachTemporaryFile')).toBe(0);
  };
  /** Expects that the form or link is blocked, the text is still in the page, and “Send anyway” is offered. */
  const isNotSent = async (reason: string): Promise<void> => {
    const { buttons } = await bannerOf(world.tab, saying(reason, 'Nothing was sent'), 6_000);
    expect(buttons).toContain('Send anyway');
    expect(await world.tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe(
      'half a sentence',
    );
    expect([requestsTo('AddComment.jspa'), requestsTo('VoteOrWatchIssue.jspa')]).toEqual([0, 0]);
  };
  /** Waits until Jira has answered; the banner must still say that nothing was sent. */
  const canBeSent = async (): Promise<void> =>
    void (await bannerOf(world.tab, saying('This page is fresh', 'Nothing was sent'), 6_000));
  /** Presses “Try again”, unless the page has already tried by itself. */
  const tryAgain = (): Promise<void> => world.tab.press('Try again').catch(() => undefined);
  const written = (): Promise<void> => world.tab.page.type('#comment', 'half a sentence');
  /** alice goes to another tab, does something there, and comes back. */
  const elsewhere = async (what: () => unknown): Promise<void> => {
    await world.other.activate();
    await what();
    await world.tab.activate();
  };
  /** Signs in at the gateway: opening any page leads through it. */
  const throughTheGateway = (): Promise<void> =>
    elsewhere(() => world.other.goto(`${world.server.url}/browse/RAIL-8`));

  describe.each(GATEWAYS)('a sign-in in front of Jira has ended, and answers with %s', (_shape, gateway) => {
    alice('parks a file, and “Sign in” leads through the gateway to the issue', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.gateway = gateway;
      const digest = await dropped();
      await isKept(GATEWAY, 'Sign in');
      await badgeOf(tab, 'file', 2_000);
      const before = server.jira.requests.length;
      await tab.press('Sign in');
      await until('the issue itself is opened', 4_000, async () =>
        server.jira.requests.slice(before).some(({ path, status }) => path === '/browse/RAIL-7' && status === 200),
      );
      expect(requestsTo('/login.jsp')).toBeLessThanOrEqual(2);
      await tab.activate();
      await isAttached(digest);
      await badgeOf(tab, '4h', 2_000);
    });

    alice('if Jira’s session has ended too, the file also waits for that', {}, async () => {
      const { tab, other, server } = world;
      server.jira.faults.gateway = gateway;
      server.jira.sessions.dropAll();
      const digest = await dropped();
      await isKept(GATEWAY, 'Sign in');
      await throughTheGateway();
      await bannerOf(tab, saying('You are signed out of Jira', '1 file is safe here'), 4_000);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      await elsewhere(() => logIn(other, server, 'alice'));
      await isAttached(digest);
    });

    stale('blocks a comment, and sends it at the second try', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.gateway = gateway;
      await tab.activate();
      await written();
      await tab.page.click('#comment-submit');
      await isNotSent(GATEWAY);
      await throughTheGateway();
      await canBeSent();
      await tab.page.click('#comment-submit');
      await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
      expect(server.jira.comments).toMatchObject([{ user: 'alice', body: 'half a sentence' }]);
    });
  });

  describe('a sign-in in front of Jira has ended', () => {
    alice('parks a drop, a pick and a paste, and attaches them afterwards', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.gateway = { status: 401 };
      await dropped();
      await bannerOf(tab, '1 file is safe here: door.log', 6_000);
      await tab.pick('#attach-input', [makeFile('sill.txt').path]);
      await bannerOf(tab, '2 files are safe here: door.log, sill.txt', 6_000);
      await tab.paste('#comment');
      await bannerOf(tab, '3 files are safe here', 6_000);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      await throughTheGateway();
      expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
      expect(server.jira.attachments.map(({ user }) => user)).toEqual(['alice', 'alice', 'alice']);
    });

    alice('parks a portal’s file, and uploads it afterwards', {}, async () => {
      const { tab, server } = world;
      await tab.goto(`${server.url}/servicedesk/customer/portal/1/create/2`);
      await badgeOf(tab, '4h');
      server.jira.faults.gateway = { status: 403 };
      await tab.pick('.vp-attachment-dropzone input[type=file]', [makeFile('door.log').path]);
      await bannerOf(tab, saying(GATEWAY, '1 file is safe here: door.log'), 6_000);
      expect(requestsTo('attachTemporaryFile')).toBe(0);
      await throughTheGateway();
      await until('it is uploaded', 4_000, async () => server.jira.uploads.length === 1);
      expect(server.jira.uploads).toMatchObject([{ name: 'door.log', user: 'alice' }]);
    });

    stale('blocks a link until “Send anyway” is pressed', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.gateway = { status: 403 };
      await tab.activate();
      await written();
      await tab.page.click('#vote');
      await isNotSent(GATEWAY);
      await tab.press('Send anyway');
      await until('it is sent', 4_000, async () => requestsTo('VoteOrWatchIssue.jspa') > 0);
    });

    stale('sends a comment unchanged at “Send anyway”', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.gateway = { status: 401 };
      await tab.activate();
      await written();
      await tab.page.click('#comment-submit');
      await isNotSent(GATEWAY);
      await tab.press('Send anyway');
      await until('it is sent', 4_000, async () => requestsTo('AddComment.jspa') === 1);
    });

    alice('does not attach the file as mallory, who signs in at Jira meanwhile', {}, async () => {
      const { tab, other, server } = world;
      server.jira.faults.proof = { status: 401 };
      await dropped();
      await isKept(GATEWAY, 'Sign in');
      await elsewhere(async () => {
        await switchTo(other, server, 'mallory');
        server.jira.faults.proof = undefined;
      });
      await bannerOf(tab, saying('mallory is signed in now', '1 file is safe here'), 4_000);
      await pause(500);
      expect(server.jira.uploads).toEqual([]);
      await elsewhere(() => switchTo(other, server, 'alice'));
      expect(await attachLog(tab, 1)).toEqual(['ok']);
    });
  });

  describe('Jira can’t be reached', () => {
    describe.each(OUTAGES)('because %s', (_how, { begins, ends }) => {
      alice('parks a file, and attaches it once Jira is back', {}, async () => {
        const { tab, server } = world;
        await begins(server);
        const digest = await dropped();
        await isKept(OFFLINE, 'Try again');
        await badgeOf(tab, 'file', 2_000);
        await ends(server);
        await tryAgain();
        await isAttached(digest);
        await badgeOf(tab, '4h', 2_000);
      });
    });

    /** Declares a test in which a file is parked because Jira can't be reached. */
    function waiting(name: string, story: (digest: string) => Promise<void>): void {
      alice(name, {}, async () => {
        await GONE.begins(world.server);
        const digest = await dropped();
        await isKept(OFFLINE, 'Try again');
        await story(digest);
      });
    }

    waiting('attaches the file when the browser is online again', async (digest) => {
      const { tab, server } = world;
      await tab.page.setOfflineMode(true);
      await GONE.ends(server);
      await tab.page.setOfflineMode(false);
      await isAttached(digest);
    });

    waiting('attaches the file when alice comes back to the page', async (digest) => {
      await elsewhere(() => GONE.ends(world.server));
      await isAttached(digest);
    });

    waiting('attaches the file while alice stays at the page', async (digest) => {
      const { tab, server } = world;
      await GONE.ends(server);
      let x = 0;
      await until('it is attached', 8_000, async () => {
        await tab.page.mouse.move((x = 200 - x), 20);
        return server.jira.attachments.length === 1;
      });
      await isAttached(digest);
    });

    alice('“Attach anyway” releases the file to the page, once', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { status: 503 };
      await tab.pick('#attach-input', [makeFile('door.log').path]);
      await isKept(OFFLINE, 'Try again');
      await tab.press('Attach anyway');
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      await pause(500);
      expect(requestsTo('AttachTemporaryFile')).toBe(1);
    });

    stale('blocks a comment', {}, async () => {
      const { tab, server } = world;
      await GONE.begins(server);
      await tab.activate();
      await written();
      await tab.page.click('#comment-submit');
      await isNotSent(OFFLINE);
      await elsewhere(() => GONE.ends(server));
      await canBeSent();
      await tab.page.click('#comment-submit');
      await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
    });

    stale('releases a file if the answer is slow', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { delayMillis: 6_000 };
      await tab.activate();
      await dropped();
      await until('the page got the file', 6_000, async () => (await tab.page.$$('#attach-log li')).length === 1);
    });
  });

  describe('a parked file is released, and the network breaks right after Jira was asked', () => {
    /** Parks a file, then releases it with these faults set. */
    const goesOn = async (give: () => Promise<unknown>, faults: Faults): Promise<void> => {
      const { tab, server } = world;
      server.jira.faults.proof = { status: 503 };
      await give();
      await isKept(OFFLINE, 'Try again');
      Object.assign(server.jira.faults, { proof: undefined }, faults);
      await tryAgain();
      expect(await attachLog(tab, 1)).toEqual(['error']);
    };
    const isOfferedAgain = async (): Promise<void> => {
      const { tab, server } = world;
      const { text, buttons } = await bannerOf(
        tab,
        'The connection broke while a file was being attached: door.log',
        4_000,
      );
      expect(buttons).toContain('Attach again');
      expect(text).not.toContain('handed to Jira');
      Object.assign(server.jira.faults, { proof: undefined, upload: undefined });
      await tab.press('Attach again');
      expect((await attachLog(tab, 2)).at(-1)).toBe('ok');
      expect(server.jira.attachments).toMatchObject([{ name: 'door.log', user: 'alice' }]);
    };
    const picked = (): Promise<void> => world.tab.pick('#attach-input', [makeFile('door.log').path]);

    alice(
      'the page’s own question for a drop fails: the banner does not claim that the file was attached',
      {},
      async () => {
        await goesOn(dropped, { proof: [undefined, 'hang-up'] });
        await pause(500);
        expect((await world.tab.banner())?.text ?? '').not.toContain('handed to Jira');
        expect(world.server.jira.attachments).toEqual([]);
      },
    );

    alice('the upload of a picked file fails: the banner offers it again', {}, async () => {
      await goesOn(picked, { upload: 'hang-up' });
      await isOfferedAgain();
    });

    alice('an upload of a megabyte breaks off: the banner offers it again', {}, async () => {
      const large = makeFile('door.log', 1_000_000).path;
      await goesOn(() => world.tab.drop('#dropzone', [large]), { upload: 'hang-up' });
      await isOfferedAgain();
    });

    describe('or Jira refuses it', () => {
      const REFUSED: readonly (readonly [400 | 403 | 413, string])[] = [
        [400, 'The answer was number 400'],
        [403, 'The answer was number 403'],
        [413, 'The answer was number 413'],
      ];
      for (const [status, words] of REFUSED)
        alice(`with ${status}: the banner shows the number`, {}, async () => {
          await goesOn(dropped, { upload: { status } });
          const { text } = await bannerOf(world.tab, saying('Jira refused a file: door.log', words), 4_000);
          expect(text).not.toMatch(/out of date|handed to Jira/);
          // The page is still fresh.
          await badgeOf(world.tab, '4h', 2_000);
        });
    });

    alice('the upload works: the banner says so only after Jira has answered', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { status: 503 };
      await dropped();
      await isKept(OFFLINE, 'Try again');
      Object.assign(server.jira.faults, { proof: undefined, upload: { delayMillis: 1_500 } });
      await tryAgain();
      await until('the upload is under way', 4_000, async () => (await tab.badge()).text === '4h');
      expect((await tab.banner())?.text ?? '').not.toContain('handed to Jira');
      await bannerOf(tab, 'has been handed to Jira', 4_000);
      expect(server.jira.attachments).toHaveLength(1);
    });
  });

  describe('Jira limits the rate of questions', () => {
    /** The times between the questions, up to the first one after the last 429. */
    const waits = (): number[] => {
      const asked = world.server.jira.requests.filter(({ path }) => path.endsWith('/auth/1/session'));
      const last = asked.findLastIndex(({ status }) => status === 429) + 1;
      return asked.slice(1, last + 1).map(({ at }, before) => at - asked[before]!.at);
    };

    byTurns(kind).each([
      ['in seconds', false],
      ['as a date', true],
    ])(
      'and says when to retry (%s): a stale page’s file waits, and is attached after one more question',
      (_how, asDate) =>
        inWorld(browser, {}, async (own) => {
          world = own;
          const { tab, other, server } = world;
          await badgeOf(tab, '4h');
          await other.activate();
          await switchTo(other, server, 'alice');
          server.jira.faults.proof = [{ retryAfter: 1, asDate }, undefined];
          await tab.activate();
          const digest = await dropped();
          await isAttached(digest);
          expect(waits()).toHaveLength(1);
          expect(waits()[0]).toBeGreaterThan(900);
        }),
    );

    stale('again and again: a stale page’s file is parked, and not released without a proof', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { retryAfter: 1 };
      await tab.activate();
      const digest = await dropped();
      await isKept(BUSY, 'Try again');
      await badgeOf(tab, 'file', 2_000);
      const asked = requestsTo('/auth/1/session');
      await pause(2_000);
      // It must not ask more often than before.
      expect(requestsTo('/auth/1/session') - asked).toBeLessThanOrEqual(1);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      server.jira.faults.proof = undefined;
      await tab.press('Try again');
      await isAttached(digest);
    });

    stale('and demands an hour’s wait: the file is parked within seconds', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { retryAfter: 3_600 };
      await tab.activate();
      await dropped();
      await bannerOf(tab, BUSY, 12_000);
      await isKept(BUSY, 'Try again');
      expect(requestsTo('/auth/1/session')).toBeLessThanOrEqual(2);
    });

    stale('blocks a comment', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.proof = { retryAfter: 1 };
      await tab.activate();
      await written();
      await tab.page.click('#comment-submit');
      await isNotSent(BUSY);
    });
  });

  describe('a stale page is renewed and its file attached, whatever the user’s name and its encoding in the header', () => {
    const NAMES: readonly (readonly [string, string, NameHeader])[] = [
      ['łukasz', 'łukasz', 'percent'],
      ['łukasz', 'łukasz', 'utf-8'],
      ['jürgen', 'jürgen', 'latin-1'],
      ['anna maria', 'anna maria', 'percent'],
      ['anna maria', 'anna maria', 'plus'],
      ['anna maria', 'anna maria', 'utf-8'],
      ['ALICE', 'alice', 'percent'],
    ];
    byTurns(kind).each(NAMES)('the page names %s, Jira names %s (%s)', (pageUser, user, nameHeader) =>
      inWorld(browser, { nameHeader }, async (own) => {
        world = own;
        const { tab, other, server } = world;
        await other.activate();
        await logIn(other, server, pageUser);
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await badgeOf(tab, '4h');
        await elsewhere(() => switchTo(other, server, user));
        await dropped();
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect(server.jira.attachments).toMatchObject([{ name: 'door.log', user }]);
        await badgeOf(tab, '4h', 2_000);
      }),
    );

    for (const loginReason of ['denied', 'AUTHENTICATED_FAILED'] as const)
      stale(`with ${loginReason} in the header for the login reason`, { loginReason }, async () => {
        await world.tab.activate();
        await isAttached(await dropped());
      });
  });

  describe('other answers of Jira', () => {
    alice('a form that arrived empty is not reported as an old page', {}, async () => {
      const { tab, server } = world;
      server.jira.faults.everything = 'empty-body';
      await written();
      await tab.page.click('#comment-submit');
      await until('Jira has refused', 5_000, () => tab.page.$('#xsrf-no-params').catch(() => null));
      const { text } = await bannerOf(tab, 'What was sent reached Jira empty', 3_000);
      expect(text).not.toContain('out of date');
    });

    alice('after a renewal in a bulk edit, says that Jira has lost the earlier steps', {}, async () => {
      const { tab, other, server } = world;
      await tab.goto(`${server.url}/secure/views/bulkedit/BulkEdit1!default.jspa`);
      await tab.page.click('#next');
      await until('the second step', 4_000, () => tab.page.$('[name=priority]').catch(() => null));
      await elsewhere(() => switchTo(other, server, 'alice'));
      await bannerOf(tab, 'Renewing mends it in place', 4_000);
      await tab.press('Renew this page');
      await bannerOf(tab, 'Jira has forgotten the steps before this one', 4_000);
      expect(server.jira.changes).toEqual([]);
    });

    stale(
      'a script that never reads the new token: after a second refusal names the file and offers a reload',
      {},
      async () => {
        const { tab } = world;
        await tab.page.evaluate(() => {
          const page = window as unknown as { atl_token: () => string };
          const old = page.atl_token();
          page.atl_token = () => old;
        });
        await tab.activate();
        await dropped();
        expect(await attachLog(tab, 1)).toEqual(['missing-token']);
        await bannerOf(tab, 'Jira refused a file: door.log', 4_000);
        await tab.press('Attach again');
        expect(await attachLog(tab, 2)).toEqual(['missing-token', 'missing-token']);
        const { buttons } = await bannerOf(tab, saying('door.log', 'goes on using an old token'), 4_000);
        expect(buttons).toEqual(['Reload', 'Dismiss']);
        await pause(1_000);
        expect(requestsTo('AttachTemporaryFile')).toBe(2);
      },
    );
  });

  test('stores no token and logs no error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    expect(await browser.complaints()).toEqual([]);
  });
});
