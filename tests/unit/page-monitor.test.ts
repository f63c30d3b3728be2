// @vitest-environment happy-dom
/** When a page asks Jira who is signed in. The test decides what the background and Jira answer. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenToEvents } from '../../extension/content/editor-frames.ts';
import { ACTIVITY_EVENTS } from '../../extension/content/activity/user.ts';
import { sendToBackground } from '../../extension/content/send-to-background.ts';
import { accessPage } from '../../extension/content/page-access.ts';
import type { WaitingAttempts } from '../../extension/content/proof-scheduler.ts';
import { watchPage, type Snapshot, type PageMonitor } from '../../extension/content/page-monitor.ts';
import type { Answers, ToBackground } from '../../src/messages/protocol.ts';
import type { SessionClock } from '../../src/session/session-clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings/definitions.ts';
import { trustedEvent } from './trusted-event.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

const ADDRESS = location.href;
let lifecycle: AbortController;
let monitor: PageMonitor;
let isInFront: boolean;
/** How often Jira was asked who is signed in. */
let questionCount: number;
let jiraAnswer: Answers['ask'];
let reports: Extract<ToBackground, { kind: 'report' }>[];
/** The session clock that the background gives. */
let clock: SessionClock | undefined;
let settings: Settings;
let snapshots: (Snapshot | null)[];
/** The files that an earlier page has lost, as the background gives them. */
let lostFiles: string[] | undefined;
/** The attempts that the guard withholds, and the files that it has parked. */
let waitingAttempts: WaitingAttempts;
let parkedFiles: string[];
let backgroundDelayMillis: number;

/** alice's page; another login has changed the cookie. */
beforeEach(() => {
  isInFront = true;
  questionCount = 0;
  jiraAnswer = { outcome: 'unreachable' };
  reports = [];
  clock = undefined;
  settings = DEFAULT_SETTINGS;
  snapshots = [];
  lostFiles = undefined;
  backgroundDelayMillis = 0;
  [waitingAttempts, parkedFiles] = [null, []];
  document.head.innerHTML = `
    <meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">
    <meta name="ajs-remote-user" content="alice">
    <meta id="atlassian-token" name="atlassian-token" content="${tokenText({ secret: HEX_A })}">`;
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isInFront ? 'visible' : 'hidden'));
  vi.spyOn(document, 'hasFocus').mockImplementation(() => isInFront);
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: answer } });
});
afterEach(() => {
  lifecycle.abort();
  window.happyDOM.setURL(ADDRESS);
  vi.useRealTimers();
  // A refresh that is still scheduled ends, because the extension is gone.
  vi.stubGlobal('chrome', { runtime: {} });
  vi.restoreAllMocks();
});

function start(onSnapshot = (snapshot: Snapshot | null) => void snapshots.push(snapshot)): void {
  lifecycle = new AbortController();
  const { signal } = lifecycle;
  const ownPage = accessPage(signal, sendToBackground, () => monitor.scheduleRefresh());
  const guard = { waitingAttempts: () => waitingAttempts, parkedFiles: () => parkedFiles };
  monitor = watchPage(
    lifecycle,
    true,
    ownPage,
    sendToBackground,
    listenToEvents(ACTIVITY_EVENTS, signal),
    () => guard,
    onSnapshot,
  );
}

/** The names of the verdicts that were shown. */
function shownVerdicts(): (string | undefined)[] {
  return snapshots.map((snapshot) => snapshot?.verdict.name);
}

/** Makes the tokens equal: only the session clock can then change the verdict. */
function makeFresh(): void {
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
}

/** Makes the page a customer portal, whose cookie has not changed. */
function makePortal(user = ''): void {
  document.head.innerHTML = `
    <meta name="ajs-context-path" content="">
    <meta name="ajs-sdPluginVersion" content="5.12.0">${user}`;
  window.happyDOM.setURL('https://jira.example.com/servicedesk/customer/portal/1/create/2');
  makeFresh();
}

function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
}

async function answer(message: ToBackground): Promise<unknown> {
  const { kind } = message;
  if (kind === 'ask') questionCount++;
  if (backgroundDelayMillis > 0) await new Promise((resolve) => setTimeout(resolve, backgroundDelayMillis));
  if (kind === 'report') {
    reports.push(message);
    return { settings, clock, lostFiles, aheadMillis: 0 } satisfies Answers['report'];
  }
  if (kind === 'cookie') {
    const value = document.cookie.split('=')[1]!;
    return { state: 'read', value, isCrowded: false } satisfies Answers['cookie'];
  }
  return kind === 'ask' ? jiraAnswer : undefined;
}

test('a refresh asks Jira once, and not again when the guard asks at the same time', async () => {
  start();
  await monitor.refresh();
  await monitor.ensureAccepted('attach', () => []);
  await monitor.refresh();
  expect(questionCount).toBe(1);
});

test('the reported load time is right although the page’s own clock has slept', async () => {
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(Date.now() - 3_600_000);
  start();
  await monitor.refresh();
  expect(Date.now() - reports[0]!.loadedAt!).toBeLessThan(60_000);
});

test('a script that ends during a refresh does not report "no Jira": a newer copy watches the page', async () => {
  const messages: string[] = [];
  const ending = (message: ToBackground): Promise<unknown> => {
    messages.push(message.kind);
    if (message.kind === 'cookie') lifecycle.abort();
    return answer(message);
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: ending } });
  start();
  await monitor.refresh();
  expect(messages).toEqual(['cookie']);
});

test('a page that stops being Jira while the background answers gets no verdict', async () => {
  makeFresh();
  start();
  await monitor.refresh();
  backgroundDelayMillis = 50;
  const refreshed = monitor.refresh();
  await new Promise((resolve) => setTimeout(resolve, 10));
  document.head.innerHTML = '';
  expect(await monitor.ensureAccepted('attach', () => [])).toBe('release');
  expect(await refreshed).toBeNull();
});

test('the focus on a text field of a portal does not count as the warning that files are lost', async () => {
  makePortal('<meta name="ajs-remote-user" content="alice">');
  jiraAnswer = { outcome: 'signed-in', user: 'alice' };
  start();
  await monitor.refresh();
  expect(await monitor.ensureAccepted('attach', () => [])).toBe('release');
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
  await monitor.refresh();
  monitor.prepareForInput();
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(monitor.hasLostFormFiles()).toBe(false);
  expect(monitor.mayPass('send', () => [])).toBe(false);
});

describe('while files are parked and Jira does not answer', () => {
  beforeEach(async () => {
    useFakeTimers();
    start();
    waitingAttempts = 'files';
    await monitor.refresh();
  });

  /** alice moves her mouse once a second. Gives the number of questions in that time. */
  async function stay(seconds: number): Promise<number> {
    const before = questionCount;
    for (let n = 0; n < seconds; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trustedEvent('pointermove'));
    }
    return questionCount - before;
  }

  test('the page asks less and less often while its user stays', async () => {
    const minutes: number[] = [];
    for (let minute = 0; minute < 10; minute++) minutes.push(await stay(60));
    expect(minutes[0]).toBeGreaterThan(3);
    expect(Math.max(...minutes.slice(1))).toBe(1);
    expect(minutes.slice(1).reduce((sum, each) => sum + each)).toBeLessThan(6);
  });

  test('the page goes on asking after its user pressed the key for a renewal in vain', async () => {
    await stay(10);
    monitor.noteUserArrival();
    await monitor.renew();
    const before = questionCount;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(questionCount - before).toBeGreaterThan(3);
  });

  test('a page that returns from the back/forward cache refreshes at once, although its timers are late', async () => {
    await stay(180);
    const [before, slept] = [reports.length, performance.now() + 200_000];
    // In Firefox the page's clock goes on while its timers stand still.
    vi.spyOn(performance, 'now').mockImplementation(() => slept);
    window.dispatchEvent(Object.assign(trustedEvent('pageshow'), { persisted: true }));
    await vi.advanceTimersByTimeAsync(500);
    expect(reports.length).toBeGreaterThan(before);
  });

  test('the page asks at once when its user comes back, whatever it asked before', async () => {
    await stay(40);
    const before = questionCount;
    window.dispatchEvent(trustedEvent('focus'));
    await vi.advanceTimersByTimeAsync(500);
    expect(questionCount).toBeGreaterThan(before);
  });
});

describe('a fresh page without contact for a quarter of an hour', () => {
  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(300_000);
  });

  /** Moves the mouse, and waits for the effects. */
  async function move(): Promise<void> {
    window.dispatchEvent(trustedEvent('pointermove'));
    await vi.advanceTimersByTimeAsync(1_000);
  }

  test('asks nothing while its user is away', async () => {
    await monitor.refresh();
    expect(questionCount).toBe(0);
  });

  test('asks once each time that its user comes back, even if Jira does not answer', async () => {
    await move();
    expect(questionCount).toBe(1);
    for (let n = 0; n < 6; n++) {
      await vi.advanceTimersByTimeAsync(30_000);
      await move();
      await monitor.refresh();
    }
    expect(questionCount).toBe(1);
    await vi.advanceTimersByTimeAsync(300_000);
    await move();
    expect(questionCount).toBe(2);
  });

  test('asks nothing if another tab has had contact in the meantime', async () => {
    clock = { ...clock!, lastContact: Date.now() - 60_000 };
    await move();
    // A user who counted as present then does not count as returned later.
    clock = { ...clock, lastContact: Date.now() - 20 * 60_000 };
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(questionCount).toBe(0);
  });
});

test('a page of an old Jira that keeps restoring its old token while a form waits stops asking Jira', async () => {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
  document.querySelector('[name=application-name]')!.setAttribute('data-version', '7.2.0');
  jiraAnswer = { outcome: 'signed-in', user: 'alice' };
  start();
  waitingAttempts = 'sending';
  const meta = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
  const old = meta.content;
  const putBack = setInterval(() => (meta.content = old), 50);
  await monitor.refresh();
  await vi.advanceTimersByTimeAsync(10_000);
  isInFront = false;
  const before = questionCount;
  await vi.advanceTimersByTimeAsync(60_000);
  clearInterval(putBack);
  expect([before > 0, questionCount - before]).toEqual([true, 0]);
});

describe('a stale page that renews itself', () => {
  const meta = (): HTMLMetaElement => document.querySelector('#atlassian-token')!;
  const changeCookie = (n: number): void => {
    document.cookie = `atlassian.xsrf.token=${tokenText({ secret: n.toString(16).padStart(40, '0') })}`;
  };
  const selfRenewal = (): unknown[] => snapshots.flatMap((snapshot) => snapshot?.selfRenewal ?? []);

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
    settings = { ...DEFAULT_SETTINGS, renew: 'auto' };
    jiraAnswer = { outcome: 'signed-in', user: 'alice' };
  });

  test('does so when its user is present, and says so', async () => {
    isInFront = false;
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([questionCount, selfRenewal()]).toEqual([0, []]);
    isInFront = true;
    window.dispatchEvent(trustedEvent('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(meta().content).toBe(tokenText({ secret: HEX_B }));
    expect([questionCount, selfRenewal(), snapshots.at(-1)?.verdict.name]).toEqual([1, ['renewed'], 'fresh']);
  });

  test('says that its user is signed in again if they were signed out before', async () => {
    document.cookie = `atlassian.xsrf.token=${tokenText({ login: 'lout' })}`;
    jiraAnswer = { outcome: 'anonymous' };
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    jiraAnswer = { outcome: 'signed-in', user: 'alice' };
    changeCookie(1);
    window.dispatchEvent(trustedEvent('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(selfRenewal()).toEqual(['back_again']);
  });

  test('does not do so for another user', async () => {
    jiraAnswer = { outcome: 'signed-in', user: 'mallory' };
    const before = meta().content;
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([meta().content, snapshots.at(-1)?.verdict.name]).toEqual([before, 'other-user']);
  });

  test('does so only once if the page restores its old token', async () => {
    start();
    const old = meta().content;
    const putBack = setInterval(() => (meta().content = old), 50);
    await monitor.refresh();
    for (let n = 0; n < 60; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trustedEvent('pointermove'));
    }
    clearInterval(putBack);
    expect([questionCount, selfRenewal()]).toEqual([1, ['renewed']]);
    expect(snapshots.at(-1)?.verdict).toEqual({ name: 'stale', renewal: 'undone' });
  });

  test('does not say so if the page restores its old token at once', async () => {
    const old = meta().content;
    const putBack = new MutationObserver(() => {
      if (meta().content !== old) meta().content = old;
    });
    putBack.observe(meta(), { attributes: true });
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    putBack.disconnect();
    expect([questionCount, selfRenewal(), snapshots.at(-1)?.verdict]).toEqual([
      1,
      [],
      { name: 'stale', renewal: 'undone' },
    ]);
  });

  test('asks less and less often if the cookie keeps changing, until its user comes back', async () => {
    start();
    const stay = async (seconds: number): Promise<number> => {
      const before = questionCount;
      for (let n = 0; n < seconds; n++) {
        changeCookie(questionCount * 1_000 + n);
        monitor.scheduleRefresh();
        await vi.advanceTimersByTimeAsync(1_000);
        window.dispatchEvent(trustedEvent('pointermove'));
      }
      return questionCount - before;
    };
    expect(await stay(60)).toBeLessThan(10);
    expect(await stay(120)).toBeLessThan(3);
    window.dispatchEvent(trustedEvent('focus'));
    expect(await stay(5)).toBe(3);
  });
});

describe('a page that states its timeout', () => {
  beforeEach(() => {
    const load = { transferSize: 1, responseStatus: 200, responseEnd: performance.now() };
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([load as unknown as PerformanceEntry]);
    document.body.innerHTML = `<form id="jira_request_timing_info">
      <input type="hidden" title="jira.request.start.millis" value="1767600000000">
      <input type="hidden" title="jira.session.expiry.time" value="1767601800000"></form>`;
  });
  afterEach(() => {
    document.body.innerHTML = '';
  });

  test('reports the timeout each time: a session can begin anew without a contact', async () => {
    start();
    await monitor.refresh();
    await monitor.refresh();
    const serverActivity = reports.map(({ contactAt, statedMinutes }) => [contactAt !== undefined, statedMinutes]);
    expect(serverActivity).toEqual([
      [true, 30],
      [false, 30],
    ]);
  });
});

test('files that are dropped while cookies are read are not parked because of a neighbour’s user name', async () => {
  useFakeTimers();
  makeFresh();
  clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
  jiraAnswer = { outcome: 'signed-in', user: 'mallory' };
  // mallory's session is sent only with the proof request, and the background finds that out 30 ms later.
  const slow = async (message: ToBackground): Promise<unknown> => {
    if (message.kind !== 'cookie') return answer(message);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return { state: 'unreadable' };
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: slow } });
  start();
  await monitor.refresh();
  await vi.advanceTimersByTimeAsync(300_000);
  window.dispatchEvent(trustedEvent('pointermove'));
  const isAsked = (): boolean => questionCount > 0;
  for (let n = 0; n < 400 && !isAsked(); n++) await vi.advanceTimersByTimeAsync(1);
  expect(questionCount).toBe(1);
  await vi.advanceTimersByTimeAsync(5);
  const outcome = monitor.ensureAccepted('attach', () => []);
  await vi.advanceTimersByTimeAsync(400);
  expect([await outcome, shownVerdicts().filter((name) => name === 'other-user')]).toEqual(['release', []]);
});

describe('before the first answer of the background', () => {
  beforeEach(useFakeTimers);

  /** Attaches a file. Gives an object that gets the outcome of its check. */
  function attachFile(): { outcome?: string } {
    const attempt: { outcome?: string } = {};
    void monitor.ensureAccepted('attach', () => []).then((outcome) => (attempt.outcome = outcome));
    return attempt;
  }

  test('there is no verdict and no proof, whatever the user does', async () => {
    backgroundDelayMillis = 3_000;
    makePortal();
    start();
    monitor.scheduleRefresh();
    window.dispatchEvent(trustedEvent('keydown'));
    await vi.advanceTimersByTimeAsync(700);
    window.dispatchEvent(trustedEvent('keydown'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect([shownVerdicts(), questionCount, monitor.isProven(), monitor.mayPass('attach', () => [])]).toEqual([
      [],
      0,
      false,
      false,
    ]);
    backgroundDelayMillis = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    window.dispatchEvent(trustedEvent('keydown'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(questionCount).toBe(1);
  });

  test('a press of "Renew" shows nothing either', async () => {
    backgroundDelayMillis = 60_000;
    start();
    const renewed = monitor.renew();
    await vi.advanceTimersByTimeAsync(30_000);
    expect([await renewed, shownVerdicts()]).toEqual([null, []]);
  });

  test('a file waits, and is released without a question if the guard turns out to be off', async () => {
    backgroundDelayMillis = 3_000;
    settings = { ...DEFAULT_SETTINGS, guard: 'off' };
    start();
    monitor.scheduleRefresh();
    const attempt = attachFile();
    await vi.advanceTimersByTimeAsync(3_500);
    expect([attempt.outcome, monitor.isGuardOn()]).toEqual([undefined, true]);
    await vi.advanceTimersByTimeAsync(1_000);
    // The stale page is refreshed and proven nevertheless, but not because of the file.
    expect([attempt.outcome, monitor.isGuardOn()]).toEqual(['release', false]);
    isInFront = false;
    const before = questionCount;
    expect([await monitor.ensureAccepted('attach', () => []), questionCount]).toEqual(['release', before]);
  });

  test('a file is released unchecked after five seconds without an answer', async () => {
    backgroundDelayMillis = 60_000;
    start();
    monitor.scheduleRefresh();
    const attempt = attachFile();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(attempt.outcome).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect([attempt.outcome, questionCount, shownVerdicts()]).toEqual(['release', 0, []]);
  });

  test('a file causes another report if the first one had no receiver', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('Could not establish connection. Receiving end does not exist.');
    };
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: failing } });
    jiraAnswer = { outcome: 'anonymous' };
    start();
    await monitor.refresh();
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: answer } });
    const attempt = attachFile();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attempt.outcome).toBe('keep');
  });

  test('an answer after three seconds is used, and what timed out meanwhile is read again', async () => {
    backgroundDelayMillis = 3_000;
    start();
    monitor.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(3_500);
    backgroundDelayMillis = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([shownVerdicts()[0], shownVerdicts().at(-1)]).toEqual(['unknown', 'stale']);
  });
});

describe('when the network is back', () => {
  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    start();
  });

  test.each(['offline', 'busy', 'unreachable', 'gateway'] as const)(
    'a failed proof is forgotten, except that of a sign-in in front of Jira: %s',
    async (outcome) => {
      jiraAnswer = { outcome };
      isInFront = false;
      await monitor.refresh();
      await monitor.ensureAccepted('attach', () => []);
      expect((await monitor.refresh())?.verdict.name).toBe(outcome);
      window.dispatchEvent(trustedEvent('online'));
      expect((await monitor.refresh())?.verdict.name).toBe(outcome === 'gateway' ? 'gateway' : 'fresh');
    },
  );

  /** Parks files, and asks for them so often that the next question would come only minutes later. */
  async function parkFiles(): Promise<void> {
    jiraAnswer = { outcome: 'offline' };
    waitingAttempts = 'files';
    for (let n = 0; n < 60; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trustedEvent('pointermove'));
      if (n === 0) await monitor.refresh();
    }
    questionCount = 0;
  }

  test('a page with parked files asks Jira at once, but not if its user is away', async () => {
    await parkFiles();
    window.dispatchEvent(trustedEvent('online'));
    await vi.advanceTimersByTimeAsync(300);
    const before = questionCount;
    expect(before).toBeGreaterThan(0);
    isInFront = false;
    window.dispatchEvent(trustedEvent('online'));
    await vi.advanceTimersByTimeAsync(300);
    expect(questionCount).toBe(before);
  });

  test('an event that a script made up causes no question', async () => {
    await parkFiles();
    for (let n = 0; n < 10; n++) {
      window.dispatchEvent(new Event('online'));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(questionCount).toBe(0);
  });
});

describe('on a fresh page', () => {
  test.each([
    ['a proof that meets a sign-in in front of Jira changes the verdict', 'gateway', 'gateway'],
    ['a proof without a network does not', 'offline', 'fresh'],
    ['a proof that meets a busy Jira does not', 'busy', 'fresh'],
  ] as const)('%s', async (_what, outcome, last) => {
    useFakeTimers();
    makeFresh();
    clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
    jiraAnswer = { outcome };
    start();
    await monitor.refresh();
    await vi.advanceTimersByTimeAsync(300_000);
    window.dispatchEvent(trustedEvent('pointermove'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect([questionCount, shownVerdicts().at(-1), new Set(shownVerdicts())]).toEqual([
      1,
      last,
      new Set(['fresh', last]),
    ]);
  });
});

describe('a refresh that fails', () => {
  let isFailing: boolean;
  let logged: unknown[];

  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    isFailing = false;
    logged = [];
    vi.spyOn(console, 'error').mockImplementation((text) => logged.push(text));
    start((snapshot) => {
      if (isFailing) throw new Error('It broke');
      snapshots.push(snapshot);
    });
    await monitor.refresh();
    snapshots = [];
    isFailing = true;
  });

  test('is logged once, and the next refresh runs nevertheless', async () => {
    for (let n = 0; n < 3; n++) {
      monitor.scheduleRefresh();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect([logged, lifecycle.signal.aborted]).toEqual([['Freshtoken: Error: It broke'], false]);
    isFailing = false;
    monitor.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shownVerdicts()).toEqual(['fresh']);
  });

  test('is the last one if the extension is gone', async () => {
    const sendMessage = async (): Promise<unknown> => {
      vi.stubGlobal('chrome', { runtime: {} });
      return { settings, clock, aheadMillis: 0 };
    };
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage } });
    monitor.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([logged, lifecycle.signal.aborted]).toEqual([[], true]);
  });
});

test('a snapshot names the files that an earlier page has lost', async () => {
  lostFiles = ['door.log'];
  start();
  expect((await monitor.refresh())?.lostFiles).toEqual(['door.log']);
});

test('the names of parked files are reported', async () => {
  start();
  parkedFiles = ['door.log'];
  await monitor.refresh();
  expect(reports.map(({ files }) => files)).toEqual([['door.log']]);
});
