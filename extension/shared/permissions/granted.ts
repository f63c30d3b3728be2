/** What the user has granted, asked of the browser each time: it is the only list there is. */
import { patternOf } from '../../../src/jira/site-address.ts';
import { browser } from '../browser.ts';
import { reportError } from '../errors.ts';
import { message } from '../i18n.ts';

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

/** Whether a match pattern is built in, by a build for a fleet (docs/admin.md): nobody can take it back here. */
export function isRequired(pattern: string): boolean {
  return (browser.runtime.getManifest().host_permissions ?? []).includes(pattern);
}

/** Those of some addresses that are granted. The browser is asked for each, because a grant of all sites is one of each. */
export async function grantedAmong<Address extends string>(
  addresses: readonly Address[],
): Promise<ReadonlySet<Address>> {
  const areGranted = await Promise.all(addresses.map(isGranted));
  return new Set(addresses.filter((_address, at) => areGranted[at]));
}

/**
 * Asks the browser for a site. To be called in a click or a submit: a browser takes a request only while it is the first
 * thing awaited there. Gives what is told where it was not granted; nothing where it was.
 */
export async function askFor(pattern: string): Promise<string> {
  try {
    return (await browser.permissions.request({ origins: [pattern] })) ? '' : message('popup_refused');
  } catch (error) {
    reportError(error);
    return message('popup_failed');
  }
}
