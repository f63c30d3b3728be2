/**
 * Every error and warning in Chromium: each target gets a session of its own, since puppeteer's `console` event leaves
 * out content scripts. What came before the session is told again when it is opened.
 */
import type { Browser, CDPSession, Protocol, Target } from 'puppeteer-core';
import { type BrowserComplaint, whereOf } from './errors.ts';

/** Tells `tell` of each complaint, from now on and for every target to come. */
export function listenToChromium(
  browser: Browser,
  extensionOrigin: () => string,
  tell: (complaint: BrowserComplaint) => void,
): void {
  const heard = new WeakSet<Target>();
  const listen = (target: Target): void => {
    if (heard.has(target) || !LISTENED.has(target.type()) || target.url().startsWith('chrome://')) return;
    heard.add(target);
    // A target that is gone before it is heard has nothing to tell.
    listenToTarget(target, extensionOrigin, tell).catch(() => heard.delete(target));
  };
  browser.on('targetcreated', listen);
  browser.on('targetchanged', listen);
  for (const target of browser.targets()) listen(target);
}

const LISTENED = new Set<string>(['page', 'service_worker', 'other']);

async function listenToTarget(
  target: Target,
  extensionOrigin: () => string,
  tell: (complaint: BrowserComplaint) => void,
): Promise<void> {
  const session: CDPSession = await target.createCDPSession();
  const contexts = new Map<number, string>();
  const where = (url: string, context = -1) =>
    whereOf(url || target.url(), extensionOrigin(), contexts.get(context) ?? '');

  session.on('Runtime.executionContextCreated', ({ context }) => contexts.set(context.id, context.origin));
  session.on('Runtime.consoleAPICalled', (event) => {
    const level = LEVELS[event.type];
    const url = event.stackTrace?.callFrames[0]?.url ?? '';
    const text = event.args.map(textOf).join(' ');
    if (level) tell({ where: where(url, event.executionContextId), kind: 'console', level, text, url });
  });
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: details }) => {
    const url = details.url ?? details.stackTrace?.callFrames[0]?.url ?? '';
    const text = `${details.text} ${details.exception?.description ?? ''}`.trim();
    tell({ where: where(url, details.executionContextId), kind: 'exception', level: 'error', text, url });
  });
  session.on('Log.entryAdded', ({ entry }) => {
    if (entry.level !== 'error' && entry.level !== 'warning') return;
    const kind = entry.source === 'network' ? 'network' : 'browser';
    tell({ where: whereOf(target.url(), extensionOrigin()), kind, level: entry.level, text: entry.text, url: entry.url ?? '' });
  });
  await Promise.all([session.send('Runtime.enable'), session.send('Log.enable')]);
}

const LEVELS: Readonly<Record<string, 'error' | 'warning' | undefined>> = {
  error: 'error',
  assert: 'error',
  warning: 'warning',
};

function textOf(value: Protocol.Runtime.RemoteObject): string {
  return value.type === 'string' ? String(value.value) : (value.description ?? JSON.stringify(value.value));
}
