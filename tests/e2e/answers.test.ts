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
import { inOneBrowser } from './one-browser.ts';
import {
  attachLog,
  createSignedInTest,
  logIn,
  switchTo,
  waitForBadge,
  waitForBanner,
  withScenario,
  type Scenario,
} from './scenario.ts';

const GATEWAY = 'A sign-in in front of your Jira has ended';
const OFFLINE = 'Your Jira can’t be reached.';
const BUSY = 'Your Jira is too busy to answer';

/** Matches a banner with all of these texts, in any order. */
const withTexts = (...parts: string[]): RegExp => new RegExp(parts.map((part) => `(?=.*${part})`).join(''));

const GATEWAYS: readonly (readonly [string, Fault])[] = [
  ['a redirect to another host', 'sso-redirect'],
  ['a bare 401', { status: 401 }],
  ['a bare 403', { status: 403 }],
  ['an HTML page', 'html'],
];

interface Outage {
  readonly begin: (server: RunningJira) => unknown;
  readonly end: (server: RunningJira) => unknown;
}

const faultOnAllRequests = (fault: Fault): Outage => ({
  begin: ({ jira }) => (jira.faults.everything = fault),
  end: ({ jira }) => (jira.faults.everything = undefined),
});
const SERVER_CLOSED: Outage = { begin: (server) => server.close(), end: (server) => server.reopen() };

const OUTAGES: readonly (readonly [string, Outage])[] = [
  ['no connection is accepted', SERVER_CLOSED],
  ['each connection breaks', faultOnAllRequests('hang-up')],
  ['each answer breaks off', faultOnAllRequests('cut-short')],
  ['there is a 502', faultOnAllRequests({ status: 502 })],
  ['there is a 503', faultOnAllRequests({ status: 503 })],
  ['there is a 504', faultOnAllRequests({ status: 504 })],
];

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let scenario: Scenario;

  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    onLaunch: (launched) => (browser = launched),
    beforeEach: async (started) => {
      scenario = started;
      await waitForBadge(scenario.tab, '4h');
      await scenario.tab.activate();
    },
  });

  /** Declares a test with a stale page: alice has signed in again in another tab, and has not come back yet. */
  function stalePageTest(name: string, options: Partial<JiraOptions>, run: () => Promise<void>): void {
    signedInTest(name, options, async () => {
      await scenario.other.activate();
      await switchTo(scenario.other, scenario.server, 'alice');
      await run();
    });
  }

  const requestsTo = (end: string): number =>
    scenario.server.jira.requests.filter(({ path }) => path.endsWith(end)).length;
  const dropFile = async (): Promise<string> => {
    const file = makeFile('door.log');
    await scenario.tab.drop('#dropzone', [file.path]);
    return file.sha256;
  };
  /** Expects that the file has arrived unchanged, in alice's name. */
  const expectAttached = async (sha256: string): Promise<void> => {
    expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
    expect(scenario.server.jira.attachments).toMatchObject([{ name: 'door.log', sha256, user: 'alice' }]);
  };
  /** Expects that the file is parked, that the banner gives the reason, and that nothing was uploaded. */
  const expectParked = async (reason: string, main: string): Promise<void> => {
    const banner = await waitForBanner(scenario.tab, withTexts(reason, '1 file is safe here: door.log'), 6_000);
    expect(banner.buttons).toEqual(expect.arrayContaining([main, 'Attach anyway', 'Discard files']));
    expect(banner.role).toBe('alert');
    expect(requestsTo('AttachTemporaryFile')).toBe(0);
  };
  /** Expects that the form or link is blocked, the text is still in the page, and “Send anyway” is offered. */
  const expectBlocked = async (reason: string): Promise<void> => {
    const { buttons } = await waitForBanner(scenario.tab, withTexts(reason, 'Nothing was sent'), 6_000);
    expect(buttons).toContain('Send anyway');
    expect(await scenario.tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value)).toBe(
      'half a sentence',
    );
    expect([requestsTo('AddComment.jspa'), requestsTo('VoteOrWatchIssue.jspa')]).toEqual([0, 0]);
  };
  /** Waits until Jira has answered; the banner must still say that nothing was sent. */
  const waitUntilJiraAnswers = async (): Promise<void> =>
    void (await waitForBanner(scenario.tab, withTexts('This page is fresh', 'Nothing was sent'), 6_000));
  /** Presses “Try again”, unless the page has already tried by itself. */
  const tryAgain = (): Promise<void> => scenario.tab.press('Try again').catch(() => undefined);
  const typeComment = (): Promise<void> => scenario.tab.page.type('#comment', 'half a sentence');
  /** alice goes to another tab, does something there, and comes back. */
  const inOtherTab = async (what: () => unknown): Promise<void> => {
    await scenario.other.activate();
    await what();
    await scenario.tab.activate();
  };
  /** Signs in at the gateway: opening any page leads through it. */
  const signInAtGateway = (): Promise<void> =>
    inOtherTab(() => scenario.other.goto(`${scenario.server.url}/browse/RAIL-8`));

  describe.each(GATEWAYS)('a sign-in in front of Jira has ended, and answers with %s', (_shape, gateway) => {
    signedInTest('parks a file, and “Sign in” leads through the gateway to the issue', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.gateway = gateway;
      const digest = await dropFile();
      await expectParked(GATEWAY, 'Sign in');
      await waitForBadge(tab, 'file', 2_000);
      const before = server.jira.requests.length;
      await tab.press('Sign in');
      await until('the issue itself is opened', 4_000, async () =>
        server.jira.requests.slice(before).some(({ path, status }) => path === '/browse/RAIL-7' && status === 200),
      );
      expect(requestsTo('/login.jsp')).toBeLessThanOrEqual(2);
      await tab.activate();
      await expectAttached(digest);
      await waitForBadge(tab, '4h', 2_000);
    });

    signedInTest('if Jira’s session has ended too, the file also waits for that', {}, async () => {
      const { tab, other, server } = scenario;
      server.jira.faults.gateway = gateway;
      server.jira.sessions.dropAll();
      const digest = await dropFile();
      await expectParked(GATEWAY, 'Sign in');
      await signInAtGateway();
      await waitForBanner(tab, withTexts('You are signed out of Jira', '1 file is safe here'), 4_000);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      await inOtherTab(() => logIn(other, server, 'alice'));
      await expectAttached(digest);
    });

    stalePageTest('blocks a comment, and sends it at the second try', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.gateway = gateway;
      await tab.activate();
      await typeComment();
      await tab.page.click('#comment-submit');
      await expectBlocked(GATEWAY);
      await signInAtGateway();
      await waitUntilJiraAnswers();
      await tab.page.click('#comment-submit');
      await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
      expect(server.jira.comments).toMatchObject([{ user: 'alice', body: 'half a sentence' }]);
    });
  });

  describe('a sign-in in front of Jira has ended', () => {
    signedInTest('parks a drop, a pick and a paste, and attaches them afterwards', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.gateway = { status: 401 };
      await dropFile();
      await waitForBanner(tab, '1 file is safe here: door.log', 6_000);
      await tab.pick('#attach-input', [makeFile('sill.txt').path]);
      await waitForBanner(tab, '2 files are safe here: door.log, sill.txt', 6_000);
      await tab.paste('#comment');
      await waitForBanner(tab, '3 files are safe here', 6_000);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      await signInAtGateway();
      expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
      expect(server.jira.attachments.map(({ user }) => user)).toEqual(['alice', 'alice', 'alice']);
    });

    signedInTest('parks a portal’s file, and uploads it afterwards', {}, async () => {
      const { tab, server } = scenario;
      await tab.goto(`${server.url}/servicedesk/customer/portal/1/create/2`);
      await waitForBadge(tab, '4h');
      server.jira.faults.gateway = { status: 403 };
      await tab.pick('.vp-attachment-dropzone input[type=file]', [makeFile('door.log').path]);
      await waitForBanner(tab, withTexts(GATEWAY, '1 file is safe here: door.log'), 6_000);
      expect(requestsTo('attachTemporaryFile')).toBe(0);
      await signInAtGateway();
      await until('it is uploaded', 4_000, async () => server.jira.uploads.length === 1);
      expect(server.jira.uploads).toMatchObject([{ name: 'door.log', user: 'alice' }]);
    });

    stalePageTest('blocks a link until “Send anyway” is pressed', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.gateway = { status: 403 };
      await tab.activate();
      await typeComment();
      await tab.page.click('#vote');
      await expectBlocked(GATEWAY);
      await tab.press('Send anyway');
      await until('it is sent', 4_000, async () => requestsTo('VoteOrWatchIssue.jspa') > 0);
    });

    stalePageTest('sends a comment unchanged at “Send anyway”', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.gateway = { status: 401 };
      await tab.activate();
      await typeComment();
      await tab.page.click('#comment-submit');
      await expectBlocked(GATEWAY);
      await tab.press('Send anyway');
      await until('it is sent', 4_000, async () => requestsTo('AddComment.jspa') === 1);
    });

    signedInTest('does not attach the file as mallory, who signs in at Jira meanwhile', {}, async () => {
      const { tab, other, server } = scenario;
      server.jira.faults.proof = { status: 401 };
      await dropFile();
      await expectParked(GATEWAY, 'Sign in');
      await inOtherTab(async () => {
        await switchTo(other, server, 'mallory');
        server.jira.faults.proof = undefined;
      });
      await waitForBanner(tab, withTexts('mallory is signed in now', '1 file is safe here'), 4_000);
      await pause(500);
      expect(server.jira.uploads).toEqual([]);
      await inOtherTab(() => switchTo(other, server, 'alice'));
      expect(await attachLog(tab, 1)).toEqual(['ok']);
    });
  });

  describe('Jira can’t be reached', () => {
    describe.each(OUTAGES)('because %s', (_how, { begin, end }) => {
      signedInTest('parks a file, and attaches it once Jira is back', {}, async () => {
        const { tab, server } = scenario;
        await begin(server);
        const digest = await dropFile();
        await expectParked(OFFLINE, 'Try again');
        await waitForBadge(tab, 'file', 2_000);
        await end(server);
        await tryAgain();
        await expectAttached(digest);
        await waitForBadge(tab, '4h', 2_000);
      });
    });

    /** Declares a test in which a file is parked because Jira can't be reached. */
    function parkedFileTest(name: string, run: (digest: string) => Promise<void>): void {
      signedInTest(name, {}, async () => {
        await SERVER_CLOSED.begin(scenario.server);
        const digest = await dropFile();
        await expectParked(OFFLINE, 'Try again');
        await run(digest);
      });
    }

    parkedFileTest('attaches the file when the browser is online again', async (digest) => {
      const { tab, server } = scenario;
      await tab.page.setOfflineMode(true);
      await SERVER_CLOSED.end(server);
      await tab.page.setOfflineMode(false);
      await expectAttached(digest);
    });

    parkedFileTest('attaches the file when alice comes back to the page', async (digest) => {
      await inOtherTab(() => SERVER_CLOSED.end(scenario.server));
      await expectAttached(digest);
    });

    parkedFileTest('attaches the file while alice stays at the page', async (digest) => {
      const { tab, server } = scenario;
      await SERVER_CLOSED.end(server);
      let x = 0;
      await until('it is attached', 8_000, async () => {
        await tab.page.mouse.move((x = 200 - x), 20);
        return server.jira.attachments.length === 1;
      });
      await expectAttached(digest);
    });

    signedInTest('“Attach anyway” releases the file to the page, once', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { status: 503 };
      await tab.pick('#attach-input', [makeFile('door.log').path]);
      await expectParked(OFFLINE, 'Try again');
      await tab.press('Attach anyway');
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      await pause(500);
      expect(requestsTo('AttachTemporaryFile')).toBe(1);
    });

    stalePageTest('blocks a comment', {}, async () => {
      const { tab, server } = scenario;
      await SERVER_CLOSED.begin(server);
      await tab.activate();
      await typeComment();
      await tab.page.click('#comment-submit');
      await expectBlocked(OFFLINE);
      await inOtherTab(() => SERVER_CLOSED.end(server));
      await waitUntilJiraAnswers();
      await tab.page.click('#comment-submit');
      await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
    });

    stalePageTest('releases a file if the answer is slow', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { delayMillis: 6_000 };
      await tab.activate();
      await dropFile();
      await until('the page got the file', 6_000, async () => (await tab.page.$$('#attach-log li')).length === 1);
    });
  });

  describe('a parked file is released, and the network breaks right after Jira was asked', () => {
    /** Parks a file, then releases it with these faults set. */
    const parkAndRelease = async (attach: () => Promise<unknown>, faults: Faults): Promise<void> => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { status: 503 };
      await attach();
      await expectParked(OFFLINE, 'Try again');
      Object.assign(server.jira.faults, { proof: undefined }, faults);
      await tryAgain();
      expect(await attachLog(tab, 1)).toEqual(['error']);
    };
    const expectOfferedAgain = async (): Promise<void> => {
      const { tab, server } = scenario;
      const { text, buttons } = await waitForBanner(
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
    const pickFile = (): Promise<void> => scenario.tab.pick('#attach-input', [makeFile('door.log').path]);

    signedInTest(
      'the page’s own question for a drop fails: the banner does not claim that the file was attached',
      {},
      async () => {
        await parkAndRelease(dropFile, { proof: [undefined, 'hang-up'] });
        await pause(500);
        expect((await scenario.tab.banner())?.text ?? '').not.toContain('handed to Jira');
        expect(scenario.server.jira.attachments).toEqual([]);
      },
    );

    signedInTest('the upload of a picked file fails: the banner offers it again', {}, async () => {
      await parkAndRelease(pickFile, { upload: 'hang-up' });
      await expectOfferedAgain();
    });

    signedInTest('an upload of a megabyte breaks off: the banner offers it again', {}, async () => {
      const large = makeFile('door.log', 1_000_000).path;
      await parkAndRelease(() => scenario.tab.drop('#dropzone', [large]), { upload: 'hang-up' });
      await expectOfferedAgain();
    });

    describe('or Jira refuses it', () => {
      const REFUSED: readonly (readonly [400 | 403 | 413, string])[] = [
        [400, 'The answer was number 400'],
        [403, 'The answer was number 403'],
        [413, 'The answer was number 413'],
      ];
      for (const [status, words] of REFUSED)
        signedInTest(`with ${status}: the banner shows the number`, {}, async () => {
          await parkAndRelease(dropFile, { upload: { status } });
          const { text } = await waitForBanner(scenario.tab, withTexts('Jira refused a file: door.log', words), 4_000);
          expect(text).not.toMatch(/out of date|handed to Jira/);
          // The page is still fresh.
          await waitForBadge(scenario.tab, '4h', 2_000);
        });
    });

    signedInTest('the upload works: the banner says so only after Jira has answered', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { status: 503 };
      await dropFile();
      await expectParked(OFFLINE, 'Try again');
      Object.assign(server.jira.faults, { proof: undefined, upload: { delayMillis: 1_500 } });
      await tryAgain();
      await until('the upload is under way', 4_000, async () => (await tab.badge()).text === '4h');
      expect((await tab.banner())?.text ?? '').not.toContain('handed to Jira');
      await waitForBanner(tab, 'has been handed to Jira', 4_000);
      expect(server.jira.attachments).toHaveLength(1);
    });
  });

  describe('Jira limits the rate of questions', () => {
    /** The times between the questions, up to the first one after the last 429. */
    const pausesBetweenQuestions = (): number[] => {
      const asked = scenario.server.jira.requests.filter(({ path }) => path.endsWith('/auth/1/session'));
      const last = asked.findLastIndex(({ status }) => status === 429) + 1;
      return asked.slice(1, last + 1).map(({ at }, before) => at - asked[before]!.at);
    };

    inOneBrowser(kind).each([
      ['in seconds', false],
      ['as a date', true],
    ])(
      'and says when to retry (%s): a stale page’s file waits, and is attached after one more question',
      (_how, asDate) =>
        withScenario(browser, {}, async (started) => {
          scenario = started;
          const { tab, other, server } = scenario;
          await waitForBadge(tab, '4h');
          await other.activate();
          await switchTo(other, server, 'alice');
          server.jira.faults.proof = [{ retryAfter: 1, asDate }, undefined];
          await tab.activate();
          const digest = await dropFile();
          await expectAttached(digest);
          expect(pausesBetweenQuestions()).toHaveLength(1);
          expect(pausesBetweenQuestions()[0]).toBeGreaterThan(900);
        }),
    );

    stalePageTest('again and again: a stale page’s file is parked, and not released without a proof', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { retryAfter: 1 };
      await tab.activate();
      const digest = await dropFile();
      await expectParked(BUSY, 'Try again');
      await waitForBadge(tab, 'file', 2_000);
      const asked = requestsTo('/auth/1/session');
      await pause(2_000);
      // It must not ask more often than before.
      expect(requestsTo('/auth/1/session') - asked).toBeLessThanOrEqual(1);
      expect(requestsTo('AttachTemporaryFile')).toBe(0);
      server.jira.faults.proof = undefined;
      await tab.press('Try again');
      await expectAttached(digest);
    });

    stalePageTest('and demands an hour’s wait: the file is parked within seconds', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { retryAfter: 3_600 };
      await tab.activate();
      await dropFile();
      await waitForBanner(tab, BUSY, 12_000);
      await expectParked(BUSY, 'Try again');
      expect(requestsTo('/auth/1/session')).toBeLessThanOrEqual(2);
    });

    stalePageTest('blocks a comment', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.proof = { retryAfter: 1 };
      await tab.activate();
      await typeComment();
      await tab.page.click('#comment-submit');
      await expectBlocked(BUSY);
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
    inOneBrowser(kind).each(NAMES)('the page names %s, Jira names %s (%s)', (pageUser, user, nameHeader) =>
      withScenario(browser, { nameHeader }, async (started) => {
        scenario = started;
        const { tab, other, server } = scenario;
        await other.activate();
        await logIn(other, server, pageUser);
        await tab.goto(`${server.url}/browse/RAIL-7`);
        await waitForBadge(tab, '4h');
        await inOtherTab(() => switchTo(other, server, user));
        await dropFile();
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect(server.jira.attachments).toMatchObject([{ name: 'door.log', user }]);
        await waitForBadge(tab, '4h', 2_000);
      }),
    );

    for (const loginReason of ['denied', 'AUTHENTICATED_FAILED'] as const)
      stalePageTest(`with ${loginReason} in the header for the login reason`, { loginReason }, async () => {
        await scenario.tab.activate();
        await expectAttached(await dropFile());
      });
  });

  describe('other answers of Jira', () => {
    signedInTest('a form that arrived empty is not reported as an old page', {}, async () => {
      const { tab, server } = scenario;
      server.jira.faults.everything = 'empty-body';
      await typeComment();
      await tab.page.click('#comment-submit');
      await until('Jira has refused', 5_000, () => tab.page.$('#xsrf-no-params').catch(() => null));
      const { text } = await waitForBanner(tab, 'What was sent reached Jira empty', 3_000);
      expect(text).not.toContain('out of date');
    });

    signedInTest('after a renewal in a bulk edit, says that Jira has lost the earlier steps', {}, async () => {
      const { tab, other, server } = scenario;
      await tab.goto(`${server.url}/secure/views/bulkedit/BulkEdit1!default.jspa`);
      await tab.page.click('#next');
      await until('the second step', 4_000, () => tab.page.$('[name=priority]').catch(() => null));
      await inOtherTab(() => switchTo(other, server, 'alice'));
      await waitForBanner(tab, 'Renewing mends it in place', 4_000);
      await tab.press('Renew this page');
      await waitForBanner(tab, 'Jira has forgotten the steps before this one', 4_000);
      expect(server.jira.changes).toEqual([]);
    });

    stalePageTest(
      'a script that never reads the new token: after a second refusal names the file and offers a reload',
      {},
      async () => {
        const { tab } = scenario;
        await tab.page.evaluate(() => {
          const page = window as unknown as { atl_token: () => string };
          const old = page.atl_token();
          page.atl_token = () => old;
        });
        await tab.activate();
        await dropFile();
        expect(await attachLog(tab, 1)).toEqual(['missing-token']);
        await waitForBanner(tab, 'Jira refused a file: door.log', 4_000);
        await tab.press('Attach again');
        expect(await attachLog(tab, 2)).toEqual(['missing-token', 'missing-token']);
        const { buttons } = await waitForBanner(tab, withTexts('door.log', 'goes on using an old token'), 4_000);
        expect(buttons).toEqual(['Reload', 'Dismiss']);
        await pause(1_000);
        expect(requestsTo('AttachTemporaryFile')).toBe(2);
      },
    );
  });

  test('stores no token and logs no error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    expect(await browser.loggedErrors()).toEqual([]);
  });
});
