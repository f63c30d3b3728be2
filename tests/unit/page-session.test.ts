/** The page session: its questions and its decisions. Each test says what Jira answers. */
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

interface Scenario {
  page: Page;
  cookie: Cookie;
  /** For each read of the cookie, whether other hosts' cookies were to be read too. */
  reads: boolean[];
  /** Whether a proxy hides the cookie from pages. */
  isHidden: boolean;
  answer: Answer | Promise<Answer>;
  now: number;
  questionCount: number;
  /** For each question, whether the user has pressed a button for it. */
  presses: boolean[];
  /** Changes when the page is left and comes back. */
  visit: string;
  /** The tokens that were replaced. */
  replaced: Token[];
  /** Called while an answer is in flight. */
  onAsk: () => void;
  /** How long the session has waited for a busy Jira. */
  pausedMillis: number;
  /** Called when it begins to wait. */
  onPause: () => void;
}

/** alice's page, and a browser in which she has signed in again since. */
function staleScenario(
  product: Page['product'] = 'jira',
  isFromStart = true,
): { scenario: Scenario; pageSession: PageSession } {
  const token = product === 'portal' ? null : OLD;
  const page: Page = { product, site: SITE, user: 'alice', version: '9.12.0', issue: undefined, token };
  const scenario: Scenario = {
    page,
    cookie: { token: NEW },
    reads: [],
    isHidden: false,
    answer: { outcome: 'unreachable' },
    now: NOW,
    questionCount: 0,
    presses: [],
    visit: '',
    replaced: [],
    onAsk: () => undefined,
    pausedMillis: 0,
    onPause: () => undefined,
  };
  const dependencies: SessionDependencies = {
    readPage: () => scenario.page,
    visibleCookie: () => (scenario.isHidden ? null : scenario.cookie.token),
    readCookie: async (_page, includesOtherHosts) => {
      scenario.reads.push(includesOtherHosts);
      return scenario.cookie;
    },
    ask: async (_page, isPressed) => {
      scenario.questionCount++;
      scenario.presses.push(isPressed);
      const { answer, onAsk } = scenario;
      onAsk();
      return answer;
    },
    write: ({ old, current }) => {
      scenario.replaced.push(old);
      if (scenario.page.token?.equals(old)) scenario.page = { ...scenario.page, token: current };
    },
    now: () => scenario.now,
    pause: async (millis) => {
      scenario.pausedMillis += millis;
      scenario.onPause();
    },
    isFromStart,
    currentVisit: () => scenario.visit,
  };
  return { scenario, pageSession: new PageSession(dependencies) };
}

const proofOf = (user: string, at = NOW): Proof => ({
  outcome: 'signed-in',
  user,
  at,
  cookieDigest: NEW.traits.digest,
  isCertain: true,
});

/** A portal that does not name its user, loaded under a cookie. */
function portalUnder(token: Token): ReturnType<typeof staleScenario> {
  const { scenario, pageSession } = staleScenario('portal');
  scenario.page = { ...scenario.page, user: undefined };
  scenario.cookie = { token };
  return { scenario, pageSession };
}

test('parks a file if Jira did not answer, even if a refresh forgets that during the check', async () => {
  const { scenario, pageSession } = staleScenario();
  scenario.cookie = { token: OLD };
  scenario.answer = { outcome: 'offline' };
  const outcome = pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
  await pageSession.prove();
  pageSession.forgetSilence();
  expect(await outcome).toBe('keep');
  pageSession.forgetSilence();
  expect(pageSession.evidenceOf(scenario.page).proof).toBeUndefined();
});

describe('a portal that does not name its user', () => {
  const attach = (pageSession: PageSession) => pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
  const send = (pageSession: PageSession) => pageSession.ensureAccepted('send', () => [], DEFAULT_SETTINGS);

  test('belongs to the user whom Jira names under its first cookie, and never to another one', async () => {
    const { scenario, pageSession } = portalUnder(OLD);
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await attach(pageSession)).toBe('release');
    expect(pageSession.page?.user).toBe('alice');
    scenario.cookie = { token: NEW };
    scenario.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await attach(pageSession)).toBe('keep');
    expect(pageSession.page?.user).toBe('alice');
    scenario.now += 2_000;
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await attach(pageSession)).toBe('release');
  });

  test('belongs to the user whom another tab’s proof names under that cookie', async () => {
    const { scenario, pageSession } = portalUnder(OLD);
    pageSession.takeSharedProof({ ...proofOf('alice'), cookieDigest: OLD.traits.digest });
    await pageSession.readCookie(scenario.page);
    expect(pageSession.page?.user).toBe('alice');
  });

  test('does not belong to a user who is named under another cookie', async () => {
    const { scenario, pageSession } = portalUnder(OLD);
    await pageSession.readCookie(scenario.page);
    scenario.cookie = { token: NEW };
    pageSession.takeSharedProof(proofOf('mallory'));
    expect(await attach(pageSession)).toBe('keep');
    expect(pageSession.page?.user).toBeUndefined();
  });

  test('is an anonymous page if its first cookie is that of a logout', async () => {
    const { scenario, pageSession } = portalUnder(Token.parse(tokenText({ login: 'lout' }))!);
    await pageSession.readCookie(scenario.page);
    expect(pageSession.page?.user).toBe('');
  });

  test('holds no form if the guard is off', async () => {
    const off = { ...DEFAULT_SETTINGS, guard: 'off' as const };
    const { scenario, pageSession } = portalUnder(OLD);
    await pageSession.readCookie(scenario.page);
    expect(pageSession.mayPass('attach', () => [], off)).toBe(true);
    scenario.cookie = { token: NEW };
    expect(pageSession.mayPass('send', () => [], off)).toBe(true);
  });

  test('has its form blocked once if the session has changed since its files were uploaded', async () => {
    const { scenario, pageSession } = portalUnder(OLD);
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect([await attach(pageSession), await send(pageSession)]).toEqual(['release', 'release']);
    scenario.cookie = { token: NEW };
    expect(pageSession.mayPass('send', () => [], DEFAULT_SETTINGS)).toBe(false);
    expect([await send(pageSession), pageSession.filesLostAt > 0]).toEqual(['keep', true]);
    // The second half of a double click.
    scenario.now += 1_000;
    expect(await send(pageSession)).toBe('keep');
    scenario.now += 1_001;
    expect(await send(pageSession)).toBe('release');
    // Files that are attached again belong to the current session.
    expect([await attach(pageSession), pageSession.filesLostAt]).toEqual(['release', 0]);
    expect(await send(pageSession)).toBe('release');
    scenario.cookie = { token: OLD };
    expect(await send(pageSession)).toBe('keep');
  });
});

describe('a stale page', () => {
  test('is renewed without a question if another tab has just shared a proof', async () => {
    const { scenario, pageSession } = staleScenario();
    pageSession.takeSharedProof(proofOf('alice'));
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(true);
    expect([scenario.questionCount, scenario.page.token]).toEqual([0, NEW]);
  });

  test('asks before it is renewed if the other tab’s proof is too old', async () => {
    const { scenario, pageSession } = staleScenario();
    pageSession.takeSharedProof(proofOf('alice', NOW - 11_000));
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(true);
    expect(scenario.questionCount).toBe(1);
  });

  test('always asks at a press up to Jira 8.3: another user can sign in there under the same cookie', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.page = { ...scenario.page, version: '8.3.5' };
    pageSession.takeSharedProof(proofOf('alice'));
    scenario.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect([scenario.questionCount > 0, scenario.page.token]).toEqual([true, OLD]);
  });

  test('is not renewed while another host’s cookie is sent beside Jira’s', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.cookie = { token: NEW, isCrowded: true };
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
    expect(scenario.page.token).toBe(OLD);
  });

  test('parks files after its renewal once another host’s cookie is sent beside Jira’s', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
    scenario.cookie = { token: NEW, isCrowded: true };
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('keep');
  });

  test('is not renewed if the cookie changed and changed back while the answer was in flight', async () => {
    const { scenario, pageSession } = staleScenario();
    let changeCount = 0;
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    scenario.onAsk = () => (scenario.cookie = { token: NEW, changeCount: (changeCount += 2) });
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect(scenario.page.token).toBe(OLD);
    scenario.onAsk = () => undefined;
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
  });

  test.each(['attach', 'send'] as const)(
    'lets no attempt (%s) pass without a question after its renewal: cookies may have been set since',
    async (sending) => {
      const { scenario, pageSession } = staleScenario();
      pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
      scenario.answer = { outcome: 'signed-in', user: 'alice' };
      expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
      expect(pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS)).toBe(false);
      expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
    },
  );

  test('asks at most twice for a hundred attempts within a second', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.answer = { outcome: 'anonymous' };
    for (let n = 0; n < 100; n++) await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
    expect(scenario.questionCount).toBeLessThanOrEqual(2);
  });

  test('is never renewed for another user, whatever proof is shared', async () => {
    const { scenario, pageSession } = staleScenario();
    pageSession.takeSharedProof(proofOf('mallory'));
    scenario.answer = { outcome: 'signed-in', user: 'mallory' };
    expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(false);
    expect(scenario.page.token).toBe(OLD);
  });

  test('releases its files with its new token although Jira does not answer later', async () => {
    const { scenario, pageSession } = staleScenario();
    pageSession.takeSharedProof(proofOf('alice'));
    await pageSession.renew(DEFAULT_SETTINGS);
    expect(pageSession.evidenceOf(scenario.page).isAdopted).toBeUndefined();
    scenario.now += 60_000;
    expect(await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS)).toBe('release');
  });
});

describe.each(['attach', 'send'] as const)('an attempt (%s) up to Jira 8.3', (sending) => {
  const signedIn = (user: string): Answer => ({ outcome: 'signed-in', user });

  /** alice's page, as rendered or renewed, with a proof of her that has just been made. */
  async function provenPage(isRenewed = false) {
    const { scenario, pageSession } = staleScenario();
    scenario.page = { ...scenario.page, version: '8.3.5' };
    if (!isRenewed) scenario.cookie = { token: OLD };
    scenario.answer = signedIn('alice');
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.prove();
    if (isRenewed) expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(true);
    scenario.questionCount = 0;
    return {
      scenario,
      pageSession,
      ensureAccepted: () => pageSession.ensureAccepted(sending, () => [], DEFAULT_SETTINGS),
    };
  }

  test('asks for itself: mallory can have signed in since, under the same cookie', async () => {
    const { scenario, pageSession, ensureAccepted } = await provenPage();
    expect(pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS)).toBe(false);
    expect(await ensureAccepted()).toBe('release');
    expect(scenario.questionCount).toBe(1);
    scenario.answer = signedIn('mallory');
    expect(await ensureAccepted()).toBe('keep');
    expect(scenario.questionCount).toBe(2);
  });

  test('does not use a question that is already under way: its answer can be outdated', async () => {
    const { scenario, pageSession, ensureAccepted } = await provenPage();
    scenario.onAsk = () => (scenario.answer = signedIn('mallory'));
    const [, outcome] = await Promise.all([pageSession.prove(), ensureAccepted()]);
    expect([outcome, scenario.questionCount]).toEqual(['keep', 2]);
  });

  test('is released if Jira does not answer, unless the extension has written its token', async () => {
    for (const [isRenewed, outcome] of [
      [false, 'release'],
      [true, 'keep'],
    ] as const) {
      const { scenario, ensureAccepted } = await provenPage(isRenewed);
      scenario.answer = { outcome: 'unreachable' };
      expect(await ensureAccepted()).toBe(outcome);
    }
  });

  test('stays parked if Jira named mallory before it stopped answering', async () => {
    const { scenario, ensureAccepted } = await provenPage();
    scenario.answer = signedIn('mallory');
    expect(await ensureAccepted()).toBe('keep');
    scenario.now += 20_000;
    scenario.answer = { outcome: 'unreachable' };
    expect(await ensureAccepted()).toBe('keep');
  });
});

describe('a token that is sent beside the page’s own', () => {
  test.each(['BEXA-MPLE-0000-ABCD', 'BEXA-MPLE-0000-ZZZZ'])(
    'is not replaced if the author of the form or link invented it, with the server id %s',
    async (serverId) => {
      const { scenario, pageSession } = staleScenario();
      scenario.cookie = { token: OLD };
      scenario.answer = { outcome: 'signed-in', user: 'alice' };
      const invented = Token.parse(tokenText({ serverId, secret: 'c'.repeat(40) }))!;
      expect(await pageSession.ensureAccepted('send', () => [invented], DEFAULT_SETTINGS)).toBe('release');
      expect(scenario.replaced).toEqual([]);
      pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
      scenario.now += 30_000;
      expect(pageSession.mayPass('send', () => [invented], DEFAULT_SETTINGS)).toBe(true);
      expect(pageSession.mayPass('send', () => [NEW], DEFAULT_SETTINGS)).toBe(true);
      scenario.cookie = { token: NEW };
      expect(pageSession.mayPass('send', () => [NEW], DEFAULT_SETTINGS)).toBe(false);
    },
  );

  test('parks a file if it is invented, because it can be another user’s, and is not replaced', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.cookie = { token: OLD };
    const invented = Token.parse(tokenText({ secret: 'c'.repeat(40) }))!;
    expect(pageSession.mayPass('attach', () => [invented], DEFAULT_SETTINGS)).toBe(false);
    expect(await pageSession.ensureAccepted('attach', () => [invented], DEFAULT_SETTINGS)).toBe('keep');
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    await pageSession.prove();
    await pageSession.ensureAccepted('attach', () => [invented], DEFAULT_SETTINGS);
    expect(scenario.replaced).toEqual([]);
  });

  test('is replaced if the page’s cookie had it before, as in a dialog that was loaded then', async () => {
    const { scenario, pageSession } = staleScenario();
    const between = Token.parse(tokenText({ secret: 'c'.repeat(40) }))!;
    scenario.cookie = { token: between };
    await pageSession.readCookie(scenario.page);
    scenario.cookie = { token: NEW };
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    expect(await pageSession.ensureAccepted('send', () => [between], DEFAULT_SETTINGS)).toBe('release');
    expect(scenario.replaced).toEqual([OLD, between]);
  });
});

describe.each<[string, Answer]>([
  ['nobody', { outcome: 'anonymous' }],
  ['mallory', { outcome: 'signed-in', user: 'mallory' }],
])('alice signs in while an answer is in flight that says: %s is signed in', (_name, before) => {
  /**
   * Gives the outcome for her files, the number of questions and the page's token, if Jira answers so from then on.
   */
  async function attachWith(after: Answer): Promise<unknown[]> {
    const { scenario, pageSession } = staleScenario();
    scenario.cookie = { token: OLD };
    scenario.answer = before;
    scenario.onAsk = () => {
      scenario.cookie = { token: NEW };
      scenario.answer = after;
    };
    return [
      await pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS),
      scenario.questionCount,
      scenario.page.token,
    ];
  }

  test('asks once more, and releases her files', async () => {
    expect(await attachWith({ outcome: 'signed-in', user: 'alice' })).toEqual(['release', 2, NEW]);
  });

  test('parks her files if Jira does not answer again', async () => {
    expect(await attachWith({ outcome: 'unreachable' })).toEqual(['keep', 2, OLD]);
  });
});

test('never asks about a page of Jira Cloud, even if its user presses "Renew"', async () => {
  const { scenario, pageSession } = staleScenario('cloud');
  expect(await pageSession.renew(DEFAULT_SETTINGS)).toBe(false);
  expect(scenario.questionCount).toBe(0);
});

describe('a page whose cookie is hidden from it', () => {
  const passes = (pageSession: PageSession, sending: 'attach' | 'send'): boolean =>
    pageSession.mayPass(sending, () => [], DEFAULT_SETTINGS);

  test('lets its forms pass by the cookie that was read last, but asks about its files', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.page = { ...scenario.page, token: NEW };
    scenario.isHidden = true;
    scenario.answer = { outcome: 'signed-in', user: 'alice' };
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.prove();
    expect(passes(pageSession, 'attach')).toBe(false);
    scenario.now += 20_000;
    expect(passes(pageSession, 'send')).toBe(true);
  });

  test('lets nothing pass if the cookie can’t be read at all', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.cookie = { token: null, isUnreadable: true };
    pageSession.clock = { lastContact: NOW, timeoutMinutes: 300 };
    await pageSession.readCookie(scenario.page);
    expect(passes(pageSession, 'send')).toBe(false);
  });
});

describe('a Jira that is too busy', () => {
  const busy: SessionDependencies['ask'] extends (...given: never[]) => Promise<infer R> ? R : never = {
    outcome: 'busy',
    retryMillis: 3_000,
  };
  const attach = (pageSession: PageSession) => pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);

  test('is asked once more at the time that it names, and the page is renewed by that answer', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.answer = busy;
    scenario.onPause = () => (scenario.answer = { outcome: 'signed-in', user: 'alice' });
    expect(await attach(pageSession)).toBe('release');
    expect(scenario).toMatchObject({ questionCount: 2, pausedMillis: 3_000, page: { token: NEW } });
  });

  test('is not asked a third time, and files of a stale page are parked', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.answer = busy;
    expect(await attach(pageSession)).toBe('keep');
    expect(scenario).toMatchObject({ questionCount: 2, page: { token: OLD } });
    expect(pageSession.maySendAnyway('attach', () => [])).toBe(true);
  });
});

test('judges "Attach anyway" by each token that is sent', async () => {
  const { scenario, pageSession } = staleScenario();
  scenario.answer = { outcome: 'offline' };
  await pageSession.prove();
  const adopted = Token.parse(tokenText({ secret: '7'.repeat(40) }))!;
  expect(pageSession.maySendAnyway('attach', () => [])).toBe(true);
  expect(pageSession.maySendAnyway('attach', () => [adopted])).toBe(false);
  // Jira refuses an invented token of a form or a link.
  expect(pageSession.maySendAnyway('send', () => [adopted])).toBe(true);
  scenario.page = { ...scenario.page, token: adopted };
  expect(pageSession.maySendAnyway('attach', () => [])).toBe(false);
});

const attach = (pageSession: PageSession) => pageSession.ensureAccepted('attach', () => [], DEFAULT_SETTINGS);
const send = (pageSession: PageSession, ...sent: Token[]) =>
  pageSession.ensureAccepted('send', () => sent, DEFAULT_SETTINGS);
const ALICE: Answer = { outcome: 'signed-in', user: 'alice' };

/** alice's page under the cookie it was made with. */
function freshScenario(isFromStart = true): ReturnType<typeof staleScenario> {
  const { scenario, pageSession } = staleScenario('jira', isFromStart);
  scenario.cookie = { token: OLD };
  return { scenario, pageSession };
}

describe('a page that is no Jira any more', () => {
  test('holds nothing, asks nothing, and is not renewed', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.page = null as never;
    expect(pageSession.mayPass('attach', () => [], DEFAULT_SETTINGS)).toBe(true);
    expect(await attach(pageSession)).toBe('release');
    expect(await pageSession.renew(DEFAULT_SETTINGS, true)).toBe(false);
    expect(pageSession.isProven(DEFAULT_SETTINGS)).toBe(false);
    expect(pageSession.maySendAnyway('attach', () => [])).toBe(false);
    expect(scenario.questionCount).toBe(0);
  });

  test('releases what it held, if it became so while Jira was asked', async () => {
    const { scenario, pageSession } = staleScenario();
    scenario.onAsk = () => (scenario.page = null as never);
    expect(await attach(pageSession)).toBe('release');
  });

  test('can be where the extension starts', () => {
    const dependencies = { readPage: () => null, isFromStart: true } as unknown as SessionDependencies;
    expect(new PageSession(dependencies).page).toBeNull();
  });
});

test('holds nothing while the guard is off', async () => {
  const { scenario, pageSession } = staleScenario();
  const off = { ...DEFAULT_SETTINGS, guard: 'off' as const };
  expect(await pageSession.ensureAccepted('attach', () => [], off)).toBe('release');
  expect(scenario.questionCount).toBe(0);
});

describe('a token that was in the page before the extension', () => {
  const isAdopted = ({ scenario, pageSession }: ReturnType<typeof staleScenario>) =>
    pageSession.evidenceOf(scenario.page).isAdopted;

  test('may be another user’s, whatever the cookie is, until Jira names the page’s user for it', async () => {
    const started = freshScenario(false);
    await started.pageSession.readCookie(started.scenario.page);
    expect(isAdopted(started)).toBe(true);
    started.scenario.answer = { outcome: 'signed-in', user: 'mallory' };
    await started.pageSession.prove();
    expect(isAdopted(started)).toBe(true);
    started.scenario.answer = ALICE;
    await started.pageSession.prove();
    expect(isAdopted(started)).toBeUndefined();
  });

  test('is the page’s own if the extension has seen the page from its start', () => {
    expect(isAdopted(freshScenario())).toBeUndefined();
  });
});

test('an issue’s page without a user’s name takes no name from a proof', async () => {
  const { scenario, pageSession } = freshScenario();
  scenario.page = { ...scenario.page, user: undefined };
  scenario.answer = ALICE;
  await pageSession.prove();
  await pageSession.readCookie(scenario.page);
  expect(pageSession.page?.user).toBeUndefined();
});

describe('a portal', () => {
  test('takes no user from a proof under another cookie than its first', async () => {
    const { scenario, pageSession } = portalUnder(OLD);
    pageSession.takeSharedProof(proofOf('mallory'));
    await pageSession.readCookie(scenario.page);
    expect(pageSession.page?.user).toBeUndefined();
  });

  test('can have no cookie at all', async () => {
    const { scenario, pageSession } = staleScenario('portal');
    scenario.cookie = { token: null };
    expect(await attach(pageSession)).toBe('release');
  });

  test('has its form blocked if files were uploaded in two sessions: those of the first are lost', async () => {
    const { scenario, pageSession } = staleScenario('portal');
    scenario.answer = ALICE;
    scenario.cookie = { token: OLD };
    expect(await attach(pageSession)).toBe('release');
    scenario.cookie = { token: NEW };
    expect(await attach(pageSession)).toBe('release');
    expect(await send(pageSession)).toBe('keep');
  });

  test('can send a token with its files', async () => {
    const { scenario, pageSession } = staleScenario('portal');
    scenario.answer = ALICE;
    const sent = pageSession.ensureAccepted('attach', () => [NEW, NEW], DEFAULT_SETTINGS);
    expect(await sent).toBe('release');
  });
});

test('an issue’s form is sent although the session has changed since files were attached to the issue', async () => {
  const { scenario, pageSession } = freshScenario();
  scenario.answer = ALICE;
  expect(await attach(pageSession)).toBe('release');
  scenario.cookie = { token: NEW };
  expect(await send(pageSession)).toBe('release');
  expect(pageSession.filesLostAt).toBe(0);
});

describe('other hosts’ cookies', () => {
  const lastRead = async ({ scenario, pageSession }: ReturnType<typeof staleScenario>): Promise<boolean> => {
    await pageSession.readCookie(scenario.page);
    return scenario.reads.at(-1)!;
  };

  test('are not read while all is well', async () => {
    const started = freshScenario();
    expect(await lastRead(started)).toBe(false);
    started.scenario.answer = ALICE;
    await started.pageSession.prove();
    expect(started.scenario.reads).not.toContain(true);
    expect(await lastRead(started)).toBe(false);
  });

  test.each<Answer>([{ outcome: 'signed-in', user: 'mallory' }, { outcome: 'anonymous' }, { outcome: 'unreachable' }])(
    'are read after an answer that does not name the page’s user: $outcome',
    async (answer) => {
      const started = freshScenario();
      started.scenario.answer = answer;
      await started.pageSession.prove();
      expect(await lastRead(started)).toBe(true);
    },
  );

  test('are read at once if Jira does not answer', async () => {
    const { scenario, pageSession } = freshScenario();
    await pageSession.prove();
    expect(scenario.reads).toEqual([false, true]);
  });

  test('are read after a renewal', async () => {
    const started = staleScenario();
    started.pageSession.takeSharedProof(proofOf('alice'));
    expect(await started.pageSession.renew(DEFAULT_SETTINGS)).toBe(true);
    expect(await lastRead(started)).toBe(true);
  });
});

describe('a proof that another tab has shared', () => {
  const proofIn = ({ scenario, pageSession }: ReturnType<typeof staleScenario>) =>
    pageSession.evidenceOf(scenario.page).proof;

  test('counts if it is later than the page’s own', () => {
    const started = staleScenario();
    const [first, second] = [proofOf('alice', NOW), proofOf('alice', NOW + 1)];
    started.pageSession.takeSharedProof(undefined);
    expect(proofIn(started)).toBeUndefined();
    started.pageSession.takeSharedProof(first);
    expect(proofIn(started)).toBe(first);
    started.pageSession.takeSharedProof(undefined);
    started.pageSession.takeSharedProof(second);
    expect(proofIn(started)).toBe(second);
    for (const earlier of [first, proofOf('mallory', NOW + 1)]) started.pageSession.takeSharedProof(earlier);
    expect(proofIn(started)).toBe(second);
  });

  test('proves the page if it names its user at this moment', async () => {
    const { scenario, pageSession } = freshScenario();
    expect(pageSession.isProven(DEFAULT_SETTINGS)).toBe(false);
    pageSession.takeSharedProof({ ...proofOf('alice'), cookieDigest: OLD.traits.digest });
    expect(pageSession.isProven(DEFAULT_SETTINGS)).toBe(true);
    expect(pageSession.mayPass('attach', () => [], DEFAULT_SETTINGS)).toBe(true);
    await pageSession.readCookie(scenario.page);
    // A form that holds a token which the page's cookie had before would be refused.
    scenario.cookie = { token: NEW };
    await pageSession.readCookie(scenario.page);
    scenario.cookie = { token: OLD };
    expect(pageSession.mayPass('send', () => [OLD], DEFAULT_SETTINGS)).toBe(true);
    expect(pageSession.mayPass('send', () => [NEW], DEFAULT_SETTINGS)).toBe(false);
  });

  test('lets a file go while a question is under way, if each session has its own token', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.answer = new Promise(() => undefined);
    void pageSession.prove();
    pageSession.takeSharedProof({ ...proofOf('alice'), cookieDigest: OLD.traits.digest });
    expect(await attach(pageSession)).toBe('release');
  });
});

describe('the silence of a cancelled question', () => {
  test.each<[Answer, boolean]>([
    [{ outcome: 'unreachable' }, true],
    [{ outcome: 'offline' }, true],
    [{ outcome: 'busy' }, true],
    [{ outcome: 'gateway' }, false],
    [{ outcome: 'anonymous' }, false],
    [ALICE, false],
  ])('is forgotten, but no answer is: %o', async (answer, isForgotten) => {
    const { scenario, pageSession } = freshScenario();
    pageSession.forgetSilence();
    scenario.answer = answer;
    await pageSession.prove();
    pageSession.forgetSilence();
    expect(pageSession.evidenceOf(scenario.page).proof === undefined).toBe(isForgotten);
  });
});

describe('a question', () => {
  test('says whether the user has pressed a button for it', async () => {
    const { scenario, pageSession } = staleScenario();
    await pageSession.prove();
    await pageSession.prove(true);
    await attach(pageSession);
    scenario.now += 20_000;
    await pageSession.renew(DEFAULT_SETTINGS);
    scenario.now += 20_000;
    await pageSession.renew(DEFAULT_SETTINGS, true);
    expect(scenario.presses).toEqual([false, true, false, true]);
  });

  test('without a press stays without one if a file waits for it', async () => {
    const { scenario, pageSession } = staleScenario();
    await attach(pageSession);
    expect(scenario.presses).toEqual([false]);
  });

  test('is asked again if the page was left and came back meanwhile', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.onAsk = () => {
      scenario.visit = 'second';
      scenario.answer = ALICE;
    };
    await pageSession.prove();
    expect(scenario.questionCount).toBe(2);
    expect(pageSession.evidenceOf(scenario.page).proof).toMatchObject(ALICE);
  });

  test('moves the session clock only if somebody is signed in, and starts none', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.answer = ALICE;
    await pageSession.prove();
    expect(pageSession.clock).toBeUndefined();
    pageSession.clock = { lastContact: NOW - 60_000, timeoutMinutes: 300 };
    scenario.answer = { outcome: 'anonymous' };
    await pageSession.prove();
    expect(pageSession.clock).toEqual({ lastContact: NOW - 60_000, timeoutMinutes: 300 });
    scenario.answer = ALICE;
    await pageSession.prove();
    expect(pageSession.clock).toEqual({ lastContact: NOW, timeoutMinutes: 300 });
  });

  test('is asked once more for a file if there is no cookie, and the answer is uncertain', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.answer = { outcome: 'anonymous' };
    scenario.onAsk = () => (scenario.cookie = { token: null });
    expect(await attach(pageSession)).toBe('keep');
    expect(scenario.questionCount).toBe(2);
    expect(await attach(pageSession)).toBe('keep');
    expect(scenario.questionCount).toBe(2);
  });

  test('is not repeated within a second, nor is the cookie read again if other hosts’ were', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.cookie = { token: OLD, isCrowded: false };
    scenario.answer = { outcome: 'anonymous' };
    expect(await attach(pageSession)).toBe('keep');
    const { length } = scenario.reads;
    scenario.now += 999;
    expect(await attach(pageSession)).toBe('keep');
    expect([scenario.questionCount, scenario.reads.length]).toEqual([1, length]);
    scenario.now += 1;
    scenario.answer = ALICE;
    expect(await attach(pageSession)).toBe('release');
    expect(scenario.questionCount).toBe(2);
  });

  test('is not repeated within a second either if other hosts’ cookies are not known, but the cookie is read', async () => {
    const { scenario, pageSession } = freshScenario();
    scenario.answer = { outcome: 'anonymous' };
    expect(await attach(pageSession)).toBe('keep');
    const { length } = scenario.reads;
    expect(await attach(pageSession)).toBe('keep');
    expect(scenario.questionCount).toBe(1);
    expect(scenario.reads.length).toBeGreaterThan(length);
  });
});

test('a form whose token nobody has seen is withheld if there is no cookie to compare it with', async () => {
  const { scenario, pageSession } = freshScenario();
  scenario.cookie = { token: null };
  expect(await send(pageSession)).toBe('release');
  expect(await send(pageSession, NEW)).toBe('keep');
});

test('a token that is sent twice, by a form’s address and its input, is replaced once', async () => {
  const { scenario, pageSession } = staleScenario();
  const between = Token.parse(tokenText({ secret: 'c'.repeat(40) }))!;
  scenario.cookie = { token: between };
  await pageSession.readCookie(scenario.page);
  scenario.cookie = { token: NEW };
  scenario.answer = ALICE;
  expect(await send(pageSession, OLD, between, between)).toBe('release');
  expect(scenario.replaced).toEqual([OLD, between]);
});
