// @vitest-environment happy-dom
/** What one page asks and does, with a Jira that answers as the test says. */
import { describe, expect, test } from 'vitest';
import type { Cookie } from '../../src/verdict/evidence.ts';
import { PageSession, type SessionDependencies } from '../../src/session/page-session.ts';
import type { Page, Site } from '../../src/jira/page.ts';
import type { Answer, Proof } from '../../src/session/proof-request.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/definitions.ts';
import { Token } from '../../src/jira/token.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

const OLD = Token.parse(tokenText({ secret: HEX_A }))!;
const NEW = Token.parse(tokenText({ secret: HEX_B }))!;
const NOW = Date.UTC(2026, 0, 5, 9);
const SITE = 'https://jira.example.com' as Site;

interface World {
  page: Page;
  cookie: Cookie;
  /** Whether a proxy hides the cookie from pages. */
  isHidden: boolean;
  answer: Answer;
  now: number;
  asked: number;
  /** The tokens that were renewed. */
  written: Token[];
  /** What happens while the answer travels. */
  onAsk: () => void;
  /** For how long it was waited for Jira, milliseconds, and what happens meanwhile. */
  paused: number;
  onPause: () => void;
}

/** Alice's page, and the browser in which she has signed in again since. */
function staleWorld(product: Page['product'] = 'jira'): { world: World; pageSession: PageSession } {
  const token = product === 'portal' ? null : OLD;
  const page: Page = { product, site: SITE, user: 'alice', version: '9.12.0', issue: undefined, token };
  const world: World = {
    page,
    cookie: { token: NEW },
    isHidden: false,
    answer: { outcome: 'unreachable' },
    now: NOW,
    asked: 0,
    written: [],
    onAsk: () => undefined,
    paused: 0,
    onPause: () => undefined,
  };
  const dependencies: SessionDependencies = {
    readPage: () => world.page,
    visibleCookie: () => (world.isHidden ? null : world.cookie.token),
    readCookie: async () => world.cookie,
    ask: async () => {
      world.asked++;
      const { answer, onAsk } = world;
      onAsk();
      return answer;
    },
    write: ({ old, current }) => {
      world.written.push(old);
      if (world.page.token?.equals(old)) world.page = { ...world.page, token: current };
    },
    now: () => world.now,
    pause: async (millis) => {
      world.paused += millis;
      world.onPause();
    },
    isFromStart: true,
    currentVisit: () => '',
  };
  return { world, pageSession: new PageSession(dependencies) };
}

const heard = (user: string, at = NOW): Proof => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest: NEW.traits.digest,
  isCertain: true,
});

/** A portal that does not say whose it is, loaded under a cookie. */
function portalUnder(token: Token): ReturnType<typeof staleWorld> {
  const { world, pageSession } = staleWorld('portal');
  world.page = { ...world.page, user: undefined };
  world.cookie = { token };
  return { world, pageSession };
}

test('a silence that a look forgets still keeps what was decided by it', async () => {
  const { world, pageSession } = staleWorld();
  world.cookie = { token: OLD };
  world.answer = { outcome: 'offline' };
  const decided = pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
  await pageSession.prove();
  pageSession.forgetSilence();
  expect(await decided).toBe('keep');
  pageSession.forgetSilence();
  expect(pageSession.evidenceOf(world.page).proof).toBeUndefined();
});

describe('a portal that does not say whose it is', () => {
  const give = (pageSession: PageSession) => pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
  const send = (pageSession: PageSession) => pageSession.ensureAccepted('send', () => [], DEFAULT_SETTINGS);

  test('belongs to whom Jira names under its first cookie, and to nobody else after', async () => {
    const { world, pageSession } = portalUnder(OLD);
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await give(pageSession)).toBe('release');
    expect(pageSession.page?.user).toBe('alice');
    world.cookie = { token: NEW };
    world.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await give(pageSession)).toBe('keep');
    expect(pageSession.page?.user).toBe('alice');
    world.now += 2_000;
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await give(pageSession)).toBe('release');
  });

  test('or to whom another tab has heard named under that cookie', async () => {
    const { world, pageSession } = portalUnder(OLD);
    pageSession.takeSharedProof({ ...heard('alice'), cookieDigest: OLD.traits.digest });
    await pageSession.readCookie(world.page);
    expect(pageSession.page?.user).toBe('alice');
  });

  test('is nobody’s who is named under another cookie', async () => {
    const { world, pageSession } = portalUnder(OLD);
    await pageSession.readCookie(world.page);
    world.cookie = { token: NEW };
    pageSession.takeSharedProof(heard('mallory'));
    expect(await give(pageSession)).toBe('keep');
    expect(pageSession.page?.user).toBeUndefined();
  });

  test('was opened by nobody, if its first cookie is a logout’s', async () => {
    const { world, pageSession } = portalUnder(Token.parse(tokenText({ login: 'lout' }))!);
    await pageSession.readCookie(world.page);
    expect(pageSession.page?.user).toBe('');
  });

  test('holds no form where the guard is off', async () => {
    const off = { ...DEFAULT_SETTINGS, guard: 'off' as const };
    const { world, pageSession } = portalUnder(OLD);
    await pageSession.readCookie(world.page);
    expect(pageSession.mayPass('attach', () => [], off)).toBe(true);
    world.cookie = { token: NEW };
    expect(pageSession.mayPass('send', () => [], off)).toBe(true);
  });

  test('has its form blocked once, if the session has changed since its files were uploaded', async () => {
    const { world, pageSession } = portalUnder(OLD);
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect([await give(pageSession), await send(pageSession)]).toEqual(['release', 'release']);
    world.cookie = { token: NEW };
    expect(pageSession.mayPass('send', () => [], DEFAULT_SETTINGS)).toBe(false);
    expect([await send(pageSession), pageSession.filesLostAt > 0]).toEqual(['keep', true]);
    // The second half of a double click.
    world.now += 300;
    expect(await send(pageSession)).toBe('keep');
    world.now += 1_100;
    expect(await send(pageSession)).toBe('release');
    // What is attached again belongs to the session of now.
    expect([await give(pageSession), pageSession.filesLostAt]).toEqual(['release', 0]);
    expect(await send(pageSession)).toBe('release');
    world.cookie = { token: OLD };
    expect(await send(pageSession)).toBe('keep');
  });
});

describe('a stale page that is renewed', () => {
  test('asks nobody where another tab has just been told who is signed in', async () => {
    const { world, pageSession } = staleWorld();
    pageSession.takeSharedProof(heard('alice'));
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(true);
    expect([world.asked, world.page.token]).toEqual([0, NEW]);
  });

  test('asks where what the other tab was told is too old', async () => {
    const { world, pageSession } = staleWorld();
    pageSession.takeSharedProof(heard('alice', NOW - 11_000));
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(true);
    expect(world.asked).toBe(1);
  });

  test('asks at a press up to Jira 8.3, whatever was told: another can sign in there under the same cookie', async () => {
    const { world, pageSession } = staleWorld();
    world.page = { ...world.page, version: '8.3.5' };
    pageSession.takeSharedProof(heard('alice'));
    world.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect([world.asked > 0, world.page.token]).toEqual([true, OLD]);
  });

  test('is not given a token beside which another host’s cookie is sent', async () => {
    const { world, pageSession } = staleWorld();
    world.cookie = { token: NEW, isCrowded: true };
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
    expect(world.page.token).toBe(OLD);
  });

  test('has what it was given by a renewal kept, once another host’s cookie is sent beside Jira’s', async () => {
    const { world, pageSession } = staleWorld();
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
    world.cookie = { token: NEW, isCrowded: true };
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('keep');
  });

  test('is not given a token that turned while the answer travelled, and turned back', async () => {
    const { world, pageSession } = staleWorld();
    let changeCount = 0;
    world.answer = { outcome: 'signed-in', user: 'alice' };
    world.onAsk = () => (world.cookie = { token: NEW, changeCount: (changeCount += 2) });
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect(world.page.token).toBe(OLD);
    world.onAsk = () => undefined;
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
  });

  test.each(['attach', 'send'] as const)(
    'lets nothing (%s) pass by what was known: cookies may have come since',
    async (sending) => {
      const { world, pageSession } = staleWorld();
      pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
      world.answer = { outcome: 'signed-in', user: 'alice' };
      expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
      expect(pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS)).toBe(false);
      expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
    },
  );

  test('is asked about once for all that is made up within a second', async () => {
    const { world, pageSession } = staleWorld();
    world.answer = { outcome: 'anonymous' };
    for (let n = 0; n < 100; n++) await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
    expect(world.asked).toBeLessThanOrEqual(2);
  });

  test('is never given the token of another user, whoever was told', async () => {
    const { world, pageSession } = staleWorld();
    pageSession.takeSharedProof(heard('mallory'));
    world.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(false);
    expect(world.page.token).toBe(OLD);
  });

  test('trusts the token that it was given: a server that is silent later does not hold its files back', async () => {
    const { world, pageSession } = staleWorld();
    pageSession.takeSharedProof(heard('alice'));
    await pageSession.renew(DEFAULT_SETTINGS);
    expect(pageSession.evidenceOf(world.page).isAdopted).toBeUndefined();
    world.now += 60_000;
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
  });
});

describe.each(['attach', 'send'] as const)('up to Jira 8.3, of what is about to be sent (%s)', (sending) => {
  const signedIn = (user: string): Answer => ({ outcome: 'signed-in', user });

  /** alice's page as it was rendered, or as a renewal has left it, which was proven hers a moment ago. */
  async function proven(isRenewed = false) {
    const { world, pageSession } = staleWorld();
    world.page = { ...world.page, version: '8.3.5' };
    if (!isRenewed) world.cookie = { token: OLD };
    world.answer = signedIn('alice');
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.prove();
    if (isRenewed) expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
    world.asked = 0;
    return {
      world,
      pageSession,
      ensureAccepted: () => pageSession.ensureAccepted(sending, () => [], DEFAULT_SETTINGS),
    };
  }

  test('each is asked about by itself: mallory can have signed in since, under the same cookie', async () => {
    const { world, pageSession, ensureAccepted } = await proven();
    expect(pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS)).toBe(false);
    expect(await ensureAccepted()).toBe('release');
    expect(world.asked).toBe(1);
    world.answer = signedIn('mallory');
    expect(await ensureAccepted()).toBe('keep');
    expect(world.asked).toBe(2);
  });

  test('what is being asked already is no answer: it can be of before', async () => {
    const { world, pageSession, ensureAccepted } = await proven();
    world.onAsk = () => (world.answer = signedIn('mallory'));
    const [, outcome] = await Promise.all([pageSession.prove(), ensureAccepted()]);
    expect([outcome, world.asked]).toEqual(['keep', 2]);
  });

  test('where Jira does not answer, it goes as without us, but not with a token that we have written', async () => {
    for (const [isRenewed, outcome] of [
      [false, 'release'],
      [true, 'keep'],
    ] as const) {
      const { world, ensureAccepted } = await proven(isRenewed);
      world.answer = { outcome: 'unreachable' };
      expect(await ensureAccepted()).toBe(outcome);
    }
  });

  test('silence does not unsay that mallory is signed in', async () => {
    const { world, ensureAccepted } = await proven();
    world.answer = signedIn('mallory');
    expect(await ensureAccepted()).toBe('keep');
    world.now += 20_000;
    world.answer = { outcome: 'unreachable' };
    expect(await ensureAccepted()).toBe('keep');
  });
});

describe('a link or a form whose token nobody was ever given goes as it is', () => {
  test.each(['BEXA-MPLE-0000-ABCD', 'BEXA-MPLE-0000-ZZZZ'])(
    'made up by whoever wrote it, with the server id %s',
    async (serverId) => {
      const { world, pageSession } = staleWorld();
      world.cookie = { token: OLD };
      world.answer = { outcome: 'signed-in', user: 'alice' };
      const madeUp = Token.parse(tokenText({ serverId, secret: 'c'.repeat(40) }))!;
      expect(await pageSession.ensureAccepted('send', () => [madeUp], DEFAULT_SETTINGS)).toBe('release');
      expect(world.written).toEqual([]);
      pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
      world.now += 30_000;
      expect(pageSession.mayPass('send', () => [madeUp], DEFAULT_SETTINGS)).toBe(true);
      expect(pageSession.mayPass('send', () => [NEW], DEFAULT_SETTINGS)).toBe(true);
      world.cookie = { token: NEW };
      expect(pageSession.mayPass('send', () => [NEW], DEFAULT_SETTINGS)).toBe(false);
    },
  );

  test('and with a file it waits where it may be another user’s, and is not renewed', async () => {
    const { world, pageSession } = staleWorld();
    world.cookie = { token: OLD };
    const madeUp = Token.parse(tokenText({ secret: 'c'.repeat(40) }))!;
    expect(pageSession.mayPass('attach', () => [madeUp], DEFAULT_SETTINGS)).toBe(false);
    expect(await pageSession.ensureAccepted('attach', () => [madeUp], DEFAULT_SETTINGS)).toBe('keep');
    world.answer = { outcome: 'signed-in', user: 'alice' };
    await pageSession.prove();
    await pageSession.ensureAccepted('attach', () => [madeUp], DEFAULT_SETTINGS);
    expect(world.written).toEqual([]);
  });

  test('and one that the page’s cookie was before is renewed, as of a dialog that came with it', async () => {
    const { world, pageSession } = staleWorld();
    const between = Token.parse(tokenText({ secret: 'c'.repeat(40) }))!;
    world.cookie = { token: between };
    await pageSession.readCookie(world.page);
    world.cookie = { token: NEW };
    world.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.ensureAccepted('send', () => [between], DEFAULT_SETTINGS)).toBe('release');
    expect(world.written).toEqual([OLD, between]);
  });
});

describe.each<[string, Answer]>([
  ['nobody', { outcome: 'anonymous' }],
  ['mallory', { outcome: 'signed-in', user: 'mallory' }],
])('alice signs in while an answer travels, that %s was', (_name, before) => {
  /** What becomes of her files, and of her page, where Jira answers so from then on. */
  async function heldUntil(after: Answer): Promise<unknown[]> {
    const { world, pageSession } = staleWorld();
    world.cookie = { token: OLD };
    world.answer = before;
    world.onAsk = () => {
      world.cookie = { token: NEW };
      world.answer = after;
    };
    return [await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS), world.asked, world.page.token];
  }

  test('one more is asked for, and her files go on', async () => {
    expect(await heldUntil({ outcome: 'signed-in', user: 'alice' })).toEqual(['release', 2, NEW]);
  });

  test('her files wait, though Jira says nothing more', async () => {
    expect(await heldUntil({ outcome: 'unreachable' })).toEqual(['keep', 2, OLD]);
  });
});

test('a page of Jira Cloud is never asked of, whichever key its user presses', async () => {
  const { world, pageSession } = staleWorld('cloud');
  expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(false);
  expect(world.asked).toBe(0);
});

describe('a page whose cookie is hidden from it', () => {
  const passes = (pageSession: PageSession, sending: 'attach' | 'send'): boolean =>
    pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS);

  test('has its forms pass by what was read a moment ago, and its files asked about', async () => {
    const { world, pageSession } = staleWorld();
    world.page = { ...world.page, token: NEW };
    world.isHidden = true;
    world.answer = { outcome: 'signed-in', user: 'alice' };
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.prove();
    world.now += 20_000;
    expect(passes(pageSession, 'send')).toBe(true);
    expect(passes(pageSession, 'attach')).toBe(false);
  });

  test('has nothing pass unasked where it can’t be read at all', async () => {
    const { world, pageSession } = staleWorld();
    world.cookie = { token: null, isUnreadable: true };
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.readCookie(world.page);
    expect(passes(pageSession, 'send')).toBe(false);
  });
});

describe('a Jira that is too busy', () => {
  const busy: SessionDependencies['ask'] extends (...given: never[]) => Promise<infer R> ? R : never = {
    outcome: 'busy',
    retryMillis: 3_000,
  };
  const give = (pageSession: PageSession) => pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);

  test('is asked once more, when it wants to be, and the page is renewed by that answer', async () => {
    const { world, pageSession } = staleWorld();
    world.answer = busy;
    world.onPause = () => (world.answer = { outcome: 'signed-in', user: 'alice' });
    expect(await give(pageSession)).toBe('release');
    expect(world).toMatchObject({ asked: 2, paused: 3_000, page: { token: NEW } });
  });

  test('and still is then is asked no more: nothing of a stale page is let go for it', async () => {
    const { world, pageSession } = staleWorld();
    world.answer = busy;
    expect(await give(pageSession)).toBe('keep');
    expect(world).toMatchObject({ asked: 2, page: { token: OLD } });
    expect(pageSession.maySendAnyway('attach', () => [])).toBe(true);
  });
});

test('what goes anyway is judged by each token that goes', async () => {
  const { world, pageSession } = staleWorld();
  world.answer = { outcome: 'offline' };
  await pageSession.prove();
  const adopted = Token.parse(tokenText({ secret: '7'.repeat(40) }))!;
  expect(pageSession.maySendAnyway('attach', () => [])).toBe(true);
  expect(pageSession.maySendAnyway('attach', () => [adopted])).toBe(false);
  // What a form or a link says that nobody has ever seen is made up, and Jira's to refuse.
  expect(pageSession.maySendAnyway('send', () => [adopted])).toBe(true);
  world.page = { ...world.page, token: adopted };
  expect(pageSession.maySendAnyway('attach', () => [])).toBe(false);
});
