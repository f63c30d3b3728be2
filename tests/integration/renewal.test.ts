/**
 * alice's page is never renewed for mallory: whatever the order of logins, logouts, lost sessions, questions asked,
 * answers that travel, and presses of "Renew".
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageSession } from '../../src/session/page-session.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import { askWhoIsSignedIn, requestJira } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/definitions.ts';
import { Token, tokenInCookies } from '../../src/jira/token.ts';
import { MemoryBrowser } from '../fixtures/jira/browser.ts';
import { createClock } from '../fixtures/jira/clock.ts';
import { createJira } from '../fixtures/jira/jira.ts';
import type { Profile } from '../fixtures/jira/options.ts';

const step = fc.oneof(
  fc.constantFrom('login alice', 'login mallory', 'logout', 'lose sessions', 'embed', 'clear cookies'),
  fc.constantFrom('ask', 'answer', 'renew', 'press', 'press', 'wait a second', 'wait a minute', 'idle six hours'),
);

describe.each<Profile>(['7', '8.3', '9', '11'])('on Jira %s', (profile) => {
  test('no order of things renews alice’s page for anybody else', async () => {
    let renewals = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), fc.boolean(), async (steps, rememberMe) => {
        renewals += await live(profile, rememberMe, steps);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 400) },
    );
    // A property that never came to a renewal would prove nothing.
    expect(renewals).toBeGreaterThan(0);
  });
});

async function live(profile: Profile, rememberMe: boolean, steps: readonly string[]): Promise<number> {
  const clock = createClock(Date.UTC(2026, 0, 5, 8));
  const jira = createJira({ profile, rememberMe, clock });
  const browser = new MemoryBrowser();
  await browser.signIn(jira, 'alice', rememberMe);
  const page = await browser.open(jira);
  /** Answers that are on their way back. */
  const travelling: (() => void)[] = [];
  const underWay: Promise<unknown>[] = [];
  let renewals = 0;
  const cookie = (): Token | null => tokenInCookies(browser.cookiesFor('/'));
  const pageSession = new PageSession({
    readPage: (): Page => ({
      product: 'jira',
      site: SITE,
      user: page.user,
      version: profile,
      issue: undefined,
      token: Token.parse(page.metaToken),
    }),
    visibleCookie: cookie,
    readCookie: () => Promise.resolve({ token: cookie() }),
    async ask() {
      const answer = await askWhoIsSignedIn(SITE, profile, (url) =>
        requestJira(url, 'cors', () => browser.request(jira, 'GET', new URL(url).pathname)),
      );
      await new Promise<void>((arrive) => travelling.push(arrive));
      return answer;
    },
    write({ old, current }) {
      page.metaToken = current.revealInPlaceOf(old);
      page.formToken = page.metaToken;
      underWay.push(checkWhose());
    },
    now: () => clock.now(),
    pause: async () => undefined,
    isFromStart: true,
    currentVisit: () => '',
  });

  // A press is the three in a row, as most presses are.
  for (const each of steps.flatMap((name) => (name === 'press' ? ['ask', 'answer', 'renew'] : [name]))) {
    switch (each) {
      case 'login alice':
      case 'login mallory':
        // Up to 8.3 a login over a live session leaves the cookie as it is, and the token with it: there a page goes
        // over to the new user without any renewal. People log out first.
        await browser.signOut(jira);
        await browser.signIn(jira, each.slice(6), rememberMe);
        break;
      case 'logout':
        await browser.signOut(jira);
        break;
      case 'lose sessions':
        jira.sessions.dropAll();
        break;
      case 'embed':
        await browser.request(jira, 'GET', '/browse/RAIL-7', { withoutSession: true });
        break;
      case 'clear cookies':
        browser.clearCookies();
        break;
      case 'ask':
        underWay.push(pageSession.prove());
        break;
      case 'answer':
        travelling.shift()?.();
        break;
      case 'wait a second':
        clock.advance(1 / 60);
        break;
      case 'wait a minute':
        clock.advance(1);
        break;
      case 'idle six hours':
        clock.advance(360);
        break;
      case 'renew':
        underWay.push(pageSession.renew(DEFAULT_SETTINGS));
        break;
      default:
        throw new Error(`No such step: ${each}`);
    }
    await settle();
  }
  while (travelling.length > 0) {
    travelling.shift()!();
    await settle();
  }
  await Promise.all(underWay);
  return renewals;

  /** Whose is it now? The server says: what the page attaches from here on is attached in this name. */
  async function checkWhose(): Promise<void> {
    renewals++;
    await page.attachByDrop('probe');
    const names = jira.attachments.map(({ user }) => user);
    expect(names.filter((name) => name !== 'alice')).toEqual([]);
  }
}

const SITE = 'http://127.0.0.1' as Site;

/** Lets all that waits for nothing but itself come to its end. */
async function settle(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise((next) => setImmediate(next));
}
