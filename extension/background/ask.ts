/**
 * The question who is signed in, asked for a page. Where the background's cookies are the page's it is asked from here: a
 * server that challenges is answered with silence, while a request of the page's own would open a login dialog.
 */
import type { Answers } from '../../src/messages.ts';
import { askWhoIsSignedIn } from '../../src/proof.ts';
import { browser } from '../browser.ts';
import { isDefaultStore, keyInJar, type Jar } from '../jar-store.ts';

/** Gives no answer where the page has cookies of its own: in private windows and containers. Takes the page's version of Jira. */
export async function askForPage(jar: Jar, version: string): Promise<Answers['ask']> {
  if (!isDefaultStore(jar)) {
    const key = keyInJar('challenged', jar);
    return { answer: null, atPress: (await browser.storage.session.get(key))[key] === true };
  }
  return { answer: await askWhoIsSignedIn(jar.site, version, (url, init) => fetch(url, init)) };
}

/** A page's own question has met a challenge: from now on it asks at a press alone. */
export async function noteChallenge(jar: Jar): Promise<void> {
  await browser.storage.session.set({ [keyInJar('challenged', jar)]: true });
}
