/** The background's message handlers: what each message from a page does, and what it is answered. */
import type { Runtime } from 'webextension-polyfill';
import type { Answers, ToBackground } from '../../src/messages/protocol.ts';
import { createSerializer } from '../../src/lib/async.ts';
import type { Site } from '../../src/jira/page.ts';
import { readToBackground } from '../../src/messages/schemas.ts';
import { renewsSession } from '../../src/verdict/verdict.ts';
import { reportErrors } from '../shared/errors.ts';
import { askForPage } from './send-proof-request.ts';
import { showNotWatched } from './toolbar-button.ts';
import { storeReport, proofOf, setAlarm, currentRenderContext } from './badge-updates.ts';
import { cookieOfPage } from './xsrf-cookie.ts';
import { forgetLeft, forgetUnused, forgetUnusedSoon, MAX_SITES_PER_HOST } from './cleanup.ts';
import { clockOf, sessionKeyOf, noteContact, noteCookie, noteProof } from './session-store.ts';
import { namesOf, storedValue } from '../shared/storage/sessions.ts';
import { isGranted, isGrantedNow } from '../shared/permissions/granted.ts';
import { ownSettings, changeSettings, storedSettings } from '../shared/storage/settings.ts';
import { statesOfTabs } from '../shared/storage/tabs.ts';
import { prepareBroadcast } from './broadcast.ts';
import { forgetPageBefore, hasWaitingTabs, noteLeft, type LiveTab } from './watched-tabs.ts';

type Sender = Runtime.MessageSender;
type TabSender = Sender & { tab: LiveTab };
type Report = Extract<ToBackground, { kind: 'report' }>;
type AnsweredKind = ToBackground['kind'] & keyof Answers;

/** Gives the answer; undefined for a message that is not ours. */
export function answerTo(value: unknown, sender: Sender): Promise<unknown> {
  const message = readToBackground(value);
  return message ? answer(message, sender) : Promise.resolve(undefined);
}

async function answer(message: ToBackground, sender: Sender): Promise<Answers[AnsweredKind] | undefined> {
  switch (message.kind) {
    case 'report':
      return isOwnSite(message, sender) ? onReport(message, sender) : undefined;
    case 'cookie':
      return isOwnSite(message, sender)
        ? cookieOfPage(message.site, message.address, sender.tab)
        : { state: 'unreadable' };
    case 'ask': {
      if (!isOwnSite(message, sender)) return undefined;
      const session = sessionKeyOf(message.site, sender.tab);
      return askForPage(session, message.version, sender.tab.id, message.isPressed);
    }
    case 'gone':
      if (!sender.tab || isFromTab(sender, true)) await onGone(message.document, sender.tab?.id);
      return undefined;
    case 'no-jira':
      if (isFromTab(sender)) await forgetPageBefore(sender.tab.id);
      return undefined;
    case 'renew-always':
      return isOwnSite(message, sender) ? serialize(() => renewAlways(message.site)) : undefined;
  }
}

const serialize = createSerializer();

/** Serves only as many sites of one host as anybody has: a page's script can invent context paths. */
async function renewAlways(site: Site): Promise<true | undefined> {
  const [settingsOf, { sites }] = await Promise.all([storedSettings(), ownSettings()]);
  const ofHost = Object.keys(sites).filter((each) => `${each}/`.startsWith(`${new URL(site).origin}/`));
  if (settingsOf(site).isRenewLocked || ofHost.length >= MAX_SITES_PER_HOST || !(await isGrantedNow(site)))
    return undefined;
  await changeSettings(site, { renew: 'auto' });
  return true;
}

/** Accepts only a tab, and only about its own origin. Of the sender's address, only the origin is always right. */
function isOwnSite({ site, address = site }: { site: Site; address?: string }, sender: Sender): sender is TabSender {
  const isOfSender = (each: string): boolean => new URL(each).origin === new URL(sender.url ?? '').origin;
  return isFromTab(sender) && isOfSender(address) && isOfSender(site);
}

function isFromTab(sender: Sender, isLeaving = false): sender is TabSender {
  // A page that is being prerendered sends with the id of the tab that still shows another page.
  if ('documentLifecycle' in sender && sender.documentLifecycle === 'prerender') return false;
  // Our script runs in no frame: a message from one is not ours. In Chrome a leaving page can have any frame number.
  return sender.tab?.id !== undefined && (isLeaving || (sender.frameId ?? 0) <= 0);
}

/** Takes the document, and its tab. Firefox does not name a tab that is closing: its document is found by its id. */
async function onGone(document: string, tab: number | undefined): Promise<void> {
  const listed = statesOfTabs();
  const tabId = tab ?? (await listed).find(({ state }) => state.document === document)?.tabId;
  if (tabId === undefined) return;
  const [states] = await Promise.all([listed, noteLeft(tabId, document)]);
  const before = states.find((each) => each.tabId === tabId)?.state;
  await forgetLeft({ tabId, document, host: before && namesOf(before).host });
}

/** The number of reports that other tabs are still being notified of. */
let notifying = 0;

function isNotifying(): boolean {
  return notifying > 0 || hasWaitingTabs();
}

/** Once the others have been notified, the alarm need no longer ring within a minute. */
async function resetAlarm(): Promise<void> {
  // In this order: a report that comes while the context is read sets the alarm for a state that must be among these.
  const context = await currentRenderContext();
  await setAlarm(await statesOfTabs(), context, isNotifying());
}

async function onReport(report: Report, { tab }: TabSender): Promise<Answers['report'] | undefined> {
  if (!(await isGranted(report.site))) {
    // The page was asleep in the back/forward cache while its site was revoked.
    reportErrors(forgetUnusedSoon());
    await showNotWatched(tab.id);
    return { stop: true };
  }
  const { document, address, site, issue, evidence, contactAt, statedMinutes, loadedAt, files } = report;
  const context = await currentRenderContext();
  const settings = context.settingsOf(site);
  const session = sessionKeyOf(site, tab);
  const { cookieToken } = evidence;
  const isContact = contactAt !== undefined && contactAt <= context.now && renewsSession(evidence);
  if (isContact) await noteContact(session, contactAt, statedMinutes);
  await noteProof(session, evidence, statedMinutes, context.now);
  if (cookieToken) await noteCookie(session, cookieToken, context.now);
  const reported = { document, address, ...session, issue, evidence, loadedAt, files };
  const outcome = await storeReport(tab.id, reported, context);
  if (outcome === 'revoked') {
    // When the site was revoked, there may have been nothing to forget yet.
    await forgetUnused();
    return { stop: true };
  }
  if (outcome === 'left') return undefined;
  const states = await statesOfTabs();
  const latest = await storedValue('proof', session);
  const clock = await clockOf(session, settings);
  const notifyOthers = prepareBroadcast(states, { session, tabId: tab.id, latest, clock }, context);
  if (notifyOthers) notifying++;
  await setAlarm(states, context, isNotifying());
  // The page must not wait until hundreds of others are notified: it would conclude that the background is silent.
  if (notifyOthers)
    reportErrors(
      notifyOthers()
        .finally(() => notifying--)
        .then(resetAlarm),
    );
  const lostFiles = states.find(({ tabId }) => tabId === tab.id)?.state.lostFiles;
  const proof = proofOf(reported, latest, context.now);
  return { settings, clock, proof, lostFiles, aheadMillis: context.aheadMillis };
}
