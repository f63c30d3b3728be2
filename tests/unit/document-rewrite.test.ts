// @vitest-environment happy-dom
/** A page that replaces its own document again and again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ToBackground } from '../../src/messages/protocol.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/definitions.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

/** The kinds of the messages to the background. */
let messages: ToBackground['kind'][];

beforeEach(() => {
  messages = [];
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([]);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  const onMessage = { addListener: vi.fn(), removeListener: vi.fn() };
  const runtime = { id: 'freshtoken', sendMessage: answer, onMessage };
  vi.stubGlobal('chrome', { runtime, i18n: { getMessage: () => 'en' } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function answer({ kind }: ToBackground): Promise<unknown> {
  messages.push(kind);
  if (kind === 'report') return { settings: { ...DEFAULT_SETTINGS, banner: false }, aheadMillis: 0 };
  if (kind === 'cookie') return { state: 'read', value: document.cookie.split('=')[1]!, isCrowded: false };
  return kind === 'ask' ? { outcome: 'unreachable' } : { may: true };
}

/** Replaces the document by another page of alice's, and the cookie by a new one. */
function rewrite(n: number): void {
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: n.toString(16).padStart(40, '0') })}`;
  const html = document.createElement('html');
  html.innerHTML = `<head>
    <meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">
    <meta name="ajs-remote-user" content="alice">
    <meta id="atlassian-token" name="atlassian-token" content="${tokenText({ secret: HEX_A })}"></head>`;
  document.documentElement.remove();
  document.append(html);
}

test('sends few messages and proof requests, and is still watched', async () => {
  rewrite(0);
  await import('../../extension/content/main.iife.ts');
  await vi.advanceTimersByTimeAsync(1_000);
  messages = [];
  for (let n = 1; n <= 200; n++) {
    rewrite(n);
    await vi.advanceTimersByTimeAsync(60);
  }
  const count = (kind: string): number => messages.filter((each) => each === kind).length;
  expect([count('report'), count('ask')].map((each) => each > 0)).toEqual([true, true]);
  expect(count('report')).toBeLessThan(40);
  expect(count('ask')).toBeLessThan(20);
  document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
  messages = [];
  await vi.advanceTimersByTimeAsync(20_000);
  expect(count('report')).toBeGreaterThan(0);
});
