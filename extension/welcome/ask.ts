/** Asks the browser for a site, and tells how it went. */
import type { AskedSite } from '../../src/address.ts';
import { browser } from '../browser.ts';
import { reportError } from '../errors.ts';
import { message } from '../i18n.ts';
import { patternOf } from '../match-pattern.ts';

export interface Outcome {
  readonly sentence: string;
  /** Where the user can go now. */
  readonly open?: string;
}

/** To be called in a click or a submit: a browser takes a request only while it is the first thing awaited there. */
export async function askFor({ origin, address }: AskedSite): Promise<Outcome> {
  try {
    const isGranted = await browser.permissions.request({ origins: [patternOf(origin)!] });
    return isGranted
      ? { sentence: message('welcome_watching', origin), open: address }
      : { sentence: message('popup_refused') };
  } catch (error) {
    reportError(error);
    return { sentence: message('popup_failed') };
  }
}
