/** What the user has granted, asked of the browser each time: it is the only list there is. */
import { browser } from './browser.ts';
import { patternOf } from './match-pattern.ts';

/** The match patterns that the user has granted. */
export async function grantedPatterns(): Promise<string[]> {
  const { origins = [] } = await browser.permissions.getAll();
  return origins.toSorted();
}

/** Whether an address is granted. */
export async function isGranted(url: string): Promise<boolean> {
  const pattern = patternOf(url);
  return pattern !== null && browser.permissions.contains({ origins: [pattern] });
}

/** Gives a site back. False where it is held by a wider grant, of all sites, that only the browser's own settings can take back. */
export async function withdraw(pattern: string): Promise<boolean> {
  const site = { origins: [pattern] };
  await browser.permissions.remove(site);
  return !(await browser.permissions.contains(site));
}
