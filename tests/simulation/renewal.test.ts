/**
 * alice's page is never renewed for mallory: whatever the order of logins, logouts, lost sessions, questions asked,
 * answers that travel, and presses of "Renew".
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../src/evidence.ts';
import type { Page, Site } from '../../src/page.ts';
import { askWhoIsSignedIn, type Proof } from '../../src/proof.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { Token, tokenInCookies } from '../../src/token.ts';
import { mayRenew } from '../../src/verdict.ts';
import { MemoryBrowser } from '../jira/browser.ts';
import { createClock } from '../jira/clock.ts';
import { createJira } from '../jira/jira.ts';
import type { Profile } from '../jira/options.ts';

const step = fc.oneof(
  fc.constantFrom('login alice', 'login mallory', 'logout', 'lose sessions', 'embed', 'clear cookies'),
  fc.constantFrom(
    'ask',
    'answer',
    'renew',
    'press',
    'press',
    'wait a second',
    'wait a minute',
    'idle six hours',
  ),
);

describe.each<Profile>(['7', '8.3', '9', '11'])('on Jira %s', (profile) => {
  test('no order of things renews alice’s page for anybody else', async () => {
    let renewals = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 30 }),
        fc.boolean(),
        async (steps, rememberMe) => {
          renewals += await live(profile, rememberMe, steps);
        },
      ),
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
  let proof: Proof | undefined;
  let travelling:
    | { answer: Awaited<ReturnType<typeof askWhoIsSignedIn>>; at: number; before: string | undefined }
    | undefined;
  let renewals = 0;
  const cookie = (): Token | null => tokenInCookies(browser.cookiesFor('/'));

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
      case 'ask': {
        const before = cookie()?.traits.digest;
        const at = clock.now();
        const answer = await askWhoIsSignedIn('http://127.0.0.1' as Site, profile, (url) =>
          browser.request(jira, 'GET', new URL(url).pathname),
        );
        travelling = { answer, at, before };
        break;
      }
      case 'answer':
        if (travelling) {
          const digest = cookie()?.traits.digest;
          const { answer, at, before } = travelling;
          proof = { ...answer, at, cookieDigest: digest, isCertain: digest === before };
        }
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
        renewals += await renew();
        break;
      default:
        throw new Error(`No such step: ${each}`);
    }
  }
  return renewals;

  async function renew(): Promise<number> {
    const current = cookie();
    const seen: Page = {
      product: 'jira',
      site: 'http://127.0.0.1' as Site,
      user: page.user,
      version: profile,
      issue: undefined,
      token: Token.parse(page.metaToken),
    };
    if (!current || !mayRenew(evidenceOf(seen, current, { proof }), DEFAULT_SETTINGS, clock.now())) return 0;
    page.metaToken = current.reveal();
    page.formToken = page.metaToken;
    // Whose is it now? The server says: what the page attaches from here on is attached in this name.
    await page.attachByDrop('probe');
    const names = jira.attachments.map(({ user }) => user);
    expect(names.filter((name) => name !== 'alice')).toEqual([]);
    return 1;
  }
}
