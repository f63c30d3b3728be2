/** Asks the browser for a site, and tells how it went. */
import type { AskedSite } from '../../src/address.ts';
import { notGrantedLine } from '../asked-words.ts';
import { askFor } from '../granted.ts';
import { message } from '../i18n.ts';
import { patternOf } from '../match-pattern.ts';

export interface Outcome {
  readonly sentence: string;
  /** Where the user can go now. */
  readonly open?: string;
}

/** To be called in a click or a submit, and first there. */
export async function outcomeOfAsking({ origin, address }: AskedSite): Promise<Outcome> {
  const answer = await askFor(patternOf(origin)!);
  return answer === 'granted'
    ? { sentence: message('welcome_watching', origin), open: address }
    : { sentence: notGrantedLine(answer) };
}
