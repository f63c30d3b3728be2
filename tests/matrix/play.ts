/** Plays one cell of the matrix in a real browser: the case, then an attach or a form, then the outcome. */
import { ProtocolError } from 'puppeteer-core';
import { createClock } from '../fixtures/jira/clock.ts';
import type { JiraOptions } from '../fixtures/jira/options.ts';
import { serveJira, type RunningJira } from '../fixtures/jira/serve.ts';
import type { Browser, Tab } from '../e2e/browsers/browser.ts';
import { Hang, limited, PATIENCE, pause, until } from '../e2e/browsers/until.ts';
import { EDITOR, editorReady } from '../e2e/editors.ts';
import { makeFile } from '../e2e/files.ts';
import { openSummary, SUMMARY } from '../e2e/summary.ts';
import { logIn, logOut, request, switchTo } from '../e2e/scenario.ts';
import { isInEditor, type Cell } from './cells.ts';

/** The result of one cell. */
export interface CellResult {
  readonly outcome: string;
  /** This count and all that follow must be zero with the guard. */
  readonly refused: number;
  readonly lost: number;
  readonly twice: number;
  readonly asOtherUser: number;
  /** Files and forms that went to another issue. */
  readonly toOtherIssue: number;
  /** Uploads whose bytes have changed. */
  readonly changed: number;
}

export interface Stage {
  readonly browser: Browser;
  tab: Tab;
  /** Another tab, to log in and out. */
  readonly other: Tab;
  readonly isWatched: boolean;
}

let played = 0;

export async function play(stage: Stage, cell: Cell): Promise<CellResult> {
  const clock = createClock();
  const { profile, handlersOn, jquery } = cell;
  const isRemembered = cell.case === 3 || cell.case === 8;
  // A new context path, so that the cell starts without cookies.
  const basePath = `/jira${++played}`;
  const options: JiraOptions = {
    profile,
    handlersOn,
    jquery,
    basePath,
    clock,
    rememberMe: true,
    ...(isReal(cell) && { anatomy: 'real', aui: jquery === '2.2' ? '8' : '9', tinymce: TINYMCE[profile] }),
    visualEditor: isInEditor(cell),
  };
  // Reset the product's clock: a page opened with the clock of an earlier cell would be lapsed at once.
  if (stage.isWatched) await stage.browser.store('local', { aheadMillis: 0 });
  const server = await serveJira({
    ...options,
    ...(cell.case === 9 && { sessionCookie: 'JSESSIONID_RAIL' }),
  });
  try {
    return await limited('the cell is played', 60_000, playAt(server, stage, cell, isRemembered));
  } finally {
    // A page with parked files asks before it is left.
    if (stage.isWatched) await discard(stage.tab);
    if (cell.case === 12) await replaceTab(stage);
    // Browsers store about 180 cookies of a host: those of hundreds of cells would displace each other.
    await stage.browser.clearCookies();
    await server.close();
  }

  /**
   * Moves both clocks by more than an hour, and waits for an effect: another badge, or a question (after which a
   * remembered user's page is fresh at once). The page gets the new time a moment later.
   */
  async function passTime(minutes: number): Promise<void> {
    clock.advance(minutes);
    if (!stage.isWatched) return;
    const before = server.jira.requests.length;
    await stage.browser.store('local', { aheadMillis: minutes * 60_000 });
    await until(
      'time has passed',
      5_000,
      async () => server.jira.requests.length > before || (await stage.tab.badge()).text !== '4h',
    );
    await pause(300);
  }

  async function playAt(
    at: RunningJira,
    { tab, other, browser }: Stage,
    of: Cell,
    remember: boolean,
  ): Promise<CellResult> {
    if (of.case !== 7) await logIn(other, at, 'alice', remember);
    await openIssue(at, tab, of);
    await playCase(at, { tab, other, browser }, of, passTime);
    await tab.activate();
    if (of.way === 'form') return playForm(at, stage, of);
    if (of.way === 'inline edit') return playInlineEdit(at, stage, of);
    return of.way === 'menu transition' ? playMenu(at, stage, of) : playAttach(at, stage, of);
  }
}

/** The TinyMCE of this version of Jira, or of a later one. */
const TINYMCE = { '7': '4', '8.3': '4', '9': '5', '10': '6', '11': '6' } as const;

function isReal({ page }: Cell): boolean {
  return page === 'split view' || page === 'board';
}

/** Opens the cell's page and shows the issue, by the page's script if it has one. */
async function openIssue(server: RunningJira, tab: Tab, cell: Cell): Promise<void> {
  const { path, next } = PAGES[cell.page];
  await tab.goto(server.url + path);
  if (cell.page === 'portal') {
    // The extension asks whose a portal is when its user starts to type.
    await tab.activate();
    await pause(500);
    await tab.page.type('#description', 'The sill is bent.');
    await pause(500);
  }
  if (!next) return;
  // Wait until the editor is loaded, before the page replaces it.
  if (isInEditor(cell)) await editorReady(tab);
  await tab.page.click(next);
  await until('the issue is shown', 5_000, () =>
    tab.page.evaluate(
      () => document.querySelector('#key-val')?.textContent?.trim() === 'RAIL-8' && /RAIL-8/.test(location.href),
    ),
  );
  if (isInEditor(cell)) await editorReady(tab);
}

const REAL = {
  zone: '.issue-drop-zone[duitype]',
  input: '.issue-drop-zone__file',
  send: '#issue-comment-add-submit',
};
const PAGES = {
  plain: {
    path: '/browse/RAIL-7',
    next: '',
    zone: '#dropzone',
    input: '#attach-input',
    send: '#comment-submit',
  },
  'split view': { ...REAL, path: '/issues/?jql=project%3DRAIL', next: '.issue-list a[data-key="RAIL-8"]' },
  board: {
    ...REAL,
    path: '/secure/RapidBoard.jspa?rapidView=1',
    next: '.ghx-issue[data-issue-key="RAIL-8"]',
  },
  portal: {
    path: '/servicedesk/customer/portal/1/create/2',
    next: '',
    zone: '.vp-attachment-dropzone',
    input: '.vp-attachment-dropzone input',
    send: '#portal-form [type=submit]',
  },
} as const;

/** The issue that the page shows, and that the files are for. */
function issueOf({ page }: Cell): string {
  return page === 'plain' ? 'RAIL-7' : 'RAIL-8';
}

/** Plays the cell's case: what happens between the opening of the page and the attach. See docs/jira-xsrf.md. */
async function playCase(
  server: RunningJira,
  { tab, other, browser }: Pick<Stage, 'tab' | 'other' | 'browser'>,
  cell: Cell,
  passTime: (minutes: number) => Promise<void>,
): Promise<void> {
  switch (cell.case) {
    case 1:
    case 3:
      return passTime(301);
    case 2:
      await passTime(301);
      return request(other, server, '/rest/gadget/1.0/activity');
    case 4:
      return switchTo(other, server, 'alice');
    case 5:
      return logOut(other, server);
    case 6:
      return switchTo(other, server, 'mallory');
    case 7:
      return logIn(other, server, 'alice');
    case 8:
      await passTime(62);
      return server.jira.sessions.dropAll();
    case 9: {
      const second = await serveJira({
        serverId: 'AOTH-ERJI-RAXX-0002',
        basePath: server.jira.options.basePath,
      });
      await request(other, second, '/login.jsp');
      return second.close();
    }
    case 10:
      await embed(server, other);
      return request(other, server, '/rest/gadget/1.0/activity');
    case 11:
      return browser.clearCookies();
    case 12:
      await tab.goto(`${server.url}/secure/Dashboard.jspa`);
      await switchTo(other, server, 'alice');
      await tab.page.evaluate(() => history.back());
      await until('the issue is back', 5_000, () =>
        tab.page.evaluate(() => !location.pathname.endsWith('Dashboard.jspa') && document.readyState === 'complete'),
      );
  }
}

/** Acts like a cross-site embed: sends the token's cookie without the session's, and stores the new token. */
async function embed(server: RunningJira, other: Tab): Promise<void> {
  await other.goto(`${server.url}/login.jsp`);
  const cookie = await other.page.evaluate(() => document.cookie);
  const reply = await fetch(`${server.url}/browse/RAIL-7`, { headers: { Cookie: cookie } });
  const token = reply.headers.getSetCookie().find((each) => each.startsWith('atlassian.xsrf.token='))!;
  await other.page.evaluate((set) => void (document.cookie = set), token);
  await other.goto('about:blank');
}

const REFUSALS: Readonly<Record<string, string>> = {
  'missing-token': 'missing token',
  'session-expired': 'session expired',
  error: 'error',
};

async function playAttach(server: RunningJira, stage: Stage, cell: Cell): Promise<CellResult> {
  const { tab, isWatched } = stage;
  const file = makeFile('door.log', 500);
  // A page that alice came back to may have been reloaded.
  if (isInEditor(cell)) await editorReady(tab);
  /** Returns the digest that the uploaded file must have. */
  const attach = async (): Promise<string> => {
    const { zone, input } = PAGES[cell.page];
    if (cell.way.startsWith('paste')) return tab.paste(isInEditor(cell) ? EDITOR : '#comment');
    if (cell.way === 'file input') await tab.pick(input, [file.path]);
    else await tab.drop(isInEditor(cell) ? EDITOR : zone, [file.path]);
    return file.sha256;
  };
  const expectedDigest = await attach();
  const steps = [await outcomeOf(tab, 1, isWatched)];
  if (steps[0] === 'kept' && cell.case !== 7) {
    await signInAgain(server, stage);
    steps.push(await outcomeOf(tab, 1, false));
  } else if (!isWatched && steps[0] !== 'ok') {
    await attach();
    steps.push(await outcomeOf(tab, 2, false));
  }
  const { attachments, uploads, requests } = server.jira;
  const sent = requests.filter(({ path }) => /AttachTemporaryFile$/i.test(path));
  const taken = sent.filter(({ status }) => status === 201);
  // The portal commits uploads with its form, which this does not send.
  const arrived = cell.page === 'portal' ? uploads : attachments;
  const count = cell.page === 'portal' ? taken.length : attachments.length;
  const words = steps.map((step) => (step === 'ok' ? 'attached' : (REFUSALS[step] ?? step)));
  const asOtherUser = taken.filter(({ user }) => user !== 'alice').length;
  return {
    outcome: words.join(', then ') + (asOtherUser > 0 ? ` as ${taken.at(-1)!.user}` : ''),
    refused: sent.filter(({ status }) => status >= 400).length,
    lost: steps.includes(NO_END) || (count === 0 && steps.at(-1) !== 'kept') ? 1 : 0,
    twice: Math.max(0, count - 1),
    asOtherUser,
    toOtherIssue: attachments.filter(({ issue }) => issue !== issueOf(cell)).length,
    changed: arrived.filter(({ sha256 }) => sha256 !== expectedDigest).length,
  };
}

async function playForm(server: RunningJira, stage: Stage, cell: Cell): Promise<CellResult> {
  const { tab, isWatched } = stage;
  const { comments, requests } = server.jira;
  const send = (): Promise<void> => tab.page.click(PAGES[cell.page].send);
  const sent = (): Promise<string> =>
    waitForOutcome('an outcome of the form', async () => {
      if (comments.length > 0) return 'saved';
      if (await tab.page.$('#xsrf-error').catch(() => null)) return 'refused';
      return isWatched && (await tab.banner())?.text.includes('Nothing was sent') ? 'not sent' : null;
    });
  await tab.page.type('#comment', 'half a sentence');
  const steps = await sendAndRetry(server, stage, cell, send, sent);
  const text =
    steps.at(-1) === 'not sent' ? await tab.page.$eval('#comment', (box) => (box as HTMLTextAreaElement).value) : '';
  return {
    outcome: steps.join(', then '),
    refused: steps.filter((step) => step === 'refused').length,
    lost: steps.includes(NO_END) || (comments.length === 0 && text !== 'half a sentence') ? 1 : 0,
    twice: Math.max(0, requests.filter(({ path }) => path === '/secure/AddComment.jspa').length - 1),
    asOtherUser: comments.filter(({ user }) => user !== 'alice').length,
    toOtherIssue: comments.filter(({ issue }) => issue !== issueOf(cell)).length,
    changed: comments.filter(({ body }) => body !== 'half a sentence').length,
  };
}

/** A transition from AUI's menu: a link that the browser follows. */
async function playMenu(server: RunningJira, stage: Stage, cell: Cell): Promise<CellResult> {
  const { tab, isWatched } = stage;
  const { changes, requests } = server.jira;
  const send = async (): Promise<void> => {
    if (!(await isVisible(tab, MENU_ITEM))) await tab.page.click('#opsbar-transitions_more');
    await until('the menu is open', 5_000, () => isVisible(tab, MENU_ITEM));
    await tab.page.click(MENU_ITEM);
  };
  const sent = (): Promise<string> =>
    waitForOutcome('an outcome of the transition', async () => {
      if (changes.length > 0) return 'made';
      if (await tab.page.$('#xsrf-error').catch(() => null)) return 'refused';
      return isWatched && (await tab.banner())?.text.includes('Nothing was sent') ? 'not sent' : null;
    });
  const steps = await sendAndRetry(server, stage, cell, send, sent);
  return {
    outcome: steps.join(', then '),
    refused: steps.filter((step) => step === 'refused').length,
    lost: steps.includes(NO_END) ? 1 : 0,
    twice: Math.max(0, requests.filter(({ path }) => path.endsWith('WorkflowUIDispatcher.jspa')).length - 1),
    asOtherUser: changes.filter(({ user }) => user !== 'alice').length,
    toOtherIssue: changes.filter(({ what }) => !what.startsWith(`transition ${issueOf(cell)} `)).length,
    changed: changes.filter(({ what }) => !what.endsWith(' 31')).length,
  };
}

/** The cases in which alice is signed in, so that her page can be renewed before she has finished typing. */
const SIGNED_IN: ReadonlySet<Cell['case']> = new Set([3, 4, 8, 9, 10, 12]);

/**
 * The summary, edited in place: a script posts it when the field loses the focus, and there is no event to hold. So
 * the page must be renewed while she types. If nobody or somebody else is signed in, Jira refuses the edit, and the
 * banner must have warned her before.
 */
async function playInlineEdit(server: RunningJira, stage: Stage, cell: Cell): Promise<CellResult> {
  const { tab, isWatched } = stage;
  const { changes, requests } = server.jira;
  const isSignedIn = SIGNED_IN.has(cell.case);
  await openSummary(tab);
  await tab.page.type(SUMMARY, ADDED, { delay: 100 });
  // On a busy machine the renewal or the warning may come late.
  if (isWatched && isSignedIn) await waitForFresh(tab);
  const isWarned = isWatched && !isSignedIn && (await isWarnedInTime(tab));
  const written = await valueOf(tab, SUMMARY);
  await tab.page.click('#activitymodule .toggle-title');
  const step = await waitForOutcome('an outcome of the edit', async () => {
    if (changes.length > 0) return 'saved';
    return (await tab.page.$('#inline-edit-error')) ? 'refused' : null;
  });
  const isThere = changes.length > 0 || (await valueOf(tab, SUMMARY)) === written;
  return {
    outcome: isWarned && step === 'refused' ? 'warned, then refused' : step,
    refused: step === 'refused' && !isWarned ? 1 : 0,
    lost: step === NO_END || !written.endsWith(ADDED) || !isThere ? 1 : 0,
    twice: Math.max(0, requests.filter(({ path }) => path.endsWith('AjaxIssueAction.jspa')).length - 1),
    asOtherUser: changes.filter(({ user }) => user !== 'alice').length,
    toOtherIssue: changes.filter(({ what }) => what !== `edit ${issueOf(cell)} summary`).length,
    changed: 0,
  };
}

/** Typing this takes a second, which is the time for the renewal. */
const ADDED = ' and ajar';

/**
 * Waits until the page has the cookie's token and the badge shows a fresh page; one alone can be out of date. After
 * the time limit the outcome of the edit decides.
 */
async function waitForFresh(tab: Tab): Promise<void> {
  const isRenewed = (): Promise<boolean> =>
    tab.page.$eval('meta[name=atlassian-token]', (meta) =>
      document.cookie.split('; ').includes(`atlassian.xsrf.token=${(meta as HTMLMetaElement).content}`),
    );
  const fresh = until(
    'the page is fresh',
    1_000,
    async () => (await isRenewed()) && /^\d+[hm]$/.test((await tab.badge()).text),
  );
  await fresh.catch(() => undefined);
}

/** Whether the banner says that nobody or somebody else is signed in. */
function isWarnedInTime(tab: Tab): Promise<boolean> {
  const warning = until('the user is warned', 1_000, async () =>
    /\bsigned (in|out)\b/.test((await tab.banner())?.text ?? ''),
  );
  return warning.catch(() => false);
}

function valueOf(tab: Tab, selector: string): Promise<string> {
  return tab.page.$eval(selector, (input) => (input as HTMLInputElement).value).catch(() => '');
}

/** Sends, and if that was blocked, once more when alice is back. Returns the outcome of each try. */
async function sendAndRetry(
  server: RunningJira,
  stage: Stage,
  cell: Cell,
  send: () => Promise<void>,
  sent: () => Promise<string>,
): Promise<string[]> {
  await send();
  const steps = [await sent()];
  // An anonymous page never becomes alice's.
  if (steps[0] !== 'not sent' || cell.case === 7) return steps;
  await signInAgain(server, stage);
  await until('the page is fresh', 8_000, async () => /^\d+[hm]$/.test((await stage.tab.badge()).text));
  await send();
  return [...steps, await sent()];
}

const MENU_ITEM = '#action_id_31 a';

function isVisible(tab: Tab, selector: string): Promise<boolean> {
  return tab.page.evaluate((wanted) => document.querySelector(wanted)?.checkVisibility() ?? false, selector);
}

const NO_END = 'no end';
/**
 * A page that has asked several times in a row waits five seconds, then waits for another tab, and then asks. Twice
 * this is less than the limit of a cell: a cell over its limit counts as the driver's fault and is played again, an
 * attach without an outcome counts as lost.
 */
const LONGEST_MILLIS = 20_000 / PATIENCE;

/** Waits for the outcome of an attach or a form. Without one it returns `NO_END`, which counts as lost. */
async function waitForOutcome(what: string, probe: () => Promise<string | null>): Promise<string> {
  try {
    return await until(what, LONGEST_MILLIS, probe);
  } catch (error) {
    if (isDriversFault(error)) throw error;
    console.log(String(error));
    return NO_END;
  }
}

/** Whether the browser crashed or hung, which says nothing about the cell. */
export function isDriversFault(error: unknown): boolean {
  if (error instanceof Hang) return true;
  if (error instanceof ProtocolError && /closed|timed out/i.test(error.message)) return true;
  return error instanceof Error && isDriversFault(error.cause);
}

/** The outcome of the latest attach in the page's log, or that the guard has parked it. */
async function outcomeOf(tab: Tab, count: number, mayPark: boolean): Promise<string> {
  return waitForOutcome('an outcome of the attach', async () => {
    const log = await tab.page.$$eval('#attach-log li', (lines) => lines.map((line) => line.dataset['status']));
    if (log.length >= count && log.every(Boolean)) return log.at(-1)!;
    const text = (await tab.banner())?.text;
    if (mayPark && text?.includes('safe here')) return 'kept';
    throw new Error(`attach ${count}: the log has ${JSON.stringify(log)}, the banner says ${text}`);
  });
}

/** alice signs in again in the other tab, after a pause like a person's, and comes back to her page. */
async function signInAgain(server: RunningJira, { tab, other }: Stage): Promise<void> {
  await other.activate();
  await pause(500);
  await switchTo(other, server, 'alice');
  await tab.activate();
}

/**
 * Replaces the tab: after a failed cell its state is not known, and in Firefox leaving a page from the back/forward
 * cache can hang.
 */
export async function replaceTab(stage: Stage): Promise<void> {
  await stage.tab.close().catch(() => undefined);
  stage.tab = await stage.browser.open('about:blank');
}

async function discard(tab: Tab): Promise<void> {
  const banner = await tab.banner().catch(() => null);
  if (banner?.buttons.includes('Discard files')) await tab.press('Discard files');
}
