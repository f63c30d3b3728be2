/**
 * Privileged access to Firefox: with `--remote-allow-system-access` the driver can run scripts in the browser's
 * window, and from there, by a frame script, in a page with the browser's rights (closed shadow roots, trusted
 * events).
 */
import type { Browser as Driver } from 'puppeteer-core';
import { limited } from './until.ts';

export const GECKO_ID = 'freshtoken@freshtoken.example';

interface Connection {
  send(method: string, params: object): Promise<{ result: unknown }>;
}

export interface Privileged {
  /** Evaluates an expression in the browser's window, where `tabOf(id)` finds a tab by the driver's id. */
  inWindow<T>(expression: string): Promise<T>;
  /** Runs a function body in the page of a browser element (an expression); `content` is the page's window. */
  inPage<T>(browserElement: string, body: string): Promise<T>;
  /** Collects the garbage of all processes. */
  collectGarbage(): Promise<void>;
}

export async function connectPrivileged(driver: Driver): Promise<Privileged> {
  const { connection } = driver as unknown as { connection: Connection };
  const { result } = await connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const context = (result as { contexts: { context: string }[] }).contexts[0]!.context;

  async function inWindow<T>(expression: string): Promise<T> {
    const answer = await connection.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (async () => { ${PRELUDE} return (${expression}); })() ?? null))()`,
      target: { context },
      awaitPromise: true,
    });
    const outcome = answer.result as {
      type: string;
      result?: { value: string };
      exceptionDetails?: { text: string };
    };
    if (outcome.type !== 'success') throw new Error(`In Firefox's window: ${outcome.exceptionDetails?.text}`);
    return JSON.parse(outcome.result!.value) as T;
  }

  return {
    inWindow,
    collectGarbage: () =>
      inWindow<void>(`await new Promise((done) => Cc['@mozilla.org/memory-reporter-manager;1']
        .getService(Ci.nsIMemoryReporterManager).minimizeMemoryUsage(done))`),
    async inPage<T>(browserElement: string, body: string): Promise<T> {
      const answer = await limited(
        'an answer from inside a page',
        5_000,
        inWindow<{ value?: T; error?: string }>(`await inPage(${browserElement}, ${JSON.stringify(body)})`),
      );
      if (answer.error) throw new Error(`In the page: ${answer.error}`);
      return answer.value as T;
    },
  };
}

/** Functions that the expressions can use. */
const PRELUDE = `
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs');
  const windows = [...Services.wm.getEnumerator('navigator:browser')];
  const tabOf = (id) => windows.flatMap((each) => [...each.gBrowser.tabs])
    .find((tab) => NavigableManager.getIdForBrowser(tab.linkedBrowser) === id);
  const extension = () => WebExtensionPolicy.getByID('${GECKO_ID}').extension;
  const button = () => extension().apiManager.global.browserActionFor(extension());
  const popupBrowser = () => windows.flatMap((each) => [...each.document.querySelectorAll('.webextension-popup-browser')])
    .find((each) => each.currentURI?.spec.includes('/popup/'));
  // The extension's log is only available in its process, so a script there forwards it.
  const extensionLog = () => globalThis.freshtokenLog ?? [];
  const keepExtensionLog = (origin) => {
    globalThis.freshtokenLog = [];
    Services.ppmm.addMessageListener('freshtoken:log', ({ data }) => freshtokenLog.push(data));
    const listen = (wanted) => {
      const forward = ({ level, filename, arguments: args }) => {
        if (['error', 'warn'].includes(level) && filename?.startsWith(wanted))
          Services.cpmm.sendAsyncMessage('freshtoken:log', 'extension: ' + args.map(String).join(' '));
      };
      const principal = Cc['@mozilla.org/systemprincipal;1'].createInstance(Ci.nsIPrincipal);
      Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage).addLogEventListener(forward, principal);
    };
    Services.ppmm.loadProcessScript('data:,' + encodeURIComponent('(' + listen + ')(' + JSON.stringify(origin) + ')'), true);
  };
  // Close each dialog, because it would block the next test.
  const keepLoginLog = () => {
    globalThis.freshtokenLogins = [];
    const onDialog = (dialog) => {
      const { promptType } = dialog.args;
      if (!/Pass/.test(promptType)) return;
      freshtokenLogins.push(promptType);
      setTimeout(() => dialog.Dialog?.abortPrompt(), 500);
    };
    if (!globalThis.freshtokenWatchesLogins) Services.obs.addObserver(onDialog, 'common-dialog-loaded');
    globalThis.freshtokenWatchesLogins = true;
  };
  const inPage = (browser, body) => new Promise((done) => {
    const name = 'freshtoken:' + Math.random();
    const { messageManager } = browser;
    // A page that is being replaced never answers.
    setTimeout(() => done({ error: 'no answer' }), 1_000);
    messageManager.addMessageListener(name, function listener({ data }) {
      messageManager.removeMessageListener(name, listener);
      done(data);
    });
    const code = '(async () => { try { sendAsyncMessage(NAME, { value: await (async () => {' + body +
      '})() }); } catch (error) { sendAsyncMessage(NAME, { error: String(error) }); } })()';
    messageManager.loadFrameScript(
      'data:application/javascript;charset=utf-8,' + encodeURIComponent(code.replaceAll('NAME', JSON.stringify(name))), false);
  });
`;
