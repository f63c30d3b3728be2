/**
 * The place of a parked file: it is released to its own issue and its place on the page, or stays parked. On pages of
 * real parts.
 */
import { describe, expect } from 'vitest';
import { KINDS } from './browsers/browser.ts';
import { pause, until } from './browsers/until.ts';
import { makeFile } from './files.ts';
import { openSummary, SUMMARY } from './summary.ts';
import {
  attachLog,
  createSignedInTest,
  logIn,
  logOut,
  switchTo,
  waitForBadge,
  waitForBanner,
  type Scenario,
} from './scenario.ts';

const ZONE = '#attachmentmodule [duitype]';
const MASK = '.issue-drop-zone__mask';

describe.each(KINDS)('in %s', (kind) => {
  let scenario: Scenario;

  const signedInTest = createSignedInTest(kind, {
    runsInOneBrowser: true,
    options: { anatomy: 'real' },
    beforeEach: async (started) => {
      scenario = started;
      await waitForBadge(scenario.tab, '4h');
    },
  });

  async function signOut(): Promise<void> {
    await scenario.other.activate();
    await logOut(scenario.other, scenario.server);
    await scenario.tab.activate();
  }

  async function signInAgain(): Promise<void> {
    await scenario.other.activate();
    await pause(500);
    await logIn(scenario.other, scenario.server, 'alice');
    await scenario.tab.activate();
  }

  async function makeStale(): Promise<void> {
    await scenario.other.activate();
    await switchTo(scenario.other, scenario.server, 'alice');
  }

  const openBoard = async (): Promise<void> => {
    const { tab, server } = scenario;
    await tab.goto(`${server.url}/secure/RapidBoard.jspa?rapidView=1&selectedIssue=RAIL-7`);
    await tab.page.waitForSelector('#ghx-detail-view #key-val[data-issue-key=RAIL-7]', { visible: true });
    await waitForBadge(tab, '4h');
  };

  const show = async (key: string): Promise<void> => {
    await scenario.tab.page.click(`.ghx-issue[data-issue-key=${key}]`);
    await until(`${key} is shown`, 3_000, () =>
      scenario.tab.page.$eval('#key-val', (link, wanted) => link.textContent === wanted, key),
    );
  };

  const dropAndPark = async (selector = ZONE): Promise<void> => {
    await scenario.tab.drop(selector, [makeFile('door.log').path]);
    await waitForBanner(scenario.tab, '1 file is safe here: door.log', 4_000);
  };

  const attachedIssues = (): string[] => scenario.server.jira.attachments.map(({ issue }) => issue);

  describe('a file that is parked on a board (A3)', () => {
    signedInTest('goes to its issue after a quick filter has changed the address', {}, async () => {
      await openBoard();
      await signOut();
      await dropAndPark();
      await scenario.tab.page.click('[data-filter-id="2"]');
      await signInAgain();
      expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
      expect(attachedIssues()).toEqual(['RAIL-7']);
    });

    signedInTest('stays parked while the pane shows another issue, and the banner names its own', {}, async () => {
      await openBoard();
      await signOut();
      await dropAndPark();
      await signInAgainAndShow('RAIL-12');
      await waitForBanner(scenario.tab, 'What waits here is for RAIL-7', 4_000);
      await pause(1_000);
      expect(attachedIssues()).toEqual([]);
      await show('RAIL-7');
      expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
      expect(attachedIssues()).toEqual(['RAIL-7']);
    });

    signedInTest('does not delay a file for the shown issue', {}, async () => {
      await openBoard();
      await signOut();
      await dropAndPark();
      await signInAgainAndShow('RAIL-12');
      await waitForBanner(scenario.tab, 'What waits here is for RAIL-7', 4_000);
      await scenario.tab.drop(ZONE, [makeFile('sill.txt').path]);
      expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
      expect(scenario.server.jira.attachments).toMatchObject([{ issue: 'RAIL-12', name: 'sill.txt' }]);
      await scenario.tab.press('Discard files');
    });

    signedInTest('a comment is blocked if the pane shows another issue meanwhile', {}, async () => {
      const { tab, server } = scenario;
      await openBoard();
      await makeStale();
      server.jira.faults.proof = { delayMillis: 2_500 };
      await tab.activate();
      await tab.page.type('#comment', 'half');
      await tab.page.click('#issue-comment-add-submit');
      await show('RAIL-12');
      await waitForBanner(tab, 'Nothing was sent', 4_000);
      await pause(300);
      expect(server.jira.comments).toEqual([]);
    });

    /**
     * alice signs in again and chooses another issue before her proof arrives. (Signed out, the board could not load
     * it.)
     */
    async function signInAgainAndShow(key: string): Promise<void> {
      const { tab, other, server } = scenario;
      await other.activate();
      await pause(500);
      server.jira.faults.proof = { delayMillis: 1_500 };
      await logIn(other, server, 'alice');
      await tab.activate();
      await show(key);
      server.jira.faults.proof = undefined;
    }
  });

  describe('a drop zone that the page replaces (A4)', () => {
    signedInTest('the new zone gets the file that was parked for the old one', {}, async () => {
      await signOut();
      await dropAndPark();
      await scenario.tab.page.$eval(ZONE, (zone) => zone.replaceWith(zone.cloneNode(true)));
      await signInAgain();
      expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
      await waitForBanner(scenario.tab, 'handed to Jira');
    });

    signedInTest('a zone that was removed: the file stays parked', {}, async () => {
      await signOut();
      await dropAndPark();
      await scenario.tab.page.$eval(ZONE, (zone) => zone.remove());
      await signInAgain();
      await waitForBanner(scenario.tab, /door\.log.*has no place now for what waits here/, 4_000);
      await scenario.tab.press('Discard files');
    });

    signedInTest('a zone whose handler throws: the file stays parked', {}, async () => {
      await signOut();
      await dropAndPark();
      await scenario.tab.page.evaluate(() => {
        const fail = (event: Event): void => {
          event.stopImmediatePropagation();
          throw new Error('the page’s own');
        };
        window.addEventListener('drop', fail, { capture: true });
      });
      await signInAgain();
      await waitForBanner(scenario.tab, /door\.log.*has no place now for what waits here/, 4_000);
      expect(attachedIssues()).toEqual([]);
      await scenario.tab.press('Discard files');
    });
  });

  signedInTest('a dialog that was closed: its file stays parked, and goes nowhere else', {}, async () => {
    const { tab } = scenario;
    await tab.page.click('#create_link');
    await tab.page.waitForSelector('#create-issue-dialog [duitype]', { visible: true });
    await signOut();
    await dropAndPark('#create-issue-dialog [duitype]');
    await tab.page.$eval('#create-issue-cancel', (button) => (button as HTMLElement).click());
    await signInAgain();
    await waitForBanner(tab, /door\.log.*has no place now for what waits here/, 4_000);
    await pause(500);
    expect(scenario.server.jira.uploads).toEqual([]);
    await tab.press('Discard files');
  });

  signedInTest('a drop outside every zone: the file stays parked, and nothing is attached (A17)', {}, async () => {
    await signOut();
    // By a script: browsers drop files only where the page has accepted the drag.
    await scenario.tab.page.$eval('#descriptionmodule', (target) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a'], 'door.log'));
      target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    });
    await waitForBanner(scenario.tab, '1 file is safe here: door.log', 4_000);
    await signInAgain();
    await waitForBanner(scenario.tab, 'has no place now for what waits here', 4_000);
    expect(attachedIssues()).toEqual([]);
    await scenario.tab.press('Discard files');
  });

  signedInTest(
    'the drop mask disappears while a file is parked, and the zone still gets the file (A5)',
    {},
    async () => {
      const { tab } = scenario;
      await signOut();
      await tab.drop(ZONE, [makeFile('door.log').path]);
      await until('the mask is gone', 300, async () => (await tab.page.$(MASK)) === null);
      await waitForBanner(tab, '1 file is safe here: door.log', 4_000);
      await tab.page.click('#descriptionmodule');
      expect(await tab.page.$(MASK)).toBeNull();
      await signInAgain();
      expect(await attachLog(tab, 1)).toEqual(['ok']);
      expect(await tab.page.$(MASK)).toBeNull();
    },
  );

  describe('the markup of a released file goes to the focused field (A6)', () => {
    const text = (): Promise<string> =>
      scenario.tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value);

    signedInTest('focus and caret are restored', {}, async () => {
      const { tab } = scenario;
      await tab.page.type('#comment', 'before after');
      await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).setSelectionRange(7, 7));
      await signOut();
      await dropAndPark();
      await tab.page.$eval('#comment', (box) => (box as HTMLElement).blur());
      await signInAgain();
      await attachLog(tab, 1);
      expect(await text()).toBe('before !door.log|thumbnail!after');
    });

    signedInTest('the focus stays in the field in which the user types now', {}, async () => {
      const { tab } = scenario;
      await tab.page.focus('#comment');
      await signOut();
      await dropAndPark();
      await tab.page.$eval('#descriptionmodule', (module) => {
        const note = document.createElement('textarea');
        note.id = 'note';
        module.append(note);
      });
      await tab.page.type('#note', 'a note');
      await signInAgain();
      await attachLog(tab, 1);
      expect(await text()).toBe('');
      expect(await tab.page.evaluate(() => document.activeElement?.id)).toBe('note');
    });
  });

  describe('an inline edit, which a script sends without an event to hold (A7)', () => {
    const editSummary = async (): Promise<void> => {
      await openSummary(scenario.tab);
      await scenario.tab.page.type(SUMMARY, ' and hard');
    };
    const leave = (): Promise<void> => scenario.tab.page.click('#descriptionmodule');

    signedInTest('gets a fresh page when its field gets the focus', {}, async () => {
      const { tab, server } = scenario;
      await makeStale();
      await tab.activate();
      await editSummary();
      await waitForBadge(tab, '4h', 4_000);
      await leave();
      await until('the summary is saved', 3_000, async () => server.jira.changes.length === 1);
      expect(server.jira.changes).toEqual([{ what: 'edit RAIL-7 summary', user: 'alice' }]);
    });

    signedInTest('as mallory, the refusal brings the banner back, and the retry form is blocked', {}, async () => {
      const { tab, other, server } = scenario;
      await other.activate();
      await switchTo(other, server, 'mallory');
      await tab.activate();
      await waitForBanner(tab, 'mallory is signed in now', 4_000);
      await tab.press('Dismiss');
      await editSummary();
      await leave();
      await tab.page.waitForSelector('#inline-edit-error #atl_token_retry_form');
      await waitForBanner(tab, 'mallory is signed in now', 4_000);
      await tab.page.$eval('#atl_token_retry_button', (button) => (button as HTMLElement).click());
      await waitForBanner(tab, 'Nothing was sent', 4_000);
      expect(server.jira.changes).toEqual([]);
    });
  });

  describe('the screenshot dialog (A9)', () => {
    const paste = async (): Promise<void> => {
      const { tab } = scenario;
      await tab.page.click('#opsbar-operations_more');
      await tab.page.waitForSelector('#attach-screenshot', { visible: true });
      await tab.page.click('#attach-screenshot');
      await tab.page.waitForSelector('.screenshot-place', { visible: true });
      await tab.paste('.screenshot-place');
      await until('the picture is shown', 4_000, () =>
        tab.page.$eval('.screenshot-place', (place) => place.textContent!.startsWith('image-')),
      );
    };
    const upload = (): Promise<void> =>
      scenario.tab.page.$eval('#screenshot-upload', (button) => (button as HTMLElement).click());

    signedInTest('uploads once, with the token at the press of its button', {}, async () => {
      await paste();
      await makeStale();
      await scenario.tab.activate();
      await upload();
      expect(await attachLog(scenario.tab, 1)).toEqual(['ok']);
      await pause(300);
      expect(attachedIssues()).toEqual(['RAIL-7']);
    });

    signedInTest(
      'does not upload as mallory: the picture stays in the dialog, and the banner says so',
      {},
      async () => {
        const { tab, other, server } = scenario;
        await paste();
        await other.activate();
        await switchTo(other, server, 'mallory');
        await tab.activate();
        // A login form in a dialog must not be blocked.
        await tab.page.evaluate(() => {
          const form = `<form id="log-in"><input type="password"><button>Log in</button></form>`;
          document.body.insertAdjacentHTML('beforeend', `<section class="aui-dialog2">${form}</section>`);
          const login = document.querySelector<HTMLFormElement>('#log-in')!;
          login.addEventListener('submit', (event) => {
            event.preventDefault();
            login.closest('section')!.remove();
          });
          login.querySelector('button')!.click();
        });
        expect(await tab.page.$('#log-in')).toBeNull();
        await upload();
        await waitForBanner(tab, 'Nothing was sent', 4_000);
        expect(await tab.page.$eval('.screenshot-place', (place) => place.textContent)).toMatch(/^image-/);
        expect(attachedIssues()).toEqual([]);
      },
    );
  });

  signedInTest('Ctrl+Enter sends once on a page that listens for `keypress` (A13)', {}, async () => {
    const { tab, server } = scenario;
    await makeStale();
    await tab.activate();
    await tab.page.type('#comment', 'half a sentence');
    await tab.page.keyboard.down('Control');
    await tab.page.keyboard.press('Enter');
    await tab.page.keyboard.up('Control');
    await until('the comment is saved', 4_000, async () => server.jira.comments.length === 1);
    await pause(300);
    expect(server.jira.comments).toHaveLength(1);
  });

  signedInTest(
    'a script in the page’s head gets no event before the guard (A14)',
    { listensEarly: true },
    async () => {
      const { tab } = scenario;
      await signOut();
      await dropAndPark();
      expect(await tab.page.evaluate(() => (window as { heardEarly?: string[] }).heardEarly)).toEqual([]);
      await tab.press('Discard files');
    },
  );

  signedInTest('a discarded pick is removed from its input, and “Undo” restores it (A16)', {}, async () => {
    const { tab } = scenario;
    const input = 'input.issue-drop-zone__file';
    const count = (): Promise<number> => tab.page.$eval(input, (each) => (each as HTMLInputElement).files!.length);
    await signOut();
    await tab.pick(input, [makeFile('door.log').path]);
    await waitForBanner(tab, '1 file is safe here: door.log', 4_000);
    expect(await count()).toBe(1);
    await tab.press('Discard files');
    await waitForBanner(tab, '1 file was discarded');
    expect(await count()).toBe(0);
    await tab.press('Undo');
    await waitForBanner(tab, '1 file is safe here: door.log');
    expect(await count()).toBe(1);
    await signInAgain();
    expect(await attachLog(tab, 1)).toEqual(['ok']);
  });
});
