/** Gives a site back to the browser. */
import { browser } from './browser.ts';

/** False where it is held by a wider grant, of all sites, that only the browser's own settings can take back. */
export async function withdraw(pattern: string): Promise<boolean> {
  const site = { origins: [pattern] };
  await browser.permissions.remove(site);
  return !(await browser.permissions.contains(site));
}
