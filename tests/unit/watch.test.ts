// @vitest-environment happy-dom
/** When one page asks who is signed in, with a background and a Jira that answer when the test says. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchPage, type Watch } from '../../extension/content/watch.ts';
import type { Answers, ToBackground } from '../../src/messages.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { HEX_A, HEX_B, tokenText } from './tokens.ts';

describe('alice’s page, whose cookie another login has turned', () => {
  let life: AbortController;
  let watch: Watch;
  let isInFront: boolean;
  let asked: number;
  let giveTurn: () => void;

  beforeEach(async () => {
    isInFront = true;
    asked = 0;
    document.head.innerHTML = `
      <meta name="application-name" content="JIRA" data-name="jira" data-version="9.12.0">
      <meta name="ajs-remote-user" content="alice">
      <meta id="atlassian-token" name="atlassian-token" content="${tokenText({ secret: HEX_A })}">`;
    document.cookie = `atlassian.xsrf.token=${tokenText({ secret: HEX_B })}`;
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isInFront ? 'visible' : 'hidden'));
    vi.spyOn(document, 'hasFocus').mockImplementation(() => isInFront);
    vi.stubGlobal('chrome', { runtime: { id: 'freshtoken', sendMessage: answer } });
    vi.stubGlobal('fetch', async () => {
      asked++;
      throw new TypeError('Nobody answers.');
    });
    life = new AbortController();
    watch = watchPage(life, true, () => undefined);
  });
  afterEach(() => {
    life.abort();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  async function answer({ kind }: ToBackground): Promise<unknown> {
    if (kind === 'report') return { settings: DEFAULT_SETTINGS, aheadMillis: 0 } satisfies Answers['report'];
    return new Promise((done) => (giveTurn = () => done({ may: true } satisfies Answers['may-prove'])));
  }

  test('asks, once it has its turn', async () => {
    await watch.look();
    giveTurn();
    await vi.waitFor(() => expect(asked).toBe(1));
  });

  test('asks nothing any more where its user has gone meanwhile, to sign in somewhere else', async () => {
    await watch.look();
    isInFront = false;
    giveTurn();
    await watch.look();
    await watch.look();
    expect(asked).toBe(0);
  });

  test('asks nothing any more where what is held was asked about meanwhile', async () => {
    await watch.look();
    await watch.makeSure(() => null);
    const before = asked;
    giveTurn();
    await watch.look();
    await watch.look();
    expect([before, asked]).toEqual([1, 1]);
  });
});
