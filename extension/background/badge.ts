/** The toolbar button of each tab: its badge, its colour, and its title with the whole sentence. */
import { BADGE_COLOURS, ICONS, presentationOf, usersIn, wordsOf, type Tone } from '../../src/presentation.ts';
import type { Verdict } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import { message } from '../i18n.ts';

/** Shows a verdict on a tab's button. Takes the time in epoch milliseconds. */
export async function showVerdict(
  tabId: number,
  verdict: Verdict,
  pageUser: string | undefined,
  now: number,
): Promise<void> {
  const { badge, tone } = presentationOf(verdict, now);
  const colours = BADGE_COLOURS[tone];
  const sentence = message(wordsOf(verdict).sentence, ...usersIn(verdict, pageUser));
  await onTab(() =>
    Promise.all([
      browser.action.setBadgeBackgroundColor({ tabId, color: colours.back }),
      browser.action.setBadgeTextColor({ tabId, color: colours.text }),
      browser.action.setIcon({ tabId, path: iconOf(tone) }),
      browser.action.setBadgeText({ tabId, text: badge }),
      browser.action.setTitle({ tabId, title: `Freshtoken: ${sentence}` }),
    ]),
  );
}

export async function showNotWatched(tabId: number): Promise<void> {
  await onTab(() =>
    Promise.all([
      browser.action.setIcon({ tabId, path: iconOf('none') }),
      browser.action.setBadgeText({ tabId, text: '' }),
      browser.action.setTitle({ tabId, title: `Freshtoken: ${message('not_watched')}` }),
    ]),
  );
}

function iconOf(tone: Tone): Record<number, string> {
  return { 16: `/icons/${ICONS[tone]}-16.png`, 32: `/icons/${ICONS[tone]}-32.png` };
}

/** Back to how the manifest has it: this tab shows no Jira. */
export async function clearButton(tabId: number): Promise<void> {
  await onTab(() =>
    Promise.all([
      browser.action.setIcon({ tabId, path: iconOf('good') }),
      browser.action.setBadgeText({ tabId, text: '' }),
      browser.action.setTitle({ tabId, title: 'Freshtoken' }),
    ]),
  );
}

/** A tab can close between its report and its badge; that is no error. */
async function onTab(paint: () => Promise<unknown>): Promise<void> {
  try {
    await paint();
  } catch (error) {
    if (!/no tab with id|invalid tab id/i.test(String(error))) throw error;
  }
}
