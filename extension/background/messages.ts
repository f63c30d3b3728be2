/** The background's handler table: what each message from a page or the popup does and gets. */
import type { Runtime } from 'webextension-polyfill';
import type { Answers, ToBackground } from '../../src/messages.ts';
import { readToBackground } from '../../src/schemas.ts';
import { verdictOf } from '../../src/verdict.ts';
import { showVerdict } from './badge.ts';
import { cookieOfSender } from './cookies.ts';
import { storedSettings } from './settings.ts';
import { keepTab, stateOfTab } from './tabs.ts';

/** A promise of the answer; undefined for what is no message of ours, so that nobody waits for one. */
export function answerTo(value: unknown, sender: Runtime.MessageSender): Promise<unknown> | undefined {
  const message = readToBackground(value);
  return message ? answer(message, sender) : undefined;
}

function answer(
  message: ToBackground,
  sender: Runtime.MessageSender,
): Promise<Answers[ToBackground['kind']]> {
  switch (message.kind) {
    case 'report':
      return onReport(message, sender);
    case 'cookie':
      return cookieOfSender(sender).then((value) => ({ value }));
    case 'tab-state':
      return stateOfTab(message.tabId);
  }
}

async function onReport(
  { site, evidence }: Extract<ToBackground, { kind: 'report' }>,
  sender: Runtime.MessageSender,
): Promise<Answers['report']> {
  const settings = await storedSettings();
  const tabId = sender.tab?.id;
  if (tabId !== undefined) {
    const now = Date.now();
    await keepTab(tabId, { site, evidence });
    await showVerdict(tabId, verdictOf(evidence, settings, now), evidence.pageUser, now);
  }
  return { settings };
}
