/**
 * Fail open: if any call of the content script throws, the page still gets the event. The tests count the calls that
 * the shipped content script makes to browser APIs, and make the n-th one throw. `FAULTS=all` takes each n, `npm test`
 * some.
 */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import { borrowBrowser, returnBrowser, startScenario, switchTo, withScenario } from './scenario.ts';

const STEPS_TAKEN = process.env['FAULTS'] === 'all' ? Infinity : 5;

/** The functions that the script calls, each as object and name. */
const USED = `[
  [document, 'querySelector'], [document, 'querySelectorAll'], [Element.prototype, 'getAttribute'],
  [Element.prototype, 'matches'], [Event.prototype, 'composedPath'], [DataTransferItemList.prototype, 'add'],
  [DataTransfer.prototype, 'getData'], [DataTransfer.prototype, 'setData'], [DataTransferItem.prototype, 'getAsFile'],
  [DataTransferItem.prototype, 'webkitGetAsEntry'], [performance, 'now'], [Date, 'now'],
  [globalThis, 'setTimeout'], [globalThis, 'clearTimeout'], [globalThis, 'fetch'], [AbortSignal, 'timeout'],
  [chrome.runtime, 'sendMessage'], [chrome.i18n, 'getMessage'], [Array.prototype, 'push'], [Array.prototype, 'shift'],
  [Array.prototype, 'map'], [Array.prototype, 'filter'], [Array.prototype, 'every'], [Array.prototype, 'flatMap'],
  [Set.prototype, 'has'], [Set.prototype, 'add'], [RegExp.prototype, 'exec'], [String.prototype, 'replace'],
  [URL, 'canParse'], [Headers.prototype, 'get'], [HTMLElement.prototype, 'showPopover'],
  [Element.prototype, 'attachShadow'], [MutationObserver.prototype, 'observe'],
]`;

/** A script that makes the n-th call throw; with 0 it only counts. */
const breakCall = (at: number): string => `(() => {
  let uses = 0;
  for (const [object, name] of ${USED}) {
    const real = object[name];
    if (typeof real !== 'function') continue;
    Object.defineProperty(object, name, { configurable: true, writable: true, value: function (...given) {
      if (++uses === ${at}) {
        sessionStorage.setItem('broken', name);
        throw new Error('broken on purpose: ' + name);
      }
      sessionStorage.setItem('uses', uses);
      return Reflect.apply(real, this, given);
    } });
  }
})()`;

describe.each(KINDS)('in %s', (kind) => {
  const ruleTest = inOneBrowser(kind);
  let browser: Browser;
  let aheadSeconds = 0;

  beforeAll(async () => {
    browser = await borrowBrowser(kind);
  });
  afterAll(() => returnBrowser(browser));

  ruleTest.each(['drop', 'paste', 'file input', 'form'] as const)(
    'a %s arrives, whichever call of the content script throws',
    async (way) => {
      const scenario = await startScenario(browser);
      const { tab, server } = scenario;
      const { attachments, comments } = server.jira;
      const file = makeFile('door.log');
      const arrived = (): number => attachments.length + comments.length;

      /** Attaches or sends with the n-th call broken, on a page whose guard asks Jira; returns the number of calls. */
      const attachWithFault = async (at: number): Promise<number> => {
        const before = arrived();
        // A new issue each time, because attachments and comments make a page long.
        await tab.goto(`${server.url}/browse/RAIL-${100 + at}`);
        await until('the page is watched', 3_000, async () => /^\dh$/.test((await tab.badge()).text));
        // A proof is valid for a minute for forms, so move the product's clock. A hundred forms are two hours of the
        // session.
        if (way === 'form') await browser.store('local', { aheadMillis: (aheadSeconds += 70) * 1_000 });
        await tab.inContentScript(breakCall(at));
        if (way === 'drop') await tab.drop('#dropzone', [file.path]);
        else if (way === 'paste') await tab.paste('#comment');
        else if (way === 'file input') await tab.pick('#attach-input', [file.path]);
        else {
          await tab.page.type('#comment', 'half a sentence');
          await tab.page.click('#comment-submit');
        }
        await until(`it arrives, although call ${at} threw`, 6_000, async () => arrived() > before);
        await until('the page is loaded', 5_000, () => tab.page.evaluate(() => document.readyState === 'complete'));
        const uses = await tab.page.evaluate(() => Number(sessionStorage.getItem('uses')));
        expect(arrived(), `with call ${at} broken`).toBe(before + 1);
        return uses;
      };

      const all = (await attachWithFault(0)) || 60;
      expect(all).toBeGreaterThan(20);
      const stride = Math.max(1, Math.floor(all / STEPS_TAKEN));
      for (let at = 1; at <= all; at += stride) await attachWithFault(at);
      await scenario.end();
    },
    process.env['FAULTS'] === 'all' ? 1_200_000 : 120_000,
  );

  ruleTest('a file stays parked even if the banner can’t be shown', () =>
    withScenario(browser, {}, async ({ tab, other, server }) => {
      await switchTo(other, server, 'mallory');
      await tab.activate();
      await tab.inContentScript(`for (const [object, name] of [
        [HTMLElement.prototype, 'showPopover'], [Element.prototype, 'attachShadow'], [chrome.i18n, 'getMessage'],
      ]) Object.defineProperty(object, name, { value() { throw new Error('broken on purpose'); } });`);
      await tab.drop('#dropzone', [makeFile('door.log').path]);
      await pause(3_000);
      expect(server.jira.uploads).toEqual([]);
      await switchTo(other, server, 'alice');
      await tab.activate();
      await until('the file arrives in alice’s name', 6_000, async () => server.jira.attachments[0]?.user === 'alice');
    }),
  );
});
