/** What was learned of each site's timeout, in `storage.local`, and the timeout to go by. */
import type { Site } from '../src/page.ts';
import { readBounds } from '../src/schemas.ts';
import { DEFAULT_TIMEOUT_MINUTES, type Settings } from '../src/settings.ts';
import { learn, timeoutOf, type Bounds, type Lesson } from '../src/timeout.ts';
import { browser } from './browser.ts';

/** The bounds learned of a site; empty where nothing was. */
export async function learnedOf(site: Site): Promise<Bounds> {
  const key = learnedKey(site);
  return readBounds((await browser.storage.local.get(key))[key]);
}

/** The timeout that holds for a site of which this was learned, in minutes, and where it is from. */
export function siteTimeout(learned: Bounds, settings: Settings): ReturnType<typeof timeoutOf> {
  const { policyTimeoutMinutes: policy, setTimeoutMinutes: set } = settings;
  return timeoutOf({ policy, set, learned }, DEFAULT_TIMEOUT_MINUTES);
}

/** What to keep in `storage.local` once a lesson was taken, for the caller to write together with where it is from. */
export async function keptAfter(site: Site, lesson: Lesson): Promise<Record<string, Bounds>> {
  return { [learnedKey(site)]: learn(await learnedOf(site), lesson, DEFAULT_TIMEOUT_MINUTES) };
}

/** Forgets what was learned of a site, and gives it to the caller, for an undo. */
export async function forgetLearned(site: Site): Promise<Bounds> {
  const before = await learnedOf(site);
  await browser.storage.local.remove(learnedKey(site));
  return before;
}

/** Puts back what was forgotten. */
export async function learnAgain(site: Site, bounds: Bounds): Promise<void> {
  await browser.storage.local.set({ [learnedKey(site)]: bounds });
}

/** The key of `storage.local` that holds what was learned of a site. */
export function learnedKey(site: Site): string {
  return `learned ${site}`;
}
