// @vitest-environment happy-dom
/** Which texts the banner shows, for how long, and what its buttons do. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Banner, BannerView } from '../../extension/content/banner/banner.ts';
import type { Failures } from '../../extension/content/guard/upload-failures.ts';
import type { PageGuard } from '../../extension/content/guard/listener.ts';
import { createBannerController, type BannerController } from '../../extension/content/banner/controller.ts';
import type { Snapshot, PageMonitor } from '../../extension/content/page-monitor.ts';
import { AttemptQueue, type Attempt } from '../../src/guard/attempt-queue.ts';
import type { Site } from '../../src/jira/page.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings/definitions.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

const ADDRESS = location.href;
const SITE = 'https://jira.example.com' as Site;
const FILE: Attempt = { sending: 'attach', files: ['door.log'], sent: () => [], release: () => true };
const FORM: Attempt = {
  sending: 'send',
  files: [],
  sent: () => [],
  subject: {},
  release: () => released.push('form'),
};

let shown: BannerView | undefined;
const banner: Banner = {
  orphanMessage: '',
  show: (view) => void (shown = view),
  hide: () => void (shown = undefined),
  focus: () => undefined,
};
let lifecycle: AbortController;
let monitor: PageMonitor;
let controller: BannerController;
let guard: PageGuard;
let failures: Pick<Failures, 'kind'> & { names: string[] };
let outcome: 'release' | 'keep';
let ensureAccepted: () => Promise<'release' | 'keep'>;
let isProven: boolean;
let maySendAnyway: boolean;
let released: unknown[];
/** The snapshot after a press of "Renew this page". */
let afterRenewal: Snapshot | null;
/** The messages to the background, and its answer to each. */
let messages: unknown[];
let backgroundAnswer: true | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('chrome', {
    runtime: { sendMessage: async (message: unknown) => (messages.push(message), backgroundAnswer) },
    i18n: {
      // The key, then the values in brackets, without their marks of direction.
      getMessage: (key: string, values: string[] = []) =>
        key === 'language'
          ? 'en'
          : values.some(Boolean)
            ? `${key}(${values.join('|').replaceAll(/[\u2068\u2069]/g, '')})`
            : key,
    },
  });
  [outcome, isProven, maySendAnyway, released, afterRenewal, shown] = ['keep', false, false, [], null, undefined];
  failures = { names: [], kind: 'token' };
  [messages, backgroundAnswer] = [[], true];
  ensureAccepted = async () => outcome;
  start();
});
afterEach(() => {
  lifecycle.abort();
  document.body.innerHTML = '';
  window.happyDOM.setURL(ADDRESS);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function start(): void {
  lifecycle = new AbortController();
  const dependencies = {
    mayPass: () => false,
    isProven: () => isProven,
    ensureAccepted: () => ensureAccepted(),
    maySendAnyway: () => maySendAnyway,
    nextTask: (work: () => void) => void setTimeout(work),
    onChange: () => controller.showAttempts(),
    onError: (error: unknown) => {
      throw error;
    },
  };
  const dismiss = (): void => void (failures.names = []);
  guard = Object.assign(new AttemptQueue(dependencies), {
    failures: Object.assign(failures, { dismiss }),
    tryAgain: vi.fn<() => void>(),
  }) as unknown as PageGuard;
  monitor = {
    isProven: () => isProven,
    hasLostFormFiles: () => false,
    async renew() {
      controller.showSnapshot(afterRenewal);
      return afterRenewal;
    },
  } as unknown as PageMonitor;
  controller = createBannerController(banner, monitor, () => guard, lifecycle.signal);
}

function snapshotOf(verdict: Verdict, settings: Partial<Settings> = {}): Snapshot {
  const evidence = { pageUser: 'alice' };
  return { page: { site: SITE }, evidence, verdict, settings: { ...DEFAULT_SETTINGS, ...settings } } as Snapshot;
}

const FRESH = snapshotOf({ name: 'fresh' });
const STALE = snapshotOf({ name: 'stale', renewal: 'possible' });

async function addAttempts(...attempts: Attempt[]): Promise<void> {
  for (const attempt of attempts) guard.addAttempt(attempt);
  await vi.advanceTimersByTimeAsync(10);
}

const labels = (): string[] => (shown?.buttons ?? []).map(({ label }) => label.replace('action_', ''));
const press = (label: string): unknown => shown!.buttons!.find((each) => each.label === `action_${label}`)!.press();

test.each([false, true])('a key never shortens the time for an undo (key takes the focus: %s)', async (withFocus) => {
  await addAttempts(FILE);
  guard.discard();
  vi.advanceTimersByTime(1_000);
  controller.announce(withFocus);
  vi.advanceTimersByTime(8_500);
  expect(labels()).toEqual(['undo']);
  vi.advanceTimersByTime(60_000);
  expect(shown).toBeUndefined();
});

describe('the message "Nothing was sent"', () => {
  beforeEach(async () => {
    controller.showSnapshot(STALE);
    afterRenewal = FRESH;
    await addAttempts(FORM);
    await press('renew');
    expect(shown?.meaning).toBe('nothing_sent(alice|)');
    vi.advanceTimersByTime(60_000);
    controller.showSnapshot(FRESH);
  });

  test('stays after a renewal until it is dismissed', () => {
    expect(shown).toMatchObject({ sentence: 'verdict_fresh(alice|)', meaning: 'nothing_sent(alice|)' });
    shown!.dismiss();
    expect([shown, guard.queueState.blocked]).toEqual([undefined, []]);
  });

  test('stays after a renewal until a form is sent', async () => {
    outcome = 'release';
    await addAttempts(FORM);
    expect([shown, released]).toEqual([undefined, ['form']]);
  });
});

describe('while Jira can’t be reached', () => {
  const elsewhere: Attempt = { ...FILE, isInPlace: () => false };

  test.each<[string, readonly Attempt[], boolean, string[]]>([
    ['the banner offers to attach files anyway', [FILE], true, ['try_again', 'attach_anyway', 'discard']],
    ['it does not offer that if they could be attached by another user', [FILE], false, ['try_again', 'discard']],
    ['it offers to send a form anyway', [FORM], true, ['try_again', 'send_anyway']],
    ['it does not offer that if it could be sent by another user', [FORM], false, ['try_again']],
    [
      'it offers to attach the files first if a form is blocked too',
      [FORM, FILE],
      true,
      ['try_again', 'attach_anyway', 'discard'],
    ],
    [
      'it offers to send the form if the files are for another place',
      [elsewhere, FORM],
      true,
      ['try_again', 'send_anyway', 'discard'],
    ],
  ])('%s', async (_what, attempts, isAllowed, buttons) => {
    maySendAnyway = isAllowed;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    await addAttempts(...attempts);
    expect(labels()).toEqual(buttons);
  });

  test('"Send anyway" sends the form', async () => {
    maySendAnyway = true;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    await addAttempts(FORM);
    press('send_anyway');
    await vi.advanceTimersByTimeAsync(10);
    expect([released, labels()]).toEqual([['form'], ['try_again']]);
  });

  test('only "Try again" is offered if nothing is parked or blocked', () => {
    maySendAnyway = true;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    expect(labels()).toEqual(['try_again']);
  });
});

describe('the message that files were released', () => {
  const other: Attempt = { ...FILE, files: ['gate.log'] };

  beforeEach(async () => {
    controller.showSnapshot(snapshotOf({ name: 'signed-out' }));
    await addAttempts(FILE, other);
    [outcome, isProven] = ['release', true];
    guard.recheckParked();
    await vi.advanceTimersByTimeAsync(10);
    controller.showSnapshot(FRESH);
  });

  test('is shown when Jira has accepted all of them, and not when they are released', () => {
    expect(shown).toBeUndefined();
    guard.noteAccepted(FILE);
    expect(shown?.sentence).toBe('handed_over');
    vi.advanceTimersByTime(6_000);
    expect(shown).toBeUndefined();
  });

  test('is not shown while other files are parked', async () => {
    [outcome, isProven] = ['keep', false];
    await addAttempts({ ...FILE, files: ['third.log'] });
    guard.noteAccepted(FILE);
    expect(shown?.meaning).toContain('files_kept_one(1|third.log)');
  });
});

describe('a failed upload', () => {
  test.each<[Failures['kind'], string, string, string[]]>([
    ['token', 'files_refused', 'failed_token(token)', ['attach_again']],
    ['again', 'files_refused', 'failed_again(again)', ['reload']],
    ['0', 'files_broken', 'failed_0(0)', ['attach_again']],
    ['413', 'files_refused', 'failed_status(413)', ['attach_again']],
    ['403', 'files_refused', 'failed_status(403)', ['attach_again']],
  ])('of the kind %s is shown with its reason', (kind, sentence, meaning, buttons) => {
    Object.assign(failures, { names: ['door.log'], kind });
    controller.showSnapshot(FRESH);
    expect(shown).toMatchObject({
      isUrgent: true,
      losesInput: kind === 'again',
      sentence: `${sentence}_one(1|door.log)`,
      meaning,
    });
    expect(labels()).toEqual(buttons);
    shown!.dismiss();
    expect(shown).toBeUndefined();
  });

  test('can be tried again; if it fails again, the page can be reloaded', () => {
    const reload = vi.spyOn(location, 'reload').mockReturnValue();
    failures.names = ['door.log'];
    controller.showAttempts();
    press('attach_again');
    expect([vi.mocked(guard.tryAgain).mock.calls.length, reload.mock.calls.length]).toEqual([1, 0]);
    Object.assign(failures, { kind: 'again' });
    controller.showAttempts();
    press('reload');
    expect([vi.mocked(guard.tryAgain).mock.calls.length, reload.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('a refusal by Jira that a script shows', () => {
  const REFUSAL = '<div class="jira-dialog"><div class="xsrf-check-failed"></div></div>';

  test.each([
    ['is not explained by an old token if the page was proven a moment ago', true, 'refusal_fresh'],
    ['is explained by an old token otherwise', false, 'refusal_token'],
  ])('%s', async (_what, proven, sentence) => {
    isProven = proven;
    controller.showSnapshot(FRESH);
    document.body.insertAdjacentHTML('beforeend', REFUSAL);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toMatchObject({ sentence, meaning: `${sentence}_meaning`, buttons: [] });
    document.body.innerHTML = '';
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toBeUndefined();
  });

  test('is explained by an old token if the page was loaded with it', () => {
    lifecycle.abort();
    isProven = true;
    document.body.innerHTML = REFUSAL;
    start();
    controller.showSnapshot(FRESH);
    expect(shown?.sentence).toBe('refusal_token');
  });
});

test.each([
  ['signed-out', `${SITE}/login.jsp?os_destination=%2Fbrowse%2FRAIL-7`],
  ['gateway', `${SITE}/browse/RAIL-7`],
] as const)('"Sign in" opens the page where the user signs in: %s', async (name, address) => {
  const open = vi.spyOn(window, 'open').mockReturnValue(null);
  window.happyDOM.setURL(`${SITE}/browse/RAIL-7`);
  controller.showSnapshot(snapshotOf({ name }));
  await press('sign_in');
  expect(open).toHaveBeenCalledExactlyOnceWith(address, '_blank', 'noopener');
});

test('a parked file that has changed on the disk is named', async () => {
  controller.showSnapshot(snapshotOf({ name: 'signed-out' }));
  await addAttempts({ ...FILE, files: ['door.log', 'gate.log'], changed: async () => ['gate.log'] });
  expect(shown?.meaning).toContain('files_wait');
  controller.showSnapshot(FRESH);
  [outcome, isProven] = ['release', true];
  guard.recheckParked();
  await vi.advanceTimersByTimeAsync(10);
  expect(shown?.meaning).toBe('files_kept_other(2|door.log, gate.log) files_changed_one(1|gate.log)');
});

test.each([
  ['browse/RAIL-7', 'renewed_meaning'],
  ['secure/views/bulkedit/BulkEdit1!default.jspa', 'steps_forgotten'],
])('after a renewal the banner warns of lost steps only in a wizard: %s', async (path, meaning) => {
  window.happyDOM.setURL(`${SITE}/${path}`);
  controller.showSnapshot(STALE);
  afterRenewal = FRESH;
  await press('renew');
  expect(shown).toMatchObject({ sentence: 'renewed', meaning });
});

describe('“Always on this site”', () => {
  function startStale(settings: Partial<Settings> = {}): void {
    afterRenewal = snapshotOf({ name: 'fresh' }, settings);
    controller.showSnapshot(snapshotOf({ name: 'stale', renewal: 'possible' }, settings));
  }

  test('is offered after a press has renewed the page; it sends a message and confirms it', async () => {
    startStale();
    await press('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['always']]);
    await press('always');
    expect(messages).toEqual([{ kind: 'renew-always', site: SITE }]);
    expect([shown?.sentence, labels()]).toEqual(['renewed_always', []]);
    vi.advanceTimersByTime(6_000);
    expect(shown?.sentence).not.toBe('renewed_always');
  });

  test('confirms nothing if the background did not do it', async () => {
    backgroundAnswer = undefined;
    startStale();
    await press('renew');
    await press('always');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['always']]);
  });

  test.each<[string, Partial<Settings>]>([
    ['pages renew themselves already', { renew: 'auto' }],
    ['a policy says that pages ask first', { isRenewLocked: true }],
  ])('is not offered if %s', async (_name, settings) => {
    startStale(settings);
    await press('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });

  test('is not offered after a press outside the banner', async () => {
    startStale();
    await controller.act('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });
});

test.each([
  [true, 'renewed'],
  [false, undefined],
])('a page that has renewed itself says so for 6 s if banners are switched on: %s', (isOn, sentence) => {
  controller.showSnapshot({ ...snapshotOf({ name: 'fresh' }, { banner: isOn }), selfRenewal: 'renewed' });
  expect(shown?.sentence).toBe(sentence);
  vi.advanceTimersByTime(6_000);
  expect(shown).toBeUndefined();
});

test('the orphan message is prepared in advance and names the files that are parked now', async () => {
  await addAttempts(FILE);
  expect(banner.orphanMessage).toBe('files_orphaned_one(1|door.log)');
  guard.discard();
  expect(banner.orphanMessage).toBe('');
});

test('a form whose files no longer exist is not sent; the banner says so until it is dismissed', async () => {
  monitor.hasLostFormFiles = () => true;
  controller.showSnapshot(FRESH);
  await addAttempts(FORM);
  expect([shown?.sentence, labels()]).toEqual(['refusal_files', ['attach_again']]);
  shown!.dismiss();
  expect([shown, guard.queueState.blocked]).toEqual([undefined, []]);
});

test('a check is shown if it takes more than 0.3 s, and not again after it was dismissed', async () => {
  controller.showSnapshot(FRESH);
  ensureAccepted = () => new Promise((resolve) => setTimeout(resolve, 20_000, 'release'));
  await addAttempts(FILE);
  expect(shown).toBeUndefined();
  vi.advanceTimersByTime(300);
  expect(shown).toMatchObject({ sentence: 'held', meaning: 'files_held_one(1|door.log)' });
  shown!.dismiss();
  await addAttempts({ ...FILE, files: ['gate.log'] });
  vi.advanceTimersByTime(10_000);
  expect(shown).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  await addAttempts({ ...FILE, files: ['sill.png'] });
  vi.advanceTimersByTime(300);
  expect(shown?.meaning).toBe('files_held_one(1|sill.png)');
});

test('files whose place can’t be read are shown, and delay no others', async () => {
  const isInPlace = (): never => {
    throw new Error('no');
  };
  controller.showSnapshot(STALE);
  await addAttempts(
    { ...FILE, isInPlace },
    { ...FILE, files: ['gate.log'], release: () => released.push('gate.log') },
  );
  expect(shown?.meaning).toContain('files_kept_other(2|door.log, gate.log) files_gone');
  [isProven, outcome] = [true, 'release'];
  guard.recheckParked();
  await vi.advanceTimersByTimeAsync(10);
  expect(released).toEqual(['gate.log']);
});

test('files that an earlier page has lost are named until dismissed, but not while others are checked', async () => {
  const after = { ...FRESH, lostFiles: ['door.log'] };
  controller.showSnapshot(after);
  expect(shown?.sentence).toBe('files_lost_before_one(1|door.log)');
  await addAttempts(FILE);
  controller.showSnapshot(null);
  expect(shown).toBeUndefined();
  guard.discard();
  vi.advanceTimersByTime(60 * 60_000);
  controller.showSnapshot(null);
  shown!.dismiss();
  controller.showSnapshot(after);
  expect(shown).toBeUndefined();
});
