// @vitest-environment happy-dom
/** When one page asks who is signed in, with a background and a Jira that answer as the test says. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hearEvents } from '../../extension/content/frames.ts';
import { DOING } from '../../extension/content/presence.ts';
import { watchPage, type Sight, type Watch } from '../../extension/content/watch.ts';
import type { Answers, ToBackground } from '../../src/messages.ts';
import type { SessionClock } from '../../src/session-clock.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { trusted } from './trusted.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

let life: AbortController;
let watch: Watch;
let isInFront: boolean;
/** How often Jira was asked, and has not answered. */
let asked: number;
/** What Jira answers. */
let said: Answers['ask'];
let reports: Extract<ToBackground, { kind: 'report' }>[];
/** The session's clock, as the background has it. */
let clock: SessionClock | undefined;
let settings: Settings;
let seen: (Sight | null)[];
/** What the page before has lost, as the background has it. */
let lostFiles: string[] | undefined;

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
  life.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function begin(): void {
  life = new AbortController();
  watch = watchPage(life, true, hearEvents(DOING, life.signal), (sight) => void seen.push(sight));
}

async function answer(message: ToBackground): Promise<unknown> {
  const { kind } = message;
  if (kind === 'report') {
    reports.push(message);
    return { settings, clock, lostFiles, aheadMillis: 0 } satisfies Answers['report'];
  }
  if (kind === 'cookie') {
    const value = document.cookie.split('=')[1]!;
    return { state: 'read', value, isCrowded: false } satisfies Answers['cookie'];
  }
  if (kind === 'ask') {
    asked++;
    return said;
  }
  return undefined;
}

test('a look asks once, and not again where the guard asks at the same time', async () => {
  begin();
  await watch.look();
  await watch.makeSure('attach', () => []);
  await watch.look();
  expect(asked).toBe(1);
});

test('a page is said to be loaded when it was, also where the page’s own clock has slept', async () => {
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(Date.now() - 3_600_000);
  begin();
  await watch.look();
  expect(Date.now() - reports[0]!.loadedAt!).toBeLessThan(60_000);
});

test('a copy that ends in the middle of a look has the page not taken for no Jira: a newer one is in it', async () => {
  const told: string[] = [];
  const ending = (message: ToBackground): Promise<unknown> => {
    told.push(message.kind);
    if (message.kind === 'cookie') life.abort();
    return answer(message);
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: ending } });
  begin();
  await watch.look();
  expect(told).toEqual(['cookie']);
});

test('the focus on a text of a portal does not count as the warning that files are lost', async () => {
  document.head.innerHTML = `
    <meta name="ajs-context-path" content="">
    <meta name="ajs-sdPluginVersion" content="5.12.0">
    <meta name="ajs-remote-user" content="alice">`;
  const address = location.href;
  window.happyDOM.setURL('https://jira.example.com/servicedesk/customer/portal/1/create/2');
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
  said = { outcome: 'signed-in', user: 'alice' };
  begin();
  await watch.look();
  expect(await watch.makeSure('attach', () => [])).toBe('release');
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
  await watch.look();
  watch.prepare();
  await new Promise((done) => setTimeout(done, 1_300));
  expect(watch.isLost()).toBe(false);
  expect(watch.mayPass('send', () => [])).toBe(false);
  window.happyDOM.setURL(address);
});

describe('files wait, and Jira does not answer', () => {
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
    begin();
    watch.heldBack = () => 'files';
    await watch.look();
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
    watch.userCame();
    await watch.renew();
    const before = asked;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked - before).toBeGreaterThan(3);
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
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
    document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
    clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
    begin();
    await watch.look();
    await vi.advanceTimersByTimeAsync(300_000);
  });

  /** Her mouse moves, and whatever comes of it. */
  async function move(): Promise<void> {
    window.dispatchEvent(trusted('pointermove'));
    await vi.advanceTimersByTimeAsync(1_000);
  }

  test('asks nothing while nobody comes', async () => {
    await watch.look();
    expect(asked).toBe(0);
  });

  test('asks once when its user comes back, though Jira does not answer, and once more at the next coming', async () => {
    await move();
    expect(asked).toBe(1);
    for (let n = 0; n < 6; n++) {
      await vi.advanceTimersByTimeAsync(30_000);
      await move();
      await watch.look();
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
    await watch.look();
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
  watch.heldBack = () => 'sending';
  const meta = document.querySelector<HTMLMetaElement>('#atlassian-token')!;
  const old = meta.content;
  const putBack = setInterval(() => (meta.content = old), 50);
  await watch.look();
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
  const byItself = (): unknown[] => seen.flatMap((sight) => sight?.byItself ?? []);

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
    await watch.look();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([asked, byItself()]).toEqual([0, []]);
    isInFront = true;
    window.dispatchEvent(trusted('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(meta().content).toBe(tokenText({ secret: HEX_B }));
    expect([asked, byItself(), seen.at(-1)?.verdict.name]).toEqual([1, ['renewed'], 'fresh']);
  });

  test('says that its user is back, where they were told to sign in', async () => {
    document.cookie = `atlassian.xsrf.token=${tokenText({ login: 'lout' })}`;
    said = { outcome: 'anonymous' };
    begin();
    await watch.look();
    await vi.advanceTimersByTimeAsync(5_000);
    said = { outcome: 'signed-in', user: 'alice' };
    turn(1);
    window.dispatchEvent(trusted('focus'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(byItself()).toEqual(['back_again']);
  });

  test('does not for another', async () => {
    said = { outcome: 'signed-in', user: 'mallory' };
    const before = meta().content;
    begin();
    await watch.look();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([meta().content, seen.at(-1)?.verdict.name]).toEqual([before, 'other-user']);
  });

  test('does once and no more where it puts its old token back', async () => {
    begin();
    const old = meta().content;
    const putBack = setInterval(() => (meta().content = old), 50);
    await watch.look();
    for (let n = 0; n < 60; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      window.dispatchEvent(trusted('pointermove'));
    }
    clearInterval(putBack);
    expect([asked, byItself()]).toEqual([1, ['renewed']]);
    expect(seen.at(-1)?.verdict).toEqual({ name: 'stale', renewal: 'undone' });
  });

  test('asks ever more rarely where the cookie turns all the time, until its user comes anew', async () => {
    begin();
    const stay = async (seconds: number): Promise<number> => {
      const before = asked;
      for (let n = 0; n < seconds; n++) {
        turn(asked * 1_000 + n);
        watch.lookSoon();
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
    await watch.look();
    await watch.look();
    const contacts = reports.map(({ contactAt, statedMinutes }) => [contactAt !== undefined, statedMinutes]);
    expect(contacts).toEqual([
      [true, 30],
      [false, undefined],
    ]);
  });
});

test('what is dropped while a look still reads whose cookies are sent is not kept for a neighbour’s name', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_A })}`;
  clock = { lastContact: Date.now() - 20 * 60_000, timeoutMinutes: 300 };
  said = { outcome: 'signed-in', user: 'mallory' };
  // mallory's session goes with the question alone: the background says so, 30 ms later.
  const slow = async (message: ToBackground): Promise<unknown> => {
    if (message.kind !== 'cookie') return answer(message);
    await new Promise((done) => setTimeout(done, 30));
    return { state: 'unreadable' };
  };
  vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: slow } });
  const verdicts: string[] = [];
  life = new AbortController();
  watch = watchPage(life, true, hearEvents(DOING, life.signal), (sight) =>
    verdicts.push(sight?.verdict.name ?? 'none'),
  );
  await watch.look();
  await vi.advanceTimersByTimeAsync(300_000);
  window.dispatchEvent(trusted('pointermove'));
  const isAsked = (): boolean => asked > 0;
  for (let n = 0; n < 400 && !isAsked(); n++) await vi.advanceTimersByTimeAsync(1);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(5);
  const outcome = watch.makeSure('attach', () => []);
  await vi.advanceTimersByTimeAsync(400);
  expect([await outcome, verdicts.filter((name) => name === 'other-user')]).toEqual(['release', []]);
});

test('what the page before has lost is heard, and not again once it was dismissed', async () => {
  begin();
  await watch.look();
  lostFiles = ['door.log'];
  await watch.look();
  expect(watch.lostFiles).toEqual(['door.log']);
  watch.lostFiles = [];
  await watch.look();
  expect(watch.lostFiles).toEqual([]);
});

test('the names of the files that wait are reported', async () => {
  begin();
  watch.files = ['door.log'];
  await watch.look();
  expect(reports.map(({ files }) => files)).toEqual([['door.log']]);
});
