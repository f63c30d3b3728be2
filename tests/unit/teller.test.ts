// @vitest-environment happy-dom
/** For how long the banner says something. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Banner, BannerView } from '../../extension/content/banner.ts';
import type { PageGuard } from '../../extension/content/guard.ts';
import { createTeller } from '../../extension/content/teller.ts';
import type { Watch } from '../../extension/content/watch.ts';

let shown: BannerView | undefined;
const banner: Banner = {
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
