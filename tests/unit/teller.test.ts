// @vitest-environment happy-dom
/** What the banner says, and for how long. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Banner, BannerView } from '../../extension/content/banner.ts';
import type { PageGuard } from '../../extension/content/guard.ts';
import { createTeller } from '../../extension/content/teller.ts';
import type { Sight, Watch } from '../../extension/content/watch.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';

let shown: BannerView | undefined;
const banner: Banner = {
  lastWord: '',
  show: (view) => void (shown = view),
  hide: () => void (shown = undefined),
  focus: () => undefined,
};
const discarded = [{ sending: 'attach', files: ['door.log'], sent: () => [], release: () => true }];
const guard = {
  holding: { held: [], kept: [], letBe: [], handedOver: 0, discarded },
  failures: { names: [] },
  forgetDiscarded: () => undefined,
  goers: [],
  changed: [],
} as unknown as PageGuard;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('chrome', { i18n: { getMessage: (key: string) => (key === 'language' ? 'en' : key) } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([false, true])('a key never shortens the time for an undo (key takes the focus: %s)', (withFocus) => {
  const life = new AbortController();
  const teller = createTeller(banner, {} as Watch, () => guard, life.signal);
  teller.tellHolding();
  vi.advanceTimersByTime(1_000);
  teller.speak(withFocus);
  vi.advanceTimersByTime(8_500);
  expect(shown?.buttons.map(({ label }) => label)).toEqual(['action_undo']);
  vi.advanceTimersByTime(60_000);
  expect(shown).toBeUndefined();
  life.abort();
});

describe('“Always on this site”', () => {
  const site = 'https://jira.example.com';
  let sent: unknown[];
  /** What the background answers. */
  let done: true | undefined;
  let life: AbortController;
  const labels = (): unknown => shown?.buttons.map(({ label }) => label);
  const press = (label: string): unknown => shown!.buttons.find((each) => each.label === label)!.press();

  /** A stale page, which a press of a button makes fresh. */
  function begin(settings: Partial<Settings> = {}): ReturnType<typeof createTeller> {
    const sight = (verdict: Sight['verdict'], byItself?: 'renewed'): Sight =>
      ({ page: { site }, evidence: {}, settings: { ...DEFAULT_SETTINGS, ...settings }, verdict, byItself }) as Sight;
    const watch = { renew: async () => sight({ name: 'fresh' }) } as Watch;
    const holding = { ...guard.holding, discarded: [] };
    const teller = createTeller(banner, watch, () => ({ ...guard, holding }) as unknown as PageGuard, life.signal);
    teller.tell(sight({ name: 'stale', renewal: 'possible' }));
    return teller;
  }

  beforeEach(() => {
    life = new AbortController();
    sent = [];
    done = true;
    const sendMessage = async (message: unknown): Promise<unknown> => (sent.push(message), done);
    Object.assign(chrome, { runtime: { sendMessage } });
  });
  afterEach(() => life.abort());

  test('is offered after a press that has renewed the page, has the background told, and says so', async () => {
    begin();
    await press('action_renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['action_always']]);
    await press('action_always');
    expect(sent).toEqual([{ kind: 'renew-always', site }]);
    expect([shown?.sentence, labels()]).toEqual(['renewed_always', []]);
    vi.advanceTimersByTime(6_000);
    expect(shown?.sentence).not.toBe('renewed_always');
  });

  test('says nothing of the kind where the background has not done it', async () => {
    done = undefined;
    begin();
    await press('action_renew');
    await press('action_always');
    expect([shown?.sentence, labels()]).toEqual(['renewed', ['action_always']]);
  });

  test.each<[string, Partial<Settings>]>([
    ['pages renew themselves already', { renew: 'auto' }],
    ['a policy says that they ask', { isRenewLocked: true }],
  ])('is not offered where %s', async (_name, settings) => {
    begin(settings);
    await press('action_renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });

  test('is not offered after a press elsewhere', async () => {
    await begin().act('renew');
    expect([shown?.sentence, labels()]).toEqual(['renewed', []]);
  });
});

test.each([
  [true, 'renewed'],
  [false, undefined],
])('that a page has renewed itself is said for a moment, where the banner is on: %s', (isOn, sentence) => {
  const life = new AbortController();
  const holding = { ...guard.holding, discarded: [] };
  const teller = createTeller(banner, {} as Watch, () => ({ ...guard, holding }) as unknown as PageGuard, life.signal);
  const settings = { ...DEFAULT_SETTINGS, banner: isOn };
  teller.tell({ verdict: { name: 'fresh' }, evidence: {}, settings, byItself: 'renewed' } as Sight);
  expect(shown?.sentence).toBe(sentence);
  vi.advanceTimersByTime(6_000);
  expect(shown).toBeUndefined();
  life.abort();
});

test('the last word is found while it still can be, and is of the files that wait now', () => {
  const life = new AbortController();
  const holding = { ...guard.holding, discarded: [], kept: discarded };
  let held = { ...guard, holding } as unknown as PageGuard;
  const teller = createTeller(banner, {} as Watch, () => held, life.signal);
  teller.tellHolding();
  expect(banner.lastWord).toBe('files_orphaned_one');
  held = guard;
  teller.tellHolding();
  expect(banner.lastWord).toBe('');
});

test('what a page before has lost is said until it is dismissed, but for what is held now', () => {
  const life = new AbortController();
  const watch = { lostFiles: ['door.log'] as readonly string[] } as Watch;
  const holding = { held: [], kept: [] as object[], letBe: [], handedOver: 0, discarded: [] };
  const teller = createTeller(banner, watch, () => ({ ...guard, holding }) as unknown as PageGuard, life.signal);
  teller.tell(null);
  expect(shown?.sentence).toBe('files_lost_before_one');
  holding.kept.push({});
  teller.tell(null);
  expect(shown).toBeUndefined();
  holding.kept.pop();
  vi.advanceTimersByTime(60 * 60_000);
  teller.tell(null);
  shown!.dismiss();
  expect([shown, watch.lostFiles]).toEqual([undefined, []]);
  life.abort();
});
