/**
 * What the user has granted. The browser has the only list. Pages ask it each time; the background, which is told of
 * every change, keeps the answers: each question costs some 2 ms, and a report depends on two.
 */
import { matchPatternOf } from '../../../src/jira/site-address.ts';
import { browser } from '../browser.ts';
import { reportError } from '../errors.ts';
import { message } from '../i18n.ts';

export async function grantedPatterns(): Promise<string[]> {
  const { origins = [] } = await browser.permissions.getAll();
  return origins.toSorted();
}

export async function isGranted(url: string): Promise<boolean> {
  const kept = answers;
  const host = matchPatternOf(url) ?? '';
  const answer = kept?.get(host) ?? (await isGrantedNow(url));
  kept?.set(host, answer);
  return answer;
}

/** The same, by the browser's own word: it tells the background of a change some milliseconds later. */
export async function isGrantedNow(url: string): Promise<boolean> {
  const pattern = matchPatternOf(url);
  return pattern !== null && browser.permissions.contains({ origins: [pattern] });
}

let answers: Map<string, boolean> | undefined;

/** Keeps the browser's answers from now on. Must be called again at every change of what is granted. */
export function keepAnswers(): void {
  answers = new Map();
}

/** Whether a match pattern is built in, by a build for a fleet (docs/admin.md): nobody can revoke it here. */
export function isRequired(pattern: string): boolean {
  return (browser.runtime.getManifest().host_permissions ?? []).includes(pattern);
}

/** Gives those addresses that are granted. Asks for each, because a grant of all sites covers every one. */
export async function grantedAmong<Address extends string>(
  addresses: readonly Address[],
): Promise<ReadonlySet<Address>> {
  const areGranted = await Promise.all(addresses.map(isGranted));
  return new Set(addresses.filter((_address, at) => areGranted[at]));
}

/**
 * Asks the browser for a site. Call it in a click or a submit: a browser accepts a request only if it is the first
 * thing awaited there. Gives the message to show if the site was not granted, otherwise an empty string.
 */
export async function askFor(pattern: string): Promise<string> {
  try {
    return (await browser.permissions.request({ origins: [pattern] })) ? '' : message('popup_refused');
  } catch (error) {
    reportError(error);
    return message('popup_failed');
  }
}
