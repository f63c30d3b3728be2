/** The guard in the visual editor, which is a frame: pastes and drops are held, and released in the same editor. */
import { describe, expect, test } from 'vitest';
import { createClock } from '../fixtures/jira/clock.ts';
import { KINDS, type Browser } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { DIALOG_EDITOR, EDITOR, editorReady, switchEditor, textIn, typeIn } from './editors.ts';
import { makeFile } from './files.ts';
import { inOneBrowser } from './one-browser.ts';
import {
  attachLog,
  createSignedInTest,
  logIn,
  logOut,
  switchTo,
  waitForBadge,
  waitForBanner,
  withScenario,
  type Scenario,
} from './scenario.ts';

const MAJORS = [
  { aui: '8', tinymce: '4' },
  { aui: '9', tinymce: '5' },
  { aui: '9', tinymce: '6' },
] as const;

/** The markup that a page inserts for a picture. */
const markupOf = (name: string): string => `!${name}|thumbnail!`;

describe.each(KINDS)('in %s', (kind) => {
  let browser: Browser;
  let scenario: Scenario;

  /** alice is at an issue whose comment form has the visual editor. */
  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    options: { anatomy: 'real', visualEditor: true },
    onLaunch: (launched) => (browser = launched),
    beforeEach: async (started) => {
      scenario = started;
      await waitForBadge(scenario.tab, '4h');
      await editorReady(scenario.tab);
    },
  });

  const requestsTo = (end: string): number =>
    scenario.server.jira.requests.filter(({ path }) => path.endsWith(end)).length;

  /** Signs in or out in the other tab, then goes back to alice's page. */
  async function inOtherTab(work: typeof switchTo | typeof logOut, user = 'alice'): Promise<void> {
    const { tab, other, server } = scenario;
    await other.activate();
    await work(other, server, user);
    await tab.activate();
  }
  const signInAgain = (): Promise<void> => inOtherTab(switchTo);
  const signOut = (): Promise<void> => inOtherTab(logOut);

  /** Expects exactly these attachments, and no further upload. */
  async function expectOnly(expected: readonly { via: string; sha256: string }[]): Promise<void> {
    await pause(500);
    const { attachments } = scenario.server.jira;
    const arrived = attachments.map(({ via, sha256, user, issue }) => ({ via, sha256, user, issue }));
    // Parallel uploads can arrive in any order.
    expect(arrived).toHaveLength(expected.length);
    expect(arrived).toEqual(
      expect.arrayContaining(expected.map((each) => ({ ...each, user: 'alice', issue: 'RAIL-7' }))),
    );
    expect(requestsTo('AttachTemporaryFile')).toBe(expected.length);
  }

  /** Delays the answer to the proof, so that nothing but the guard can renew the page in time. */
  const delayProof = (delayMillis = 1_200): void => {
    scenario.server.jira.faults.proof = { delayMillis };
  };

  /** The number of pictures that the browser itself has inserted, which it does if the guard didn't stop the event. */
  const pictureCount = (): Promise<number> =>
    scenario.tab.page.$eval(
      EDITOR,
      (frame) => (frame as HTMLIFrameElement).contentDocument!.querySelectorAll('img').length,
    );

  // `npm test` runs TinyMCE 4 in Chromium, whose frame a script fills, and 6 in Firefox, whose frame comes with its
  // content.
  const majorsPlayed = process.env['EDITORS'] ? MAJORS : [MAJORS[kind === 'chromium' ? 0 : 2]];
  describe.each(majorsPlayed.map((majors) => [majors.tinymce, majors] as const))('TinyMCE %s', (_major, majors) => {
    signedInTest(
      'case 4: signed in again in another tab: a paste and a drop arrive at the caret, in each new frame',
      { ...majors, runsInBothBrowsers: true },
      async () => {
        const { tab, server } = scenario;
        await typeIn(tab, 'half a sentence');
        await tab.page.keyboard.press('Home');
        for (let letter = 0; letter < 4; letter++) await tab.page.keyboard.press('ArrowRight');
        await signInAgain();
        delayProof();
        const sha256 = await tab.paste(EDITOR);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        const markups = (): string[] => server.jira.attachments.map(({ name }) => markupOf(name));
        expect(await textIn(tab)).toBe(`half${markups()[0]} a sentence`);

        await signInAgain();
        const dropped = makeFile('door.log');
        await tab.drop(EDITOR, [dropped.path]);
        expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
        // TinyMCE decides where a drop goes.
        const both = await textIn(tab);
        expect(markups().reduce((text, markup) => text.replace(markup, ''), both)).toBe('half a sentence');

        await switchEditor(tab, 'source');
        await switchEditor(tab, 'wysiwyg');
        const before = await textIn(tab);
        await signInAgain();
        await tab.paste(EDITOR);
        expect(await attachLog(tab, 3)).toEqual(['ok', 'ok', 'ok']);
        const after = await textIn(tab);
        expect(after).toContain(markups()[2]);
        expect(after.replace(markups()[2]!, '')).toBe(before);
        expect(await pictureCount()).toBe(0);
        await expectOnly([
          { via: 'paste', sha256 },
          { via: 'drop', sha256: dropped.sha256 },
          { via: 'paste', sha256 },
        ]);
      },
    );

    signedInTest(
      'case 5: signed out: a paste is parked until alice is back, and her text stays',
      { ...majors, runsInBothBrowsers: true },
      async () => {
        const { tab, other, server } = scenario;
        await typeIn(tab, 'half a sentence');
        await signOut();
        const sha256 = await tab.paste(EDITOR);
        await waitForBanner(tab, '1 file is safe here', 4_000);
        await pause(500);
        expect(requestsTo('AttachTemporaryFile')).toBe(0);
        expect([await textIn(tab), await pictureCount()]).toEqual(['half a sentence', 0]);
        await other.activate();
        await logIn(other, server, 'alice');
        await tab.activate();
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        expect(await textIn(tab)).toBe(`half a sentence${markupOf(server.jira.attachments[0]!.name)}`);
        await expectOnly([{ via: 'paste', sha256 }]);
      },
    );

    signedInTest(
      'case 6: mallory signed in: a paste and a drop are parked until alice is back',
      { ...majors, runsInBothBrowsers: true },
      async () => {
        const { tab } = scenario;
        await inOtherTab(switchTo, 'mallory');
        const sha256 = await tab.paste(EDITOR);
        await waitForBanner(tab, '1 file is safe here', 4_000);
        const dropped = makeFile('door.log');
        await tab.drop(EDITOR, [dropped.path]);
        const banner = await waitForBanner(tab, '2 files are safe here', 4_000);
        expect(banner.text).toContain('door.log');
        await pause(500);
        expect(requestsTo('AttachTemporaryFile')).toBe(0);
        await signInAgain();
        expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
        await expectOnly([
          { via: 'paste', sha256 },
          { via: 'drop', sha256: dropped.sha256 },
        ]);
      },
    );
  });

  describe('with two editors', () => {
    signedInTest(
      'each gets its own paste, once, although a script in both also stops the event',
      { editorInDialog: true },
      async () => {
        const { tab, server } = scenario;
        await typeIn(tab, 'about the sill');
        await tab.page.click('#create_link');
        await editorReady(tab, DIALOG_EDITOR);
        await typeIn(tab, 'about the door', DIALOG_EDITOR);
        await tab.page.evaluate(() => {
          const received: string[] = ((window as unknown as { received: string[] }).received = []);
          const frames = document.querySelectorAll<HTMLIFrameElement>('.rte-container iframe');
          const places = [...frames].map(
            (frame) => [frame.closest('#create-issue-dialog') ? 'dialog' : 'comment', frame] as const,
          );
          for (const [place, frame] of places) {
            const record = (event: Event): void => {
              received.push(place);
              event.preventDefault();
            };
            frame.contentDocument!.addEventListener('paste', record, true);
          }
          document.addEventListener('paste', () => received.push('page'), true);
        });
        const received = (): Promise<string[]> =>
          tab.page.evaluate(() => (window as unknown as { received: string[] }).received.splice(0));
        await signInAgain();
        delayProof();
        await tab.paste(DIALOG_EDITOR);
        expect(await attachLog(tab, 1)).toEqual(['ok']);
        await pause(500);
        expect(await received()).toEqual(['dialog']);
        expect([server.jira.uploads.length, server.jira.attachments.length]).toEqual([1, 0]);
        const markup = markupOf(server.jira.uploads[0]!.name);
        expect([await textIn(tab), await textIn(tab, DIALOG_EDITOR)]).toEqual([
          'about the sill',
          `about the door${markup}`,
        ]);

        await tab.page.click('#create-issue-cancel');
        await until('the dialog is closed', 2_000, async () => (await tab.page.$(DIALOG_EDITOR)) === null);
        await signInAgain();
        await tab.paste(EDITOR);
        expect(await attachLog(tab, 2)).toEqual(['ok', 'ok']);
        await pause(500);
        expect(await received()).toEqual(['comment']);
        expect(server.jira.attachments).toMatchObject([{ issue: 'RAIL-7', via: 'paste', user: 'alice' }]);
        expect(requestsTo('AttachTemporaryFile')).toBe(2);
      },
    );
  });

  describe('when the frame is removed', () => {
    /** Whether the file is attached, or the banner says that it is parked. */
    const attachedOrParked = async (): Promise<string | null> => {
      const { tab, server } = scenario;
      if (server.jira.attachments.length > 0) return 'attached';
      return (await tab.banner())?.text.includes('1 file is safe here') ? 'parked' : null;
    };

    const expectNotLost = async (): Promise<void> => {
      const { tab, server } = scenario;
      await until('it is attached, or shown as parked', 4_000, attachedOrParked);
      await switchEditor(tab, 'wysiwyg');
      await pause(1_000);
      await until('it is still attached or parked', 4_000, attachedOrParked);
      expect(server.jira.attachments.length).toBeLessThanOrEqual(1);
      expect(server.jira.attachments.every(({ user }) => user === 'alice')).toBe(true);
      if ((await tab.banner())?.buttons.includes('Discard files')) await tab.press('Discard files');
    };

    signedInTest('keeps a parked paste', {}, async () => {
      const { tab, other, server } = scenario;
      await signOut();
      await tab.paste(EDITOR);
      await waitForBanner(tab, '1 file is safe here', 4_000);
      await switchEditor(tab, 'source');
      await pause(500);
      await waitForBanner(tab, '1 file is safe here');
      await other.activate();
      await logIn(other, server, 'alice');
      await tab.activate();
      await expectNotLost();
    });

    signedInTest('keeps a paste that is being checked', {}, async () => {
      const { tab } = scenario;
      await signInAgain();
      delayProof(1_800);
      await tab.paste(EDITOR);
      await switchEditor(tab, 'source');
      await expectNotLost();
    });
  });

  signedInTest('works in a page with forty more frames without an address', {}, async () => {
    const { tab } = scenario;
    await signInAgain();
    await tab.page.evaluate(() => {
      for (let frame = 0; frame < 40; frame++)
        document.querySelector('#footer')!.append(document.createElement('iframe'));
    });
    const sha256 = await tab.paste(EDITOR);
    expect(await attachLog(tab, 1)).toEqual(['ok']);
    await expectOnly([{ via: 'paste', sha256 }]);
  });

  describe('on a stale page, does not delay', () => {
    /** Makes alice’s page stale and the proof slow: whatever waits for a proof waits for five seconds. */
    const makeStaleAndSlow = async (): Promise<void> => {
      await signInAgain();
      delayProof(5_000);
    };
    interface ReceivedEvent {
      readonly type: string;
      readonly isTrusted: boolean;
      readonly files: number;
    }
    /** Listens for drops and pastes in a frame; returns a function that waits for the first events. */
    const listenInFrame = async (frame: string): Promise<() => Promise<ReceivedEvent[]>> => {
      await scenario.tab.page.$eval(frame, (found) => {
        const view = (found as HTMLIFrameElement).contentWindow as unknown as typeof globalThis & {
          received: ReceivedEvent[];
        };
        view.received = [];
        view.document.addEventListener('dragover', (event) => event.preventDefault());
        const record = (event: DragEvent | ClipboardEvent): void => {
          const { type, isTrusted } = event;
          const transfer = 'dataTransfer' in event ? event.dataTransfer : event.clipboardData;
          view.received.push({ type, isTrusted, files: transfer?.files.length ?? 0 });
          event.preventDefault();
        };
        view.document.addEventListener('drop', record);
        view.document.addEventListener('paste', record);
      });
      return () =>
        until('the frame gets the event at once', 250, () =>
          scenario.tab.page.$eval(frame, (found) => {
            const view = (found as HTMLIFrameElement).contentWindow as unknown as { received: ReceivedEvent[] };
            return view.received.length > 0 ? view.received.splice(0) : null;
          }),
        );
    };

    for (const [name, address] of [
      ['the frame of an app with an address on this site', '/confluence/'],
      ['the frame of an app without an address', ''],
    ] as const) {
      signedInTest(`a drop and a paste in ${name}`, { runsInBothBrowsers: true }, async () => {
        const { tab, server } = scenario;
        await tab.page.evaluate(
          (src) => {
            const frame = document.createElement('iframe');
            frame.id = 'app';
            if (src) frame.src = src;
            document.querySelector('#descriptionmodule')!.append(frame);
          },
          address && server.url + address,
        );
        await until('the app is there', 3_000, () =>
          tab.page.$eval(
            '#app',
            (frame, end) => {
              const { location, document: app } = (frame as HTMLIFrameElement).contentWindow!;
              if (!location.href.endsWith(end) || app.readyState !== 'complete') return false;
              app.body.id = 'diagram';
              app.body.contentEditable = 'true';
              return true;
            },
            address || 'about:blank',
          ),
        );
        const received = await listenInFrame('#app');
        const isTrusted = kind === 'chromium';
        await makeStaleAndSlow();
        await tab.drop('#app', [makeFile('door.log').path]);
        expect(await received()).toEqual([{ type: 'drop', isTrusted, files: 1 }]);
        await tab.paste('#app');
        expect(await received()).toEqual([{ type: 'paste', isTrusted, files: 1 }]);
        expect((await tab.banner())?.text ?? '').not.toMatch(/safe here|One moment/);
      });
    }

    signedInTest('a paste of text, or of text with a picture', {}, async () => {
      const { tab } = scenario;
      await typeIn(tab, 'a bent sill ');
      await makeStaleAndSlow();
      const outcome = await tab.page.$eval(EDITOR, (frame) => {
        const view = (frame as HTMLIFrameElement).contentWindow as unknown as typeof globalThis;
        const received: number[] = [];
        view.document.addEventListener(
          'paste',
          ({ clipboardData }) => received.push(clipboardData!.items.length),
          true,
        );
        for (const withPicture of [false, true]) {
          const transfer = new view.DataTransfer();
          transfer.setData('text/plain', 'closed');
          if (withPicture) transfer.items.add(new view.File(['cells'], 'cells.png', { type: 'image/png' }));
          const event = new view.ClipboardEvent('paste', { bubbles: true, cancelable: true });
          // Firefox's constructor takes no files, and TinyMCE copies only what it can enumerate.
          Object.defineProperty(event, 'clipboardData', { value: transfer, enumerable: true });
          view.document.body.dispatchEvent(event);
        }
        return received;
      });
      expect(outcome).toEqual([1, 2]);
      await tab.page.keyboard.down('Control');
      await tab.page.keyboard.press('a', { commands: ['selectAll'] });
      await tab.page.keyboard.press('c', { commands: ['copy'] });
      await tab.page.keyboard.up('Control');
      await tab.page.keyboard.press('ArrowRight');
      const before = await textIn(tab);
      await tab.page.keyboard.down('Control');
      await tab.page.keyboard.press('v', { commands: ['paste'] });
      await tab.page.keyboard.up('Control');
      await until('the pasted text is there', 250, async () => (await textIn(tab)).length >= 2 * before.length);
      expect((await tab.banner())?.text ?? '').not.toMatch(/safe here|One moment/);
    });
  });

  signedInTest('renews a stale page when the editor gets the focus', {}, async () => {
    const { tab } = scenario;
    const isFresh = (): Promise<boolean> =>
      tab.page.evaluate(() =>
        document.cookie.includes(document.querySelector<HTMLMetaElement>('#atlassian-token')!.content),
      );
    await signInAgain();
    expect(await isFresh()).toBe(false);
    await tab.page.click(EDITOR);
    await until('it is fresh', 1_000, isFresh);
    await waitForBadge(tab, '4h', 2_000);
  });

  inOneBrowser(kind)('typing in the editor counts as activity for “stay signed in”', async () => {
    const clock = createClock();
    const passTime = async (minutes: number, all: number): Promise<void> => {
      clock.advance(minutes);
      await browser.store('local', { aheadMillis: all * 60_000 });
      await pause(300);
    };
    // Too short for the question that coming back to a page asks.
    await browser.store('local', { settings: { staySignedIn: true, timeoutMinutes: 12 } });
    try {
      await withScenario(browser, { anatomy: 'real', visualEditor: true, clock }, async (started) => {
        scenario = started;
        const { tab } = scenario;
        await waitForBadge(tab, '11m');
        await editorReady(tab);
        await typeIn(tab, 'half');
        await passTime(9, 9);
        expect(requestsTo('/auth/1/session')).toBe(0);
        await until('Jira is asked', 4_000, async () => {
          await typeIn(tab, ' a sentence');
          return requestsTo('/auth/1/session') > 0;
        });
        await waitForBadge(tab, '11m', 2_000);
      });
    } finally {
      await browser.store('local', { settings: {} });
      await browser.store('local', { aheadMillis: 0 });
    }
  });

  test('stores no token and logs no error', async () => {
    expect(await browser.storage()).not.toMatch(/[0-9a-f]{40}/);
    const loggedErrors = await browser.loggedErrors();
    // AUI logs its own deprecations.
    expect(loggedErrors.filter((each) => !each.includes('DEPRECATED JS'))).toEqual([]);
  });
});
