// @vitest-environment happy-dom
/** When one page asks who is signed in, with a background and a Jira that answer as the test says. */
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
import { trusted } from './trusted-event.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

const ADDRESS = location.href;
let lifecycle: AbortController;
let watch: PageMonitor;
let isInFront: boolean;
/** How often Jira was asked, and has not answered. */
let asked: number;
/** What Jira answers. */
let said: Answers['ask'];
let reports: Extract<ToBackground, { kind: 'report' }>[];
/** The session's clock, as the background has it. */
let clock: SessionClock | undefined;
/** What is set for the site. */
let settings: Settings;
let seen: (Snapshot | null)[];
/** What the page before has lost, as the background has it. */
let lostFiles: string[] | undefined;
/** What the guard withholds, and the files that it has parked. */
let waitingAttempts: WaitingAttempts;
let parkedFiles: string[];
/** How long the background takes for each answer, milliseconds. */
let wakesIn: number;

/** Alice's page, whose cookie another login has turned. */
beforeEach(() => {
  isInFront = true;
  asked = 0;
  said = { outcome: 'unreachable' };
  reports = [];
  clock = undefined;
  settings = DEFAULT_SETTINGS;
  seen = [];
  lostFiles = undefined;
  wakesIn = 0;
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
  // A look that is still to come finds that nobody is behind it any more.
  vi.stubGlobal('chrome', { runtime: {} });
  vi.restoreAllMocks();
});

function begin(onSnapshot = (snapshot: Snapshot | null) => void seen.push(snapshot)): void {
  lifecycle = new AbortController();
  const { signal } = lifecycle;
  const ownPage = accessPage(signal, sendToBackground, () => watch.scheduleRefresh());
  const guard = { waitingAttempts: () => waitingAttempts, parkedFiles: () => parkedFiles };
  watch = watchPage(
    lifecycle,
    true,
    ownPage,
    sendToBackground,
    listenToEvents(ACTIVITY_EVENTS, signal),
    () => guard,
    onSnapshot,
  );
}

/** The verdicts that were shown. */
function shown(): (string | undefined)[] {
  return seen.map((snapshot) => snapshot?.verdict.name);
}

/** Of a page whose token is its cookie's there is nothing to say but its clock. */
function makeFresh(): void {
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
}

/** Its cookie is not turned. */
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
  if (kind === 'ask') asked++;
  if (wakesIn > 0) await new Promise((done) => setTimeout(done, wakesIn));
  if (kind === 'report') {
    reports.push(message);
    return { settings, clock, lostFiles, aheadMillis: 0 } satisfies Answers['report'];
  }
  if (kind === 'cookie') {
    const value = document.cookie.split('=')[1]!;
    return { state: 'read', value, isCrowded: false } satisfies Answers['cookie'];
  }
  return kind === 'ask' ? said : undefined;
}

test('a look asks once, and not again where the guard asks at the same time', async () => {
  begin();
  await watch.refresh();
  await watch.ensureAccepted('attach', () => []);
  await watch.refresh();
  expect(asked).toBe(1);
});

test('a page is said to be loaded when it was, also where the page’s own clock has slept', async () => {
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(Date.now() - 3_600_000);
  begin();
  await watch.refresh();
  expect(Date.now() - reports[0]!.loadedAt!).toBeLessThan(60_000);
});

test('a copy that ends in the middle of a look has the page not taken for no Jira: a newer one is in it', async () => {
  const told: string[] = [];
  const ending = (message: ToBackground): Promise<unknown> => {
    told.push(message.kind);
    if (message.kind === 'cookie') lifecycle.abort();
    return answer(message);
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: ending } });
  begin();
  await watch.refresh();
  expect(told).toEqual(['cookie']);
});

test('a page that stops being Jira while the background answers is not judged', async () => {
  makeFresh();
  begin();
  await watch.refresh();
  wakesIn = 50;
  const refreshed = watch.refresh();
  await new Promise((done) => setTimeout(done, 10));
  document.head.innerHTML = '';
  expect(await watch.ensureAccepted('attach', () => [])).toBe('release');
  expect(await refreshed).toBeNull();
});

test('the focus on a text of a portal does not count as the warning that files are lost', async () => {
  makePortal('<meta name="ajs-remote-user" content="alice">');
  said = { outcome: 'signed-in', user: 'alice' };
  begin();
  await watch.refresh();
  expect(await watch.ensureAccepted('attach', () => [])).toBe('release');
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
  await watch.refresh();
  watch.prepareForInput();
  await new Promise((done) => setTimeout(done, 1_300));
  expect(watch.hasLostFormFiles()).toBe(false);
  expect(watch.mayPass('send', () => [])).toBe(false);
});

describe('files wait, and Jira does not answer', () => {
  beforeEach(async () => {
    useFakeTimers();
    begin();
    waitingAttempts = 'files';
    await watch.refresh();
  });

  /** Alice moves her mouse once a second. Gives how often was asked meanwhile. */
  async function stay(seconds: number): Promise<number> {
    const before = asked;
    for (let n = 0; n < seconds; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trusted('pointermove'));
    }
    return asked - before;
  }

  test('who stays at the page has it ask ever more rarely', async () => {
    const minutes: number[] = [];
    for (let minute = 0; minute < 10; minute++) minutes.push(await stay(60));
    expect(minutes[0]).toBeGreaterThan(3);
    expect(Math.max(...minutes.slice(1))).toBe(1);
    expect(minutes.slice(1).reduce((sum, each) => sum + each)).toBeLessThan(6);
  });

  test('who presses the key for a renewal in vain has it go on asking', async () => {
    await stay(10);
    watch.noteUserArrival();
    await watch.renew();
    const before = asked;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked - before).toBeGreaterThan(3);
  });

  test('a page that comes out of the back/forward cache looks at once, though its timers are late', async () => {
    await stay(180);
    const [before, slept] = [reports.length, performance.now() + 200_000];
    // As Firefox has it: the page's clock goes on while its timers stand still.
    vi.spyOn(performance, 'now').mockImplementation(() => slept);
    window.dispatchEvent(Object.assign(trusted('pageshow'), { persisted: true }));
    await vi.advanceTimersByTimeAsync(500);
    expect(reports.length).toBeGreaterThan(before);
  });

  test('who comes back is not made to wait for what was asked before', async () => {
    await stay(40);
    const before = asked;
    window.dispatchEvent(trusted('focus'));
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toBeGreaterThan(before);
  });
});

describe('a fresh page, and nothing has reached Jira for a quarter of an hour', () => {
  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(300_000);
  });

  /** Her mouse moves, and whatever comes of it. */
  async function move(): Promise<void> {
    window.dispatchEvent(trusted('pointermove'));
    await vi.advanceTimersByTimeAsync(1_000);
  }

  test('asks nothing while nobody comes', async () => {
    await watch.refresh();
    expect(asked).toBe(0);
  });

  test('asks once when its user comes back, though Jira does not answer, and once more at the next coming', async () => {
    await move();
    expect(asked).toBe(1);
    for (let n = 0; n < 6; n++) {
      await vi.advanceTimersByTimeAsync(30_000);
      await move();
      await watch.refresh();
    }
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(300_000);
    await move();
    expect(asked).toBe(2);
  });

  test('asks nothing where another tab has been in contact meanwhile', async () => {
    clock = { ...clock!, lastContact: Date.now() - 60_000 };
    await move();
    // What was no coming then does not become one by and by.
    clock = { ...clock, lastContact: Date.now() - 20 * 60_000 };
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(0);
  });
});

test('a page of an old Jira that puts its token back each time, while something is held back, has Jira asked no more', async () => {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
  document.querySelector('[name=application-name]')!.setAttribute('data-version', '7.2.0');
  said = { outcome: 'signed-in', user: 'alice' };
  begin();
  waitingAttempts = 'sending';
  const meta = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
  const old = meta.content;
  const putBack = setInterval(() => (meta.content = old), 50);
  await watch.refresh();
  await vi.advanceTimersByTimeAsync(10_000);
  isInFront = false;
  const before = asked;
  await vi.advanceTimersByTimeAsync(60_000);
  clearInterval(putBack);
  expect([before > 0, asked - before]).toEqual([true, 0]);
});

describe('a stale page that is to renew itself', () => {
  const meta = (): HTMLMetaElement => document.querySelector('#atlassian-token')!;
  const turn = (n: number): void => {
    document.cookie = `atlassian.xsrf.token=${tokenText({ secret: n.toString(16).padStart(40, '0') })}`;
  };
  const selfRenewal = (): unknown[] => seen.flatMap((snapshot) => snapshot?.selfRenewal ?? []);

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
    settings = { ...DEFAULT_SETTINGS, renew: 'auto' };
    said = { outcome: 'signed-in', user: 'alice' };
  });

  test('does once its user is at it, and says so', async () => {
    isInFront = false;
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([asked, selfRenewal()]).toEqual([0, []]);
    isInFront = true;
    window.dispatchEvent(trusted('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(meta().content).toBe(tokenText({ secret: HEX_B }));
    expect([asked, selfRenewal(), seen.at(-1)?.verdict.name]).toEqual([1, ['renewed'], 'fresh']);
  });

  test('says that its user is back, where they were told to sign in', async () => {
    document.cookie = `atlassian.xsrf.token=${tokenText({ login: 'lout' })}`;
    said = { outcome: 'anonymous' };
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    said = { outcome: 'signed-in', user: 'alice' };
    turn(1);
    window.dispatchEvent(trusted('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(selfRenewal()).toEqual(['back_again']);
  });

  test('does not for another', async () => {
    said = { outcome: 'signed-in', user: 'mallory' };
    const before = meta().content;
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([meta().content, seen.at(-1)?.verdict.name]).toEqual([before, 'other-user']);
  });

  test('does once and no more where it puts its old token back', async () => {
    begin();
    const old = meta().content;
    const putBack = setInterval(() => (meta().content = old), 50);
    await watch.refresh();
    for (let n = 0; n < 60; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trusted('pointermove'));
    }
    clearInterval(putBack);
    expect([asked, selfRenewal()]).toEqual([1, ['renewed']]);
    expect(seen.at(-1)?.verdict).toEqual({ name: 'stale', renewal: 'undone' });
  });

  test('does not say so where it puts it back at once', async () => {
    const old = meta().content;
    const putBack = new MutationObserver(() => {
      if (meta().content !== old) meta().content = old;
    });
    putBack.observe(meta(), { attributes: true });
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(5_000);
    putBack.disconnect();
    expect([asked, selfRenewal(), seen.at(-1)?.verdict]).toEqual([1, [], { name: 'stale', renewal: 'undone' }]);
  });

  test('asks ever more rarely where the cookie turns all the time, until its user comes anew', async () => {
    begin();
    const stay = async (seconds: number): Promise<number> => {
      const before = asked;
      for (let n = 0; n < seconds; n++) {
        turn(asked * 1_000 + n);
        watch.scheduleRefresh();
        await vi.advanceTimersByTimeAsync(1_000);
        window.dispatchEvent(trusted('pointermove'));
      }
      return asked - before;
    };
    expect(await stay(60)).toBeLessThan(10);
    expect(await stay(120)).toBeLessThan(3);
    window.dispatchEvent(trusted('focus'));
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

  test('tells it together with a contact, and not without one', async () => {
    begin();
    await watch.refresh();
    await watch.refresh();
    const serverActivity = reports.map(({ contactAt, statedMinutes }) => [contactAt !== undefined, statedMinutes]);
    expect(serverActivity).toEqual([
      [true, 30],
      [false, undefined],
    ]);
  });
});

test('what is dropped while a look still reads whose cookies are sent is not kept for a neighbour’s name', async () => {
  useFakeTimers();
  makeFresh();
  clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
  said = { outcome: 'signed-in', user: 'mallory' };
  // mallory's session goes with the question alone: the background says so, 30 ms later.
  const slow = async (message: ToBackground): Promise<unknown> => {
    if (message.kind !== 'cookie') return answer(message);
    await new Promise((done) => setTimeout(done, 30));
    return { state: 'unreadable' };
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: slow } });
  begin();
  await watch.refresh();
  await vi.advanceTimersByTimeAsync(300_000);
  window.dispatchEvent(trusted('pointermove'));
  const isAsked = (): boolean => asked > 0;
  for (let n = 0; n < 400 && !isAsked(); n++) await vi.advanceTimersByTimeAsync(1);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(5);
  const outcome = watch.ensureAccepted('attach', () => []);
  await vi.advanceTimersByTimeAsync(400);
  expect([await outcome, shown().filter((name) => name === 'other-user')]).toEqual(['release', []]);
});

describe('until the background has spoken', () => {
  beforeEach(useFakeTimers);

  /** What is held, once it goes on or is kept; undefined until then. */
  function holdFile(): { outcome?: string } {
    const held: { outcome?: string } = {};
    void watch.ensureAccepted('attach', () => []).then((outcome) => (held.outcome = outcome));
    return held;
  }

  test('nothing is judged, shown or proven, whatever the user does', async () => {
    wakesIn = 3_000;
    makePortal();
    begin();
    watch.scheduleRefresh();
    window.dispatchEvent(trusted('keydown'));
    await vi.advanceTimersByTimeAsync(700);
    window.dispatchEvent(trusted('keydown'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect([shown(), asked, watch.isProven(), watch.mayPass('attach', () => [])]).toEqual([[], 0, false, false]);
    wakesIn = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    window.dispatchEvent(trusted('keydown'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(1);
  });

  test('a background that says nothing has nothing shown by a press either', async () => {
    wakesIn = 60_000;
    begin();
    const renewed = watch.renew();
    await vi.advanceTimersByTimeAsync(30_000);
    expect([await renewed, shown()]).toEqual([null, []]);
  });

  test('what is held waits for its word, and goes on with nobody asked where the guard is off', async () => {
    wakesIn = 3_000;
    settings = { ...DEFAULT_SETTINGS, guard: 'off' };
    begin();
    watch.scheduleRefresh();
    const held = holdFile();
    await vi.advanceTimersByTimeAsync(3_500);
    expect([held.outcome, watch.isGuardOn()]).toEqual([undefined, true]);
    await vi.advanceTimersByTimeAsync(1_000);
    // The stale page is looked at, and asked about, all the same; but not for what was held.
    expect([held.outcome, watch.isGuardOn()]).toEqual(['release', false]);
    isInFront = false;
    const before = asked;
    expect([await watch.ensureAccepted('attach', () => []), asked]).toEqual(['release', before]);
  });

  test('what is held goes on as it is after five seconds without a word', async () => {
    wakesIn = 60_000;
    begin();
    watch.scheduleRefresh();
    const held = holdFile();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(held.outcome).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect([held.outcome, asked, shown()]).toEqual(['release', 0, []]);
  });

  test('it is asked for its word again by what is held, where the first report has met nobody', async () => {
    const deaf = async (): Promise<never> => {
      throw new Error('Could not establish connection. Receiving end does not exist.');
    };
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: deaf } });
    said = { outcome: 'anonymous' };
    begin();
    await watch.refresh();
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: answer } });
    const held = holdFile();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(held.outcome).toBe('keep');
  });

  test('a worker that needs three seconds is heard, and what it was too slow for is looked at again', async () => {
    wakesIn = 3_000;
    begin();
    watch.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(3_500);
    wakesIn = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([shown()[0], shown().at(-1)]).toEqual(['unknown', 'stale']);
  });
});

describe('the network is back', () => {
  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    begin();
  });

  test.each(['offline', 'busy', 'unreachable', 'gateway'] as const)(
    'what is forgotten of an answer that was none, and what is not: %s',
    async (outcome) => {
      said = { outcome };
      isInFront = false;
      await watch.refresh();
      await watch.ensureAccepted('attach', () => []);
      expect((await watch.refresh())?.verdict.name).toBe(outcome);
      window.dispatchEvent(trusted('online'));
      expect((await watch.refresh())?.verdict.name).toBe(outcome === 'gateway' ? 'gateway' : 'fresh');
    },
  );

  /** Files are kept, and were asked for so often that nobody would be for minutes. */
  async function keep(): Promise<void> {
    said = { outcome: 'offline' };
    waitingAttempts = 'files';
    for (let n = 0; n < 60; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trusted('pointermove'));
      if (n === 0) await watch.refresh();
    }
    asked = 0;
  }

  test('a page that keeps files has Jira asked at once, and one at which nobody is has not', async () => {
    await keep();
    window.dispatchEvent(trusted('online'));
    await vi.advanceTimersByTimeAsync(300);
    const before = asked;
    expect(before).toBeGreaterThan(0);
    isInFront = false;
    window.dispatchEvent(trusted('online'));
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toBe(before);
  });

  test('a script that says so has nobody asked', async () => {
    await keep();
    for (let n = 0; n < 10; n++) {
      window.dispatchEvent(new Event('online'));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(asked).toBe(0);
  });
});

describe('of a page that nothing is wrong with', () => {
  test.each([
    ['a sign-in in front of Jira that has ended is told', 'gateway', 'gateway'],
    ['that there is no network is not', 'offline', 'fresh'],
    ['that Jira is busy is not', 'busy', 'fresh'],
  ] as const)('%s', async (_what, outcome, last) => {
    useFakeTimers();
    makeFresh();
    clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
    said = { outcome };
    begin();
    await watch.refresh();
    await vi.advanceTimersByTimeAsync(300_000);
    window.dispatchEvent(trusted('pointermove'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect([asked, shown().at(-1), new Set(shown())]).toEqual([1, last, new Set(['fresh', last])]);
  });
});

describe('a look that fails', () => {
  let isFailing: boolean;
  let told: unknown[];

  beforeEach(async () => {
    useFakeTimers();
    makeFresh();
    isFailing = false;
    told = [];
    vi.spyOn(console, 'error').mockImplementation((text) => told.push(text));
    begin((snapshot) => {
      if (isFailing) throw new Error('It broke');
      seen.push(snapshot);
    });
    await watch.refresh();
    seen = [];
    isFailing = true;
  });

  test('is told of once, and the next is made all the same', async () => {
    for (let n = 0; n < 3; n++) {
      watch.scheduleRefresh();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect([told, lifecycle.signal.aborted]).toEqual([['Freshtoken: Error: It broke'], false]);
    isFailing = false;
    watch.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toEqual(['fresh']);
  });

  test('is an orphan’s last', async () => {
    const sendMessage = async (): Promise<unknown> => {
      vi.stubGlobal('chrome', { runtime: {} });
      return { settings, clock, aheadMillis: 0 };
    };
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage } });
    watch.scheduleRefresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([told, lifecycle.signal.aborted]).toEqual([[], true]);
  });
});

test('a snapshot names the files that the page before has lost', async () => {
  lostFiles = ['door.log'];
  begin();
  expect((await watch.refresh())?.lostFiles).toEqual(['door.log']);
});

test('the names of the files that wait are reported', async () => {
  begin();
  parkedFiles = ['door.log'];
  await watch.refresh();
  expect(reports.map(({ files }) => files)).toEqual([['door.log']]);
});
