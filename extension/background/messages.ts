/** The background's handler table: what each message from a page does and gets. */
import type { Runtime } from 'webextension-polyfill';
import type { Answers, ToBackground } from '../../src/messages.ts';
import { holderUnder } from '../../src/holder.ts';
import { readToBackground } from '../../src/schemas.ts';
import { renewsSession } from '../../src/verdict.ts';
import { browser } from '../browser.ts';
import { showNotWatched } from './badge.ts';
import { paintTab, setAlarm, thisMoment } from './badges.ts';
import { cookieOfSender } from './cookies.ts';
import {
  clockOf,
  forgetPrivateJars,
  giveTurnBack,
  jarOf,
  mayProve,
  noteContact,
  noteCookie,
  noteHolder,
  noteProof,
} from './jars.ts';
import { holderOf, latestProof } from '../jar-store.ts';
import { isGranted } from '../granted.ts';
import { statesOfTabs } from '../tab-states.ts';
import { bringOthersUpToDate } from './news.ts';
import { tellInFront } from './tabs.ts';

type Sender = Runtime.MessageSender;
type TabSender = Sender & { tab: NonNullable<Sender['tab']> };
type Report = Extract<ToBackground, { kind: 'report' }>;
type AnsweredKind = ToBackground['kind'] & keyof Answers;

/** A promise of the answer; undefined for what is no message of ours, so that nobody waits for one. */
export function answerTo(value: unknown, sender: Sender): Promise<unknown> | undefined {
  const message = readToBackground(value);
  return message ? answer(message, sender) : undefined;
}

async function answer(message: ToBackground, sender: Sender): Promise<Answers[AnsweredKind] | undefined> {
  switch (message.kind) {
    case 'report':
      return isOwnSite(message.site, sender) ? onReport(message, sender) : undefined;
    case 'may-prove':
      return isOwnSite(message.site, sender)
        ? { may: mayProve(await jarOf(message.site, sender.tab)) }
        : undefined;
    case 'wont-prove':
      if (!isOwnSite(message.site, sender)) return undefined;
      giveTurnBack(await jarOf(message.site, sender.tab));
      await tellInFront(message.site);
      return undefined;
    case 'cookie':
      return cookieOfSender(sender);
  }
}

/** A page speaks for its own site alone, and from a tab. */
function isOwnSite(site: string, sender: Sender): sender is TabSender {
  // A page that is only being prepared speaks with the id of the tab that still shows another.
  if ('documentLifecycle' in sender && sender.documentLifecycle === 'prerender') return false;
  return sender.tab?.id !== undefined && new URL(site).origin === new URL(sender.url ?? '').origin;
}

async function onReport(report: Report, { tab, url }: TabSender): Promise<Answers['report']> {
  if (!(await isGranted(report.site))) {
    // A page that slept in the back/forward cache while its site was taken back.
    await showNotWatched(tab.id!);
    return { stop: true };
  }
  const { site, evidence, contactAt, statedMinutes, loadedAt, keepsFiles } = report;
  const moment = await thisMoment();
  const settings = moment.settingsOf(site);
  const jar = await jarOf(site, tab);
  const { cookieToken } = evidence;
  const isContact = contactAt !== undefined && contactAt <= moment.now && renewsSession(evidence);
  if (isContact) await noteContact(jar, contactAt, statedMinutes);
  await noteProof(jar, evidence);
  if (loadedAt !== undefined) await noteHolder(jar, evidence, loadedAt);
  if (cookieToken) await noteCookie(jar, cookieToken, moment.now);
  if (await isStillThere(tab.id!, url)) {
    const isWatched = await paintTab(tab.id!, { ...jar, evidence, keepsFiles }, moment);
    if (!isWatched) return { stop: true };
  } else if (jar.isPrivate) await forgetPrivateJars(() => false);
  const states = await statesOfTabs();
  await setAlarm(states, moment);
  const latest = await latestProof(jar);
  const clock = await clockOf(jar, settings);
  const holder = await holderOf(jar);
  await bringOthersUpToDate(states, { jar, tabId: tab.id!, latest, clock, holder }, moment);
  return {
    settings,
    clock,
    proof: latest,
    holder: holderUnder(holder, cookieToken?.digest),
    aheadMillis: moment.aheadMillis,
  };
}

/** A report can come late, from a page that its tab has left: it must not paint the next one's badge. */
async function isStillThere(tabId: number, url: string | undefined): Promise<boolean> {
  const shown = await browser.tabs.get(tabId).catch(() => undefined);
  return shown !== undefined && placeOf(shown.url) === placeOf(url);
}

function placeOf(address: string | undefined): string | undefined {
  return address?.split(/[?#]/)[0];
}
