// @vitest-environment happy-dom
/** What the banner says, for how long, and what its buttons do. */
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
let life: AbortController;
let watch: PageMonitor;
let controller: BannerController;
let guard: PageGuard;
let failures: Pick<Failures, 'kind'> & { names: string[] };
let outcome: 'release' | 'keep';
let ensureAccepted: () => Promise<'release' | 'keep'>;
let isProven: boolean;
let mayGo: boolean;
let released: unknown[];
/** What a press of "Renew this page" leads to. */
let renewed: Snapshot | null;
/** What the background was told, and what it answers. */
let told: unknown[];
let isDone: true | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('chrome', {
    runtime: { sendMessage: async (message: unknown) => (told.push(message), isDone) },
    i18n: {
      // The key, and in brackets what it is filled in with, without its marks of direction.
      getMessage: (key: string, values: string[] = []) =>
        key === 'language'
          ? 'en'
          : values.some(Boolean)
            ? `${key}(${values.join('|').replaceAll(/[\u2068\u2069]/g, '')})`
            : key,
    },
  });
  [outcome, isProven, mayGo, released, renewed, shown] = ['keep', false, false, [], null, undefined];
  failures = { names: [], kind: 'token' };
  [told, isDone] = [[], true];
  ensureAccepted = async () => outcome;
  begin();
});
afterEach(() => {
  life.abort();
  document.body.innerHTML = '';
  window.happyDOM.setURL(ADDRESS);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function begin(): void {
  life = new AbortController();
  const dependencies = {
    mayPass: () => false,
    isProven: () => isProven,
    ensureAccepted: () => ensureAccepted(),
    maySendAnyway: () => mayGo,
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
  watch = {
    isProven: () => isProven,
    hasLostFormFiles: () => false,
    async renew() {
      controller.showSnapshot(renewed);
      return renewed;
    },
  } as unknown as PageMonitor;
  controller = createBannerController(banner, watch, () => guard, life.signal);
}

function snapshotOf(verdict: Verdict, settings: Partial<Settings> = {}): Snapshot {
  const evidence = { pageUser: 'alice' };
  return { page: { site: SITE }, evidence, verdict, settings: { ...DEFAULT_SETTINGS, ...settings } } as Snapshot;
}

const FRESH = snapshotOf({ name: 'fresh' });
const STALE = snapshotOf({ name: 'stale', renewal: 'possible' });

async function hold(...attempts: Attempt[]): Promise<void> {
  for (const attempt of attempts) guard.addAttempt(attempt);
  await vi.advanceTimersByTimeAsync(10);
}

const labels = (): string[] => (shown?.buttons ?? []).map(({ label }) => label.replace('action_', ''));
const press = (label: string): unknown => shown!.buttons!.find((each) => each.label === `action_${label}`)!.press();

test.each([false, true])('a key never shortens the time for an undo (key takes the focus: %s)', async (withFocus) => {
  await hold(FILE);
  guard.discard();
  vi.advanceTimersByTime(1_000);
  controller.announce(withFocus);
  vi.advanceTimersByTime(8_500);
  expect(labels()).toEqual(['undo']);
  vi.advanceTimersByTime(60_000);
  expect(shown).toBeUndefined();
});

describe('that nothing was sent', () => {
  beforeEach(async () => {
    controller.showSnapshot(STALE);
    renewed = FRESH;
    await hold(FORM);
    await press('renew');
    expect(shown?.meaning).toBe('nothing_sent(alice|)');
    vi.advanceTimersByTime(60_000);
    controller.showSnapshot(FRESH);
  });

  test('stays told after the page was renewed, until it is dismissed', () => {
    expect(shown).toMatchObject({ sentence: 'verdict_fresh(alice|)', meaning: 'nothing_sent(alice|)' });
    shown!.dismiss();
    expect([shown, guard.queueState.blocked]).toEqual([undefined, []]);
  });

  test('or sent', async () => {
    outcome = 'release';
    await hold(FORM);
    expect([shown, released]).toEqual([undefined, ['form']]);
  });
});

describe('while nothing gets through to Jira', () => {
  const elsewhere: Attempt = { ...FILE, isInPlace: () => false };

  test.each<[string, readonly Attempt[], boolean, string[]]>([
    ['files may be attached', [FILE], true, ['try_again', 'attach_anyway', 'discard']],
    ['files may not, where that would not be as without us', [FILE], false, ['try_again', 'discard']],
    ['a form may be sent', [FORM], true, ['try_again', 'send_anyway']],
    ['a form may not, where that would not be as without us', [FORM], false, ['try_again']],
    ['files go, and no form with them', [FORM, FILE], true, ['try_again', 'attach_anyway', 'discard']],
    [
      'a form is not called files that are for another place',
      [elsewhere, FORM],
      true,
      ['try_again', 'send_anyway', 'discard'],
    ],
  ])('%s', async (_what, attempts, may, buttons) => {
    mayGo = may;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    await hold(...attempts);
    expect(labels()).toEqual(buttons);
  });

  test('what goes anyway has been pressed for', async () => {
    mayGo = true;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    await hold(FORM);
    press('send_anyway');
    await vi.advanceTimersByTimeAsync(10);
    expect([released, labels()]).toEqual([['form'], ['try_again']]);
  });

  test('nothing is offered to go where nothing is kept', () => {
    mayGo = true;
    controller.showSnapshot(snapshotOf({ name: 'offline' }));
    expect(labels()).toEqual(['try_again']);
  });
});

describe('files are released', () => {
  const other: Attempt = { ...FILE, files: ['gate.log'] };

  beforeEach(async () => {
    controller.showSnapshot(snapshotOf({ name: 'signed-out' }));
    await hold(FILE, other);
    [outcome, isProven] = ['release', true];
    guard.recheckParked();
    await vi.advanceTimersByTimeAsync(10);
    controller.showSnapshot(FRESH);
  });

  test('is said once Jira has taken all of them, and not when they are let go', () => {
    expect(shown).toBeUndefined();
    guard.noteAccepted(FILE);
    expect(shown?.sentence).toBe('handed_over');
    vi.advanceTimersByTime(6_000);
    expect(shown).toBeUndefined();
  });

  test('is not said while others are kept', async () => {
    [outcome, isProven] = ['keep', false];
    await hold({ ...FILE, files: ['third.log'] });
    guard.noteAccepted(FILE);
    expect(shown?.meaning).toContain('files_kept_one(1|third.log)');
  });
});

describe('an upload has failed', () => {
  test.each<[Failures['kind'], string, string, string[]]>([
    ['token', 'files_refused', 'failed_token(token)', ['attach_again']],
    ['again', 'files_refused', 'failed_again(again)', ['reload']],
    ['0', 'files_broken', 'failed_0(0)', ['attach_again']],
    ['413', 'files_refused', 'failed_status(413)', ['attach_again']],
    ['403', 'files_refused', 'failed_status(403)', ['attach_again']],
  ])('%s', (kind, sentence, meaning, buttons) => {
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

  test('its button makes it again; or reloads the page, once it was made again in vain', () => {
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

describe('a refusal that a script shows', () => {
  const REFUSAL = '<div class="jira-dialog"><div class="xsrf-check-failed"></div></div>';

  test.each([
    ['in a page that was proven a moment ago is not of its age', true, 'refusal_fresh'],
    ['in any other is of its token', false, 'refusal_token'],
  ])('%s', async (_where, proven, sentence) => {
    isProven = proven;
    controller.showSnapshot(FRESH);
    document.body.insertAdjacentHTML('beforeend', REFUSAL);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toMatchObject({ sentence, meaning: `${sentence}_meaning`, buttons: [] });
    document.body.innerHTML = '';
    await vi.advanceTimersByTimeAsync(1);
    expect(shown).toBeUndefined();
  });

  test('is of its token where the page was loaded with it', () => {
    life.abort();
    isProven = true;
    document.body.innerHTML = REFUSAL;
    begin();
    controller.showSnapshot(FRESH);
    expect(shown?.sentence).toBe('refusal_token');
  });
});

test.each([
  ['signed-out', `${SITE}/login.jsp?os_destination=%2Fbrowse%2FRAIL-7`],
  ['gateway', `${SITE}/browse/RAIL-7`],
] as const)('"Sign in" leads to where that is done: %s', async (name, address) => {
  const open = vi.spyOn(window, 'open').mockReturnValue(null);
  window.happyDOM.setURL(`${SITE}/browse/RAIL-7`);
  controller.showSnapshot(snapshotOf({ name }));
  await press('sign_in');
  expect(open).toHaveBeenCalledExactlyOnceWith(address, '_blank', 'noopener');
});

test('a kept file that has changed on the disk is named', async () => {
  controller.showSnapshot(snapshotOf({ name: 'signed-out' }));
  await hold({ ...FILE, files: ['door.log', 'gate.log'], changed: async () => ['gate.log'] });
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
])('what a renewal means, at %s', async (path, meaning) => {
  window.happyDOM.setURL(`${SITE}/${path}`);
  controller.showSnapshot(STALE);
  renewed = FRESH;
  await press('renew');
  expect(shown).toMatchObject({ sentence: 'renewed', meaning });
});

describe('“Always on this site”', () => {
  function begins(settings: Partial<Settings> = {}): void {
    renewed = snapshotOf({ name: 'fresh' }, settings);
    controller.showSnapshot(snapshotOf({ name: 'stale', renewal: 'possible' }, settings));
  }

  test('is offered after a press that has renewed the page, has the background told, and says so', async () => {
    begins();
    await press('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['always']]);
    await press('always');
    expect(told).toEqual([{ kind: 'renew-always', site: SITE }]);
    expect([shown?.sentence, labels()]).toEqual(['renewed_always', []]);
    vi.advanceTimersByTime(6_000);
    expect(shown?.sentence).not.toBe('renewed_always');
  });

  test('says nothing of the kind where the background has not done it', async () => {
    isDone = undefined;
    begins();
    await press('renew');
    await press('always');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['always']]);
  });

  test.each<[string, Partial<Settings>]>([
    ['pages renew themselves already', { renew: 'auto' }],
    ['a policy says that they ask', { isRenewLocked: true }],
  ])('is not offered where %s', async (_name, settings) => {
    begins(settings);
    await press('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });

  test('is not offered after a press elsewhere', async () => {
    begins();
    await controller.act('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });
});

test.each([
  [true, 'renewed'],
  [false, undefined],
])('that a page has renewed itself is said for a moment, where the banner is on: %s', (isOn, sentence) => {
  controller.showSnapshot({ ...snapshotOf({ name: 'fresh' }, { banner: isOn }), selfRenewal: 'renewed' });
  expect(shown?.sentence).toBe(sentence);
  vi.advanceTimersByTime(6_000);
  expect(shown).toBeUndefined();
});

test('the last word is found while it still can be, and is of the files that wait now', async () => {
  await hold(FILE);
  expect(banner.orphanMessage).toBe('files_orphaned_one(1|door.log)');
  guard.discard();
  expect(banner.orphanMessage).toBe('');
});

test('a form whose files no longer exist is not sent, which is said until it is dismissed', async () => {
  watch.hasLostFormFiles = () => true;
  controller.showSnapshot(FRESH);
  await hold(FORM);
  expect([shown?.sentence, labels()]).toEqual(['refusal_files', ['attach_again']]);
  shown!.dismiss();
  expect([shown, guard.queueState.blocked]).toEqual([undefined, []]);
});

test('a check is shown if it takes long, once, until it is dismissed', async () => {
  controller.showSnapshot(FRESH);
  ensureAccepted = () => new Promise((done) => setTimeout(done, 20_000, 'release'));
  await hold(FILE);
  expect(shown).toBeUndefined();
  vi.advanceTimersByTime(300);
  expect(shown).toMatchObject({ sentence: 'held', meaning: 'files_held_one(1|door.log)' });
  shown!.dismiss();
  await hold({ ...FILE, files: ['gate.log'] });
  vi.advanceTimersByTime(10_000);
  expect(shown).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  await hold({ ...FILE, files: ['sill.png'] });
  vi.advanceTimersByTime(300);
  expect(shown?.meaning).toBe('files_held_one(1|sill.png)');
});

test('files whose place can’t be read are shown, and hold up no others', async () => {
  const isInPlace = (): never => {
    throw new Error('no');
  };
  controller.showSnapshot(STALE);
  await hold({ ...FILE, isInPlace }, { ...FILE, files: ['gate.log'], release: () => released.push('gate.log') });
  expect(shown?.meaning).toContain('files_kept_other(2|door.log, gate.log) files_gone');
  [isProven, outcome] = [true, 'release'];
  guard.recheckParked();
  await vi.advanceTimersByTimeAsync(10);
  expect(released).toEqual(['gate.log']);
});

test('what a page before has lost is said until it is dismissed, but for what is held now', async () => {
  const after = { ...FRESH, lostFiles: ['door.log'] };
  controller.showSnapshot(after);
  expect(shown?.sentence).toBe('files_lost_before_one(1|door.log)');
  await hold(FILE);
  controller.showSnapshot(null);
  expect(shown).toBeUndefined();
  guard.discard();
  vi.advanceTimersByTime(60 * 60_000);
  controller.showSnapshot(null);
  shown!.dismiss();
  controller.showSnapshot(after);
  expect(shown).toBeUndefined();
});
