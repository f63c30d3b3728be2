/** Tells the user: turns what a look saw into what the banner shows, and a press of a button into its act. */
import { keyOf, presentationOf, usersIn, wordsOf, type Action } from '../../src/presentation.ts';
import { signInAddress } from '../../src/page.ts';
import type { Trouble } from '../../src/turns.ts';
import type { Banner } from './banner.ts';
import type { Sight, Watch } from './watch.ts';

export interface Teller {
  tell(sight: Sight | null): void;
  /** Does what a button of the banner or of the popup says. Gives what was seen afterwards. */
  act(action: Action): Promise<Sight | null>;
}

/** For how long "renewed" stays: long enough to be read, short enough not to be in the way. */
const DONE_MILLIS = 6_000;

export function createTeller(banner: Banner, watch: Watch, signal: AbortSignal): Teller {
  /** What the user has waved away: that verdict on those tokens, and no other. */
  let dismissed = '';
  let latest: Sight | null = null;
  let doneUntil = 0;
  let doneTimer: ReturnType<typeof setTimeout> | undefined;
  let trouble: Trouble | undefined;
  signal.addEventListener('abort', () => clearTimeout(doneTimer));

  function tell(sight: Sight | null): void {
    latest = sight;
    if (sight?.isBack) return sayDone('back_again');
    if (sight?.trouble) trouble = sight.trouble;
    const looks = sight && presentationOf(sight.verdict, sight.now);
    if (!sight || !looks?.banner || !sight.settings.banner || dismissed === identityOf(sight)) {
      if (performance.now() >= doneUntil) banner.hide();
      return;
    }
    const words = wordsOf(sight.verdict);
    const users = usersIn(sight.verdict, sight.evidence.pageUser);
    banner.show({
      tone: looks.tone === 'none' ? 'open' : looks.tone,
      sentence: message(words.sentence, users),
      meaning: [
        message(words.meaning, users),
        trouble ? message(`trouble_${trouble.replaceAll('-', '_')}`) : '',
      ]
        .join(' ')
        .trim(),
      buttons: looks.actions.map((action) => ({
        label: message(keyOf('action', action)),
        press: () => act(action),
      })),
      dismissLabel: message(keyOf('action', 'dismiss')),
      dismiss: () => {
        dismissed = identityOf(sight);
        banner.hide();
      },
    });
  }

  async function act(action: Action): Promise<Sight | null> {
    switch (action) {
      case 'renew':
      case 'try-again':
      case 'stay-signed-in': {
        const before = latest?.verdict.name;
        const after = await watch.renew();
        if (after?.verdict.name === 'fresh' && before !== 'fresh') sayDone('renewed');
        return after;
      }
      case 'reload':
        location.reload();
        return latest;
      case 'sign-in':
        if (latest)
          window.open(signInAddress(latest.page.site, location, latest.page.issue), '_blank', 'noopener');
        return latest;
    }
  }

  /** Someone who pressed a button wants to know that it worked. */
  function sayDone(sentence: 'renewed' | 'back_again'): void {
    doneUntil = performance.now() + DONE_MILLIS;
    const end = (): void => {
      doneUntil = 0;
      tell(latest);
    };
    banner.show({
      tone: 'good',
      sentence: message(sentence),
      meaning: message('renewed_meaning'),
      buttons: [],
      dismissLabel: message(keyOf('action', 'dismiss')),
      dismiss: end,
    });
    clearTimeout(doneTimer);
    doneTimer = setTimeout(end, DONE_MILLIS);
  }

  return { tell, act };
}

function identityOf({ verdict, evidence }: Sight): string {
  return `${verdict.name} ${evidence.pageToken?.digest}`;
}

function message(key: string, values: string[] = []): string {
  return chrome.i18n.getMessage(key, values);
}
